"""Circuits of codes that are given as data."""

import pytest

from quantacore.golden.codes.check_memory import Check, code_capacity_circuit, memory_circuit
from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.golden.codes.rotated import rotated_code


def test_conjugation_swaps_x_and_z_twice_is_nothing() -> None:
    code = rotated_code((3, 3))
    chosen = code.data[::2]
    twisted = code.conjugated(chosen)
    assert twisted.frames["z"][chosen[0]] == "X"
    assert twisted.frames["z"][code.data[1]] == "Z"
    assert twisted.conjugated(chosen) == code


def test_check_forgets_idle_steps() -> None:
    assert Check((0, 0), (None, ((1, 1), "X"))).paulis == {(1, 1): "X"}


def test_each_data_qubit_is_in_one_gate_at_a_time() -> None:
    for distances in ((3, 3), (4, 5)):
        code = rotated_code(distances)
        for layer in zip(*(check.steps for check in code.checks), strict=True):
            places = [step[0] for step in layer if step is not None]
            assert len(set(places)) == len(places)


def test_silent_noise_leaves_no_instruction() -> None:
    circuit = memory_circuit(rotated_code((3, 3)), BiasedNoise(p=0), rounds=2, basis="z")
    assert circuit == circuit.without_noise()


def test_rounds_are_a_repeat_block() -> None:
    circuit = memory_circuit(rotated_code((3, 3)), BiasedNoise(), rounds=7, basis="z")
    repeats = [step for step in circuit if step.name == "REPEAT"]
    assert [step.repeat_count for step in repeats] == [6]
    once = memory_circuit(rotated_code((3, 3)), BiasedNoise(), rounds=1, basis="z")
    assert all(step.name != "REPEAT" for step in once)


def test_code_capacity_has_one_layer_of_detectors_and_no_ancilla() -> None:
    code = rotated_code((3, 3))
    circuit = code_capacity_circuit(code, BiasedNoise(p=0.1).idle, basis="x")
    assert len(circuit.get_final_qubit_coordinates()) == len(code.data)
    assert circuit.num_detectors == len(code.checks)
    assert circuit.detector_error_model(approximate_disjoint_errors=True).num_errors > 0


def test_circuits_reject_what_they_cannot_be() -> None:
    code = rotated_code((3, 3))
    with pytest.raises(ValueError, match="Basis must be one of x and z, not 'y'"):
        code_capacity_circuit(code, (), basis="y")
    with pytest.raises(ValueError, match="Number of rounds must be at least 1, not 0"):
        memory_circuit(code, BiasedNoise(), rounds=0, basis="z")
