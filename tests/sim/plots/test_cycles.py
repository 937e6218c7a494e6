"""Pictures of latency: uneven rows, a single row, shots that all take the same time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.sim.experiments.cycle_histogram import CycleHistogram
from quantacore.sim.experiments.latency import LatencyRow, Noise
from quantacore.sim.experiments.point import Point
from quantacore.sim.plots.cycles import plot_cycles_per_round, plot_distributions
from tests.sim.plots.test_plots import assert_shows_something


def row(distance: int, cycles: dict[int, int], p: float = 0.01, basis: str = "Z") -> LatencyRow:
    histogram = CycleHistogram(cycles)
    return LatencyRow(
        noise=Noise.CIRCUIT,
        point=Point(distance=distance, p=p, basis=basis),
        decoder="core b=4, 1 pass",
        passes=1,
        links="none",
        lanes=None,
        num_detectors=24,
        shots=histogram.num_shots,
        errors=0,
        mismatches=0,
        histogram=histogram,
    )


UNEVEN = [
    row(3, {2: 900, 7: 90, 30: 10}),
    row(3, {2: 90, 7: 90, 50: 1}, p=0.02),
    row(7, {9: 50, 70: 7}),
    row(7, {9: 50}, basis="X"),
]


@pytest.mark.parametrize("plot", [plot_cycles_per_round, plot_distributions])
@pytest.mark.parametrize("rows", [UNEVEN, [row(3, {2: 1})]], ids=["uneven", "one-shot"])
@pytest.mark.filterwarnings("error")
def test_plot_draws_cycles(
    plot: Callable[[list[LatencyRow], Path], None], rows: list[LatencyRow], tmp_path: Path
) -> None:
    plot(rows, tmp_path / "a.png")
    assert_shows_something(tmp_path / "a.png")
