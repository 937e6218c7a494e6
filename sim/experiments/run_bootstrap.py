"""Intervals over runs: epochs and groups of a run go together, runs are independent.

In: a number, or two, of each run.   Out: `Interval`.
Next: `quantacore.sim.experiments.prediction`.

Source: the percentile bootstrap (Efron & Tibshirani, 1993, chapter 13). With few runs it is too
narrow; the number of runs is always told beside it.
"""

from collections.abc import Sequence

import numpy as np

from quantacore.golden.metrics import DEFAULT_CONFIDENCE, Interval

RESAMPLES = 2_000


def mean_over_runs(values: Sequence[float] | np.ndarray, *, seed: int = 0) -> Interval:
    """Return the mean over runs with its 95 % interval; NaN values are left out.

    Parameters
    ----------
    values : sequence of float
        One of each run.
    seed : int
        Of the resampling.
    """
    return ratio_over_runs(values, np.ones(len(values)), seed=seed)


def ratio_over_runs(
    totals: Sequence[float] | np.ndarray, weights: Sequence[float] | np.ndarray, *, seed: int = 0
) -> Interval:
    """Return the sum of totals per sum of weights with its 95 % interval.

    Parameters
    ----------
    totals, weights : sequence of float
        One of each run; a run whose total is NaN is left out.
    seed : int
        Of the resampling.

    Returns
    -------
    Interval
        NaN without any weight.
    """
    both = np.column_stack([np.asarray(totals, float), np.asarray(weights, float)])
    both = both[np.isfinite(both).all(axis=1)]
    if not both[:, 1].sum() > 0:
        return Interval(value=float("nan"), low=float("nan"), high=float("nan"))
    chosen = np.random.default_rng(seed).integers(len(both), size=(RESAMPLES, len(both)))
    sums = both[chosen].sum(axis=1)
    sums = sums[sums[:, 1] > 0]
    outside = (1 - DEFAULT_CONFIDENCE) / 2
    low, high = np.quantile(sums[:, 0] / sums[:, 1], (outside, 1 - outside))
    value = both[:, 0].sum() / both[:, 1].sum()
    return Interval(value=float(value), low=float(low), high=float(high))
