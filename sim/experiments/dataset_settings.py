"""What a simulated data set is made of, and which run is in which split.

In: numbers and names.   Out: `DatasetSettings`, checked.
Next: `quantacore.sim.experiments.dataset`.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import check_passes
from quantacore.golden.noise.regimes import REGIMES
from quantacore.golden.source.sampling import check_sampling
from quantacore.sim.experiments.dataset_schema import RunName

SEEDS_PER_CYCLE = 4
"""Of as many seeds in a row, one is for tests, one for validation, the rest for training."""


@dataclass(frozen=True, kw_only=True)
class DatasetSettings:
    """What is simulated.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    distance: int = 3
    rounds: int = 9
    p: float = 0.003
    """Noise strength of the model, whose weights the decoder has."""
    regimes: tuple[str, ...] = tuple(REGIMES)
    held_out: tuple[str, ...] = ("calibration", "mixture")
    """Regimes that are in the test split alone."""
    seeds: int = 8
    """Runs of each regime, with seeds 0, 1, 2 ..."""
    epochs: int = 60
    """Of each run."""
    shots: int = 2_000
    """Of an epoch that are decoded, evenly chosen from those that go by."""
    epoch_s: float = 10.0
    passes: int = DEFAULT_PASSES

    def __post_init__(self) -> None:
        for name in ("regimes", "held_out"):
            chosen = getattr(self, name)
            for regime in chosen:
                if regime not in REGIMES:
                    raise ValueError(
                        f"{name} must be among {', '.join(REGIMES)}, but has {regime!r}"
                    )
            if len(set(chosen)) != len(chosen):
                raise ValueError(f"{name} must name no regime twice: {', '.join(chosen)}")
        if not self.regimes:
            raise ValueError("regimes must be at least one, but are none")
        for name in ("seeds", "epochs", "rounds"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if not self.epoch_s * 1e6 >= 1:
            raise ValueError(f"epoch_s must be at least a round of 1e-6 s, not {self.epoch_s}")
        if not 0 < self.p <= 0.5:
            raise ValueError(
                f"p must be in (0, 0.5], not {self.p}: noise that is not there cannot drift"
            )
        check_passes(self.passes)
        check_sampling(self.shots, None)
        rotated_memory(distance=self.distance, p=self.p, rounds=self.rounds)

    @property
    def runs(self) -> tuple[RunName, ...]:
        """The runs, seed by seed: the first finished ones are of all regimes."""
        return tuple(
            RunName(regime=regime, seed=seed, split=self.split_of(regime, seed))
            for seed in range(self.seeds)
            for regime in self.regimes
        )

    def split_of(self, regime: str, seed: int) -> str:
        """Return the split of a run: more seeds or regimes do not change it."""
        place = seed % SEEDS_PER_CYCLE
        if regime in self.held_out or place == SEEDS_PER_CYCLE - 1:
            return "test"
        return "validation" if place == SEEDS_PER_CYCLE - 2 else "train"

    def shared(self) -> dict[str, Any]:
        """Return what all runs must have in common: all but which runs there are."""
        data = dataclasses.asdict(self)
        del data["regimes"], data["seeds"]
        return {n: list(v) if isinstance(v, tuple) else v for n, v in data.items()}
