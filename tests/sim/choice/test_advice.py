"""Which code is chosen, and what is said of it."""

import math

import pytest

from quantacore.sim.choice.advice import LIKELY, SHORT, SURE, advise, reasons
from quantacore.sim.choice.comparison import Effort, compare
from quantacore.sim.choice.row import EXTRAPOLATED, UNKNOWN
from tests.sim.choice.machines import QUICK, machine, made_up_row

SMALL = made_up_row(distance=3, value=1e-3)
MIDDLE = made_up_row(distance=5, value=1e-4)
LARGE = made_up_row(distance=7, value=1e-5, kind=EXTRAPOLATED)
OTHER = made_up_row(family="xzzx_planar", distance=5, value=1e-4)
TARGET = 0.022
ROWS = [LARGE, OTHER, SMALL, MIDDLE]


def test_smallest_that_surely_reaches_is_best() -> None:
    advice = advise(ROWS, target=5e-4)
    assert (advice.best.row, advice.best.reaches) == (MIDDLE, SURE)
    assert advice.reached
    # Values of both bases are added: 2e-4, up to 4e-4.
    assert advise(ROWS, target=3.9e-4).best.row is LARGE
    assert advise(ROWS, target=4.1e-3).best.row is SMALL


def test_runners_up_are_the_best_of_each_family() -> None:
    advice = advise(ROWS, target=5e-4)
    assert [choice.row for choice in advice.runners_up] == [OTHER, LARGE]


def test_likely_comes_before_none_but_after_sure() -> None:
    advice = advise([SMALL, MIDDLE], target=3e-4)
    assert (advice.best.row, advice.best.reaches) == (MIDDLE, LIKELY)
    assert "count more --shots" in reasons(advice)[0]


def test_best_of_those_that_miss() -> None:
    advice = advise(ROWS, target=1e-9)
    assert (advice.best.row, advice.best.reaches) == (LARGE, SHORT)
    assert not advice.reached
    assert "misses the target" in reasons(advice)[0]


def test_target_per_microsecond() -> None:
    slow = made_up_row(distance=3, value=1e-3, cycle_us=100.0)
    assert advise([slow, MIDDLE], target=5e-5, per_us=True).best.row is slow
    assert advise([slow, MIDDLE], target=5e-4).best.row is MIDDLE


def test_no_errors_seen_is_not_no_errors() -> None:
    none = made_up_row(distance=3, value=0.0, low=0.0, high=1e-2)
    advice = advise([none, MIDDLE], target=5e-4)
    assert advice.best.row is MIDDLE
    assert advise([none], target=5e-4).best.reaches == SHORT


def test_core_takes_the_passes_that_help() -> None:
    helps, same = made_up_row(), made_up_row(errors=(60, 60, 80))
    none = made_up_row(links=0)
    cores = [advise([row], target=0.1).best.core for row in (helps, same, none)]
    assert [(core.passes, core.links) for core in cores] == [(3, "baked"), (1, "none"), (1, "none")]
    assert cores[1].luts < cores[0].luts == 10_000
    assert [core.us_per_round for core in cores] == [0.1, 0.05, 0.1]
    drifting = advise([helps], target=0.1, drifts=True)
    assert drifting.best.core.links == "runtime"
    assert drifting.best.core.luts > 10_000
    assert any("drifts" in reason for reason in reasons(drifting))
    assert "4 lanes" in drifting.best.core.describe()


def test_pace_and_board_are_told() -> None:
    good = advise([made_up_row()], target=0.1)
    assert good.best.core.board == "orangecrab_r0_2_25f"
    assert good.best.core.keeps_up
    bad = advise([made_up_row(luts=10**6, us=3.0)], target=0.1)
    text = " ".join(reasons(bad))
    assert bad.best.core.board is None
    assert "is slower than" in text
    assert "no board of ours" in text


def test_advised_code_reaches_the_target_when_it_is_counted_anew() -> None:
    advice = advise(compare(machine(budget=97), QUICK, families=("xzzx",)), target=TARGET)
    code = advice.best.row.code
    assert advice.best.reaches == SURE
    assert code.distances == (5, 5)
    fresh = Effort(shots=10_000, errors=10_000, largest=5, seed=99)
    (row,) = (
        row for row in compare(machine(budget=49), fresh, families=("xzzx",)) if row.code == code
    )
    assert row.per_round.value < TARGET


@pytest.mark.parametrize("target", [0, -1, 0.5, math.nan, math.inf])
def test_advice_rejects_target(target: float) -> None:
    with pytest.raises(ValueError, match=r"target must be above 0 and below 0.5, not"):
        advise(ROWS, target=target)


def test_advice_rejects_rows_of_which_nothing_is_known() -> None:
    unknown = made_up_row(value=math.nan, low=0.0, high=0.5, kind=UNKNOWN)
    with pytest.raises(ValueError, match="Too few errors for any estimate"):
        advise([unknown], target=0.1)
    assert advise([unknown, SMALL], target=0.1).best.row is SMALL
