"""Where a bench measures: one setting of an experiment, and how files name it.

In: distance, noise strength, basis.   Out: `Point`, its fields in a file's metadata.
Next: `quantacore.sim.experiments.accuracy`, `quantacore.sim.experiments.latency`.
"""

from dataclasses import dataclass

BASES = ("X", "Z")
"""Of preparation and readout."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One setting of the rotated memory experiment.

    Raises
    ------
    ValueError
        If a field is out of range.
    """

    distance: int
    """Odd, at least 3."""
    p: float
    """Noise strength, in (0, 0.5]."""
    basis: str = "Z"
    """Of preparation and readout, X or Z."""
    shots: int | None = None
    """At least 1; None for as many as it takes."""
    rounds: int | None = None
    """Of syndrome measurement, at least 2; None for as many as the distance."""

    def __post_init__(self) -> None:
        if self.distance < 3 or self.distance % 2 == 0:
            raise ValueError(f"Distance must be odd and at least 3, not {self.distance!r}")
        if not 0 < self.p <= 0.5:
            raise ValueError(f"Noise strength must be in (0, 0.5], not {self.p!r}")
        if self.basis not in BASES:
            raise ValueError(f"Basis must be one of X and Z, not {self.basis!r}")
        if self.shots is not None and self.shots < 1:
            raise ValueError(f"Number of shots must be at least 1, not {self.shots!r}")
        if self.rounds is not None and self.rounds < 2:
            raise ValueError(f"Number of rounds must be at least 2, not {self.rounds!r}")

    @property
    def num_rounds(self) -> int:
        """Rounds of syndrome measurement."""
        return self.distance if self.rounds is None else self.rounds

    @property
    def metadata(self) -> dict[str, object]:
        """Fields for a file, named as in sinter's examples."""
        return {"d": self.distance, "r": self.num_rounds, "p": self.p, "basis": self.basis}


def point_from_metadata(metadata: dict[str, object]) -> Point:
    """Return the point that a file's row was counted at.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the row is not one of ours.
    """
    distance, rounds = (int(str(metadata[name])) for name in ("d", "r"))
    return Point(
        distance=distance,
        p=float(str(metadata["p"])),
        basis=str(metadata["basis"]),
        rounds=None if rounds == distance else rounds,
    )
