"""Picture of codes: drawn with unknown rows, none seen, and nothing."""

import math
from pathlib import Path

import pytest

from quantacore.golden.codes.families import FAMILIES
from quantacore.sim.choice.row import EXTRAPOLATED, UNKNOWN, Row
from quantacore.sim.plots.codes import STYLES, frontier, plot_codes
from tests.sim.choice.machines import made_up_row
from tests.sim.plots.test_plots import assert_shows_something

UNKNOWN_ROW = made_up_row(distance=9, value=math.nan, low=0.0, high=0.5, kind=UNKNOWN)
UNSEEN = made_up_row(distance=7, value=0.0, low=0.0, high=1e-4)
SEEN = [made_up_row(), made_up_row(distance=5, value=1e-4, kind=EXTRAPOLATED)]


def test_every_family_has_a_style_of_its_own() -> None:
    assert set(STYLES) == set(FAMILIES)
    assert len(set(STYLES.values())) == len(FAMILIES)


@pytest.mark.parametrize("rows", [[*SEEN, UNSEEN, UNKNOWN_ROW], [UNSEEN]], ids=["all", "unseen"])
def test_picture_is_drawn(tmp_path: Path, rows: list[Row]) -> None:
    plot_codes(rows, tmp_path / "p.png", title="t")
    assert_shows_something(tmp_path / "p.png")


def test_frontier_leaves_out_what_a_smaller_one_beats() -> None:
    worse = made_up_row(distance=7, value=5e-4)
    assert frontier([worse, *SEEN, UNKNOWN_ROW]) == SEEN
