"""A core that grows or slows down does so on purpose."""

import pytest

from quantacore.sim.experiments.area_points import Problem, area_core
from tests.system.synthesis_record import (
    COMMAND,
    DISTANCE,
    RECORD,
    measured_area,
    measured_cycles,
    read_record,
)

TOLERANCE = 0.02

PROBLEMS = pytest.mark.parametrize("problem", Problem, ids=lambda problem: problem.value)


def check(found: float, recorded: float, what: str) -> None:
    assert found == pytest.approx(recorded, rel=TOLERANCE), (
        f"{what} is {found}, recorded are {recorded}; if this is meant, '{COMMAND}' writes "
        f"{RECORD.name} again"
    )


@pytest.mark.synth
@PROBLEMS
def test_area_is_as_recorded(problem: Problem) -> None:
    recorded = read_record()[problem.value]
    for cell, number in measured_area(area_core(problem, DISTANCE)).items():
        check(number, recorded[cell], f"Number of {cell} of the core {problem.value}")


@pytest.mark.verilator
@pytest.mark.synth
@PROBLEMS
def test_cycles_are_as_recorded(problem: Problem) -> None:
    recorded = read_record()[problem.value]["mean_cycles"]
    found = measured_cycles(area_core(problem, DISTANCE), problem)
    check(found, recorded, f"Mean of core cycles of the core {problem.value}")


def test_record_has_every_core() -> None:
    assert set(read_record()) == {problem.value for problem in Problem}


def test_record_tells_the_command_when_a_figure_has_changed() -> None:
    check(102, 100, "Number")
    with pytest.raises(AssertionError, match=r"Number is 103, recorded are 100; .*'make record'"):
        check(103, 100, "Number")
