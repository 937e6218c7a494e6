"""Tests of bridges over free qubits."""

import stim

from quantacore.golden.search.bridges import bridged, merged, placed_with_bridges
from quantacore.golden.search.circuit import Circuit
from quantacore.golden.search.connectivity import device
from quantacore.golden.search.faults import check_faults
from quantacore.golden.search.find import search
from quantacore.golden.search.targets import target

LINE = {k: {k - 1, k + 1} & set(range(5)) for k in range(5)}
"""Five sites in a row."""


def test_bridge_does_what_the_bare_cnot_does_and_reads_zero() -> None:
    for mirrored in ((), (0,)):
        for start in ("0", "1", "+"):
            circuit = Circuit(num_data=2, gates=(("CX", 0, 1),))
            made, missing = bridged(circuit, LINE, (0, 4), mirrored)
            assert missing == 0
            assert made.fits(LINE)
            assert made.circuit.num_cnots == 7
            assert made.circuit.num_ancillas == 3
            prepare = {"0": "R 0", "1": "R 0\nX 0", "+": "RX 0"}[start]
            simulator = stim.TableauSimulator()
            simulator.do(stim.Circuit(f"{prepare}\nR 1") + made.circuit.to_stim())
            assert not any(simulator.current_measurement_record())
            if start == "+":
                assert simulator.peek_observable_expectation(stim.PauliString("XX")) == 1
                assert simulator.peek_observable_expectation(stim.PauliString("ZZ")) == 1
            else:
                assert simulator.peek_z(1) == (1 if start == "0" else -1)


def test_bridged_counts_cnots_without_a_way() -> None:
    circuit = Circuit(num_data=3, gates=(("R", 1, 1), ("CX", 1, 2), ("CX", 0, 2), ("CX", 1, 2)))
    assert bridged(circuit, LINE, (0, 1, 2))[1] == 1  # qubit 1 stands between


def test_merged_keeps_a_bridge_closed_when_its_control_changes() -> None:
    use = (("R", 3, 3), ("CX", 0, 3), ("CX", 3, 1), ("CX", 0, 3), ("M", 3, 3))
    again = Circuit(num_data=3, gates=(*use, *use))
    assert merged(again).num_cnots == 4
    changed = Circuit(num_data=3, gates=(*use, ("CX", 2, 0), *use))
    assert merged(changed) == changed
    assert merged(again, lambda _: False) == again


def test_steane_is_certified_on_heavy_hex() -> None:
    goal = target("steane-zero")
    links = device("heavy-hex", 16)
    found = search(goal, "greedy", seconds=5.0)
    assert found is not None
    made = placed_with_bridges(found.circuit, links, steps=150, seed=5)
    assert made is not None
    assert made.fits(links)
    assert check_faults(made.circuit, goal).is_fault_tolerant
