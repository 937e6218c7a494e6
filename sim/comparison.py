"""Compare what a core answered with what the golden model says, shot by shot.

In: two `DecodedShots` of the same shots.   Out: which shots differ, and in what.
Next: `quantacore.sim.cli.simulate`.
"""

from dataclasses import dataclass, replace

import numpy as np

from quantacore.golden.spec.config import COUNTER_BITS
from quantacore.golden.spec.results import DecodedShots

FIELDS = (
    "unmatched",
    "predictions",
    "corrections",
    "growth_steps",
    "passes",
    "volumes",
    "contested",
)
"""What must be equal bit for bit; cycles are hardware's own."""

MOST_GROWTH_STEPS = (1 << COUNTER_BITS) - 1
"""Where a core's counter of growth steps stops; the golden model counts on."""


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """One field of one shot in which the core differs."""

    shot: int
    field: str
    """One of `FIELDS`."""
    expected: str
    found: str

    def __str__(self) -> str:
        return f"shot {self.shot}: {self.field} {self.found}, golden says {self.expected}"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Result for a batch of shots."""

    mismatching: np.ndarray
    """``bool``, shape ``(num_shots,)``: the shot differs in at least one field."""
    first: tuple[Mismatch, ...]
    """The first few, in order of shots."""


def compare_shots(
    found: DecodedShots, expected: DecodedShots, *, first_shot: int = 0, most: int = 10
) -> Comparison:
    """Compare every field that both sides have.

    Parameters
    ----------
    found, expected : DecodedShots
        Answers of the core and of the golden model. Corrections are left out of the comparison if
        either side has none. Growth steps are expected to stop at `MOST_GROWTH_STEPS`.
    first_shot : int
        Index of the first shot, for the messages.
    most : int
        How many mismatches to describe.

    Raises
    ------
    ValueError
        If the numbers of shots differ.
    """
    num_shots = len(expected.predictions)
    if len(found.predictions) != num_shots:
        raise ValueError(f"Core must answer {num_shots} shots, not {len(found.predictions)}")
    saturated = np.minimum(expected.growth_steps, MOST_GROWTH_STEPS)
    expected = replace(expected, growth_steps=saturated)
    differs: dict[str, np.ndarray] = {}
    for name in FIELDS:
        ours, theirs = getattr(found, name), getattr(expected, name)
        if ours is not None and theirs is not None:
            differs[name] = (ours != theirs).reshape(num_shots, -1).any(axis=1)
    mismatching = np.zeros(num_shots, np.bool_)
    for different in differs.values():
        mismatching |= different
    first: list[Mismatch] = []
    for shot in np.flatnonzero(mismatching)[:most].tolist():
        first += [
            Mismatch(
                shot=first_shot + shot,
                field=name,
                expected=_shown(getattr(expected, name)[shot]),
                found=_shown(getattr(found, name)[shot]),
            )
            for name, different in differs.items()
            if different[shot]
        ]
    return Comparison(mismatching=mismatching, first=tuple(first[:most]))


def _shown(value: np.ndarray) -> str:
    """Packed rows as their set bits, scalars as they are."""
    if np.ndim(value) == 0:
        return str(value)
    return str(np.flatnonzero(np.unpackbits(value, bitorder="little")).tolist())
