"""Whole runs: workloads, policies, the smallest machine, what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.host.scheduling import CORE, CPU
from quantacore.sim.allocation.machine import make_servers
from quantacore.sim.allocation.mapping import best_homes, largest_load
from quantacore.sim.allocation.outcome import (
    OPTIMAL,
    Setup,
    check_capacity,
    simulate,
    smallest_machine,
)
from quantacore.sim.allocation.tiers import Tier
from quantacore.sim.allocation.workload import GateShape, Timing

TIERS = {
    CORE: Tier(times_us=np.array([0.1, 0.3, 0.5]), joint_us=(np.array([0.4]), np.array([0.7]))),
    CPU: Tier(
        times_us=np.array([20.0, 30.0]),
        transfer_us=2.0,
        joint_us=(np.array([40.0]), np.array([50.0])),
        joint_transfer_us=2.0,
    ),
}
GATE = GateShape(name="merge-zz", rounds=10, ready_rounds=(6, 10))
SETUP = Setup(
    qubits=8,
    cores=2,
    cpus=1,
    policy="elastic",
    timing=Timing(commit_rounds=3, buffer_rounds=3),
    tiers=TIERS,
    windows=1500,
)


def test_simulate_repeats_itself() -> None:
    first = simulate(SETUP)
    assert first == simulate(SETUP)
    assert not first.overloaded
    assert first.windows >= 1500
    assert first.core_load == pytest.approx(8 / 3 * 0.3 / 2, rel=0.1)
    assert 0.1 <= first.reaction_p50_us <= first.reaction_p999_us.value <= first.reaction_max_us
    assert first.cores_per_qubit == 0.25


def test_programs_wait_for_reactions() -> None:
    found = simulate(replace(SETUP, workload="surgery", gate=GATE))
    slow = replace(TIERS[CORE], joint_us=(np.array([4.0]), np.array([4.0])))
    slower = simulate(
        replace(SETUP, workload="surgery", gate=GATE, cores=8, tiers={**TIERS, CORE: slow})
    )
    assert found.slowdown is not None and slower.slowdown is not None
    assert found.gates > 20
    assert 1 <= found.slowdown.low <= found.slowdown.value < slower.slowdown.low
    assert slower.gate_reaction_p50_us is not None and slower.gate_reaction_p50_us >= 4.0


def test_only_memories_can_be_hopeless() -> None:
    small = replace(SETUP, qubits=40, cores=1, cpus=0, workload="surgery", gate=GATE)
    check_capacity(small)  # programs wait
    with pytest.raises(ValueError, match="of 20 qubits"):
        check_capacity(replace(small, workload="mixed"))


def test_short_runs_say_that_they_are() -> None:
    short = simulate(replace(SETUP, windows=500))
    assert not short.is_long_enough and short.reaction_p999_us.high == np.inf
    quiet = replace(SETUP, qubits=2, cores=2, windows=12_000)
    assert simulate(quiet).is_long_enough


def test_an_overloaded_machine_is_said_to_be_one() -> None:
    small = replace(SETUP, qubits=40, cores=1, cpus=0, policy="edf")
    assert simulate(small).overloaded
    with pytest.raises(ValueError, match=r"of 40 qubits, but its 1 cores and 0 CPUs do 3\.33"):
        check_capacity(small)
    check_capacity(SETUP)


def test_smallest_machine_is_one_core_from_failing() -> None:
    asked = replace(SETUP, qubits=20, policy="edf", cpus=0)
    found = smallest_machine(asked, target_us=1.0)
    assert found is not None and found.reaction_p999_us.value <= 1.0
    fewer = simulate(replace(asked, cores=found.setup.cores - 1))
    assert fewer.overloaded or fewer.reaction_p999_us.value > 1.0
    assert smallest_machine(asked, target_us=0.01) is None


def test_optimal_mapping_is_no_worse_than_any_other() -> None:
    pytest.importorskip("ortools", reason="OR-tools is missing: pip install '.[allocate]'")
    machine = make_servers(2, 1)
    loads = {CORE: np.array([0.5, 0.4, 0.3, 0.3]), CPU: np.array([5.0, 4.0, 3.0, 3.0])}
    homes = best_homes(loads, machine)
    assert largest_load(homes, loads, machine) == pytest.approx(0.8)  # 0.5 + 0.3, 0.4 + 0.3
    found = simulate(replace(SETUP, policy=OPTIMAL), homes=[0, 1] * 4)
    assert found.cpu_share == 0


def test_gate_shape_rejects_windows_that_are_not_complete_in_order() -> None:
    with pytest.raises(ValueError, match="Windows must be complete one by one"):
        GateShape(name="merge-zz", rounds=10, ready_rounds=(6, 9))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"policy": "fifo"}, "Policy must be one of .*, not 'fifo'"),
        ({"policy": OPTIMAL}, "Homes must be given"),
        ({"workload": "chess"}, "Workload must be one of"),
        ({"qubits": 0}, "Number of qubits must be at least 1"),
        ({"deadline_us": -1.0}, "Deadline must be above 0"),
        ({"unmatched_rate": 2.0}, "Unmatched rate must be in"),
        ({"windows": 0}, "Number of windows must be at least 1"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_simulate_rejects_bad_setups(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(replace(SETUP, **change))
