"""Predict that all stays as in the last epoch that was counted.

In: counts of an epoch.   Out: `Prediction`.   Next: `quantacore.host.predict.sliding_window`.
"""

import numpy as np

from quantacore.host.predict.pooled_counts import PooledCountsPredictor


class LastValue(PooledCountsPredictor):
    """The last counts of each group; a gap leaves them."""

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        seen = exposures > 0
        self.counts = np.where(seen, counts, self.counts)
        self.exposures = np.where(seen, exposures, self.exposures)
