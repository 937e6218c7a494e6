"""Pictures of reactions: drawn from several rows and from one."""

from pathlib import Path

import pytest

from quantacore.sim.experiments.cycle_histogram import CycleHistogram
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.streaming import StreamRow
from quantacore.sim.plots.reactions import plot_reactions
from tests.sim.plots.test_plots import assert_shows_something


def row(distance: int, counts: dict[int, int], period: int = 100) -> StreamRow:
    return StreamRow(
        point=Point(distance=distance, p=0.005),
        commit_rounds=distance,
        buffer_rounds=distance,
        passes=3,
        period=period,
        windows=sum(counts.values()),
        mismatches=0,
        faults=0,
        rounds=10,
        sustained_cycles=100,
        reaction=CycleHistogram(counts),
        final_reaction=CycleHistogram(counts),
    )


@pytest.mark.parametrize(
    "rows",
    [[row(3, {4: 90, 20: 9, 120: 1}), row(5, {4: 1, 30: 1}, period=50)], [row(3, {7: 1})]],
    ids=["several", "one"],
)
@pytest.mark.filterwarnings("error")
def test_plot_draws_reactions(rows: list[StreamRow], tmp_path: Path) -> None:
    plot_reactions(rows, tmp_path / "a.png")
    assert_shows_something(tmp_path / "a.png")
