"""Predict by a moving average that begins anew where the noise has changed.

In: counts of an epoch.   Out: `Prediction`.   Next: `quantacore.host.predict.hidden_markov`.
"""

import numpy as np

from quantacore.host.predict.group_predictor import require_above_zero
from quantacore.host.predict.moving_average import MovingAverage


class ChangePoint(MovingAverage):
    """A group whose new counts contradict its old ones forgets the old ones.

    Two Poisson counts with one rate share their sum as their exposures say; the sum is split by a
    binomial law, whose normal approximation is compared, as in
    `quantacore.golden.adapt.estimate.CorrectionCounts`.

    Parameters
    ----------
    significance : float
        Standard deviations between new and old counts. Above 0.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        memory_s: float,
        significance: float,
        prior_deviation: float = 1.0,
        spread: float = 0.0,
    ) -> None:
        super().__init__(
            num_groups, memory_s=memory_s, prior_deviation=prior_deviation, spread=spread
        )
        require_above_zero(significance=significance)
        self.significance = significance

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        total = self.counts + counts
        share = exposures / np.maximum(self.exposures + exposures, np.finfo(float).tiny)
        away = np.abs(counts - share * total)
        changed = away >= self.significance * np.sqrt(total * share * (1 - share) + 1)
        self.counts = np.where(changed, 0.0, self.counts)
        self.exposures = np.where(changed, 0.0, self.exposures)
        super()._learn(counts, exposures, elapsed_s)
