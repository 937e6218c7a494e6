"""Let a predictor follow a run, and keep what it said of each epoch beforehand.

In: `Predictor`, `CountSeries`.   Out: `Forecast`.   Next: `quantacore.host.predict.scores`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.host.predict.predictor import Predictor
from quantacore.host.predict.series import CountSeries


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What was said of each epoch, so many epochs before it."""

    horizon: int
    """Epochs ahead, at least 1."""
    mean: np.ndarray
    variance: np.ndarray
    """``float64``, shape ``(num_epochs, num_groups)``: of the log ratio; NaN in the first
    ``horizon`` epochs, of which nothing was said."""


def forecast(
    predictor: Predictor, run: CountSeries, *, horizons: Sequence[int] = (1,)
) -> list[Forecast]:
    """Return what a new predictor says of a run, for each horizon.

    Parameters
    ----------
    predictor : Predictor
        That has heard nothing yet.
    run : CountSeries
    horizons : sequence of int
        Epochs ahead, each at least 1.

    Raises
    ------
    ValueError
        If a horizon is below 1.
    """
    if min(horizons) < 1:
        raise ValueError(f"Horizons must be at least 1 epoch, not {min(horizons)!r}")
    shape = (len(horizons), run.num_epochs, run.num_groups)
    means, variances = np.full(shape, np.nan), np.full(shape, np.nan)
    for now in range(run.num_epochs):
        predictor.update(
            run.counts[now],
            run.exposures[now],
            time_s=float(run.times[now]),
            environment=run.environment[now],
        )
        for place, horizon in enumerate(horizons):
            if now + horizon < run.num_epochs:
                said = predictor.predict(float(run.times[now + horizon] - run.times[now]))
                means[place, now + horizon] = said.mean
                variances[place, now + horizon] = said.variance
    return [
        Forecast(horizon=horizon, mean=mean, variance=variance)
        for horizon, mean, variance in zip(horizons, means, variances, strict=True)
    ]


def stacked(runs: Sequence[CountSeries]) -> list[CountSeries]:
    """Return the runs with those of the same times side by side, as more groups of one run.

    Predictors that treat each group by itself follow many runs at once so, in little more time.
    Regimes and truth are left out.
    """
    alike: dict[bytes, list[CountSeries]] = {}
    for run in runs:
        alike.setdefault(run.times.tobytes(), []).append(run)
    return [
        CountSeries(
            name=" ".join(run.name for run in some),
            regime="stacked",
            times=some[0].times,
            counts=np.concatenate([run.counts for run in some], axis=1),
            exposures=np.concatenate([run.exposures for run in some], axis=1),
            environment=np.zeros((some[0].num_epochs, 0)),
        )
        for some in alike.values()
    ]
