"""Parts of a circuit's noise say what becomes of its edges when qubits change."""

import numpy as np

from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.sim.experiments.circuit_device import device_of_circuit, device_of_plan
from quantacore.sim.experiments.simulated_run import log_ratios

CIRCUIT = rotated_memory(distance=3, p=0.003, rounds=3)


def test_edges_follow_the_factors_of_their_qubits():
    graph = graph_from_circuit(CIRCUIT)
    groups = like_edges(graph)
    device = device_of_circuit(
        CIRCUIT, graph_from_circuit, groups=groups, expected=np.ones(graph.num_edges)
    )
    assert device.neighbours is not None and len(device.neighbours) == groups.max() + 1
    parts = device.parts
    assert parts is not None and parts.num_qubits == CIRCUIT.num_qubits
    logs = np.random.default_rng(1).normal(0, 0.8, CIRCUIT.num_qubits)
    truth = log_ratios(with_factors(CIRCUIT, np.exp(logs)), graph)
    said = np.log(parts.shares @ np.exp(parts.exponents @ logs))
    np.testing.assert_allclose(said, truth, atol=0.05)
    assert np.abs(truth).max() > 1


def test_window_edges_have_the_parts_of_like_ones_in_a_shot():
    source = RepeatingCircuit(rotated_memory(distance=3, p=0.003))
    graph = window_plan(source, commit_rounds=2, buffer_rounds=2).graph
    device = device_of_plan(source, graph, num_rounds=5, expected=np.ones(graph.num_edges))
    parts = device.parts
    assert parts is not None and parts.shares.shape[0] == graph.num_edges
    np.testing.assert_array_equal(parts.groups, like_edges(graph))
    hot = np.zeros(parts.num_qubits)
    hot[CIRCUIT.num_qubits // 2] = np.log(10)
    noisy = RepeatingCircuit(
        with_factors(rotated_memory(distance=3, p=0.003), np.exp(hot))
    ).circuit(5)
    truth = log_ratios(noisy, graph_from_circuit(source.circuit(5)))
    said = np.log(parts.shares @ np.exp(parts.exponents @ hot))
    assert said.max() > 1 and abs(said.max() - truth.max()) < 0.3
