"""Loops of several predictors: each run once, the same shots, the sums right."""

import asyncio

import pytest

from quantacore.sim.experiments import loop_contest
from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.experiments.loop_contest import run_loops, summarise_loops
from quantacore.sim.plots.loop_contest import plot_loops
from tests.sim.experiments.loop_epochs import loop_epoch
from tests.sim.plots.test_plots import assert_shows_something

SETTINGS = LoopSettings(noise="mixture", epochs=4, calm_epochs=1)
ERRORS = {"counting": 14, "kalman": 12}


class FakeLoop:
    """Makes epochs at once; counts how many."""

    made = 0

    def __init__(self, settings):
        self.settings = settings

    async def run(self, earlier):
        for index in range(len(earlier), self.settings.epochs):
            await asyncio.sleep(0)
            FakeLoop.made += 1
            yield made_up(self.settings.predictor, index, self.settings.seed)


def made_up(predictor, index, seed):
    errors = {"core": ERRORS[predictor], "static": 20, "oracle": 10 - seed, "matching": 14}
    return loop_epoch(index, errors=errors, swaps=[300])


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setattr(loop_contest, "ClosedLoop", FakeLoop)
    FakeLoop.made = 0

    def call(predictors=tuple(ERRORS), seeds=(1, 2), settings=SETTINGS, **more):
        return run_loops(tmp_path, settings, predictors=predictors, seeds=seeds, **more)

    return call


def test_loops_are_run_once_and_go_on(run):
    told = []
    run(predictors=["counting"], seeds=[1], progress=told.append)
    assert (FakeLoop.made, told) == (4, [1, 2, 3, 4, 4])
    found = run(progress=told.append)
    assert FakeLoop.made == 4 * 4 and told[-1] == 16
    assert {key: len(epochs) for key, epochs in found.items()} == {
        (name, seed): 3 for name in ERRORS for seed in (1, 2)
    }
    run()
    assert FakeLoop.made == 4 * 4


def test_summary_adds_up_seeds(run):
    rows = {row.predictor: row for row in summarise_loops(run())}
    assert list(rows) == ["static", "oracle", *ERRORS]
    assert (rows["static"].errors, rows["oracle"].errors) == (120, 3 * 9 + 3 * 8)
    kalman = rows["kalman"]
    assert (kalman.seeds, kalman.shots, kalman.errors, kalman.images) == (2, 6000, 72, 6)
    assert kalman.regret.value == pytest.approx(1000 * (72 - 51) / 6000)
    assert kalman.of_static.value == pytest.approx((72 - 51) / (120 - 51))


def test_summary_refuses_loops_with_other_shots(run):
    found = dict(run())
    found["kalman", 2] = [made_up("kalman", 0, seed=5)]
    with pytest.raises(ValueError, match="seed 2 must have the same shots, but kalman"):
        summarise_loops(found)


def test_loops_refuse_what_is_named_twice_or_not_known(run):
    with pytest.raises(ValueError, match="Predictors must be at least one, and each once"):
        run(predictors=["kalman", "kalman"])
    with pytest.raises(ValueError, match="Seeds must be at least one"):
        run(seeds=[])
    with pytest.raises(ValueError, match="Predictor must be one of counting"):
        run(predictors=["oracle"])
    assert FakeLoop.made == 0


@pytest.mark.filterwarnings("error")
def test_plot_draws_a_panel_for_each_seed(run, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    plot_loops(run(), SETTINGS, folder / "loops.png")
    assert_shows_something(folder / "loops.png")
