"""Beyond what can be counted: how logical errors fall with distance, fitted, with intervals.

In: `Sample` records of one family, basis and machine.   Out: `Law`, which predicts.
Next: `quantacore.sim.choice.comparison`.

The rate per round is ``aspect * exp(a + g ln n + h (b + c ln s + e ln n))``, where
``h = ceil(faults / 2)`` errors make a logical one, a rectangle has as many more places for it than
a square as its other side is longer, and noise that is ``s`` times as strong, or more photons
``n`` of a cat, make each error likelier. Far below threshold ``c`` is 1, and ``b`` the logarithm
of physical error over threshold; all are fitted. Samples with stronger noise are needed where the
machine is too good to count its errors; all numbers of photons share a fit, or the best of them
would be the one with the luckiest. Shots without errors count too.

The fit is the maximum likelihood of binomial counts (iteratively reweighted least squares). Its
interval is wider by the scatter of the samples about the law, if that is more than by chance, and
by `DOUBT` for each order beyond what was seen: small codes do not tell all of larger ones
(`quantacore bench codes law` predicts codes from smaller ones, and counts them).

Source: form of the law as in Fowler et al., arXiv:1208.0928; McCullagh & Nelder, Generalized
Linear Models (1989).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from quantacore.golden.metrics import Interval, normal_deviate

SEEN = 10
"""Errors from which on a sample counts as seen; a law needs a few of those."""
LEAST_SAMPLES = 2
SATURATED = 0.25
"""Errors per shot from which on a sample says nothing of few errors."""
LEAST_GAIN = 2.0
"""Stronger noise under which one more order does not gain so much is near threshold: left out."""
DOUBT = 0.16
"""Standard deviation of ln(rate), for each order beyond those seen with the machine's noise."""
MOST_STEPS = 60
LEAST_RATE = 1e-300


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Errors at one distance and strength of noise."""

    faults: int
    """Fewest that make a logical error."""
    aspect: float
    """Length of the other side over that of its own."""
    rounds: int
    """Of a shot."""
    scale: float
    """Of the noise; 1: the machine's own."""
    shots: int
    errors: int
    photons: float = 1.0
    """Of cat qubits."""

    @property
    def order(self) -> int:
        """Errors that the decoder takes for the other side's."""
        return (self.faults + 1) // 2

    @property
    def is_seen(self) -> bool:
        """Has errors enough, and not too many."""
        return self.errors >= SEEN and self.errors < SATURATED * self.shots


class _Varied(NamedTuple):
    """What differs among the samples, besides the distance."""

    scale: bool
    photons: bool

    def row(self, *, order: int, scale: float, photons: float) -> np.ndarray:
        """Return what the coefficients are multiplied by."""
        knobs = [order * math.log(scale)] if self.scale else []
        knobs += [order * math.log(photons), math.log(photons)] if self.photons else []
        return np.array([1.0, order, *knobs])


@dataclass(frozen=True, kw_only=True)
class Law:
    """A fit that held for its samples."""

    coefficients: tuple[float, ...]
    """``a, b``, then ``c`` if noise was scaled, ``e`` and ``g`` if photons differ."""
    covariance: np.ndarray
    """``float64``, square; widened by the scatter."""
    scatter: float
    """Mean squared deviation of the samples, 1 by chance."""
    faults: tuple[int, ...]
    """Of the samples, sorted."""
    scales: tuple[float, ...]
    varied: _Varied
    seen_order: int
    """Largest that was seen with the machine's own noise; 0: none."""

    def suppression(self, *, photons: float = 1.0) -> float:
        """Return the factor by which errors fall if one more is corrected: Lambda."""
        step = self._row(faults=3, photons=photons) - self._row(faults=1, photons=photons)
        return math.exp(-float(step @ self.coefficients))

    def predict(self, *, faults: int, aspect: float = 1.0, photons: float = 1.0) -> Interval:
        """Return the rate per round on the machine, with its 95 % interval, at most 0.5."""
        row = self._row(faults=faults, photons=photons)
        log = float(row @ self.coefficients) + math.log(aspect)
        beyond = DOUBT * max(0, (faults + 1) // 2 - self.seen_order)
        variance = max(float(row @ self.covariance @ row), 0.0) + beyond**2
        half = normal_deviate(0.95) * math.sqrt(variance)
        value, low, high = (
            min(math.exp(min(each, 0.0)), 0.5) for each in (log, log - half, log + half)
        )
        return Interval(value=value, low=low, high=high)

    def describe(self, *, photons: float = 1.0) -> str:
        """Return the fit in words."""
        scaled = f", noise up to {max(self.scales):g} times" if max(self.scales) > 1 else ""
        return (
            f"fit to faults {', '.join(map(str, self.faults))}{scaled}; "
            f"Lambda {self.suppression(photons=photons):.3g}, scatter {self.scatter:.2g}"
        )

    def _row(self, *, faults: int, photons: float) -> np.ndarray:
        return self.varied.row(order=(faults + 1) // 2, scale=1.0, photons=photons)


def _below_threshold(samples: Sequence[Sample]) -> list[Sample]:
    """Leave out stronger noise from which on larger codes gain little: another law holds there."""
    kept = [sample for sample in samples if sample.shots]
    curves: dict[tuple[float, float], dict[int, list[float]]] = {}
    for sample in kept:
        rates = curves.setdefault((sample.scale, sample.photons), {})
        rate = sample.errors / sample.shots / sample.rounds / sample.aspect
        rates.setdefault(sample.order, []).append(rate)
    for (scale, photons), rates in curves.items():
        means = [float(np.mean(rates[order])) for order in sorted(rates)]
        if scale > 1 and any(b * LEAST_GAIN > a > 0 for a, b in pairwise(means)):
            kept = [s for s in kept if (s.scale, s.photons) != (scale, photons)]
    return kept


def _varied(samples: Sequence[Sample]) -> _Varied:
    return _Varied(
        scale=len({sample.scale for sample in samples}) > 1,
        photons=len({sample.photons for sample in samples}) > 1,
    )


def enough(samples: Sequence[Sample]) -> bool:
    """Tell whether a law can be fitted: a few samples seen, at two distances, and one to spare."""
    seen = [sample for sample in _below_threshold(samples) if sample.is_seen]
    orders = {sample.order for sample in seen}
    least = LEAST_SAMPLES + _varied(seen).scale + 2 * _varied(seen).photons
    # Seen with stronger noise alone: how errors fall to the machine's own is not known.
    anchored = any(s.scale == 1 for s in seen) or len({s.scale for s in seen}) > 1
    return len(orders) > 1 and len(seen) >= least and anchored


def too_few(samples: Sequence[Sample]) -> bool:
    """Tell whether stronger noise would help: no law yet, and the strongest is not too strong."""
    strongest = max((sample.scale for sample in samples), default=1.0)
    return not enough(samples) and any(
        sample.errors < SATURATED * sample.shots for sample in samples if sample.scale == strongest
    )


def fit_law(samples: Sequence[Sample]) -> Law | None:
    """Return the law, or None if the samples do not make one."""
    if not enough(samples):
        return None
    used = [s for s in _below_threshold(samples) if s.errors < SATURATED * s.shots]
    varied = _varied(used)
    rows = np.array([varied.row(order=s.order, scale=s.scale, photons=s.photons) for s in used])
    aspects = np.log([s.aspect for s in used])
    rounds, shots, errors = (
        np.array([getattr(s, name) for s in used], np.float64)
        for name in ("rounds", "shots", "errors")
    )
    # Start at the counts themselves, half an error where there is none.
    log_rates = np.log(np.maximum(errors, 0.5) / shots / rounds)
    coefficients = np.linalg.lstsq(rows, log_rates - aspects, rcond=None)[0]
    for _ in range(MOST_STEPS):
        log_rates = np.clip(rows @ coefficients + aspects, math.log(LEAST_RATE), math.log(0.4))
        rates = np.exp(log_rates)
        mean = -np.expm1(rounds * np.log1p(-2 * rates)) / 2
        slope = rounds * rates * np.exp((rounds - 1) * np.log1p(-2 * rates))
        weights = shots * slope**2 / (mean * (1 - mean))
        working = log_rates - aspects + (errors / shots - mean) / slope
        information = rows.T @ (weights[:, None] * rows)
        step = np.linalg.solve(information, rows.T @ (weights * working)) - coefficients
        coefficients = coefficients + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    else:
        return None
    spare = len(used) - len(coefficients)
    deviations = (errors - shots * mean) ** 2 / (shots * mean * (1 - mean))
    scatter = float(deviations.sum() / spare) if spare else 1.0
    return Law(
        coefficients=tuple(coefficients.tolist()),
        covariance=np.linalg.inv(information) * max(scatter, 1.0),
        scatter=scatter,
        faults=tuple(sorted({s.faults for s in used})),
        scales=tuple(sorted({s.scale for s in used})),
        varied=varied,
        seen_order=max((s.order for s in used if s.is_seen and s.scale == 1), default=0),
    )
