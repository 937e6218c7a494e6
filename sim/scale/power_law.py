"""How something grows with size: a power of it, fitted on logarithms, with intervals.

In: sizes and values, maybe of several kinds that share the power.   Out: `PowerLaw`.
Next: `quantacore.sim.scale.figures`.

Intervals are those of least squares with Student's t: few points make them wide. With no point to
spare there is none, and it says so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.metrics import DEFAULT_CONFIDENCE, Interval


@dataclass(frozen=True, kw_only=True)
class PowerLaw:
    """``value = factor * size ** exponent``."""

    coefficients: np.ndarray
    """Exponent, then the logarithm of each kind's factor."""
    covariance: np.ndarray | None
    """None: no point to spare, so no interval is known."""
    deviation: float
    """Standard deviation of ln(value) about the fit; 0 if unknown."""
    quantile: float
    """Of Student's t, for the interval."""
    points: int

    @property
    def exponent(self) -> Interval:
        """With its interval; without end if none is known."""
        value = float(self.coefficients[0])
        half = math.inf
        if self.covariance is not None:
            half = self.quantile * math.sqrt(self.covariance[0, 0])
        return Interval(value=value, low=value - half, high=value + half)

    def predict(self, size: float, *, kind: int = 0) -> Interval:
        """Return the value at a size, with the interval of a single new value there."""
        row = np.zeros(len(self.coefficients))
        row[0] = math.log(size)
        row[1 + kind] = 1
        log = float(row @ self.coefficients)
        if self.covariance is None:
            return Interval(value=math.exp(log), low=0.0, high=math.inf)
        variance = float(row @ self.covariance @ row) + self.deviation**2
        half = self.quantile * math.sqrt(variance)
        low, high = (math.exp(min(end, 700.0)) for end in (log - half, log + half))
        return Interval(value=math.exp(log), low=low, high=high)


def fit_power_law(
    sizes: Sequence[float], values: Sequence[float], kinds: Sequence[int] | None = None
) -> PowerLaw | None:
    """Fit a power law; None if there are not two sizes of one kind.

    Parameters
    ----------
    sizes, values : sequence of float
        Above 0, equally many.
    kinds : sequence of int, optional
        Of each value, from 0 on: kinds have their own factor and share the exponent.

    Examples
    --------
    >>> law = fit_power_law([1, 2, 4, 8], [3, 6, 12, 24])
    >>> round(law.exponent.value, 6), round(law.predict(16).value, 6)
    (1.0, 48.0)
    """
    kinds = [0] * len(sizes) if kinds is None else list(kinds)
    of_kind: dict[int, set[float]] = {}
    for size, kind in zip(sizes, kinds, strict=True):
        of_kind.setdefault(kind, set()).add(size)
    if not any(len(different) > 1 for different in of_kind.values()):
        return None
    rows = np.zeros((len(kinds), 2 + max(kinds)))
    rows[:, 0] = np.log(sizes)
    rows[np.arange(len(kinds)), 1 + np.array(kinds)] = 1
    logs = np.log(values)
    coefficients = np.linalg.lstsq(rows, logs, rcond=None)[0]
    spare = len(kinds) - rows.shape[1]
    covariance, deviation, quantile = None, 0.0, math.nan
    if spare > 0:
        deviation = math.sqrt(float(((logs - rows @ coefficients) ** 2).sum()) / spare)
        covariance = np.linalg.inv(rows.T @ rows) * deviation**2
        quantile = student_quantile(spare)
    return PowerLaw(
        coefficients=coefficients,
        covariance=covariance,
        deviation=deviation,
        quantile=quantile,
        points=len(kinds),
    )


def student_quantile(freedom: int, confidence: float = DEFAULT_CONFIDENCE) -> float:
    """Return how many standard errors a two-sided interval reaches, of Student's t.

    Examples
    --------
    >>> round(student_quantile(1), 2), round(student_quantile(10), 3)
    (12.71, 2.228)
    """
    # t = sqrt(freedom) tan(angle) turns the distribution into a power of the cosine.
    angles = np.linspace(0, math.pi / 2, 200_001)
    density = np.cos(angles) ** (freedom - 1)
    share = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    angle = float(np.interp(confidence, share / share[-1], angles))
    return math.sqrt(freedom) * math.tan(angle)
