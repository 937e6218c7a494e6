"""Length of braids against error."""

import pytest

from quantacore.sim.experiments.braid_scaling import (
    BraidRow,
    exchanges_per_nat,
    measure_scaling,
    power_of_log,
)


def test_rows_hold_what_was_asked() -> None:
    rows = list(measure_scaling(["T"], lengths=[8], errors=[0.05, 1e-8]))
    assert [(row.method, row.asked) for row in rows] == [
        ("mitm", "length 8"),
        ("sk", "error 0.05"),
        ("nt", "error 0.05"),
        ("nt", "error 1e-08"),
    ]
    assert rows[0].length <= 8
    assert rows[1].error <= 0.05
    assert rows[3].error <= 1e-8


def test_slopes_are_those_of_made_up_rows() -> None:
    def row(length: int, error: float) -> BraidRow:
        return BraidRow(gate="T", method="nt", asked="", length=length, error=error, seconds=0)

    rows = [row(40, 1e-1), row(80, 1e-2), row(160, 1e-4)]
    assert exchanges_per_nat(rows) == pytest.approx(40 / 2.302585)
    assert power_of_log(rows) == pytest.approx(1)
    assert exchanges_per_nat(rows[:1]) != exchanges_per_nat(rows[:1])  # NaN
