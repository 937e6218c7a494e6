"""Parameters that were written are those that are read, and no others."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quantacore.host.predict.last_value import LastValue
from quantacore.host.predict.moving_average import MovingAverage
from quantacore.host.predict.registry import CONTENDERS
from quantacore.host.predict.tuned_file import SHIPPED_LOOP, Tuned, load_tuned

KALMAN = {"walk_per_root_s": 0.1, "prior_deviation": 0.4, "spread": 0.0}


def tuned() -> Tuned:
    return Tuned(
        source="a test",
        epoch_s=10.0,
        learnt={
            "hidden_markov": {
                "levels": [0.0, 1.0],
                "transitions": [[0.5, 0.5], [0.5, 0.5]],
                "step_s": 10.0,
            }
        },
        tuned={
            horizon: {
                "last_value": {"prior_deviation": 0.5},
                "moving_average": {"memory_s": 10.0 * horizon},
                "hidden_markov": {"spread": 0.1},
            }
            for horizon in (1, 8)
        },
    )


def test_load_tuned_reads_what_was_written(tmp_path: Path) -> None:
    file = tmp_path / "tuned.json"
    file.write_text(tuned().to_json())
    assert load_tuned(file) == tuned()


@pytest.mark.parametrize(("horizon", "memory_s"), [(1, 10.0), (2, 10.0), (3, 80.0), (99, 80.0)])
def test_tuned_takes_the_nearest_horizon(horizon: int, memory_s: float) -> None:
    predictor = tuned().make("moving_average", 3, horizon=horizon)
    assert isinstance(predictor, MovingAverage)
    assert predictor.memory_s == memory_s


def test_tuned_gives_learnt_parameters_too() -> None:
    assert tuned().make("hidden_markov", 2).predict(1.0).mean == pytest.approx([0.5, 0.5])
    assert isinstance(tuned().make("last_value", 2), LastValue)


def test_updated_takes_newer_parameters_of_the_named_and_keeps_all_others() -> None:
    newer = replace(
        tuned(), source="later", learnt={}, tuned={h: {"kalman": KALMAN} for h in (1, 8)}
    )
    both = tuned().updated(newer, names=["kalman"])
    assert both.source == "a test; kalman: later"
    assert both.learnt == tuned().learnt
    for horizon in (1, 8):
        assert both.tuned[horizon] == {**tuned().tuned[horizon], "kalman": KALMAN}
    with pytest.raises(ValueError, match="Epochs must be as long as before, 10 s, not 5 s"):
        tuned().updated(replace(newer, epoch_s=5.0), names=["kalman"])


def test_tuned_rejects_what_was_not_tuned() -> None:
    with pytest.raises(ValueError, match="one that was tuned"):
        tuned().make("kalman", 3)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "stats"},
        {"version": 2},
        {"tuned": {}},
        {"tuned": {"1": {"oracle": {}}}},
        {"tuned": {"1": {"moving_average": {"memory_s": -1.0}}}},
        {"tuned": {"1": {"moving_average": {"memory_s": "long"}}}},
        {"tuned": {"0": {"last_value": {}}}},
        {"tuned": 3},
        {"epoch_s": None},
    ],
)
def test_load_tuned_rejects_other_files(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "tuned.json"
    file.write_text(json.dumps({**json.loads(tuned().to_json()), **change}))
    with pytest.raises(ValueError, match="must be a file of `quantacore predict tune`"):
        load_tuned(file)


def test_load_tuned_rejects_what_is_not_json(tmp_path: Path) -> None:
    file = tmp_path / "tuned.json"
    file.write_text("{")
    with pytest.raises(ValueError, match="must be a file of `quantacore predict tune`"):
        load_tuned(file)


def test_shipped_file_of_the_loop_has_every_predictor() -> None:
    assert list(load_tuned(SHIPPED_LOOP).tuned[1]) == list(CONTENDERS)


def test_shipped_file_has_every_predictor_at_every_horizon() -> None:
    for horizon, of_horizon in load_tuned().tuned.items():
        assert list(of_horizon) == list(CONTENDERS), f"{horizon} epochs ahead"
