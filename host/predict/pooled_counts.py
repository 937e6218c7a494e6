"""Predict by counts that are added up: what last value, windows and averages have in common.

In: counts of an epoch.   Out: `Prediction`.
Next: `quantacore.host.predict.last_value`, `quantacore.host.predict.sliding_window`,
`quantacore.host.predict.moving_average`, `quantacore.host.predict.change_point`.
"""

import numpy as np

from quantacore.host.predict.group_predictor import GroupPredictor
from quantacore.host.predict.poisson_update import poisson_posterior


class PooledCountsPredictor(GroupPredictor):
    """Takes the log ratio as constant over the counts that it holds, whatever the horizon.

    A subclass says in `_learn` which counts those are.

    Attributes
    ----------
    counts, exposures : float64, shape ``(num_groups,)``
        Those that count at present.
    """

    def __init__(
        self, num_groups: int, *, prior_deviation: float = 1.0, spread: float = 0.0
    ) -> None:
        super().__init__(num_groups, prior_deviation=prior_deviation, spread=spread)
        self.counts = np.zeros(num_groups)
        self.exposures = np.zeros(num_groups)

    def _foresee(self, horizon_s: float) -> tuple[np.ndarray, np.ndarray]:
        known = poisson_posterior(
            np.zeros(self.num_groups),
            np.full(self.num_groups, self.prior_variance),
            self.counts,
            self.exposures,
        )
        return known.mean, known.variance
