"""Predict by a Gaussian process for each group, in state-space form: O(1) for each epoch.

In: counts of an epoch.   Out: `Prediction`.   Next: `quantacore.host.predict.tuning`.

A log ratio is a constant of its own (hot qubits stay hot) plus a wander whose kernel is Matern-1/2
(Ornstein-Uhlenbeck) or Matern-3/2. Such a process is a linear stochastic differential equation, and
its regression a Kalman filter (Hartikainen & Saerkkae, MLSP 2010; Saerkkae & Solin, Applied
Stochastic Differential Equations, 2019, section 12.3). Counts are Poisson, not normal: each epoch's
update has the exact mean and variance under its count (assumed-density filtering), and the state
follows by regression on them.
"""

import math

import numpy as np

from quantacore.host.predict.group_predictor import GroupPredictor, require_above_zero
from quantacore.host.predict.poisson_update import poisson_posterior

ROUGHNESSES = (0.5, 1.5)


class GaussianProcess(GroupPredictor):
    """State of each group: constant, wander, and for Matern-3/2 the wander's slope.

    Parameters
    ----------
    wander_deviation : float
        Stationary standard deviation of the wander. Above 0.
    wander_time_s : float
        Length scale of its kernel. Above 0.
    roughness : float
        Of the Matern kernel: 0.5 (as diffusion) or 1.5 (once differentiable).
    prior_deviation : float
        Of the constant.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        wander_deviation: float,
        wander_time_s: float,
        roughness: float = 0.5,
        prior_deviation: float = 1.0,
        spread: float = 0.0,
    ) -> None:
        super().__init__(num_groups, prior_deviation=prior_deviation, spread=spread)
        require_above_zero(wander_deviation=wander_deviation, wander_time_s=wander_time_s)
        if roughness not in ROUGHNESSES:
            raise ValueError(f"roughness must be one of {ROUGHNESSES}, not {roughness!r}")
        self.roughness = roughness
        self.wander_time_s = wander_time_s
        variances = [self.prior_variance, wander_deviation**2]
        if roughness == 1.5:
            variances.append(3 * (wander_deviation / wander_time_s) ** 2)
        self._stationary = np.diag(variances)
        self._mean = np.zeros((len(variances), num_groups))
        self._covariance = np.repeat(self._stationary[:, :, np.newaxis], num_groups, axis=2)
        self._steps: dict[float, tuple[np.ndarray, np.ndarray]] = {}

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        mean, covariance = self._aged(elapsed_s)
        total, total_variance = _of_sum(mean, covariance)
        known = poisson_posterior(total, total_variance, counts, exposures)
        gain = covariance[:, :2].sum(axis=1) / total_variance
        self._mean = mean + gain * (known.mean - total)
        shrinks = known.variance - total_variance
        self._covariance = covariance + gain[:, np.newaxis] * gain[np.newaxis] * shrinks

    def _foresee(self, horizon_s: float) -> tuple[np.ndarray, np.ndarray]:
        return _of_sum(*self._aged(horizon_s))

    def _aged(self, time_s: float) -> tuple[np.ndarray, np.ndarray]:
        step, noise = self._step(time_s)
        covariance = np.einsum("ij,jkg,lk->ilg", step, self._covariance, step)
        return step @ self._mean, covariance + noise[:, :, np.newaxis]

    def _step(self, time_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Return transition and noise of a time; epochs are alike, so the last ones are kept."""
        if time_s not in self._steps:
            if len(self._steps) >= 16:
                self._steps.clear()
            step = _transition(time_s, self.wander_time_s, self.roughness)
            self._steps[time_s] = step, self._stationary - step @ self._stationary @ step.T
        return self._steps[time_s]


def _transition(time_s: float, scale_s: float, roughness: float) -> np.ndarray:
    if roughness == 0.5:
        return np.diag([1.0, math.exp(-time_s / scale_s)])
    rate = math.sqrt(3) / scale_s
    along = rate * time_s
    step = np.eye(3)
    step[1:, 1:] = math.exp(-along) * np.array([[1 + along, time_s], [-rate * along, 1 - along]])
    return step


def _of_sum(mean: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of constant plus wander, the variance safe from rounding."""
    variance = covariance[:2, :2].sum(axis=(0, 1))
    return mean[:2].sum(axis=0), np.maximum(variance, 1e-12)
