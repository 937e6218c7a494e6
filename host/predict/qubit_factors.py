"""Predict by what each qubit's noise is multiplied by: few numbers behind all groups of edges.

In: counts of an epoch.   Out: `Prediction`; factors of qubits, ratios of single edges.
Next: `quantacore.host.predict.device` (which part of the noise makes which edge).

The log factors of qubits walk from epoch to epoch and drift back to the model. Steps have a
Student-t distribution: most are small, some are jumps. Counts of groups are Poisson around the sum
of their parts, with some excess. Mean and covariance of the log factors follow by Laplace's
approximation: Gauss-Newton steps to the likeliest factors, in turn with the variance of each
qubit's step, which a large step raises.

Without parts each group is a qubit of its own.

Source: robust filtering by scale mixtures as in Roth, Ozkan & Gustafsson, "A Student's t filter for
heavy tailed process and measurement noise", ICASSP 2013; here the scales of steps alone are free,
and are estimated by expectation maximisation.
"""

import math

import numpy as np

from quantacore.host.predict.device import NoiseParts
from quantacore.host.predict.group_predictor import (
    LARGEST_LOG_RATIO,
    LEAST_EXPOSURE,
    GroupPredictor,
    require_above_zero,
)

ROUNDS = 6
"""Of likeliest factors and variances of steps, in turn."""
NEWTON_STEPS = 20
"""At most."""
TOLERANCE = 1e-3
"""Of log factors: what is left is far below their deviations."""
LARGEST_STEP = 1.0
"""Of a log factor in a Newton step."""
LARGEST_RESIDUAL = 3.0
"""Counts beyond what is expected, relative to it, in a Newton step: steps stay short anyway."""


class QubitFactors(GroupPredictor):
    """Log factors of all qubits, normal with a full covariance.

    Parameters
    ----------
    parts : NoiseParts, optional
        Of the model. If not given, each group is a qubit of its own.
    walk_per_root_s : float
        Scale of steps per root of a second, above 0.
    memory_s : float
        Time in which a log factor goes back to 1/e, above 0.
    degrees : float
        Of freedom of the steps' distribution, above 0: few for jumps, many for a normal one.
    excess : float
        Standard deviation of the log of a count beside its Poisson noise, at least 0.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        parts: NoiseParts | None = None,
        walk_per_root_s: float,
        memory_s: float,
        degrees: float,
        excess: float = 0.0,
        prior_deviation: float = 1.0,
        spread: float = 0.0,
    ) -> None:
        super().__init__(num_groups, prior_deviation=prior_deviation, spread=spread)
        require_above_zero(walk_per_root_s=walk_per_root_s, memory_s=memory_s, degrees=degrees)
        if not 0 <= excess < math.inf:
            raise ValueError(f"excess must be at least 0, not {excess!r}")
        if parts is not None and len(parts.of_groups) != num_groups:
            raise ValueError(
                f"Parts must be of the {num_groups} groups, not {len(parts.of_groups)}"
            )
        self.parts = parts
        self.walk_per_root_s = walk_per_root_s
        self.memory_s = memory_s
        self.degrees = degrees
        self.excess = excess
        exponents = np.eye(num_groups) if parts is None else parts.exponents
        self._shares = np.eye(num_groups) if parts is None else parts.of_groups
        self._noisy = np.asarray(exponents.any(axis=0))
        self._exponents = exponents[:, self._noisy]
        size = int(self._noisy.sum())
        self._mean = np.zeros(size)
        self._covariance = self.prior_variance * np.eye(size)

    def log_factors(self, horizon_s: float = 0.0) -> np.ndarray:
        """Return what will be likeliest of each qubit: float64, shape ``(num_qubits,)``."""
        found = np.zeros(len(self._noisy))
        found[self._noisy] = self._fading(horizon_s) * self._mean
        return found

    def edge_ratios(self, log_factors: np.ndarray) -> np.ndarray:
        """Return how much likelier each edge is: float64, shape ``(num_edges,)``.

        Raises
        ------
        ValueError
            If it knows of no parts.
        """
        if self.parts is None:
            raise ValueError("Parts must be known to tell edges apart, but are not")
        ratios = self.parts.shares @ np.exp(self.parts.exponents @ log_factors)
        return np.clip(ratios, np.exp(-LARGEST_LOG_RATIO), np.exp(LARGEST_LOG_RATIO))

    def group_ratios(self, log_factors: np.ndarray) -> np.ndarray:
        """Return how much likelier each group is: float64, shape ``(num_groups,)``."""
        return np.exp(self._log_ratios(log_factors[self._noisy])[0])

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        before, before_covariance, scale = self._aged(elapsed_s)
        seen = exposures >= LEAST_EXPOSURE
        steps = np.full(len(before), scale)
        mean = before
        covariance = before_covariance + np.diag(steps)
        for _ in range(ROUNDS if scale else 1):
            precision = np.linalg.inv(before_covariance + np.diag(steps))
            mean, covariance = self._likeliest(
                mean, before, precision, counts[seen], exposures[seen], seen
            )
            if scale:
                # How much of the way from `before` each qubit went in this step, and how surely.
                taken = steps[:, np.newaxis] * precision
                stride = taken @ (mean - before)
                doubt = steps - np.diag(taken) * steps
                doubt += np.einsum("ij,jk,ik->i", taken, covariance, taken)
                steps = (self.degrees * scale + stride**2 + np.maximum(doubt, 0)) / (
                    self.degrees + 1
                )
        self._mean, self._covariance = mean, covariance

    def _likeliest(
        self,
        start: np.ndarray,
        before: np.ndarray,
        precision: np.ndarray,
        counts: np.ndarray,
        exposures: np.ndarray,
        seen: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the likeliest log factors given counts, and their covariance."""
        mean = start
        for _ in range(NEWTON_STEPS):
            logs, slopes = self._log_ratios(mean)
            slopes = slopes[seen]
            rates = exposures * np.exp(logs[seen])
            weights = 1 / (1 / np.maximum(rates, LEAST_EXPOSURE) + self.excess**2)
            away = np.minimum(counts / np.maximum(rates, LEAST_EXPOSURE) - 1, LARGEST_RESIDUAL)
            curvature = precision + slopes.T @ (weights[:, np.newaxis] * slopes)
            step = np.linalg.solve(
                curvature, slopes.T @ (weights * away) - precision @ (mean - before)
            )
            largest = float(np.abs(step).max(initial=0.0))
            step *= min(1.0, LARGEST_STEP / max(largest, TOLERANCE))
            mean = np.clip(mean + step, -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO)
            if largest < TOLERANCE:
                break
        return mean, np.linalg.inv(curvature)

    def _foresee(self, horizon_s: float) -> tuple[np.ndarray, np.ndarray]:
        mean, covariance, scale = self._aged(horizon_s)
        logs, slopes = self._log_ratios(mean)
        covariance = covariance + scale * np.eye(len(mean))
        return logs, np.einsum("gi,ij,gj->g", slopes, covariance, slopes)

    def _aged(self, time_s: float) -> tuple[np.ndarray, np.ndarray, float]:
        """Return mean and covariance after some time without counts, and the scale of the step.

        The step's variance, which is not in the covariance yet, is at most the prior's.
        """
        fading = self._fading(time_s)
        scale = min(self.walk_per_root_s**2 * time_s, self.prior_variance)
        return fading * self._mean, fading**2 * self._covariance, scale

    def _fading(self, time_s: float) -> float:
        return math.exp(-time_s / self.memory_s)

    def _log_ratios(self, log_factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return log ratios of groups, and their slopes: shape ``(num_groups, num_qubits)``."""
        made = self._shares * np.exp(self._exponents @ log_factors)
        ratios = made.sum(axis=1)
        return np.log(ratios), made @ self._exponents / ratios[:, np.newaxis]
