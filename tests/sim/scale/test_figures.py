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
    (series,) = found.series
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
