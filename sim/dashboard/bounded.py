"""Curves and histograms of any length in a bounded number of points.

In: numbers as they come.   Out: as many points as a picture can show.
Next: `quantacore.sim.dashboard.live_state`.

Nothing that was counted is lost: where room runs out, neighbours are added up.
"""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import numpy as np

Point = TypeVar("Point")


class BoundedSeries(Generic[Point]):
    """Points in order, of which neighbours merge when there are too many.

    Parameters
    ----------
    most : int
        Points, even, at least 2.
    merge : function
        Makes one of two neighbours.

    Examples
    --------
    >>> series = BoundedSeries(4, lambda a, b: a + b)
    >>> for _ in range(9):
    ...     series.add(1)
    >>> series.points
    [4, 4, 1]
    """

    def __init__(self, most: int, merge: Callable[[Point, Point], Point]) -> None:
        self._most = most
        self._merge = merge
        self._whole: list[Point] = []
        self._open: Point | None = None
        self._in_open = 0
        self._per_point = 1

    def add(self, point: Point) -> None:
        """Add a point at the end."""
        self._open = point if self._open is None else self._merge(self._open, point)
        self._in_open += 1
        if self._in_open < self._per_point:
            return
        self._whole.append(self._open)
        self._open, self._in_open = None, 0
        if len(self._whole) == self._most:
            pairs = zip(self._whole[::2], self._whole[1::2], strict=True)
            self._whole = [self._merge(first, second) for first, second in pairs]
            self._per_point *= 2

    @property
    def points(self) -> list[Point]:
        """All points, the last of which may be of fewer than the others."""
        return self._whole + ([] if self._open is None else [self._open])


class BoundedHistogram:
    """Counts of whole numbers from 0 on, in bins that get wider as numbers get larger.

    Parameters
    ----------
    num_bins : int
        Even.

    Attributes
    ----------
    largest : int
        Number that was added; -1 before the first.

    Examples
    --------
    >>> histogram = BoundedHistogram(4)
    >>> histogram.add([(1, 5), (6, 2)])
    >>> histogram.width, histogram.counts.tolist(), histogram.quantile(0.5)
    (2, [5, 0, 0, 2], 1)
    """

    def __init__(self, num_bins: int) -> None:
        self.width = 1
        self.counts = np.zeros(num_bins, np.int64)
        self.largest = -1

    def add(self, numbers: Iterable[tuple[int, int]]) -> None:
        """Count pairs of a number, at least 0, and how often it came."""
        for value, times in numbers:
            while value >= self.width * len(self.counts):
                pairs = self.counts.reshape(-1, 2).sum(axis=1)
                self.counts = np.concatenate([pairs, np.zeros_like(pairs)])
                self.width *= 2
            self.counts[value // self.width] += times
            self.largest = max(self.largest, value)

    @property
    def total(self) -> int:
        """Numbers that were counted."""
        return int(self.counts.sum())

    def quantile(self, share: float) -> int | None:
        """Return the end of the bin in which a share of all numbers is reached.

        None if nothing was counted.
        """
        if not self.total:
            return None
        at = int(np.searchsorted(np.cumsum(self.counts), share * self.total))
        return min((at + 1) * self.width - 1, self.largest)

    def to_page(self) -> dict[str, Any]:
        """Return what the page draws: bins up to the last one that holds something."""
        used = int(np.flatnonzero(self.counts)[-1]) + 1 if self.total else 0
        return {
            "starts": (np.arange(used) * self.width).tolist(),
            "width": self.width,
            "counts": self.counts[:used].tolist(),
            "total": self.total,
            "p50": self.quantile(0.5),
            "p99": self.quantile(0.99),
            "p999": self.quantile(0.999),
            "max": self.largest if self.total else None,
        }
