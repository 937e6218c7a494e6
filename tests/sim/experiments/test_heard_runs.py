"""Runs as the loop hears them: written once, read again, refused where they do not fit."""

import json

import numpy as np
import pytest

from quantacore.host.predict.tuned_file import Tuned
from quantacore.sim.experiments import decoded_counts, heard_runs, weight_followers
from quantacore.sim.experiments.heard_runs import load_heard, write_heard
from quantacore.sim.experiments.prediction_regret import RegretBench
from quantacore.sim.experiments.weight_followers import Follower
from tests.sim.experiments.small_dataset import settings_with, small_dataset

TUNED = Tuned(
    source="a test",
    epoch_s=10.0,
    learnt={},
    tuned={
        1: {
            "last_value": {"prior_deviation": 1.0},
            "qubit_factors": {"walk_per_root_s": 0.1, "memory_s": 500.0, "degrees": 4.0},
        }
    },
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("heard") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoded_counts, "EXPECTED_SHOTS", 20_000)
        small_dataset(folder, settings_with(regimes=("jumps",), epochs=3, shots=10, rounds=3))
    return RegretBench(folder)


@pytest.fixture(autouse=True)
def _few_shots(monkeypatch):
    monkeypatch.setattr(weight_followers, "BELIEVED_SHOTS", 4_000)


def written(folder, bench, driver="last_value"):
    return write_heard(folder, bench, TUNED, driver=driver, shots=500)


def test_heard_runs_are_those_of_training_and_validation(bench, tmp_path, monkeypatch):
    assert written(tmp_path, bench) == 3
    circuit = bench.model.header.circuit
    train = load_heard(tmp_path, split="train", circuit=circuit)
    assert [run.name for run in train] == [run.name for run in bench.runs(split="train")]
    (truth,) = [run for run in bench.runs(split="train") if run.name == train[0].name]
    np.testing.assert_array_equal(train[0].log_ratios, truth.log_ratios)
    np.testing.assert_array_equal(train[0].times, truth.times)
    # At first what the model says; then what the decoder would correct that follows.
    np.testing.assert_allclose(train[0].exposures[0], 500 * bench.model.expected)
    assert not np.allclose(train[0].exposures[1], train[0].exposures[0], rtol=1e-3)
    likely = train[0].exposures * np.exp(train[0].log_ratios)
    assert 0.7 < train[0].counts.sum() / likely.sum() < 1.3
    # What is there is not heard again.
    monkeypatch.setattr(heard_runs, "hear_run", None)
    assert written(tmp_path, bench) == 3


def test_heard_runs_of_another_driver_are_refused(bench, tmp_path, monkeypatch):
    monkeypatch.setattr(RegretBench, "runs", lambda self, split: [])
    written(tmp_path, bench)
    with pytest.raises(ValueError, match="another driver, shots or data set"):
        written(tmp_path, bench, driver="qubit_factors")
    with pytest.raises(ValueError, match="has no runs of the split 'train'"):
        load_heard(tmp_path, split="train", circuit=bench.model.header.circuit)
    with pytest.raises(ValueError, match="is of another circuit"):
        load_heard(tmp_path, split="train", circuit="H 0")


def test_damaged_runs_are_refused(bench, tmp_path):
    with pytest.raises(ValueError, match="must be a folder of `quantacore predict hear`"):
        load_heard(tmp_path, split="train", circuit="")
    header = {"format": heard_runs.FORMAT, "version": heard_runs.VERSION, "circuit": ""}
    (tmp_path / heard_runs.HEADER_FILE).write_text(json.dumps(header))
    (tmp_path / "train-jumps-0000.npz").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ValueError, match=r"train-jumps-0000.npz: must be a run"):
        load_heard(tmp_path, split="train", circuit="")


def test_follower_that_knows_the_qubits_tells_edges_of_a_group_apart(bench):
    model = bench.model
    predictor = TUNED.make("qubit_factors", len(model.expected), device=model.device)
    follower = Follower(model, predictor, shots=2_000, heard="believed")
    hot = follower.exposures * np.where(np.arange(len(model.expected)) == 5, 8.0, 1.0)
    follower.hear(np.round(hot), time_s=10.0, ahead_s=10.0, seed=1)
    edges = zip(follower.decoder.graph.edges, model.graph.edges, strict=True)
    ratios = np.array([new.prior / old.prior for new, old in edges])
    assert ratios.max() > 1.5
    spread = [np.ptp(np.log(ratios[model.groups == g])) for g in range(len(model.expected))]
    assert max(spread) > 0.05
    # Beside what it believes, counts of the noise that it believes in are as expected.
    assert follower.exposures.sum() / (2_000 * model.expected.sum()) == pytest.approx(1, abs=0.3)


def test_follower_rejects_what_nobody_hears(bench):
    predictor = TUNED.make("last_value", len(bench.model.expected))
    with pytest.raises(ValueError, match="Heard must be one of own, model, believed"):
        Follower(bench.model, predictor, shots=1, heard="rumours")
