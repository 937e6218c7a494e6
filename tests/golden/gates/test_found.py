"""Kept circuits are read whole."""

import stim

from quantacore.golden.gates.found import found_circuit
from quantacore.golden.gates.gate import count_cnots


def test_found_circuit_has_layers_and_all_gates() -> None:
    circuit = found_circuit("prepare-carbon-zero")
    assert (count_cnots(circuit), circuit.num_measurements) == (30, 3)
    assert circuit.num_ticks == 15
    for layer in str(circuit).split("TICK"):
        used = [
            target.value
            for instruction in stim.Circuit(layer)
            for target in instruction.targets_copy()
        ]
        assert len(used) == len(set(used))
