"""Say how good forecasts were: of the counts that followed, and of the truth.

In: `Forecast`, `CountSeries` with its truth.   Out: numbers of one run.
Next: `quantacore.sim.experiments.prediction`.

Source: scores are proper (Gneiting & Raftery, JASA 102, 359, 2007): no forecaster gains by saying
what it does not believe.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from quantacore.host.predict.forecast import Forecast
from quantacore.host.predict.poisson_update import poisson_posterior
from quantacore.host.predict.series import CountSeries

BAND = 0.9
"""Share of the truth that should lie in the band of a forecast."""
CHANGE = math.log(2.5)
"""From which change of a log ratio between two epochs on there is something to react to."""
STAYS = 5
"""Epochs for which a log ratio must stay near its new value to count as a change."""
PATIENCE = 20
"""Epochs after which a change counts as missed."""
NEAR_MODEL, ALARM = math.log(1.25), math.log(2.0)
"""A forecast beyond the second of a truth within the first is a false alarm."""

_error_function = np.vectorize(math.erf, otypes=[np.float64])


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """How one change was followed."""

    epochs: int
    """Epochs from the changed one on until forecasts were past the middle between the old and
    the new value; if missed, those that there were."""
    missed: bool


def count_loss(said: Forecast, run: CountSeries) -> float:
    """Return the mean negative log likelihood of counts, in nats; NaN without any.

    The counts are Poisson around a log-normal rate, as forecast.
    """
    used = np.isfinite(said.mean) & (run.exposures > 0)
    if not used.any():
        return math.nan
    known = poisson_posterior(
        said.mean[used], said.variance[used], run.counts[used], run.exposures[used]
    )
    return float(-known.log_evidence.mean())


def crps(said: Forecast, run: CountSeries) -> float:
    """Return the mean continuous ranked probability score of the log ratio; NaN without any.

    In nats, as an absolute error, to which it comes down for a forecast without doubt.
    """
    mean, deviation, truth = _with_truth(said, run)
    away = (truth - mean) / deviation
    below = _error_function(away / math.sqrt(2))  # 2 Phi - 1
    density = np.exp(-(away**2) / 2) / math.sqrt(2 * math.pi)
    return _mean(deviation * (away * below + 2 * density - 1 / math.sqrt(math.pi)))


def root_mean_square(said: Forecast, run: CountSeries) -> float:
    """Return the root of the mean squared error of the log ratio; NaN without any."""
    mean, _, truth = _with_truth(said, run)
    return math.sqrt(_mean((truth - mean) ** 2))


def coverage(said: Forecast, run: CountSeries) -> float:
    """Return which share of the truth lies in the central band of `BAND`; NaN without any."""
    mean, deviation, truth = _with_truth(said, run)
    half = NormalDist().inv_cdf((1 + BAND) / 2) * deviation
    return _mean((np.abs(truth - mean) <= half).astype(float))


def false_alarms(said: Forecast, run: CountSeries) -> tuple[int, int]:
    """Return forecasts of a large ratio where the truth is near the model, and chances for it."""
    mean, _, truth = _with_truth(said, run)
    near = np.abs(truth) <= NEAR_MODEL
    return int((near & (np.abs(mean) > ALARM)).sum()), int(near.sum())


def reactions(said: Forecast, run: CountSeries) -> list[Reaction]:
    """Return how the changes of all groups were followed.

    A change counts if the log ratio moves by `CHANGE` from one epoch to the next and stays within
    half of that of its new value for `STAYS` epochs. It can be followed as long as it stays, at
    most for `PATIENCE` epochs.
    """
    truth = _truth(run)
    found = []
    steps = np.diff(truth, axis=0)
    for epoch, group in zip(*np.nonzero(np.abs(steps) >= CHANGE), strict=True):
        step, first = steps[epoch, group], int(epoch) + 1
        after = truth[first : first + PATIENCE, group]
        gone = np.nonzero(np.abs(after - after[0]) > abs(step) / 2)[0]
        lasts = int(gone[0]) if len(gone) else len(after)
        if lasts < STAYS:
            continue
        middle = truth[epoch, group] + step / 2
        # The forecast of an epoch was made after the one before it.
        means = said.mean[first + 1 : first + 1 + lasts, group]
        past = np.nonzero((means - middle) * np.sign(step) > 0)[0]
        epochs = int(past[0]) + 1 if len(past) else lasts
        found.append(Reaction(epochs=epochs, missed=not len(past)))
    return found


def _truth(run: CountSeries) -> np.ndarray:
    if run.log_ratios is None:
        raise ValueError(f"Run {run.name} must have its true log ratios to be scored by them")
    return run.log_ratios


def _with_truth(said: Forecast, run: CountSeries) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, deviation and truth where both are there."""
    truth = _truth(run)
    used = np.isfinite(said.mean) & np.isfinite(truth)
    return said.mean[used], np.sqrt(said.variance[used]), truth[used]


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else math.nan
