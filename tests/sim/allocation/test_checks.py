"""The simulation beside the formula and the streaming core."""

import numpy as np
import pytest

from quantacore.sim.allocation.checks import check_cycles, check_formula, check_streaming_core
from quantacore.sim.allocation.streamed import memory, memory_stream


def test_check_formula_holds_and_can_fail() -> None:
    times = np.array([5.0, 5.0, 30.0])
    check = check_formula(times, 0.5, name="M/G/1", windows=5000)
    assert check.holds
    assert check.low < check.simulated < check.high
    assert check.expected == pytest.approx(0.5 * 950 / 3 / (40 / 3) / (2 * 0.5))


@pytest.mark.slow
@pytest.mark.verilator
def test_simulated_waits_are_those_of_the_streaming_core() -> None:
    check = check_streaming_core(3, 0.005, period=12, windows=1000)
    assert check.expected > 5  # many windows wait
    assert check.holds, check


@pytest.mark.slow
@pytest.mark.verilator
def test_replayed_cycles_are_those_of_the_verilog_in_every_window() -> None:
    check = check_cycles(memory_stream(memory(3, 0.005), num_shots=5, seed=2), name="memory")
    assert check.windows == 500
    assert check.holds and check.expected == check.simulated > 10
