"""Every number says how it is known, and fits follow what was measured."""

import pytest

from quantacore.sim.scale.figures import (
    EXTRAPOLATED,
    MEASURED,
    MODELLED,
    PARTS,
    UNKNOWN,
    Line,
    Scaling,
)
from tests.sim.scale.made_up import core_figures, made_up_scaling


@pytest.fixture(scope="module")
def found() -> Scaling:
    return made_up_scaling()


def line_of(found: Scaling, distance: int) -> Line:
    return next(line for line in found.lines if line.core.distance == distance)


def test_errors_are_measured_where_counted_and_extrapolated_beyond(found: Scaling) -> None:
    kinds = [line.at[0.01].errors_per_round.kind for line in found.lines]
    assert kinds == [MEASURED, MEASURED, MEASURED, EXTRAPOLATED]
    beyond = line_of(found, 9).at[0.01].errors_per_round.interval
    assert beyond.low < 0.0025 / 4 / 9 < beyond.high  # a quarter of a quarter


def test_suppression_has_its_interval(found: Scaling) -> None:
    series = found.series[0]
    # Per round, so a little more than the factor of 4 per shot.
    assert series.suppression.value == pytest.approx(4 * (7 / 3) ** 0.5, rel=0.1)
    assert 3.5 < series.suppression.low < series.suppression.value < series.suppression.high < 9


def test_cycles_are_those_of_verilog_where_it_ran(found: Scaling) -> None:
    cells = [line.at[0.01].cycles for line in found.lines]
    assert [cell.kind for cell in cells] == [MEASURED, MODELLED, MODELLED, MODELLED]
    assert [cell.value for cell in cells] == [10, 25, 49, 81]
    law = found.laws["cycles at p = 0.01"]
    assert law is not None
    assert law.exponent.contains(2)


def test_luts_are_of_yosys_where_it_ran(found: Scaling) -> None:
    cells = [line.luts[4] for line in found.lines]
    assert [cell.kind for cell in cells] == [MEASURED, MEASURED, EXTRAPOLATED, EXTRAPOLATED]
    assert cells[2].value == pytest.approx(10 * 7**3)
    assert found.laws["LUT4"] is not None
    assert found.laws["LUT4"].exponent.value == pytest.approx(1)
    assert found.laws["LUT4 per detector"] is not None  # d**3 edges to d**2 detectors
    assert found.laws["LUT4 per detector"].exponent.value == pytest.approx(0.5)


def test_clock_falls_as_that_of_the_other_problem(found: Scaling) -> None:
    cells = [line.clock_mhz for line in found.lines]
    assert [cell.kind for cell in cells] == [MEASURED] + 3 * [EXTRAPOLATED]
    assert cells[0].value == 90
    assert (cells[0].interval.low, cells[0].interval.high) == (89, 91)  # of the seeds
    assert cells[3].value == pytest.approx(30)


def test_a_time_is_as_sure_as_the_worse_of_cycles_and_clock(found: Scaling) -> None:
    cells = [line.at[0.01].us_per_round for line in found.lines]
    assert [cell.kind for cell in cells] == [MEASURED] + 3 * [EXTRAPOLATED]
    assert cells[0].value == pytest.approx(10 / 3 / 90)
    assert line_of(found, 3).load_us.value == pytest.approx(28 / 90)


def test_windows_are_beside_whole_shots_and_per_round(found: Scaling) -> None:
    whole, windows = found.series[1:]
    assert (whole.ahead, windows.ahead) == (None, 1)
    assert [row.one_pass for row in windows.rows] == [None] * 3
    assert [row.one_pass for row in whole.rows] == [400, 100, 25]
    assert windows.rows[2].ratio.value == pytest.approx(1.2, rel=0.01)
    assert windows.rows[0].ratio.value > 1.2  # errors of long shots cancel
    assert windows.rows[0].ratio.low > 1.1


def test_cycles_of_windows_are_modelled_and_beyond_extrapolated(found: Scaling) -> None:
    cells = [line.at[0.01].window_cycles for line in found.lines]
    assert [cell.kind for cell in cells] == [MODELLED, MODELLED, EXTRAPOLATED, EXTRAPOLATED]
    assert [cell.value for cell in cells] == pytest.approx([18, 50, 98, 162])
    assert [line.at[0.01].window_cycles_p99.value for line in found.lines][3] == pytest.approx(162)


def test_streaming_core_has_luts_of_its_own_factor(found: Scaling) -> None:
    cells = [line.window_luts[4] for line in found.lines]
    assert [cell.kind for cell in cells] == [MEASURED] + 3 * [EXTRAPOLATED]
    assert cells[3].value == pytest.approx(27_000, rel=0.1)  # 27 times the edges of d = 3
    edges = [line.window_edges.kind for line in found.lines]
    assert edges == [MEASURED, MEASURED, EXTRAPOLATED, EXTRAPOLATED]


def test_time_of_a_window_is_that_of_its_commit_rounds(found: Scaling) -> None:
    line = line_of(found, 3)
    clock = line.window_clock_mhz
    assert clock.kind == EXTRAPOLATED
    assert clock.value < line.clock_mhz.value
    assert line.at[0.01].window_us.value == pytest.approx(18 / 3 / clock.value)


def test_core_that_was_never_built_has_an_unknown_build_time(found: Scaling) -> None:
    assert {line.verilate_s.kind for line in found.lines} == {UNKNOWN}
    assert line_of(found, 9).generate_s.kind == EXTRAPOLATED


def test_part_is_full_from_four_fifths_of_its_luts_on() -> None:
    part = PARTS[0]
    edge = int(0.8 * part.luts)
    for luts, fits in ((edge, True), (edge + 1, False)):
        cores = {d: core_figures(d) for d in (3, 5, 7)} | {9: core_figures(9, lut4=luts)}
        assert made_up_scaling(cores=cores).lines[-1].fits(part) is fits


@pytest.mark.parametrize(("mean", "valid"), [(10.19, True), (9.81, True), (10.21, False)])
def test_model_is_valid_within_two_percent(mean: float, valid: bool) -> None:
    assert made_up_scaling(model_mean=mean).is_valid is valid
