"""`quantacore predict card`: a whole card, or one clear line."""

import argparse

import pytest

from quantacore.host.predict.learn_transitions import default_levels, prior_transitions
from quantacore.host.predict.tuned_file import Tuned
from quantacore.sim.cli import predict_card
from tests.sim.experiments.small_dataset import settings_with, small_dataset

TUNED = Tuned(
    source="nothing",
    epoch_s=10.0,
    learnt={
        "hidden_markov": {
            "levels": default_levels().tolist(),
            "transitions": prior_transitions(default_levels()).tolist(),
            "step_s": 10.0,
        }
    },
    tuned={1: {"hidden_markov": {}, "kalman": {"walk_per_root_s": 0.1}}},
)


def parsed(*words):
    parser = argparse.ArgumentParser()
    predict_card.add_step(parser.add_subparsers())
    return parser.parse_args(["card", *map(str, words)])


@pytest.mark.slow
def test_card_is_written(tmp_path):
    small_dataset(tmp_path / "data", settings_with(epochs=6))
    (tmp_path / "tuned.json").write_text(TUNED.to_json())
    (data, tuned, card) = (tmp_path / name for name in ("data", "tuned.json", "card.md"))
    args = parsed("--data", data, "--tuned", tuned, "--out", card)
    assert args.run_step(args) == 0
    text = card.read_text()
    assert "| mixture | 4 |" in text and "{" not in text


def test_card_rejects_what_are_no_weights(tmp_path):
    (tmp_path / "weights.npz").write_text("none")
    args = parsed(
        "--data", tmp_path, "--weights", tmp_path / "weights.npz", "--tuned", "x", "--out", "y"
    )
    with pytest.raises(
        ValueError, match=r"weights.npz must be a file of `quantacore predict train`"
    ):
        args.run_step(args)
