"""What all predictors of groups do alike: check what comes in, bound what goes out.

In: counts of an epoch.   Out: `Prediction`.
Next: `quantacore.host.predict.last_value`, the simplest of them.

What is bad, and what becomes of it:

* a gap (exposure 0 or next to it, of some groups or all): nothing is learnt, what is known ages;
  a count without exposure says nothing and is left out;
* wrong shapes, negative or infinite numbers, a clock that stands or goes back: `ValueError`, and
  the predictor stays as it was;
* a clock that jumps ahead: a long gap. What is known ages to the prior, not beyond;
* a saturated counter: its count is too low by an unknown amount, so whoever reads it gives that
  group an exposure of 0.
"""

import math
from abc import ABC, abstractmethod

import numpy as np

from quantacore.host.predict.predictor import Prediction

LARGEST_LOG_RATIO = math.log(1000.0)
"""Bound of predicted means, both ways: nobody's priors rise by more and stay priors."""
LEAST_EXPOSURE = 1e-6
"""Corrections below which an exposure is none: a count then says that the model is wrong."""
LEAST_VARIANCE = 1e-6
LARGEST_VARIANCE = 25.0


class GroupPredictor(ABC):
    """Base of predictors.

    Parameters
    ----------
    num_groups : int
        At least 1.
    prior_deviation : float
        Standard deviation of a log ratio of which nothing is known; its mean is 0, the model.
        Above 0.
    spread : float
        Standard deviation, added to that of each prediction: what the way of predicting leaves
        out. At least 0.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    def __init__(
        self, num_groups: int, *, prior_deviation: float = 1.0, spread: float = 0.0
    ) -> None:
        if num_groups < 1:
            raise ValueError(f"num_groups must be at least 1, not {num_groups!r}")
        require_above_zero(prior_deviation=prior_deviation)
        if not 0 <= spread < math.inf:
            raise ValueError(f"spread must be at least 0, not {spread!r}")
        self.num_groups = num_groups
        self.prior_variance = prior_deviation**2
        self.spread_variance = spread**2
        self._time_s: float | None = None

    def update(
        self,
        counts: np.ndarray,
        exposures: np.ndarray,
        *,
        time_s: float,
        environment: np.ndarray | None = None,
    ) -> None:
        counts = self._checked("Counts", counts)
        exposures = self._checked("Exposures", exposures)
        if not math.isfinite(time_s):
            raise ValueError(f"Time must be finite, not {time_s!r}")
        elapsed_s = 0.0 if self._time_s is None else time_s - self._time_s
        if self._time_s is not None and not elapsed_s > 0:
            raise ValueError(
                f"Time must be after {self._time_s!r} s, that of the epoch before, "
                f"not {time_s!r}: did a clock jump?"
            )
        self._time_s = time_s
        seen = exposures >= LEAST_EXPOSURE
        self._learn(np.where(seen, counts, 0.0), np.where(seen, exposures, 0.0), elapsed_s)

    def predict(self, horizon_s: float) -> Prediction:
        if not (math.isfinite(horizon_s) and horizon_s >= 0):
            raise ValueError(f"Horizon must be at least 0 s, not {horizon_s!r}")
        mean, variance = self._foresee(horizon_s)
        return Prediction(
            mean=np.clip(mean, -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO),
            variance=np.clip(variance + self.spread_variance, LEAST_VARIANCE, LARGEST_VARIANCE),
        )

    @abstractmethod
    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        """Learn from an epoch that ended so long after the one before (0 for the first)."""

    @abstractmethod
    def _foresee(self, horizon_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance; bounds and spread are added outside."""

    def _checked(self, name: str, values: np.ndarray) -> np.ndarray:
        values = np.asarray(values, np.float64)
        if values.shape != (self.num_groups,):
            raise ValueError(f"{name} must be of shape ({self.num_groups},), not {values.shape}")
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"{name} must be finite and at least 0")
        return values


def require_above_zero(**parameters: float) -> None:
    """Raise `ValueError` if a parameter is not above 0 and finite."""
    for name, value in parameters.items():
        if not 0 < value < math.inf:
            raise ValueError(f"{name} must be above 0 and finite, not {value!r}")
