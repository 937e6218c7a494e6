"""Rejection curves are drawn from many points, few shots and no errors at all."""

from pathlib import Path

import numpy as np
import pytest

from quantacore.sim.experiments.confidence import EXPORTED, GAP, ConfidenceRow
from quantacore.sim.experiments.contenders import MATCHING
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.rejection import rejection_curve
from quantacore.sim.plots.rejection_curves import plot_rejection
from tests.sim.plots.test_plots import assert_shows_something


def rows(distance: int, num_errors: int, *, shots: int = 2000) -> list[ConfidenceRow]:
    doubts = np.arange(shots)
    curve = rejection_curve(doubts, (doubts * 7919) % shots < num_errors)
    point = Point(distance=distance, p=0.01, shots=shots)
    return [
        ConfidenceRow(point=point, confidence=name, decoder=decoder, curve=curve)
        for name, decoder in ((EXPORTED, "quantacore"), (GAP, "quantacore"), (GAP, MATCHING))
    ]


@pytest.mark.parametrize(
    "drawn",
    [
        rows(3, 200),
        rows(3, 0),
        rows(3, 2000),
        rows(3, 1, shots=1),
        rows(3, 200)[:1],
        [row for distance in (3, 5, 7, 9) for row in rows(distance, 30)],
    ],
    ids=["one-point", "no-errors", "all-errors", "one-shot", "one-row", "four-points"],
)
@pytest.mark.filterwarnings("error")
def test_plot_rejection_draws(drawn: list[ConfidenceRow], tmp_path: Path) -> None:
    plot_rejection(drawn, tmp_path / "r.png")
    assert_shows_something(tmp_path / "r.png")
