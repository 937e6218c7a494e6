"""`quantacore predict loops` and `predict hear` as they are typed."""

import json

import pytest

from quantacore.sim.experiments import decoded_counts, loop_contest, weight_followers
from tests.sim.experiments.small_dataset import settings_with, small_dataset
from tests.sim.experiments.test_loop_contest import FakeLoop


@pytest.mark.filterwarnings("error")
def test_predict_loops_writes_table_and_picture(quantacore, monkeypatch, tmp_path):
    monkeypatch.setattr(loop_contest, "ClosedLoop", FakeLoop)
    answer = quantacore(
        *("predict", "loops", "--out", tmp_path, "--epochs", 4, "--seeds", 1, 2),
        *("--predictors", "counting", "kalman", "--core", "golden"),
    )
    assert answer.code == 0, answer.err
    assert "| kalman    | 2     | 4000  | 48     |" in answer.out
    body = json.loads((tmp_path / "loops.json").read_text())
    assert [row["predictor"] for row in body["rows"]] == ["static", "oracle", "counting", "kalman"]
    assert body["settings"]["core"] == "golden"
    assert (tmp_path / "loops.png").exists()
    assert (tmp_path / "kalman-2" / "log.jsonl").exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--predictors", "oracle"), "Predictor must be one of counting"),
        (("--epochs", 2), "--epochs must be above 2, not 2"),
        (("--distance", 4), "Distance must be odd"),
    ],
)
def test_predict_loops_rejects_and_writes_nothing(quantacore, tmp_path, words, text):
    answer = quantacore("predict", "loops", "--out", tmp_path / "out", *words)
    assert answer.code == 2
    assert text in answer.err and answer.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_predict_hear_makes_runs_to_tune_on(quantacore, monkeypatch, tmp_path):
    monkeypatch.setattr(decoded_counts, "EXPECTED_SHOTS", 20_000)
    monkeypatch.setattr(weight_followers, "BELIEVED_SHOTS", 1_000)
    small_dataset(tmp_path / "data", settings_with(regimes=("jumps",), epochs=3, shots=10))
    heard, tuned = tmp_path / "heard", tmp_path / "tuned.json"
    answer = quantacore(
        *("predict", "hear", "--data", tmp_path / "data", "--out", heard, "--shots", 100)
    )
    assert answer.code == 0, answer.err
    assert "3 runs, as kalman hears them" in answer.out
    answer = quantacore(
        *("predict", "tune", "--data", tmp_path / "data", "--heard", heard, "--out", tuned),
        *("--predictors", "last_value", "--horizons", 1),
    )
    assert answer.code == 0, answer.err
    assert "as heard in the loop" in json.loads(tuned.read_text())["source"]
    answer = quantacore("predict", "hear", "--data", tmp_path / "data", "--out", heard)
    assert answer.code == 2 and "another driver, shots or data set" in answer.err
