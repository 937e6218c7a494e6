"""Parameters that come out are those of the noise that went in."""

import math
from dataclasses import replace

import numpy as np
import pytest

from quantacore.host.predict.registry import CONTENDERS
from quantacore.host.predict.tuning import (
    epoch_length,
    in_seconds,
    learnt_parameters,
    predictive_loss,
    tune,
)
from tests.host.predict.synthetic_runs import synthetic_run


def test_tune_is_no_worse_than_any_of_its_grid() -> None:
    runs = [synthetic_run(seed=1, num_epochs=25, wander=0.5)]
    trials: list[int] = []
    best, loss = tune("last_value", runs, progress=trials.append)
    assert trials == list(range(1, len(trials) + 1))
    for prior in CONTENDERS["last_value"].grid["prior_deviation"]:
        some = {"prior_deviation": prior, "spread": best["spread"]}
        assert loss <= predictive_loss("last_value", some, runs, horizon=1) + 1e-12
    assert loss == predictive_loss("last_value", best, runs, horizon=1)


def test_tune_gives_steady_noise_a_longer_memory() -> None:
    steady = [synthetic_run(seed=1, num_epochs=30, wander=0.5, wander_epochs=1e6)]
    quick = [synthetic_run(seed=1, num_epochs=30, wander=0.8, wander_epochs=2.0)]
    memories = [tune("moving_average", runs)[0]["memory_s"] for runs in (steady, quick)]
    assert memories[0] > 5 * memories[1]


def test_tune_does_not_look_at_the_truth() -> None:
    run = synthetic_run(seed=1, num_epochs=12, wander=0.5)
    blind = replace(run, log_ratios=None, environment=np.zeros((12, 0)))
    assert tune("last_value", [run]) == tune("last_value", [blind])


def test_tune_rejects_what_holds_nothing_to_tune_on() -> None:
    run = synthetic_run(seed=1, num_epochs=3)
    with pytest.raises(ValueError, match="must have counts 5 epochs after others"):
        tune("last_value", [run], horizon=5)
    with pytest.raises(ValueError, match="at least two epochs"):
        tune("last_value", [synthetic_run(seed=1, num_epochs=1)])


def test_learnt_parameters_are_of_those_that_learn() -> None:
    runs = [synthetic_run(seed=1, num_epochs=10)]
    assert learnt_parameters("kalman", runs) == {}
    learnt = learnt_parameters("hidden_markov", runs)
    assert set(learnt) == {"levels", "transitions", "step_s"}
    assert learnt["step_s"] == 10.0


def test_epoch_length_is_the_usual_one() -> None:
    run = synthetic_run(seed=1, num_epochs=4)
    late = replace(run, times=np.array([10.0, 20.0, 30.0, 500.0]))
    assert epoch_length([late]) == 10.0


def test_in_seconds_converts_times_and_walks() -> None:
    assert in_seconds("window_s", (3.0,), 10.0) == [30.0]
    assert in_seconds("walk_per_root_s", (1.0,), 4.0) == [0.5]
    assert in_seconds("significance", (3.0,), 10.0) == [3.0]


def test_predictive_loss_is_nan_without_counts() -> None:
    run = synthetic_run(seed=1, num_epochs=2)
    assert math.isnan(predictive_loss("last_value", {}, [run], horizon=3))
