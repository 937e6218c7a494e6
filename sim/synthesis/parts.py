"""ECP5 parts that a core can be placed on.

In: the user's choice.   Out: `Ecp5Part`.   Next: `quantacore.sim.synthesis.place_route`.
"""

from dataclasses import dataclass

_SMALL = ("CABGA256", "CSFBGA285", "CABGA381")
PACKAGES = {
    "12k": _SMALL,
    "25k": _SMALL,
    "45k": (*_SMALL, "CABGA554"),
    "85k": ("CSFBGA285", "CABGA381", "CABGA554", "CABGA756"),
}
"""Device -> packages that it comes in."""

COMBS = {"12k": 24288, "25k": 24288, "45k": 43848, "85k": 83640}
"""Device -> its TRELLIS_COMB; the open tools let a 12k use all of the 25k that it is."""

SPEEDS = (6, 7, 8)
"""Speed grades; 8 is the fastest."""


@dataclass(frozen=True, kw_only=True)
class Ecp5Part:
    """An ECP5; the default is the largest, in the package of common boards.

    Raises
    ------
    ValueError
        If there is no such part.
    """

    device: str = "85k"
    package: str = "CABGA381"
    speed: int = 6

    def __post_init__(self) -> None:
        if self.device not in PACKAGES:
            raise ValueError(f"Device must be one of {', '.join(PACKAGES)}, not {self.device!r}")
        packages = PACKAGES[self.device]
        if self.package not in packages:
            raise ValueError(
                f"Package of {self.device} must be one of {', '.join(packages)}, "
                f"not {self.package!r}"
            )
        if self.speed not in SPEEDS:
            raise ValueError(
                f"Speed grade must be one of {', '.join(map(str, SPEEDS))}, not {self.speed!r}"
            )

    @property
    def name(self) -> str:
        """As in tables."""
        return f"ECP5 {self.device} {self.package} speed {self.speed}"
