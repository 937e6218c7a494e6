"""Verb `predict`: tune on one split, judge on another, and say clearly what does not fit."""

import csv
import json

import pytest

from quantacore.host.predict.tuned_file import SHIPPED, Tuned, load_tuned
from quantacore.sim.experiments import decoded_counts
from tests.sim.experiments.small_dataset import settings_with, small_dataset

FEW = ("--predictors", "last_value", "hidden_markov")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("predict") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoded_counts, "EXPECTED_SHOTS", 20_000)  # a fraction of a second
        small_dataset(folder, settings_with(epochs=8, seeds=4, shots=100))
    return folder


@pytest.mark.slow
def test_predict_tunes_and_judges(quantacore, data, tmp_path):
    file, report = tmp_path / "tuned.json", tmp_path / "report"
    tuned = quantacore(
        *("predict", "tune", "--data", data, "--out", file, "--horizons", 1, 2, *FEW)
    )
    assert tuned.code == 0, tuned.err
    assert "| last_value    | 2            |" in tuned.out
    assert set(load_tuned(file).tuned) == {1, 2}
    more = quantacore(
        *("predict", "tune", "--data", data, "--out", tmp_path / "more.json", "--onto", file),
        *("--horizons", 1, 2, "--predictors", "sliding_window"),
    )
    assert more.code == 0, more.err
    both = load_tuned(tmp_path / "more.json")
    assert {*both.tuned[2]} == {"last_value", "hidden_markov", "sliding_window"}
    assert both.tuned[2]["last_value"] == load_tuned(file).tuned[2]["last_value"]
    judged = quantacore("predict", "evaluate", "--data", data, "--out", report, "--tuned", file)
    assert judged.code == 0, judged.err
    assert {path.name for path in report.iterdir()} == {
        *("report.csv", "report.json", "scores_1.png", "scores_2.png"),
        *("run_jumps.png", "run_mixture.png", "run.json"),
    }
    rows = list(csv.DictReader((report / "report.csv").read_text().splitlines()))
    assert {row["predictor"] for row in rows} == {"last_value", "hidden_markov"}
    # Of the seeds 0 to 3, 3 is of the test split; the mixture is held out.
    assert {row["regime"]: row["runs"] for row in rows} == {
        "jumps": "1",
        "mixture": "4",
        "all": "5",
    }
    body = json.loads((report / "report.json").read_text())
    assert body["tuned_on"] == load_tuned(file).source
    assert body["shots_per_epoch"] == 100


def test_predict_uses_what_comes_with_the_package(quantacore, data, tmp_path):
    judged = quantacore(
        *("predict", "evaluate", "--data", data, "--out", tmp_path, "--regimes", "jumps"),
        *("--predictors", "moving_average", "kalman"),
    )
    assert judged.code == 0, judged.err
    assert "| all    |" in judged.out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--predictors", "oracle"), "Predictor must be one of last_value"),
        (
            ("--predictors", "kalman", "--tuned", "{few}"),
            "few.json has last_value",
        ),
        (("--tuned", "{data}/dataset.json"), "must be a file of `quantacore predict tune`"),
        (("--regimes", "earthquakes"), "has no runs of earthquakes"),
        (("--split", "train", "--regimes", "mixture"), "has no runs of the split 'train'"),
        (("--split", "most"), "Split must be one of train"),
    ],
)
def test_predict_evaluate_rejects(quantacore, data, tmp_path, words, text):
    few, out = tmp_path / "few.json", tmp_path / "out"
    last_value = {"last_value": {"prior_deviation": 0.5}}
    few.write_text(Tuned(source="a test", epoch_s=10.0, learnt={}, tuned={1: last_value}).to_json())
    words = [word.format(data=data, few=few) for word in words]
    answer = quantacore("predict", "evaluate", "--data", data, "--out", out, *words)
    assert answer.code == 2
    assert text in answer.err and answer.err.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--horizons", 0), "--horizons must be different and at least 1"),
        (("--horizons", 1, 1), "--horizons must be different and at least 1"),
        (("--seeds", 0), "--seeds must be at least 1"),
        (("--onto", SHIPPED, "--horizons", 2), "tuned.json (1, 4), not 2"),
        (("--horizons", 8, *FEW), "must have counts 8 epochs after others"),
        (("--regimes", "mixture"), "has no runs of the training split"),
    ],
)
def test_predict_tune_rejects_and_writes_nothing(quantacore, data, tmp_path, words, text):
    file = tmp_path / "tuned.json"
    answer = quantacore("predict", "tune", "--data", data, "--out", file, *words)
    assert answer.code == 2
    assert text in answer.err and answer.err.count("\n") == 1
    assert not file.exists()


@pytest.mark.slow
def test_predict_regret_counts_logical_errors(quantacore, data, tmp_path):
    answer = quantacore(
        *("predict", "regret", "--data", data, "--out", tmp_path, "--regimes", "mixture"),
        *("--predictors", "moving_average", "--shots", 50, "--seeds", 1),
    )
    assert answer.code == 0, answer.err
    assert "| mixture | static         | 1    | 400   |" in answer.out
    body = json.loads((tmp_path / "regret.json").read_text())
    assert [row["predictor"] for row in body["rows"]] == [
        *("static", "oracle", "late truth", "moving_average")
    ]
    assert set(body["runs"][0]["errors"]) == {*("static", "oracle", "late truth", "moving_average")}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--shots", 0), "Number of shots must be at least 1, not 0"),
        (("--skip", -1), "--skip must be at least 0, not -1"),
        (("--regimes", "jumps", "--skip", 1), "has no runs of the split 'test'"),
        (("--counts", "rumours"), "invalid choice: 'rumours'"),
    ],
)
def test_predict_regret_rejects_and_leaves_no_folder(quantacore, data, tmp_path, words, text):
    out = tmp_path / "out"
    answer = quantacore("predict", "regret", "--data", data, "--out", out, *words)
    assert answer.code == 2
    assert text in answer.err
    assert not out.exists()
