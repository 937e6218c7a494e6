"""Scores of forecasts that are known to be good, bad, or late."""

import math
from dataclasses import replace

import numpy as np
import pytest

from quantacore.host.predict.forecast import Forecast
from quantacore.host.predict.scores import (
    Reaction,
    count_loss,
    coverage,
    crps,
    false_alarms,
    reactions,
    root_mean_square,
)
from quantacore.host.predict.series import CountSeries
from tests.host.predict.synthetic_runs import synthetic_run


def run_of(truth: list[float]) -> CountSeries:
    run = synthetic_run(seed=1, num_epochs=len(truth), num_groups=1)
    return replace(run, log_ratios=np.array(truth)[:, None])


def said(means: list[float], deviation: float = 0.1) -> Forecast:
    mean = np.array(means)[:, None]
    return Forecast(horizon=1, mean=mean, variance=np.where(np.isnan(mean), np.nan, deviation**2))


def truth_as_forecast(run: CountSeries, *, shift: float = 0.0, deviation: float = 0.5) -> Forecast:
    """Return forecasts whose errors are as they say, if ``shift`` is 0."""
    assert run.log_ratios is not None
    noise = deviation * np.random.default_rng(4).standard_normal(run.log_ratios.shape)
    mean = run.log_ratios + noise + shift
    return Forecast(horizon=1, mean=mean, variance=np.full_like(mean, deviation**2))


def test_count_loss_is_that_of_a_poisson_law_when_nothing_is_in_doubt() -> None:
    run = synthetic_run(seed=1, num_epochs=4, num_groups=2)
    sure = Forecast(horizon=1, mean=np.zeros((4, 2)), variance=np.full((4, 2), 1e-8))
    logs = [k * math.log(20) - 20 - math.lgamma(k + 1) for k in run.counts.ravel()]
    assert count_loss(sure, run) == pytest.approx(-np.mean(logs), abs=1e-4)


def test_count_loss_leaves_out_gaps_and_what_nothing_was_said_of() -> None:
    run = synthetic_run(seed=1, num_epochs=4, num_groups=2)
    exposures = run.exposures.copy()
    exposures[2] = 0
    gap = replace(run, exposures=exposures)
    mean = np.zeros((4, 2))
    mean[0] = np.nan
    sure = Forecast(horizon=1, mean=mean, variance=np.full((4, 2), 1e-8))
    logs = [k * math.log(20) - 20 - math.lgamma(k + 1) for k in run.counts[[1, 3]].ravel()]
    assert count_loss(sure, gap) == pytest.approx(-np.mean(logs), abs=1e-4)
    nothing = Forecast(horizon=1, mean=np.full((4, 2), np.nan), variance=np.full((4, 2), np.nan))
    assert math.isnan(count_loss(nothing, run)) and math.isnan(crps(nothing, run))


def test_crps_matches_its_definition() -> None:
    """The integral of the squared distance of two distribution functions."""
    places = np.linspace(-8, 8, 100_001)
    below = 0.5 * (1 + np.array([math.erf((x - 0.3) / 0.7 / math.sqrt(2)) for x in places]))
    wanted = float(((below - (places >= 1.1)) ** 2).sum() * (places[1] - places[0]))
    assert crps(said([0.3], 0.7), run_of([1.1])) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("change", [{"shift": 0.3}, {"deviation": 0.7}])
def test_scores_are_best_for_honest_forecasts(change: dict[str, float]) -> None:
    run = synthetic_run(seed=2, wander=0.5)
    honest, other = truth_as_forecast(run), truth_as_forecast(run, **change)
    assert crps(honest, run) < crps(other, run)
    assert root_mean_square(honest, run) < root_mean_square(other, run)
    assert coverage(honest, run) == pytest.approx(0.9, abs=0.02)


def test_coverage_tells_forecasts_that_are_too_sure() -> None:
    run = synthetic_run(seed=2, wander=0.5)
    honest = truth_as_forecast(run)
    too_sure = replace(honest, variance=honest.variance / 4)
    assert coverage(too_sure, run) < 0.7


def test_reactions_count_epochs_until_the_middle_is_passed() -> None:
    run = run_of([0.0] * 5 + [2.0] * 10)
    late = said([math.nan] + [0.0] * 6 + [0.9] + [1.5] * 7)
    assert reactions(late, run) == [Reaction(epochs=3, missed=False)]


def test_reactions_cannot_be_below_one_epoch() -> None:
    run = run_of([0.0] * 5 + [2.0] * 10)
    oracle = said([0.0] * 5 + [2.0] * 10)
    assert reactions(oracle, run) == [Reaction(epochs=1, missed=False)]


def test_reactions_tell_what_was_missed_and_leave_out_what_does_not_stay() -> None:
    run = run_of([0.0] * 5 + [2.0] * 7 + [0.0] * 5 + [2.0] * 2 + [0.0] * 4)
    never = said([0.0] * 23)
    up, down = reactions(never, run)
    assert up == Reaction(epochs=7, missed=True)
    assert down == Reaction(epochs=1, missed=False)


def test_false_alarms_count_large_ratios_near_the_model() -> None:
    run = run_of([0.0, 0.1, 0.1, 1.0, 0.0])
    assert false_alarms(said([0.0, 0.8, -0.8, 0.8, math.nan]), run) == (2, 3)


def test_scores_need_the_truth() -> None:
    run = replace(run_of([0.0]), log_ratios=None)
    with pytest.raises(ValueError, match="must have its true log ratios"):
        coverage(said([0.0]), run)
