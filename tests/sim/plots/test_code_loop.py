"""Pictures of loops over codes."""

import pytest

from quantacore.sim.plots.code_loop import plot_code_loop
from tests.sim.cli.test_run_codes import SETTINGS, epoch
from tests.sim.plots.test_plots import assert_shows_something


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.filterwarnings("error")
def test_plot_draws_epochs(count, tmp_path):
    epochs = [epoch(k, ("3x3", "5x5"), "5x5") for k in range(count)]
    plot_code_loop(epochs, SETTINGS, tmp_path / "loop.png")
    assert_shows_something(tmp_path / "loop.png")
