"""Pictures of accuracy: drawn from uneven rows, without errors, and from one row."""

from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.golden.metrics import PairedErrors
from quantacore.sim.experiments.accuracy import AccuracyRow
from quantacore.sim.experiments.contenders import MATCHING
from quantacore.sim.experiments.point import Point
from quantacore.sim.plots.accuracy_curves import plot_rates, plot_ratios
from tests.sim.plots.test_plots import assert_shows_something


def row(
    decoder: str, errors: int, distance: int = 3, p: float = 0.01, basis: str = "Z"
) -> AccuracyRow:
    paired = PairedErrors(shots=1000, errors=errors, reference_errors=20, both=min(errors, 20))
    point = Point(distance=distance, p=p, basis=basis)
    return AccuracyRow(point=point, decoder=decoder, paired=paired, unmatched=0)


UNEVEN = [
    row(MATCHING, 20),
    row(MATCHING, 20, p=0.02),
    row("a", 0),
    row("a", 30, p=0.02),
    row("b", 1, distance=5, basis="X"),
    *(row(f"c{number}", number, distance=7) for number in range(20)),
]


@pytest.mark.parametrize("plot", [plot_rates, plot_ratios])
@pytest.mark.parametrize(
    "rows",
    [UNEVEN, [row(MATCHING, 20)], [row("a", 0)], [row("a", 1000)]],
    ids=["uneven", "reference", "no-errors", "all-errors"],
)
@pytest.mark.filterwarnings("error")
def test_plot_draws_accuracy(
    plot: Callable[[list[AccuracyRow], Path], None], rows: list[AccuracyRow], tmp_path: Path
) -> None:
    plot(rows, tmp_path / "a.png")
    assert_shows_something(tmp_path / "a.png")
