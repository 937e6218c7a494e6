"""Keep each row of an allocation in a folder, so that a long command goes on where it stopped.

In: settings, rows as they are done.   Out: a folder with the log and the CPU times of its machine.
Next: `quantacore.sim.experiments.epoch_log` (the file), `quantacore.sim.cli.allocate`.

CPU times are kept, too: rows of one table must be of one machine.
"""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantacore.golden.metrics import Interval
from quantacore.golden.spec.graph_json import parse_json
from quantacore.sim.allocation.measured import CpuTimes
from quantacore.sim.allocation.outcome import Outcome, Setup
from quantacore.sim.experiments.epoch_log import EpochLog

KIND = ("quantacore-allocation-rows", 1)
CPU_KIND = ("quantacore-allocation-cpu", 1)
CPU_FILE = "cpu.json"
INTERVALS = ("reaction_p999_us", "gate_reaction_p999_us", "slowdown")


@dataclass(frozen=True, kw_only=True)
class AllocationSettings:
    """All that rows depend on, besides times of this computer's CPU."""

    epochs: int
    """Rows of the command."""
    rows: tuple[tuple[str, str], ...]
    """Workload and policy of each."""
    qubits: int
    cores: int
    cpus: int
    gate: str | None
    distance: int
    p: float
    round_us: float
    lockstep: bool
    deadline_us: float
    budget_us: float | None
    unmatched_rate: float
    cpu_transfer_us: float
    windows: int
    target_us: float | None
    seed: int
    clocks_mhz: dict[str, float]
    """Workload -> clock of its cores."""
    generator: str
    """Digest of what makes cores: cycles depend on it."""


@dataclass(frozen=True, kw_only=True)
class LoggedRow:
    """A row, or why there is none."""

    index: int
    cores: int
    figures: dict[str, Any] | None
    """Fields of `Outcome` but its setup; None: left out."""
    note: str = ""


class RowLog:
    """Rows that are done.

    Parameters
    ----------
    folder : Path, optional
        Made if it is not there. None: nothing is kept.
    settings : AllocationSettings

    Raises
    ------
    ValueError
        If the folder holds rows of other settings, or damaged ones.
    """

    def __init__(self, folder: Path | None, settings: AllocationSettings) -> None:
        self._folder = folder
        self._log: EpochLog[LoggedRow] | None = None
        if folder is not None:
            self._log = EpochLog(
                folder, settings, kind=KIND, read_epoch=lambda record: LoggedRow(**record)
            )

    @property
    def num_done(self) -> int:
        """Rows of earlier runs and this one."""
        return 0 if self._log is None else len(self._log.epochs)

    def cpu_times(self, measure: Callable[[], CpuTimes]) -> CpuTimes:
        """Return the CPU times of the folder's first run, or measure them."""
        path = None if self._folder is None else self._folder / CPU_FILE
        if path is not None and path.exists():
            try:
                data = parse_json(path.read_text(), format=CPU_KIND[0], version=CPU_KIND[1])
                return CpuTimes(
                    single=tuple(data["single"]), joint=tuple(map(tuple, data["joint"]))
                )
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}: must be times of a CPU, whole ({error})") from None
        times = measure()
        if path is not None:
            data = {"format": CPU_KIND[0], "version": CPU_KIND[1], **dataclasses.asdict(times)}
            unfinished = path.with_name(f".{path.name}.partial")
            unfinished.write_text(json.dumps(data) + "\n")
            unfinished.replace(path)
        return times

    def row(
        self, index: int, setup: Setup, make: Callable[[], tuple[Outcome | None, str]]
    ) -> tuple[Outcome | None, str]:
        """Return a row and a note on it, from the log or made now.

        Parameters
        ----------
        index : int
            Rows come in order.
        setup : Setup
        make : function
            Returns the row, or None and why there is none.
        """
        if self._log is not None and index < len(self._log.epochs):
            logged = self._log.epochs[index]
            return _outcome(logged, setup), logged.note
        found, note = make()
        if self._log is not None:
            self._log.append(
                LoggedRow(
                    index=index,
                    cores=setup.cores if found is None else found.setup.cores,
                    figures=None if found is None else _figures(found),
                    note=note,
                )
            )
        return found, note


def _figures(found: Outcome) -> dict[str, Any]:
    figures = {name: value for name, value in vars(found).items() if name != "setup"}
    for name in INTERVALS:
        if figures[name] is not None:
            figures[name] = dataclasses.asdict(figures[name])
    return figures


def _outcome(logged: LoggedRow, setup: Setup) -> Outcome | None:
    if logged.figures is None:
        return None
    figures = dict(logged.figures)
    for name in INTERVALS:
        if figures[name] is not None:
            figures[name] = Interval(**figures[name])
    return Outcome(setup=dataclasses.replace(setup, cores=logged.cores), **figures)
