"""Channels multiplied qubit by qubit."""

import numpy as np
import pytest
import stim

from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.scaled import (
    factors_of_places,
    noise_parts,
    with_factor_at,
    with_factors,
    with_part_factor,
)
from quantacore.golden.source.dem import graph_from_circuit

MEMORY = rotated_memory(distance=3, p=0.01, rounds=9)


def test_factors_of_one_change_nothing():
    same = with_factors(MEMORY, np.ones(MEMORY.num_qubits))
    assert same == MEMORY


def test_equal_factors_are_another_strength():
    twice = with_factors(MEMORY, np.full(MEMORY.num_qubits, 2.0))
    expected = rotated_memory(distance=3, p=0.02, rounds=9)
    assert twice.detector_error_model().approx_equals(expected.detector_error_model(), atol=1e-12)


def test_each_channel_has_the_factor_of_its_qubits():
    circuit = stim.Circuit("""
        DEPOLARIZE1(0.01) 0 1 2
        REPEAT 2 {
            DEPOLARIZE2(0.02) 0 1 1 2
            X_ERROR(0.3) 2
        }
        MR(0.001) 0 !1
    """)
    expected = stim.Circuit("""
        DEPOLARIZE1(0.01) 0
        DEPOLARIZE1(0.04) 1
        DEPOLARIZE1(0.09) 2
        REPEAT 2 {
            DEPOLARIZE2(0.04) 0 1
            DEPOLARIZE2(0.12) 1 2
            X_ERROR(0.5) 2
        }
        MR(0.001) 0
        MR(0.004) !1
    """)
    found = with_factors(circuit, np.array([1.0, 4.0, 9.0]))
    assert found.approx_equals(expected, atol=1e-12)


def test_qubit_without_noise_has_none():
    factors = np.ones(MEMORY.num_qubits)
    factors[:] = 0
    assert with_factors(MEMORY, factors).detector_error_model().num_errors == 0


def test_topology_stays():
    factors = np.random.default_rng(3).uniform(0.2, 5, MEMORY.num_qubits)
    changed = graph_from_circuit(with_factors(MEMORY, factors))
    assert changed.topology_hash == graph_from_circuit(MEMORY).topology_hash


@pytest.mark.parametrize("factors", [np.ones(3), -np.ones(MEMORY.num_qubits)])
def test_bad_factors_are_rejected(factors):
    with pytest.raises(ValueError, match="Factors must be at least 0 and of shape"):
        with_factors(MEMORY, factors)


def test_channels_of_many_probabilities_are_rejected():
    circuit = stim.Circuit("PAULI_CHANNEL_1(0.1, 0.1, 0.1) 0")
    with pytest.raises(ValueError, match="one probability, but PAULI_CHANNEL_1 has 3"):
        with_factors(circuit, np.ones(1))


def test_factor_at_a_place_is_that_of_its_qubit():
    circuit = Patch(width=3, height=3).memory(p=0.001, rounds=2)
    hot = with_factor_at(circuit, (1, 3), 50)
    index = next(q for q, at in circuit.get_final_qubit_coordinates().items() if at == [1, 3])
    factors = np.ones(circuit.num_qubits)
    factors[index] = 50
    assert hot == with_factors(circuit, factors) != circuit
    assert f"DEPOLARIZE1(0.05) {index}\n" in str(hot)
    with pytest.raises(ValueError, match=r"Hot qubit must be one of the circuit, not \(99, 99\)"):
        with_factor_at(circuit, (99, 99), 2)


def test_noise_parts_are_the_sets_of_qubits_that_channels_act_on():
    circuit = stim.Circuit("""
        DEPOLARIZE1(0.01) 1 0
        REPEAT 2 {
            DEPOLARIZE2(0.02) 2 0
            X_ERROR(0.3) 1
        }
        H 5
    """)
    assert noise_parts(circuit) == ((1,), (0,), (0, 2))
    stronger = with_part_factor(circuit, (0, 2), 2.0)
    assert str(stronger) == str(circuit).replace("0.02", "0.04")


def test_parts_together_are_all_noise():
    circuit = MEMORY
    for part in noise_parts(MEMORY):
        circuit = with_part_factor(circuit, part, 2.0)
    assert circuit == with_factors(MEMORY, np.full(MEMORY.num_qubits, 2.0))


def test_with_part_factor_rejects_what_is_no_part():
    with pytest.raises(ValueError, match="Part must be one that the circuit's noise has"):
        with_part_factor(MEMORY, (0, 1, 2), 2.0)
    with pytest.raises(ValueError, match="Factor must be at least 0"):
        with_part_factor(MEMORY, noise_parts(MEMORY)[0], -1.0)


def test_factors_follow_places_onto_another_patch():
    large, small = (Patch(width=n, height=n).memory(p=0.01, rounds=2) for n in (5, 3))
    places = large.get_final_qubit_coordinates()
    factors = np.array([10 * places[q][0] + places[q][1] for q in range(large.num_qubits)])
    found = factors_of_places(large, factors, onto=small)
    for qubit, (x, y) in small.get_final_qubit_coordinates().items():
        assert found[qubit] == 10 * x + y
    with pytest.raises(ValueError, match="must lie in the circuit with the factors"):
        factors_of_places(small, np.ones(small.num_qubits), onto=large)
