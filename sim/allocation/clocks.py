"""The clock of a pool's cores: of the record where it has one, else of the law that `scale` fits.

In: record of synthesis, distance, size of the mesh.   Out: `Clock`, which says where it is from.
Next: `quantacore.sim.cli.allocate`.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.metrics import Interval
from quantacore.sim.experiments.area import read_record
from quantacore.sim.scale.figures import MEASURED, clock_law, clock_of

GIVEN = "given"
MOST_MHZ = 10_000.0
"""No logic is clocked faster."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A clock, and how it is known."""

    mhz: float
    kind: str
    """``given``, ``measured`` (place and route of this very core) or ``extrapolated``."""
    text: str
    """The same in words."""


def given_clock(mhz: float) -> Clock:
    """Return a clock that the user names.

    Raises
    ------
    ValueError
        If it is no clock.
    """
    if not 0 < mhz <= MOST_MHZ:
        raise ValueError(f"--clock_mhz must be above 0 and at most {MOST_MHZ:g}, not {mhz:g}")
    return Clock(mhz=mhz, kind=GIVEN, text=f"{mhz:g} MHz, as given")


def memory_clock(record: Path, distance: int) -> Clock:
    """Return the clock of the core of whole shots, circuit noise, baked links.

    Raises
    ------
    ValueError
        If the record has no such core, and too few others for a law.
    """
    detectors = rotated_memory(distance=distance, p=0.001).num_detectors
    return _clock(record, distance, detectors, f"a core of whole shots, d = {distance}")


def mesh_clock(record: Path, detectors: int, what: str) -> Clock:
    """Return the clock of a mesh of another size, which the record cannot have.

    Parameters
    ----------
    record : Path
    detectors : int
    what : str
        What it decodes, in words.

    Raises
    ------
    ValueError
        As `memory_clock`.
    """
    return _clock(record, None, detectors, what)


def _clock(record: Path, distance: int | None, detectors: int, what: str) -> Clock:
    rows = read_record(record)
    cell = clock_of(distance, detectors, rows, clock_law(rows))
    if math.isnan(cell.value):
        raise ValueError(
            f"{record}: Record must have the clock of {what}, or of enough others to extrapolate "
            "it, but has not: give --clock_mhz"
        )
    return Clock(mhz=cell.value, kind=cell.kind, text=_text(cell.interval, cell.kind, what, record))


def _text(mhz: Interval, kind: str, what: str, record: Path) -> str:
    ends = f"{mhz.value:.1f} MHz [{mhz.low:.1f}, {mhz.high:.1f}]"
    if kind == MEASURED:
        return f"{ends}: {what}, placed and routed, seeds' median and ends, {record.name}"
    return (
        f"{ends}: EXTRAPOLATED to {what}, which was never placed, by the power law of detectors "
        f"that `quantacore scale` fits to all placed cores of {record.name}"
    )
