"""Learn a log ratio from a Poisson count: the one step that all predictors share.

In: what was known of log ratios (mean, variance), counts, exposures.   Out: `Posterior`.
Next: `quantacore.host.predict.group_predictor`.

A log ratio ``x`` is normal beforehand, a count Poisson with mean ``exposure * exp(x)``. Mean and
variance of ``x`` given the count, and the probability of the count, are integrals over ``x``; they
are done by Gauss-Hermite quadrature around the mode (Liu & Pierce, Biometrika 81, 624, 1994), which
holds for a count of 0 as well as for thousands. Counts need not be whole: faded ones are not.
"""

from dataclasses import dataclass

import numpy as np

NUM_NODES = 12
NEWTON_STEPS = 40
"""At most; the steps converge from above without overshooting."""
TOLERANCE = 1e-3
"""Of the mode, in its own units: the quadrature only needs to be around it."""
LARGEST_EXPONENT = 700.0
"""Below the largest of float64."""

_NODES, _WEIGHTS = np.polynomial.hermite.hermgauss(NUM_NODES)
_LOG_WEIGHTS = np.log(_WEIGHTS) + _NODES**2


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """What is known after a count. All: ``float64``, of the shape of the counts."""

    mean: np.ndarray
    variance: np.ndarray
    """Above 0."""
    log_evidence: np.ndarray
    """Natural logarithm of how likely the count was; 0 without exposure."""


def poisson_posterior(
    mean: np.ndarray, variance: np.ndarray, counts: np.ndarray, exposures: np.ndarray
) -> Posterior:
    """Return what is known of log ratios after counts.

    Parameters
    ----------
    mean, variance : float, any shape
        Of the log ratio before; the variance is above 0.
    counts : float, same shape
        At least 0.
    exposures : float, same shape
        Counts expected at a log ratio of 0. Where it is 0, nothing is learnt.
    """
    seen = exposures > 0
    counts = np.where(seen, counts, 0.0)
    log_exposures = np.log(np.where(seen, exposures, 1.0))
    mode = _mode(mean, variance, counts, log_exposures)
    spread = np.sqrt(2 / (1 / variance + _rate(mode, log_exposures)))
    places = mode + spread * _NODES.reshape(-1, *(1,) * np.ndim(mode))
    logs = (
        counts * (places + log_exposures)
        - _rate(places, log_exposures)
        - (places - mean) ** 2 / (2 * variance)
        + _LOG_WEIGHTS.reshape(-1, *(1,) * np.ndim(mode))
    )
    highest = logs.max(axis=0)
    weights = np.exp(logs - highest)
    total = weights.sum(axis=0)
    new_mean = (weights * places).sum(axis=0) / total
    new_variance = (weights * (places - new_mean) ** 2).sum(axis=0) / total
    evidence = highest + np.log(total * spread) - 0.5 * np.log(2 * np.pi * variance)
    return Posterior(
        mean=np.where(seen, new_mean, mean),
        variance=np.where(seen, new_variance, variance),
        log_evidence=np.where(seen, evidence - log_factorial(counts), 0.0),
    )


def log_factorial(counts: np.ndarray) -> np.ndarray:
    """Return ``ln(counts!)`` for counts of at least 0, by Stirling's series.

    Examples
    --------
    >>> log_factorial(np.array([0.0, 5.0])).round(6)
    array([0.      , 4.787492])
    """
    shifted = counts + 8.0
    shift = sum(np.log(counts + step) for step in range(1, 9))
    series = 1 / (12 * shifted) - 1 / (360 * shifted**3) + 1 / (1260 * shifted**5)
    result: np.ndarray = (
        (shifted + 0.5) * np.log(shifted) - shifted + 0.5 * np.log(2 * np.pi) + series - shift
    )
    return result


def _rate(places: np.ndarray, log_exposures: np.ndarray) -> np.ndarray:
    rate: np.ndarray = np.exp(np.minimum(places + log_exposures, LARGEST_EXPONENT))
    return rate


def _mode(
    mean: np.ndarray, variance: np.ndarray, counts: np.ndarray, log_exposures: np.ndarray
) -> np.ndarray:
    """Return where the posterior is highest: root of a convex, rising function of the place."""
    # Beyond the root, from where Newton's steps fall monotonically: the mean if the count is below
    # what it says, else the place of the count by itself.
    own = np.log(np.maximum(counts, 1e-300)) - log_exposures
    place = np.maximum(mean, own)
    for _ in range(NEWTON_STEPS):
        rate = _rate(place, log_exposures)
        step = (place - mean - variance * (counts - rate)) / (1 + variance * rate)
        place = place - step
        if np.abs(step).max(initial=0.0) < TOLERANCE:
            break
    return place
