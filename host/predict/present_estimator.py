"""Predict by the estimator that the loop uses today: Gamma means behind a gate.

In: counts of an epoch.   Out: `Prediction`.
Next: `quantacore.golden.adapt.estimate`, `quantacore.host.adaptive_loop`.
"""

import numpy as np

from quantacore.golden.adapt.estimate import PRIOR_COUNTS, CorrectionCounts
from quantacore.host.predict.group_predictor import GroupPredictor, require_above_zero


class PresentEstimator(GroupPredictor):
    """`CorrectionCounts` with groups as edges: the model, unless counts contradict it.

    Its "shots" are corrections that are expected, of all groups together. A group's exposure may
    leave the proportion of the first epoch: its counts are scaled to it. In a gap of a group its
    own last ratio stands for it.

    Parameters
    ----------
    memory_epochs : float
        Epochs, of the first one's exposure, after which a count is worth 1/e.
    significance : float
        Standard deviations from which on a group's ratio counts.
    change_significance : float
        Standard deviations between new and old counts at which it begins anew.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        memory_epochs: float,
        significance: float,
        change_significance: float,
        spread: float = 0.0,
    ) -> None:
        super().__init__(num_groups, spread=spread)
        require_above_zero(
            memory_epochs=memory_epochs,
            significance=significance,
            change_significance=change_significance,
        )
        self.memory_epochs = memory_epochs
        self.significance = significance
        self.change_significance = change_significance
        self._pool: CorrectionCounts | None = None
        self._mean = np.zeros(num_groups)
        self._variance = np.full(num_groups, 1 / PRIOR_COUNTS)

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        total = exposures.sum()
        if not total > 0:
            return
        if self._pool is None:
            self._pool = CorrectionCounts(
                expected=exposures / total,
                groups=np.arange(self.num_groups),
                memory_shots=self.memory_epochs * total,
                change_significance=self.change_significance,
            )
        pool = self._pool
        shots = max(1, round(total))
        usual = pool.expected * shots
        scale = np.divide(usual, exposures, out=np.zeros_like(usual), where=exposures > 0)
        filled = np.where(exposures > 0, counts * scale, usual * np.exp(self._mean))
        pool.add(filled, shots=shots)
        estimate = pool.estimate(significance=self.significance)
        self._mean = np.log(estimate.ratios * estimate.common_factor)
        self._variance = 1 / (pool.counts + PRIOR_COUNTS)

    def _foresee(self, horizon_s: float) -> tuple[np.ndarray, np.ndarray]:
        return self._mean, self._variance
