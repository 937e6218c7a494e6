"""What all error rates grew by together: of no concern to a decoder, so it is left out.

In: how much likelier corrections of each group of edges became.   Out: a factor.
Next: `quantacore.golden.adapt.estimate`.

If all rates double, corrections do not: some edges are then taken three times as often, others
hardly more. What a decoder does on shots of the model with doubled noise says by which power of a
common factor the corrections of each group change.
"""

import numpy as np

POWERS = (0.5, 4.0)
"""Least and greatest power of a common factor that a group's corrections change by."""
MOST_COMMON = 16.0
"""Greatest common factor that is believed; its inverse is the least."""


def powers_of_doubling(once: np.ndarray, doubled: np.ndarray, *, little: float) -> np.ndarray:
    """Return by which power of a common factor the corrections of each group change.

    Parameters
    ----------
    once, doubled : float, shape ``(num_groups,)``
        Corrections per shot on shots of the model, and on those of the model with doubled noise.
    little : float
        Above 0. Groups with fewer corrections than that change as all do.

    Returns
    -------
    float64, shape ``(num_groups,)``
        In `POWERS`; 1 if there are no corrections at all.

    Examples
    --------
    >>> powers_of_doubling(np.array([0.1, 0.2]), np.array([0.2, 0.8]), little=1e-9).round(3)
    array([1., 2.])
    """
    if not (once.sum() > 0 and doubled.sum() > 0):
        return np.ones(len(once))
    typical = doubled.sum() / once.sum()
    return np.clip(np.log2((doubled + typical * little) / (once + little)), *POWERS)


def common_factor(ratios: np.ndarray, *, powers: np.ndarray, weights: np.ndarray) -> float:
    """Return what all rates grew by: the median group's, which a few hot ones do not move.

    Parameters
    ----------
    ratios : float, shape ``(num_groups,)``
        Corrections relative to the model's, above 0.
    powers : float, shape ``(num_groups,)``
        `powers_of_doubling`.
    weights : float, shape ``(num_groups,)``
        What each group counts for, at least 0.

    Returns
    -------
    float
        In ``[1 / MOST_COMMON, MOST_COMMON]``; 1 if all weights are 0.

    Examples
    --------
    >>> common_factor(np.array([2, 4, 50.0]), powers=np.array([1, 2, 1]), weights=np.ones(3))
    2.0
    """
    seen = weights > 0
    if not seen.any():
        return 1.0
    factors = np.clip(ratios[seen] ** (1 / powers[seen]), 1 / MOST_COMMON, MOST_COMMON)
    order = np.argsort(factors)
    summed = np.cumsum(weights[seen][order])
    return float(factors[order][np.searchsorted(summed, summed[-1] / 2)])
