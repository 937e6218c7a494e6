"""Codes that fit a machine: every family, distance and number of photons within the budget.

In: `Hardware`.   Out: `Candidate` records.
Next: `quantacore.sim.choice.counts`.

Odd distances alone, but for the honeycomb code, which has none: an even distance of the others
corrects no more errors than the odd one before. Rectangles where phases flip more often than
bits.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from quantacore.golden.codes.cat import best_photons
from quantacore.golden.codes.families import FAMILIES, family_named
from quantacore.golden.codes.family import Distances, Resources
from quantacore.sim.choice.hardware import Cat, Hardware, Qubits

RECTANGULAR = ("rotated", "xzzx_planar")
"""Families that gain by a longer side; in `xzzx` Z runs along diagonals, which gain nothing."""
LEAST_BIAS = 2.0
"""Bias eta from which on rectangles are tried."""
LONGEST = 4
"""A side is at most so many times as long as the other."""
MOST_DISTANCE = 51
LOGICAL_QUBITS = {"gkp_toric": 2, "honeycomb": 2}
"""Of families on a torus; all others have one."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One code that could be built."""

    family: str
    distances: Distances
    photons: float | None = None
    """Of cat qubits."""

    @property
    def resources(self) -> Resources:
        """Qubits or modes, gates, measurements."""
        return family_named(self.family).resources(self.distances)

    @property
    def rounds(self) -> int:
        """Of a shot: as many as the larger distance, at least 2."""
        return max(*self.distances, 2)

    @property
    def logical_qubits(self) -> int:
        """That it stores."""
        return LOGICAL_QUBITS.get(self.family, 1)

    @property
    def size(self) -> str:
        """Both distances, or the one that there is."""
        d_x, d_z = self.distances
        return f"{d_x}" if d_x == d_z else f"{d_x} x {d_z}"

    @property
    def name(self) -> str:
        """For people."""
        photons = "" if self.photons is None else f", n = {self.photons:g}"
        return f"{self.family} {self.size}{photons}"


def candidates(hardware: Hardware, *, families: tuple[str, ...] = ()) -> list[Candidate]:
    """Return all codes that fit.

    Parameters
    ----------
    hardware : Hardware
    families : tuple of str
        These alone; all that the hardware has qubits for if empty.

    Raises
    ------
    ValueError
        If nothing fits, or a family is unknown or needs other qubits.
    """
    for name in families:
        family_named(name)
        if hardware.section(name) is None:
            raise ValueError(
                f"Family {name} needs a section that {hardware.name} lacks: it has "
                f"{', '.join(hardware.sections)}"
            )
    chosen = families or tuple(name for name in FAMILIES if hardware.section(name) is not None)
    found = [code for name in chosen for code in _of_family(hardware, name)]
    if not found:
        least = min(Candidate(family=n, distances=_smallest(n)).resources.qubits for n in chosen)
        raise ValueError(
            f"budget must be at least {least} for the smallest code of {', '.join(chosen)}, "
            f"not {hardware.budget}"
        )
    return found


def _of_family(hardware: Hardware, name: str) -> Iterator[Candidate]:
    section = hardware.section(name)
    for distances in _distances(hardware, name):
        if not isinstance(section, Cat):
            yield Candidate(family=name, distances=distances)
            continue
        for photons in _photons(section, hardware.budget):
            yield Candidate(family=name, distances=distances, photons=photons)


def _distances(hardware: Hardware, name: str) -> Iterator[Distances]:
    section, smallest = hardware.section(name), _smallest(name)
    wide = name in RECTANGULAR and isinstance(section, Qubits) and section.eta >= LEAST_BIAS
    for d_x in range(smallest[0], MOST_DISTANCE + 1, 2):
        longest = min(LONGEST * d_x, MOST_DISTANCE) if wide else d_x
        for d_z in range(d_x, longest + 1, 2):
            distances = (d_x, d_z)
            if Candidate(family=name, distances=distances).resources.qubits > hardware.budget:
                if d_z == d_x:
                    return
                break
            yield distances


def _photons(section: Cat, budget: int) -> list[float]:
    """Return whole numbers around the best ones of the published formula, or the one given."""
    if section.photons:
        return [section.photons]
    longest = max(3, min((budget + 1) // 2, MOST_DISTANCE))
    best = [best_photons(k=min(section.ratio, 1.0), distance=d) for d in (3, longest)]
    least = max(2, math.floor(min(best)))
    # Idle qubits flip bits here and not in the formula: the best number may be one more.
    most = min(math.ceil(max(best)) + 1, math.floor(section.most_photons))
    return [float(n) for n in range(min(least, most), most + 1)] or [section.most_photons]


def _smallest(name: str) -> Distances:
    return (2, 2) if name == "honeycomb" else (3, 3)
