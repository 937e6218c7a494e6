"""Predict by all counts of the last so many seconds.

In: counts of an epoch.   Out: `Prediction`.   Next: `quantacore.host.predict.moving_average`.
"""

from collections import deque

import numpy as np

from quantacore.host.predict.group_predictor import require_above_zero
from quantacore.host.predict.pooled_counts import PooledCountsPredictor

ROUNDING = 1e-9
"""Part of the window by which an epoch may be too old: sums of times are rounded."""


class SlidingWindow(PooledCountsPredictor):
    """Epochs that ended within the window count in full, all others not at all.

    Parameters
    ----------
    window_s : float
        Above 0. The last epoch counts always.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        window_s: float,
        prior_deviation: float = 1.0,
        spread: float = 0.0,
    ) -> None:
        super().__init__(num_groups, prior_deviation=prior_deviation, spread=spread)
        require_above_zero(window_s=window_s)
        self.window_s = window_s
        self._now_s = 0.0
        self._epochs: deque[tuple[float, np.ndarray, np.ndarray]] = deque()

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        self._now_s += elapsed_s
        self._epochs.append((self._now_s, counts, exposures))
        self.counts = self.counts + counts
        self.exposures = self.exposures + exposures
        while self._now_s - self._epochs[0][0] >= self.window_s * (1 - ROUNDING):
            if len(self._epochs) == 1:
                break
            _, old_counts, old_exposures = self._epochs.popleft()
            # Differences of sums: rounding must not leave less than nothing.
            self.counts = np.maximum(self.counts - old_counts, 0.0)
            self.exposures = np.maximum(self.exposures - old_exposures, 0.0)
