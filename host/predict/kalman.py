"""Predict by a Kalman filter: each log ratio walks at random.

In: counts of an epoch.   Out: `Prediction`.   Next: `quantacore.host.predict.gaussian_process`.

Source: R. E. Kalman, J. Basic Eng. 82, 35 (1960). Counts are not normal: the update is the exact
mean and variance under a Poisson count (`quantacore.host.predict.poisson_update`).
"""

import math

import numpy as np

from quantacore.host.predict.group_predictor import GroupPredictor
from quantacore.host.predict.poisson_update import poisson_posterior


class Kalman(GroupPredictor):
    """Mean and variance of each log ratio; the variance grows with time, up to the prior's.

    Parameters
    ----------
    walk_per_root_s : float
        Standard deviation of the walk in a second, at least 0.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        walk_per_root_s: float,
        prior_deviation: float = 1.0,
        spread: float = 0.0,
    ) -> None:
        super().__init__(num_groups, prior_deviation=prior_deviation, spread=spread)
        if not 0 <= walk_per_root_s < math.inf:
            raise ValueError(f"walk_per_root_s must be at least 0, not {walk_per_root_s!r}")
        self.walk_variance_per_s = walk_per_root_s**2
        self.mean = np.zeros(num_groups)
        self.variance = np.full(num_groups, self.prior_variance)

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        known = poisson_posterior(self.mean, self._aged(elapsed_s), counts, exposures)
        self.mean, self.variance = known.mean, known.variance

    def _foresee(self, horizon_s: float) -> tuple[np.ndarray, np.ndarray]:
        return self.mean, self._aged(horizon_s)

    def _aged(self, time_s: float) -> np.ndarray:
        return np.minimum(self.variance + self.walk_variance_per_s * time_s, self.prior_variance)
