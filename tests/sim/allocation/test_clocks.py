"""Clocks of cores: measured, extrapolated, given."""

import statistics
from pathlib import Path

import pytest

from quantacore.sim.allocation.clocks import given_clock, memory_clock, mesh_clock
from quantacore.sim.experiments.area import read_record
from quantacore.sim.experiments.area_points import Problem
from tests.repo.sources import ROOT

RECORD = ROOT / "docs" / "synthesis.json"


def test_clock_is_the_median_of_the_record() -> None:
    clock = memory_clock(RECORD, 3)
    (row,) = (
        row
        for row in read_record(RECORD).rows
        if row.problem is Problem.BAKED and row.distance == 3
    )
    assert clock.mhz == statistics.median(row.fmax_mhz.values())
    assert clock.kind == "measured"
    assert "placed and routed" in clock.text


def test_clock_that_the_record_lacks_is_extrapolated_and_says_so() -> None:
    seven, large = memory_clock(RECORD, 7), mesh_clock(RECORD, 2000, "a mesh")
    assert memory_clock(RECORD, 3).mhz > seven.mhz > large.mhz > 0
    assert seven.kind == "extrapolated"
    assert "EXTRAPOLATED to a core of whole shots, d = 7" in seven.text


def test_clock_rejects_a_record_without_any(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="enough others to extrapolate it, but has not"):
        memory_clock(tmp_path / "synthesis.json", 3)


@pytest.mark.parametrize("mhz", [0.0, -5.0, float("nan"), 1e9])
def test_given_clock_rejects_what_is_no_clock(mhz: float) -> None:
    with pytest.raises(ValueError, match="--clock_mhz must be above 0 and at most 10000"):
        given_clock(mhz)
