"""Cycles of the real core beside those of the model."""

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.model_text import Circuit
from quantacore.sim.choice import core_cycles
from quantacore.sim.choice.comparison import Effort
from quantacore.sim.choice.core_cycles import CoreCycles, measure_core_cycles, with_core_cycles
from tests.sim.choice.machines import machine, made_up_row


@pytest.mark.verilator
@pytest.mark.slow
def test_model_is_near_the_core() -> None:
    found = measure_core_cycles(rotated_memory(distance=3, p=0.005), passes=1, num_shots=1000)
    assert found.model == pytest.approx(found.core, rel=0.2)


def test_small_rows_get_the_cycles_of_their_core(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def measure(circuit: Circuit, *, passes: int, seed: int) -> CoreCycles:
        asked.append(passes)
        return CoreCycles(core=6.0 * passes, model=0.0)

    monkeypatch.setattr(core_cycles, "measure_core_cycles", measure)
    rows = [made_up_row(distance=5), made_up_row(), made_up_row(family="xzzx", links=0)]
    found = with_core_cycles(rows, machine(), Effort(clock_mhz=50), largest=3)
    assert asked == [3, 1]
    assert [row.cost.measured for row in found] == [False, True, True]
    assert [row.cost.cycles_per_round for row in found[1:]] == [6.0, 2.0]
    assert found[1].cost.us_per_round == pytest.approx(6 / 50)
    assert found[0] == rows[0]
