"""Predict by an exponentially weighted moving average of counts: the opponent to beat.

In: counts of an epoch.   Out: `Prediction`.   Next: `quantacore.host.predict.change_point`.
"""

import numpy as np

from quantacore.host.predict.group_predictor import require_above_zero
from quantacore.host.predict.pooled_counts import PooledCountsPredictor


class MovingAverage(PooledCountsPredictor):
    """Counts and exposures fade alike, so that a long gap leads back to the model.

    Parameters
    ----------
    memory_s : float
        Time in which a count falls to 1/e of its worth. Above 0.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        memory_s: float,
        prior_deviation: float = 1.0,
        spread: float = 0.0,
    ) -> None:
        super().__init__(num_groups, prior_deviation=prior_deviation, spread=spread)
        require_above_zero(memory_s=memory_s)
        self.memory_s = memory_s

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        kept = np.exp(-elapsed_s / self.memory_s)
        self.counts = kept * self.counts + counts
        self.exposures = kept * self.exposures + exposures
