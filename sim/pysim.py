"""Run a component in the Amaranth simulator.

In: a component and an async testbench.   Out: nothing, or what the testbench raises.
Next: `tests.hdl`, one file per component.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from amaranth.hdl import Elaboratable
from amaranth.sim import Simulator, SimulatorContext

CLOCK_PERIOD_SECONDS = 1e-8

Testbench = Callable[[SimulatorContext], Coroutine[Any, Any, None]]


def simulate(dut: Elaboratable, *testbenches: Testbench, vcd: str | None = None) -> None:
    """Simulate until every testbench has returned.

    Parameters
    ----------
    dut : Elaboratable
        With one clock, ``sync``; or none, if it has no registers.
    testbenches : async functions of a simulator context
        They run side by side; an exception in one ends the simulation.
    vcd : str, optional
        File for the waveform.
    """
    simulator = Simulator(dut)
    simulator.add_clock(CLOCK_PERIOD_SECONDS, if_exists=True)
    for testbench in testbenches:
        simulator.add_testbench(testbench)
    if vcd is None:
        simulator.run()
    else:
        with simulator.write_vcd(vcd):
            simulator.run()
