"""All contenders over runs that none of them was tuned on: who predicts best, by regime.

In: `CountSeries` with their truth, `Tuned`.   Out: `RunScores`, then `PredictionRow` records.
Next: `quantacore.sim.cli.predict`, `quantacore.sim.experiments.prediction_report`.
"""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.metrics import Interval
from quantacore.host.predict.device import NOTHING_KNOWN, Device
from quantacore.host.predict.forecast import forecast
from quantacore.host.predict.registry import CONTENDERS
from quantacore.host.predict.scores import (
    count_loss,
    coverage,
    crps,
    false_alarms,
    reactions,
    root_mean_square,
)
from quantacore.host.predict.series import CountSeries
from quantacore.host.predict.tuned_file import Tuned
from quantacore.sim.experiments.run_bootstrap import mean_over_runs, ratio_over_runs

ALL_REGIMES = "all"


@dataclass(frozen=True, kw_only=True)
class RunScores:
    """One predictor on one run, so many epochs ahead."""

    predictor: str
    run: str
    regime: str
    horizon: int
    loss: float
    """Mean negative log likelihood of counts, nats."""
    crps: float
    rms: float
    coverage: float
    """Of the 90 % band."""
    reaction_epochs: tuple[int, ...]
    """Of each change, missed ones included."""
    missed: int
    alarms: int
    chances: int
    """Forecasts that could have been a false alarm."""


@dataclass(frozen=True, kw_only=True)
class PredictionRow:
    """One predictor in one regime, with 95 % intervals over runs."""

    predictor: str
    regime: str
    horizon: int
    runs: int
    loss: Interval
    crps: Interval
    rms: Interval
    coverage: Interval
    loss_against: Interval
    """Loss less that of the best opponent, on the same runs: below 0 is better."""
    crps_against: Interval
    """The same of the score."""
    best_opponent: str
    """The one of the least score here: chosen on the runs themselves, in the opponents' favour."""
    reaction_epochs: Interval
    """From the first changed epoch on; one is the least."""
    changes: int
    missed: int
    alarms_per_1000: Interval


def score_runs(
    runs: Sequence[CountSeries],
    tuned: Tuned,
    *,
    names: Sequence[str] = tuple(CONTENDERS),
    device: Device = NOTHING_KNOWN,
    progress: Callable[[int], object] = lambda done: None,
) -> list[RunScores]:
    """Score predictors on runs, with the parameters of each horizon that was tuned.

    Parameters
    ----------
    runs : sequence of CountSeries
        With their truth; not those of training.
    tuned : Tuned
    names : sequence of str
        Of predictors.
    device : Device
        What is known of the one whose runs they are.
    progress : callable
        Called with the number of runs done, over all predictors and horizons.

    Raises
    ------
    ValueError
        If there are no runs, or one has no truth.
    """
    if not runs:
        raise ValueError("Runs to score must be at least one")
    found = []
    done = 0
    for name in names:
        for horizon in tuned.tuned:
            for run in runs:
                found.append(_score(name, horizon, run, tuned, device))
                done += 1
                progress(done)
    return found


def summarise(scores: Sequence[RunScores]) -> list[PredictionRow]:
    """Return a row for each horizon, regime (and all of them together) and predictor."""
    rows = []
    regimes = [*dict.fromkeys(score.regime for score in scores), ALL_REGIMES]
    for horizon in dict.fromkeys(score.horizon for score in scores):
        for regime in regimes:
            some = [
                score
                for score in scores
                if score.horizon == horizon and regime in (score.regime, ALL_REGIMES)
            ]
            rows += _rows_of_regime(some, regime=regime, horizon=horizon)
    return rows


def update_microseconds(
    name: str, run: CountSeries, tuned: Tuned, *, device: Device = NOTHING_KNOWN
) -> float:
    """Return the median host time of an update and a prediction, in microseconds.

    The median, as other work on the machine may interrupt a few of them.
    """
    predictor = tuned.make(name, run.num_groups, device=device)
    times = []
    for now in range(run.num_epochs):
        start = time.perf_counter_ns()
        predictor.update(run.counts[now], run.exposures[now], time_s=float(run.times[now]))
        predictor.predict(tuned.epoch_s)
        times.append((time.perf_counter_ns() - start) / 1000)
    return statistics.median(times)


def _score(name: str, horizon: int, run: CountSeries, tuned: Tuned, device: Device) -> RunScores:
    predictor = tuned.make(name, run.num_groups, horizon=horizon, device=device)
    said = forecast(predictor, run, horizons=(horizon,))[0]
    changes = reactions(said, run)
    alarms, chances = false_alarms(said, run)
    return RunScores(
        predictor=name,
        run=run.name,
        regime=run.regime,
        horizon=horizon,
        loss=count_loss(said, run),
        crps=crps(said, run),
        rms=root_mean_square(said, run),
        coverage=coverage(said, run),
        reaction_epochs=tuple(change.epochs for change in changes),
        missed=sum(change.missed for change in changes),
        alarms=alarms,
        chances=chances,
    )


def _rows_of_regime(
    scores: Sequence[RunScores], *, regime: str, horizon: int
) -> list[PredictionRow]:
    by_name: dict[str, list[RunScores]] = {}
    for score in scores:
        by_name.setdefault(score.predictor, []).append(score)
    means = {name: np.nanmean([score.crps for score in some]) for name, some in by_name.items()}
    opponents = [name for name in by_name if CONTENDERS[name].is_opponent] or list(by_name)
    best = min(opponents, key=lambda name: math.inf if np.isnan(means[name]) else means[name])
    return [_row(some, by_name[best], regime=regime, horizon=horizon) for some in by_name.values()]


def _row(
    scores: Sequence[RunScores], best: Sequence[RunScores], *, regime: str, horizon: int
) -> PredictionRow:
    pairs = list(zip(scores, best, strict=True))
    assert all(score.run == other.run for score, other in pairs)
    return PredictionRow(
        predictor=scores[0].predictor,
        regime=regime,
        horizon=horizon,
        runs=len(scores),
        loss=mean_over_runs([score.loss for score in scores]),
        crps=mean_over_runs([score.crps for score in scores]),
        rms=mean_over_runs([score.rms for score in scores]),
        coverage=mean_over_runs([score.coverage for score in scores]),
        loss_against=mean_over_runs([score.loss - other.loss for score, other in pairs]),
        crps_against=mean_over_runs([score.crps - other.crps for score, other in pairs]),
        best_opponent=best[0].predictor,
        reaction_epochs=ratio_over_runs(
            [sum(score.reaction_epochs) for score in scores],
            [len(score.reaction_epochs) for score in scores],
        ),
        changes=sum(len(score.reaction_epochs) for score in scores),
        missed=sum(score.missed for score in scores),
        alarms_per_1000=ratio_over_runs(
            [1000 * score.alarms for score in scores], [score.chances for score in scores]
        ),
    )
