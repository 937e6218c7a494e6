"""`quantacore predict train`: weights, curve and picture, or one clear line."""

import argparse
import sys

import pytest

from quantacore.host.predict.recurrent_weights import load_weights
from quantacore.sim.cli import predict_train
from tests.sim.experiments.small_dataset import settings_with, small_dataset


def parsed(*words):
    parser = argparse.ArgumentParser()
    predict_train.add_step(parser.add_subparsers())
    return parser.parse_args(["train", *map(str, words)])


@pytest.mark.learn
def test_train_writes_weights_and_curve(tmp_path, capsys):
    small_dataset(tmp_path / "data", settings_with(epochs=12))
    args = parsed(
        "--data", tmp_path / "data", "--out", tmp_path / "out",
        "--most_passes", 2, "--num_units", 3,
    )  # fmt: skip
    assert args.run_step(args) == 0
    assert load_weights(tmp_path / "out" / "gru.npz").num_units == 3
    lines = (tmp_path / "out" / "curve.csv").read_text().splitlines()
    assert lines[0] == "pass,train,validation" and len(lines) == 4
    assert (tmp_path / "out" / "curve.png").exists()
    assert "2 runs taught" in capsys.readouterr().out


def test_train_says_first_that_pytorch_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    args = parsed("--data", tmp_path / "none", "--out", tmp_path / "out")
    with pytest.raises(ModuleNotFoundError, match="PyTorch is missing"):
        args.run_step(args)
    assert not (tmp_path / "out").exists()


@pytest.mark.learn
def test_train_rejects_what_is_no_data_set(tmp_path):
    args = parsed("--data", tmp_path, "--out", tmp_path / "out")
    with pytest.raises(ValueError, match="must be a data set"):
        args.run_step(args)
    assert not (tmp_path / "out").exists()
