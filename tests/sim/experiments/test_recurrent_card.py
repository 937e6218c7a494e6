"""The model card says what was measured, and where the network loses."""

import numpy as np
import pytest

from quantacore.host.predict.last_value import LastValue
from quantacore.host.predict.moving_average import MovingAverage
from quantacore.sim.experiments.dataset_schema import DatasetHeader, RunName
from quantacore.sim.experiments.recurrent_card import OURS, card_scores, card_text
from tests.host.predict.synthetic_runs import synthetic_run

RUNS = [
    synthetic_run(seed=seed, regime=regime, num_epochs=40, num_groups=6, wander=wander)
    for regime, wander in (("quiet", 0.0), ("drift", 1.0))
    for seed in (1, 2)
]
HEADER = DatasetHeader(
    origin="simulated",
    settings={"distance": 3, "epoch_s": 10.0, "held_out": ["drift"]},
    circuit="",
    graph_hash="",
    num_detectors=1,
    num_qubits=1,
    groups=(0, 1),
    expected=(1.0, 1.0),
    runs=tuple(RunName(regime=run.regime, seed=1, split="test") for run in RUNS),
)
MAKERS = {
    OURS: lambda num, horizon: MovingAverage(num, memory_s=200.0, prior_deviation=0.3),
    "last": lambda num, horizon: LastValue(num, prior_deviation=1.0),
}


@pytest.fixture(scope="module")
def scores():
    return card_scores(RUNS, MAKERS, horizons=(1, 4))


def card(scores):
    return card_text(HEADER, RUNS, scores, units=3, numbers=40, horizons=[1, 2])


def test_card_scores_are_of_each_run_and_horizon(scores):
    assert [(each.predictor, each.horizon) for each in scores] == [
        (OURS, 1), ("last", 1), (OURS, 4), ("last", 4),
    ]  # fmt: skip
    for each in scores:
        assert len(each.coverage) == len(each.losses["CRPS"]) == len(RUNS)
        assert np.isfinite(each.losses["count loss"]).all()


def test_card_says_where_it_wins_and_where_it_loses(scores):
    text = card(scores)
    # A long memory is best where nothing moves, and bad where all does.
    assert "* drift, 1 ahead: CRPS behind last (whole interval), +0." in text
    assert "* quiet, 1 ahead: CRPS behind" not in text
    assert "| quiet | 2 |" in text and "| all | 4 |" in text
    assert "distance 3, epoch_s 10" in text and "drift are in the test split alone" in text


def test_card_says_so_when_it_loses_nowhere(scores):
    ours = [each for each in scores if each.predictor == OURS]
    assert "It loses nowhere." in card(ours)
