"""Pictures of predictions: drawn from few rows and from a run, without errors."""

from pathlib import Path

from quantacore.host.predict.forecast import forecast
from quantacore.host.predict.kalman import Kalman
from quantacore.sim.experiments.prediction import score_runs, summarise
from quantacore.sim.plots.prediction import plot_run, plot_scores
from tests.host.predict.synthetic_runs import synthetic_run
from tests.sim.experiments.test_prediction import NAMES, TUNED
from tests.sim.plots.test_plots import assert_shows_something


def test_plot_scores_draws_one_run_of_a_regime(tmp_path: Path) -> None:
    rows = summarise(score_runs([synthetic_run(seed=1, num_epochs=9)], TUNED, names=NAMES))
    plot_scores(rows, tmp_path / "scores.png", horizon=3)
    assert_shows_something(tmp_path / "scores.png")


def test_plot_run_draws_counts_of_zero_and_gaps(tmp_path: Path) -> None:
    run = synthetic_run(seed=1, num_epochs=9, exposure=0.5, wander=1.0)
    run.exposures[3] = 0
    said = {"kalman": forecast(Kalman(run.num_groups, walk_per_root_s=0.1), run)[0]}
    plot_run(run, said, tmp_path / "run.png")
    assert_shows_something(tmp_path / "run.png")
