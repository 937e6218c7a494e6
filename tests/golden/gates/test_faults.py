"""The checker itself: known good circuits pass, known bad ones and mutations do not."""

import pytest
import stim

from quantacore.golden.gates.css_codes import STEANE
from quantacore.golden.gates.faults import (
    Block,
    block_from_stabilizers,
    check_faults,
    enumerate_faults,
)
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.gates.preparation import Preparation, cached_preparation

ZERO = STEANE.block(basis="z")


def prepared() -> Preparation:
    return cached_preparation(STEANE, "z")


def test_check_faults_accepts_the_verified_steane_state() -> None:
    report = check_faults(prepared().circuit(), blocks=(ZERO,), postselected=[(0,)])
    assert prepared().cnots == 11
    assert report.fault_tolerant and report.detected > 0 and not report.examples


def test_check_faults_refuses_the_unverified_steane_state_with_8_cnots() -> None:
    made = prepared()
    bare = Preparation(num_qubits=7, plus=made.plus, encoder=made.encoder)
    assert bare.cnots == 8
    report = check_faults(bare.circuit(), blocks=(ZERO,))
    assert report.harmful > 0
    assert "CX" in report.examples[0]


def test_check_faults_refuses_the_verified_state_when_nobody_looks() -> None:
    assert not check_faults(prepared().circuit(), blocks=(ZERO,)).fault_tolerant


def test_check_faults_counts_pairs() -> None:
    """Steane has distance 3: two faults are too many for it."""
    report = check_faults(prepared().circuit(), blocks=(ZERO,), postselected=[(0,)], order=1)
    pairs = check_faults(prepared().circuit(), blocks=(ZERO,), postselected=[(0,)], order=2)
    assert (
        pairs.detected + pairs.harmless + pairs.harmful
        == report.distinct * (report.distinct + 1) // 2
    )


def test_check_faults_counts_pairs_that_do_harm() -> None:
    """A repetition code of five: a CNOT inside it makes two errors of one fault."""
    z = tuple((k, k + 1) for k in range(4))
    block = Block(qubits=tuple(range(5)), x_stabilizers=((0, 1, 2, 3, 4),), z_stabilizers=z)
    idle, joined = stim.Circuit("I 0 1 2 3 4"), stim.Circuit("I 2 3 4\nCX 0 1")
    assert check_faults(idle, blocks=(block,), order=2).fault_tolerant
    # XX of one fault is too much; with any of the other effects still, unless it is undone.
    assert check_faults(joined, blocks=(block,), order=1).harmful > 0
    report = check_faults(stim.Circuit("I 4\nCX 0 1 2 3"), blocks=(block,), order=2)
    assert "CX" in report.examples[0] and report.harmful > 1


def test_enumerate_faults_agrees_with_stim() -> None:
    """The patterns of flags and of stabilizers are those of stim's detector error model."""
    circuit = prepared().circuit()
    noisy = uniform_noise(circuit, 0.001)
    flags = [(0,)]
    for kind, group in (("X", ZERO.x_stabilizers), ("Z", ZERO.z_stabilizers)):
        for support in group:
            targets = []
            for qubit in support:
                targets += [stim.target_pauli(qubit, kind), stim.target_combiner()]
            noisy.append("MPP", targets[:-1])
    for record in range(noisy.num_measurements):
        noisy.append("DETECTOR", [stim.target_rec(record - noisy.num_measurements)])
    expected = {
        frozenset(target.val for target in instruction.targets_copy())
        for instruction in noisy.detector_error_model()
        if instruction.type == "error"
    }
    found = set()
    for fault in enumerate_faults(circuit, blocks=(ZERO,), postselected=flags):
        x, z = fault.errors[0]
        signs: list[int] = []
        for error, group in ((z, ZERO.x_stabilizers), (x, ZERO.z_stabilizers)):
            signs += [sum(error >> q & 1 for q in support) % 2 for support in group]
        found.add(frozenset([0] * fault.flags + [1 + k for k, sign in enumerate(signs) if sign]))
    found.discard(frozenset())
    assert found == expected


def mutations() -> list[tuple[str, stim.Circuit]]:
    """Return the verified circuit with one gate dropped, turned round, or moved to the end."""
    made = prepared().circuit()
    gates = [k for k, instruction in enumerate(made) if instruction.name == "CX"]
    changed = []
    for number in gates:
        for what in ("dropped", "turned"):
            other = stim.Circuit()
            for k, instruction in enumerate(made):
                if k != number:
                    other.append(instruction)
                elif what == "turned":
                    other.append("CX", list(reversed(instruction.targets_copy())))
            changed.append((f"{what} {number}", other))
    return changed


@pytest.mark.parametrize(("what", "circuit"), mutations(), ids=lambda value: str(value)[:12])
def test_a_mutated_gate_breaks_a_flow_or_fault_tolerance(what: str, circuit: stim.Circuit) -> None:
    from quantacore.golden.gates.preparation import prepared_gate

    gate = prepared_gate(STEANE, "z", prepared().circuit(), order=1)
    holds = all(circuit.has_flow(flow) for flow in gate.flows)
    report = check_faults(circuit, blocks=(ZERO,), postselected=[(0,)])
    assert not (holds and report.fault_tolerant), what


def test_feedback_from_a_record_spreads_its_error() -> None:
    """A wrong record flips three qubits of the block."""
    circuit = stim.Circuit("R 7\nM 7\nCX rec[-1] 0 rec[-1] 1")
    block = STEANE.block()
    assert check_faults(circuit, blocks=(block,)).harmful == 1
    assert check_faults(circuit, blocks=(block,), postselected=[(0,)]).fault_tolerant


@pytest.mark.parametrize(
    ("circuit", "message"),
    [
        ("X_ERROR(0.1) 0", "must be noiseless"),
        ("M(0.1) 0", "must be noiseless"),
        ("MPP X0*X1", "must be of single qubits"),
    ],
)
def test_check_faults_rejects_circuits(circuit: str, message: str) -> None:
    block = Block(qubits=(0, 1), x_stabilizers=(), z_stabilizers=())
    with pytest.raises(ValueError, match=message):
        check_faults(stim.Circuit(f"I 0 1\n{circuit}"), blocks=(block,))


def test_check_faults_rejects_arguments() -> None:
    block = Block(qubits=(0,), x_stabilizers=(), z_stabilizers=())
    with pytest.raises(ValueError, match="Order must be 1 to 2, not 3"):
        check_faults(stim.Circuit("H 0"), blocks=(block,), order=3)
    with pytest.raises(ValueError, match="Record must be 0 to 0, not 1"):
        check_faults(stim.Circuit("M 0"), blocks=(block,), postselected=[(1,)])
    with pytest.raises(ValueError, match="Qubit of a block must be in the circuit"):
        check_faults(stim.Circuit("H 0"), blocks=(STEANE.block(),))
    with pytest.raises(ValueError, match="Stabilizer must be on qubits"):
        Block(qubits=(0,), x_stabilizers=((1,),), z_stabilizers=())


def test_block_from_stabilizers_splits_kinds() -> None:
    block = block_from_stabilizers([stim.PauliString("XX_"), stim.PauliString("_ZZ")])
    assert block == Block(qubits=(0, 1, 2), x_stabilizers=((0, 1),), z_stabilizers=((1, 2),))
    with pytest.raises(ValueError, match="all X or all Z"):
        block_from_stabilizers([stim.PauliString("XZ")])
