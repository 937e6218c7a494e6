"""Cycles of the real core beside those of the model."""

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.sim.choice.comparison import Effort
from quantacore.sim.choice.core_cycles import measure_core_cycles, with_core_cycles
from tests.sim.choice.machines import machine, made_up_row

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


def test_model_is_near_the_core() -> None:
    found = measure_core_cycles(rotated_memory(distance=3, p=0.005), passes=1, num_shots=1000)
    assert found.model == pytest.approx(found.core, rel=0.2)


def test_small_rows_get_the_cycles_of_their_core() -> None:
    small, large = made_up_row(links=0), made_up_row(distance=5, links=0)
    found = with_core_cycles([large, small], machine(), Effort(), largest=3)
    assert [row.cost.measured for row in found] == [False, True]
    assert found[1].cost.us_per_round == pytest.approx(found[1].cost.cycles_per_round / 25)
