"""The one interface of all predictors: counts in, log ratios with their variance out.

In: counts of an epoch.   Out: `Prediction` of some time ahead.
Next: `quantacore.host.predict.series` (what counts are), one file for each predictor.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What the log ratios of groups will be."""

    mean: np.ndarray
    """``float64``, shape ``(num_groups,)``: natural logarithm of how much likelier than in the
    model."""
    variance: np.ndarray
    """``float64``, shape ``(num_groups,)``: of ``mean``, above 0."""


class Predictor(Protocol):
    """Follows one run. O(num_groups) for each epoch."""

    def update(
        self,
        counts: np.ndarray,
        exposures: np.ndarray,
        *,
        time_s: float,
        environment: np.ndarray | None = None,
    ) -> None:
        """Learn from an epoch.

        Parameters
        ----------
        counts, exposures : float, shape ``(num_groups,)``
            As in `CountSeries`.
        time_s : float
            End of the epoch, later than of the one before.
        environment : float, shape ``(num_channels,)``, optional
            What sensors say.
        """
        ...

    def predict(self, horizon_s: float) -> Prediction:
        """Return what will hold so long after the last epoch's end, at least 0 s."""
        ...
