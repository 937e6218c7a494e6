"""Pictures of windows: drawn from uneven rows, without errors, and from one row."""

from pathlib import Path

import pytest

from quantacore.golden.metrics import PairedErrors
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.window_accuracy import Window, WindowRow
from quantacore.sim.plots.window_ratios import plot_window_ratios
from tests.sim.plots.test_plots import assert_shows_something


def row(window: Window | None, errors: int, distance: int = 3, basis: str = "Z") -> WindowRow:
    return WindowRow(
        point=Point(distance=distance, p=0.01, basis=basis, rounds=10 * distance),
        length_bits=4,
        passes=3,
        window=window,
        paired=PairedErrors(shots=1000, errors=errors, reference_errors=20, both=min(errors, 20)),
        unmatched=0,
    )


UNEVEN = [
    row(None, 20),
    row((3, 3), 21),
    row((3, 1), 900),
    row((1, 3), 0),
    row((5, 5), 30, distance=5, basis="X"),
    *(row((commit, 2), 25, distance=7) for commit in range(1, 20)),
]


@pytest.mark.parametrize(
    "rows",
    [UNEVEN, [row(None, 20)], [row((3, 3), 0)], [row((3, 3), 1000)]],
    ids=["uneven", "whole", "no-errors", "all-errors"],
)
@pytest.mark.filterwarnings("error")
def test_plot_draws_windows(rows: list[WindowRow], tmp_path: Path) -> None:
    plot_window_ratios(rows, tmp_path / "a.png")
    assert_shows_something(tmp_path / "a.png")
