"""Intervals of figures of one long run, whose values depend on each other.

In: values in the order of time.   Out: `Interval`, 95 %.
Next: `quantacore.sim.allocation.outcome`, `quantacore.sim.allocation.checks`.

Means: batch means. Quantiles: order statistics, as far from the quantile's own rank as the number
of values above it varies between batches, but at least as if values were independent. Both with
Student's t. Sources: Law & Kelton, Operations Research 32, 1221 (1984); Heidelberger & Lewis,
Operations Research 32, 185 (1984), who do the same for dependent sequences.
"""

import math
from collections.abc import Sequence

import numpy as np

from quantacore.golden.metrics import Interval
from quantacore.sim.scale.power_law import student_quantile

BATCHES = 20
"""Stretches of a run, as long as each other."""


def batch_error(values: np.ndarray) -> float:
    """Return the standard error of a mean from the means of `BATCHES` stretches."""
    means = [part.mean() for part in np.array_split(values, BATCHES)]
    return float(np.std(means, ddof=1)) / math.sqrt(BATCHES)


def mean_interval(values: Sequence[float] | np.ndarray) -> Interval:
    """Return the mean of a run; without end if there are fewer than two values a batch.

    Examples
    --------
    >>> f"{mean_interval([1.0, 2.0] * 40):.1f}"
    '1.5 [1.5, 1.5]'
    """
    array = np.asarray(values, np.float64)
    mean = float(array.mean()) if len(array) else math.nan
    if len(array) < 2 * BATCHES:
        return Interval(value=mean, low=-math.inf, high=math.inf)
    half = student_quantile(BATCHES - 1) * batch_error(array)
    return Interval(value=mean, low=mean - half, high=mean + half)


def quantile_interval(values: Sequence[float] | np.ndarray, share: float) -> Interval:
    """Return a quantile of a run; the ends are values that were seen.

    Parameters
    ----------
    values : sequence of float
        In the order of time.
    share : float
        Of the values that are below, in (0, 1).

    Returns
    -------
    Interval
        ``high`` is infinite if the run is too short to have values above it, and ``low`` if it is
        too short for batches.
    """
    if not 0 < share < 1:
        raise ValueError(f"Share must be in (0, 1), not {share!r}")
    array = np.asarray(values, np.float64)
    if not len(array):
        return Interval(value=math.nan, low=-math.inf, high=math.inf)
    quantile = float(np.quantile(array, share))
    if len(array) < 2 * BATCHES:
        return Interval(value=quantile, low=-math.inf, high=math.inf)
    # Batches as long as each other; a few values at the end are in none.
    above = (array > quantile)[: len(array) // BATCHES * BATCHES].reshape(BATCHES, -1).sum(axis=1)
    deviation = math.sqrt(max(BATCHES * float(above.var(ddof=1)), share * (1 - share) * len(array)))
    half = student_quantile(BATCHES - 1) * deviation
    in_order = np.sort(array)
    low, high = share * len(array) - half, share * len(array) + half
    return Interval(
        value=quantile,
        low=min(quantile, float(in_order[math.floor(low)])) if low >= 0 else -math.inf,
        high=max(quantile, float(in_order[math.ceil(high)]))
        if math.ceil(high) < len(array)
        else math.inf,
    )
