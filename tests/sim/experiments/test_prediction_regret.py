"""Logical errors in the loop: the oracle wins, the shots are shared, the sums are right."""

import math
from dataclasses import replace

import numpy as np
import pytest

from quantacore.host.predict.last_value import LastValue
from quantacore.host.predict.tuned_file import Tuned
from quantacore.sim.experiments import decoded_counts
from quantacore.sim.experiments.prediction_regret import RegretBench, RunErrors, summarise_regret
from tests.sim.experiments.small_dataset import settings_with, small_dataset

TUNED = Tuned(
    source="a test",
    epoch_s=10.0,
    learnt={},
    tuned={
        1: {
            "last_value": {"prior_deviation": 1.0},
            # So sure of the model that it never says anything else.
            "moving_average": {"memory_s": 10.0, "prior_deviation": 1e-6},
        }
    },
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regret") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoded_counts, "EXPECTED_SHOTS", 20_000)  # a fraction of a second
        small_dataset(
            folder, settings_with(regimes=("hot", "quiet"), epochs=30, shots=10, rounds=3)
        )
    return RegretBench(folder)


def first_epochs(run, number):
    assert run.log_ratios is not None
    names = ("times", "counts", "exposures", "environment", "log_ratios")
    return replace(run, **{name: getattr(run, name)[:number] for name in names})


@pytest.mark.slow
def test_measure_ranks_oracle_predictor_and_static(bench):
    (run,) = bench.runs(split="test", regimes=["hot"])
    epochs: list[int] = []
    names = ("last_value", "moving_average")
    found = bench.measure(run, TUNED, names, shots=1000, progress=epochs.append)
    assert epochs == list(range(1, 31))
    assert (found.run, found.regime, found.shots) == (run.name, "hot", 30_000)
    assert found.errors["oracle"] < found.errors["last_value"] < found.errors["static"]
    # The noise changes once: whoever knows it an epoch late is wrong for one epoch of thirty.
    won, late = (found.errors["static"] - found.errors[name] for name in ("oracle", "late truth"))
    assert 0.8 * won < late < 1.1 * won
    assert found.errors["moving_average"] == found.errors["static"]


def test_measure_gives_the_same_shots_to_the_same_run(bench):
    run = first_epochs(bench.runs(split="test", regimes=["quiet"])[0], 3)
    found = [bench.measure(run, TUNED, names, shots=100) for names in ((), ("last_value",))]
    assert found[0].errors["oracle"] == found[1].errors["oracle"] == found[1].errors["static"]


def test_measure_counts_for_itself(bench):
    run = first_epochs(bench.runs(split="test", regimes=["hot"])[0], 3)
    other = replace(run, counts=np.zeros_like(run.counts))
    found = [bench.measure(each, TUNED, ("last_value",), shots=100) for each in (run, other)]
    assert found[0] == found[1]


def test_measure_hears_own_or_the_models_counts(bench, monkeypatch):
    heard = []

    class Listener(LastValue):
        def _learn(self, counts, exposures, elapsed_s):
            heard.append(counts.tolist())
            super()._learn(counts, exposures, elapsed_s)

    tuned = replace(TUNED, tuned={1: {name: {} for name in ("last_value", "moving_average")}})
    # One that follows its counts, and one whose weights are always the model's.
    monkeypatch.setattr(
        Tuned,
        "make",
        lambda self, name, groups, device: Listener(
            groups, prior_deviation=3.0 if name == "last_value" else 1e-6
        ),
    )
    run = first_epochs(bench.runs(split="test", regimes=["hot"])[0], 3)
    for choice in ("own", "model"):
        heard.clear()
        names = ("last_value", "moving_average")
        bench.measure(run, tuned, names, shots=200, heard=choice)
        following, steady = heard[0::2], heard[1::2]
        assert following[0] == steady[0]
        assert (following == steady) == (choice == "model")


def test_summarise_regret_adds_up_runs():
    runs = [
        RunErrors(
            run=f"jumps-{seed}",
            regime="jumps",
            shots=1000,
            errors={"static": 40, "oracle": 20, "kalman": kalman, "last_value": 36, "matern": 22},
        )
        for seed, kalman in enumerate((30, 34))
    ]
    rows = {row.predictor: row for row in summarise_regret(runs)}
    kalman = rows["kalman"]
    assert (kalman.runs, kalman.shots, kalman.errors) == (2, 2000, 64)
    assert kalman.regret.value == pytest.approx(12)
    assert kalman.of_static.value == pytest.approx(24 / 40)
    assert {row.best_opponent for row in rows.values()} == {"kalman"}
    assert rows["matern"].of_best_opponent.value == pytest.approx(4 / 24)


def test_summarise_regret_tells_no_ratio_where_there_is_nothing_to_regret():
    errors = {"static": 20, "oracle": 20, "kalman": 21}
    runs = [RunErrors(run="quiet-0", regime="quiet", shots=1000, errors=errors)]
    rows = {row.predictor: row for row in summarise_regret(runs)}
    assert math.isnan(rows["kalman"].of_static.value)
    assert rows["kalman"].regret.value == pytest.approx(1)
