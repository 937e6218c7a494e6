"""Pictures of closed loops."""

import pytest

from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.plots.closed_loop import plot_closed_loop
from tests.sim.experiments.loop_epochs import loop_epoch
from tests.sim.plots.test_plots import assert_shows_something


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.filterwarnings("error")
def test_plot_draws_epochs(count, tmp_path):
    epochs = [loop_epoch(k, changed=k == 1, swaps=[300] * (k == 2)) for k in range(count)]
    plot_closed_loop(epochs, LoopSettings(), tmp_path / "loop.png")
    assert_shows_something(tmp_path / "loop.png")
