"""Contenders over runs: what is compared with what, on which runs."""

import math

import numpy as np
import pytest

from quantacore.host.predict.tuned_file import Tuned
from quantacore.sim.experiments.prediction import score_runs, summarise, update_microseconds
from tests.host.predict.synthetic_runs import synthetic_run

TUNED = Tuned(
    source="a test",
    epoch_s=10.0,
    learnt={},
    tuned={
        horizon: {
            "last_value": {"prior_deviation": 1.0},
            "moving_average": {"memory_s": 100.0},
            "ornstein_uhlenbeck": {
                "wander_deviation": 0.5,
                "wander_time_s": 100.0,
                "prior_deviation": 0.1,
            },
        }
        for horizon in (1, 3)
    },
)
NAMES = ("last_value", "moving_average", "ornstein_uhlenbeck")


def runs() -> list:
    return [
        *(synthetic_run(seed=s, regime="drift", wander=0.5, num_epochs=40) for s in (1, 2, 3)),
        *(synthetic_run(seed=s, regime="jumps", jumps_per_epoch=0.05) for s in (1, 2)),
    ]


def test_summarise_says_who_predicts_best() -> None:
    done: list[int] = []
    scores = score_runs(runs(), TUNED, names=NAMES, progress=done.append)
    assert done == list(range(1, 2 * 3 * 5 + 1))
    rows = {(row.regime, row.horizon, row.predictor): row for row in summarise(scores)}
    assert len(rows) == 3 * 2 * 3
    process = rows["drift", 1, "ornstein_uhlenbeck"]
    assert process.runs == 3
    assert process.crps.high < rows["drift", 1, "last_value"].crps.low
    assert process.crps_against.high < 0 and process.loss_against.high < 0
    assert process.coverage.value == pytest.approx(0.9, abs=0.05)
    assert process.best_opponent in ("last_value", "moving_average")
    best = rows["drift", 1, process.best_opponent]
    assert best.crps_against.value == 0
    assert process.crps_against.value == pytest.approx(process.crps.value - best.crps.value)
    assert rows["drift", 3, "ornstein_uhlenbeck"].crps.value > process.crps.value
    assert rows["all", 1, "last_value"].runs == 5


def test_summarise_adds_up_changes_and_alarms() -> None:
    scores = score_runs(runs(), TUNED, names=NAMES)
    rows = {(row.regime, row.horizon, row.predictor): row for row in summarise(scores)}
    quick, slow = rows["jumps", 1, "last_value"], rows["jumps", 1, "moving_average"]
    assert quick.changes == slow.changes > 20
    assert quick.reaction_epochs.value < 1.2 < slow.reaction_epochs.value
    assert rows["drift", 1, "last_value"].changes == 0
    assert math.isnan(rows["drift", 1, "last_value"].reaction_epochs.value)


def test_score_runs_rejects_no_runs() -> None:
    with pytest.raises(ValueError, match="Runs to score must be at least one"):
        score_runs([], TUNED)


def test_update_microseconds_is_a_time() -> None:
    spent = update_microseconds("moving_average", runs()[0], TUNED)
    assert np.isfinite(spent) and spent > 1
