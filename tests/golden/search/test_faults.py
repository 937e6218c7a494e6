"""Tests of circuits and the exhaustive check."""

import random

import numpy as np
import pytest
import stim

from quantacore.golden.gates.linear import bits_of
from quantacore.golden.search.circuit import Check, Circuit, assemble, from_stim
from quantacore.golden.search.faults import check_faults, fault_effects, weights_of
from quantacore.golden.search.find import search
from quantacore.golden.search.targets import Target, target


def steane() -> Circuit:
    found = search(target("steane-zero"), "greedy")
    assert found is not None
    return found.circuit


def stim_flows_hold(circuit: Circuit, state: Target) -> bool:
    """Ask stim whether the circuit makes each stabilizer, and reads 0 everywhere."""
    noiseless = circuit.to_stim()
    flows = []
    for letter, rows in (("X", state.x_rows), ("Z", state.z_rows)):
        for row in rows:
            flows.append("1 -> " + "*".join(f"{letter}{q}" for q in bits_of(row)))
    flows += [f"1 -> rec[{k}]" for k in range(circuit.num_ancillas)]
    return all(noiseless.has_flow(stim.Flow(flow)) for flow in flows)


@pytest.mark.parametrize("name", ["steane-zero", "shor-plus", "surface3-zero"])
def test_found_circuit_has_the_flows_of_its_state(name: str) -> None:
    found = search(target(name), "greedy")
    assert found is not None and found.verdict.is_fault_tolerant
    assert stim_flows_hold(found.circuit, target(name))


def test_preparation_without_checks_is_not_fault_tolerant() -> None:
    full = steane()
    cnots = [(a, b) for name, a, b in full.gates if name == "CX" and max(a, b) < 7]
    plus = [a for name, a, _ in full.gates if name == "RX"]
    verdict = check_faults(assemble(7, plus, cnots), target("steane-zero"))
    assert len(cnots) == 8 and verdict.prepares_target
    assert verdict.num_dangerous[0] > 0 and not verdict.is_fault_tolerant


def test_every_circuit_without_one_gate_fails() -> None:
    full = steane()
    for k, (name, _, _) in enumerate(full.gates):
        if name != "CX":
            continue
        fewer = Circuit(num_data=7, gates=full.gates[:k] + full.gates[k + 1 :])
        assert not check_faults(fewer, target("steane-zero")).is_fault_tolerant, k


def test_effects_match_a_simulation_of_each_fault() -> None:
    """Put each Pauli error into the circuit; stim must see the same outcomes and syndromes."""
    state = target("steane-zero")
    circuit = assemble(
        7,
        [0, 1, 3],
        [(0, 2), (1, 5), (3, 4)],
        [
            Check(time=2, basis="Z", qubits=(0, 2)),
            Check(time=3, basis="X", qubits=(3, 4, 5, 1), flags=2),
        ],
    )
    weights = weights_of(state)
    effects, _ = fault_effects(circuit, weights)
    rng = random.Random("effects")
    names = "IXYZ"
    for _ in range(60):
        place = rng.choice([k for k, gate in enumerate(circuit.gates) if gate[0] == "CX"])
        _, a, b = circuit.gates[place]
        first, second = rng.choice([(i, j) for i in names for j in names if i + j != "II"])
        simulator = stim.FlipSimulator(batch_size=1, disable_stabilizer_randomization=True)
        for k, (name, q, goal) in enumerate(circuit.gates):
            simulator.do(stim.Circuit(f"CX {q} {goal}" if name == "CX" else f"{name} {q}"))
            if k == place:
                simulator.do(stim.Circuit(f"{first} {a}\n{second} {b}"))
        flips = simulator.get_measurement_flips()[:, 0]
        pauli = simulator.peek_pauli_flips()[0]
        xs, zs = pauli.to_numpy()
        effect = 0
        for q in range(7):
            effect ^= weights.x_columns[q] if xs[q] else 0
            effect ^= (weights.z_columns[q] << weights.num_x_bits) if zs[q] else 0
        for k, flip in enumerate(reversed(flips)):
            effect ^= int(flip) << (7 + k)
        assert effect == 0 or effect in set(effects.tolist()), (place, first, second)


def test_from_stim_reads_what_to_stim_writes() -> None:
    full = steane()
    assert from_stim(str(full.to_stim()), num_data=7) == full
    with pytest.raises(ValueError, match="Gate must be one of"):
        from_stim("H 0", num_data=7)


def test_weights_agree_with_brute_force() -> None:
    state = target("shor-zero")
    weights = weights_of(state)
    rng = np.random.default_rng(3)
    for error in rng.integers(0, 1 << 9, 20).tolist():
        group = [0]
        for row in state.x_rows:
            group += [each ^ row for each in group]
        expected = min((error ^ each).bit_count() for each in group)
        assert weights.of_syndrome("X", weights.syndrome("X", error)) == expected
