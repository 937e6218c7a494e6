"""Say how long shots take from a count of shots for each number of cycles.

In: cycles -> shots.   Out: mean, percentiles and maximum, with intervals.
Next: `quantacore.sim.experiments.latency`, `quantacore.sim.plots.cycles`.

Counts add up over batches and fit in a file; single shots need not be kept. Intervals of
percentiles are those of the binomial distribution's normal approximation on the ranks.
"""

import math
from collections.abc import Mapping

import numpy as np

from quantacore.golden.metrics import DEFAULT_CONFIDENCE, Interval, normal_deviate

PREFIX = "cycles="
"""Of the keys in sinter's ``custom_counts``: ``cycles=12`` counts the shots with 12 cycles."""


class CycleHistogram:
    """Shots by their number of cycles.

    Parameters
    ----------
    counts : mapping of int to int
        Cycles -> shots; at least one shot.

    Raises
    ------
    ValueError
        If there is no shot.

    Examples
    --------
    >>> histogram = CycleHistogram({2: 3, 10: 1})
    >>> histogram.mean, histogram.percentile(50), histogram.max
    (4.0, 2.0, 10)
    """

    def __init__(self, counts: Mapping[int, int]) -> None:
        seen = sorted((cycles, shots) for cycles, shots in counts.items() if shots)
        if not seen:
            raise ValueError("Histogram of cycles must have at least one shot, not none")
        self.cycles = np.array([cycles for cycles, _ in seen])
        """``int64``, increasing."""
        self.shots = np.array([shots for _, shots in seen])
        """``int64``, for each of ``cycles``."""
        self._up_to = np.cumsum(self.shots)

    @property
    def num_shots(self) -> int:
        """All shots."""
        return int(self._up_to[-1])

    @property
    def mean(self) -> float:
        """Mean number of cycles."""
        return float(self.cycles @ self.shots) / self.num_shots

    @property
    def max(self) -> int:
        """Most cycles seen."""
        return int(self.cycles[-1])

    @property
    def shares_above(self) -> np.ndarray:
        """For each of ``cycles``: share of shots that take more; the last is 0."""
        return 1 - self._up_to / self.num_shots

    def percentile(self, percent: float) -> float:
        """Return what `numpy.percentile` returns for the cycles of all shots."""
        rank = percent / 100 * (self.num_shots - 1)
        low = self._of_rank(math.floor(rank))
        return low + (self._of_rank(math.ceil(rank)) - low) * (rank - math.floor(rank))

    def mean_interval(self, confidence: float = DEFAULT_CONFIDENCE) -> Interval:
        """Return the mean with the interval of its standard error."""
        variance = float((self.cycles - self.mean) ** 2 @ self.shots) / max(self.num_shots - 1, 1)
        half = normal_deviate(confidence) * math.sqrt(variance / self.num_shots)
        return Interval(value=self.mean, low=self.mean - half, high=self.mean + half)

    def percentile_interval(
        self, percent: float, confidence: float = DEFAULT_CONFIDENCE
    ) -> Interval:
        """Return a percentile with its interval; the ends are numbers of cycles that were seen."""
        share, last = percent / 100, self.num_shots - 1
        half = normal_deviate(confidence) * math.sqrt(share * (1 - share) * self.num_shots)
        value = self.percentile(percent)
        return Interval(
            value=value,
            low=min(value, self._of_rank(max(0, math.floor(share * last - half)))),
            high=max(value, self._of_rank(min(last, math.ceil(share * last + half)))),
        )

    def _of_rank(self, rank: int) -> int:
        """Return the cycles of the shot with this place, from 0, in the order of cycles."""
        return int(self.cycles[np.searchsorted(self._up_to, rank, side="right")])


def histogram_from_counts(custom_counts: Mapping[str, int]) -> CycleHistogram:
    """Return the histogram in sinter's ``custom_counts``."""
    return CycleHistogram(
        {
            int(key.removeprefix(PREFIX)): shots
            for key, shots in custom_counts.items()
            if key.startswith(PREFIX)
        }
    )


def counts_of_cycles(cycles: np.ndarray) -> dict[str, int]:
    """Return ``custom_counts`` of some shots' cycles, which must be whole numbers from 0."""
    values, shots = np.unique(cycles, return_counts=True)
    return {f"{PREFIX}{value}": int(count) for value, count in zip(values, shots, strict=True)}
