"""What a loop over codes is told.

In: words of a command line.   Out: `CodeLoopSettings`, patches.
Next: `quantacore.sim.experiments.code_loop`.
"""

import re
from dataclasses import dataclass

from quantacore.golden.codes.patches import Patch
from quantacore.golden.decode.union_find import check_passes
from quantacore.golden.noise.regimes import REGIMES
from quantacore.golden.source.sampling import check_sampling
from quantacore.golden.spec.window import check_window
from quantacore.sim.experiments.loop_cores import CORES, RTL

BY_QUBITS, BY_EDGES = "qubits", "edges"
RATES = {
    BY_QUBITS: "corrections and events say how noisy each qubit is, and shots of that noise are "
    "sampled",
    BY_EDGES: "corrections say how noisy each edge is, and a bound of the likeliest paths follows",
}
MOST_CODES = 8
LEAST_HEIGHT = 3


@dataclass(frozen=True, kw_only=True)
class CodeLoopSettings:
    """What is run.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    codes: tuple[str, ...]
    """Members of the family: see `patch_named`. The core begins with the first."""
    target: float | None = None
    """Logical errors per shot that are good enough; None: twice those of the first code without
    drift."""
    switch_cost: float = 0.0
    """Logical errors per shot that a switch is taken to add: `CodeChoice`."""
    p: float = 0.003
    rounds: int = 9
    noise: str = "bursts"
    epochs: int = 12
    calm_epochs: int = 2
    shots: int = 5_000
    """Of an epoch."""
    looks: int = 5
    """At the counters in an epoch: each is an epoch of the policy."""
    epoch_s: float = 10.0
    passes: int = 1
    window: tuple[int, int] = (3, 3)
    """Rounds that a window commits, and looks ahead."""
    memory_shots: int = 20_000
    """Shots after which a count is worth 1/e, as is a factor that nobody counts any more."""
    enough_shots: int = 1_000
    """That a code must have counted before its counts are believed."""
    rates: str = BY_QUBITS
    """How rates are predicted: one of `RATES`."""
    core: str = RTL
    """One of `CORES`."""
    seed: int = 1

    def __post_init__(self) -> None:
        if not 2 <= len(self.codes) <= MOST_CODES or len(set(self.codes)) < len(self.codes):
            raise ValueError(
                f"Codes must be 2 to {MOST_CODES} different ones, not {', '.join(self.codes)}"
            )
        for name in self.codes:
            patch_named(name)
        if self.noise not in REGIMES:
            raise ValueError(f"Noise must be one of {', '.join(REGIMES)}, not {self.noise!r}")
        for name, value, known in (("Rates", self.rates, RATES), ("Core", self.core, CORES)):
            if value not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}")
        for name, least in (
            *(("epochs", 1), ("shots", 1), ("looks", 1), ("memory_shots", 1), ("enough_shots", 1)),
            *(("calm_epochs", 0), ("rounds", 2)),
        ):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")
        if self.shots < self.looks:
            raise ValueError(f"shots must be at least looks ({self.looks}), not {self.shots}")
        if not self.epoch_s > 0:
            raise ValueError(f"epoch_s must be above 0, not {self.epoch_s}")
        if not 0 < self.p <= 0.1:
            raise ValueError(f"p must be above 0 and at most 0.1, not {self.p}")
        if self.target is not None and not 0 < self.target <= 0.5:
            raise ValueError(f"target must be above 0 and at most 0.5, not {self.target}")
        if not self.switch_cost >= 0:
            raise ValueError(f"switch_cost must be at least 0, not {self.switch_cost}")
        check_passes(self.passes)
        check_window(commit_rounds=self.window[0], buffer_rounds=self.window[1])
        check_sampling(self.shots, self.seed)


def patch_named(name: str) -> Patch:
    """Return the patch of a name: WIDTHxHEIGHT data qubits, and +COLUMN+ROW of its corner.

    Raises
    ------
    ValueError
        If the name is not of this form, or its memory in basis z fails by less than
        `LEAST_HEIGHT` faults.

    Examples
    --------
    >>> patch_named("3x5+2+0")
    Patch(width=3, height=5, corner=(2, 0))
    """
    found = re.fullmatch(r"(\d{1,2})x(\d{1,2})(?:\+(\d{1,2})\+(\d{1,2}))?", name)
    if found is None:
        raise ValueError(f"Code must be as 3x5 or 3x5+2+0 (its corner), not {name!r}")
    width, height, column, row = (int(part or 0) for part in found.groups())
    patch = Patch(width=width, height=height, corner=(column, row))
    if height < LEAST_HEIGHT:
        raise ValueError(f"Code must be at least {LEAST_HEIGHT} data qubits high, not {name!r}")
    patch.memory(p=0.001, rounds=2)  # its complaint is a good one
    return patch


def box_around(patches: list[Patch]) -> Patch:
    """Return the patch from the lattice's corner on that holds others."""
    return Patch(
        width=max(patch.corner[0] + patch.width for patch in patches),
        height=max(patch.corner[1] + patch.height for patch in patches),
    )
