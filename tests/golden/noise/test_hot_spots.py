"""Hot qubits: the same detectors, more events beside them, nothing elsewhere."""

import numpy as np
import pytest
import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.hot_spots import Case, circuit_of_case
from quantacore.golden.noise.local import data_qubits, with_hot_qubits
from quantacore.golden.source.dem import graph_from_circuit

MEMORY = rotated_memory(distance=5, p=0.003)


def test_data_qubits_are_those_of_the_last_readout():
    qubits = data_qubits(MEMORY)
    assert len(qubits) == 25
    places = MEMORY.get_final_qubit_coordinates()
    assert sorted(tuple(places[qubit]) for qubit in qubits) == [
        (2 * x + 1, 2 * y + 1) for x in range(5) for y in range(5)
    ]


def test_hot_qubit_raises_the_priors_beside_it_only():
    hot = data_qubits(MEMORY)[12]
    place = MEMORY.get_final_qubit_coordinates()[hot]
    before = graph_from_circuit(MEMORY)
    after = graph_from_circuit(with_hot_qubits(MEMORY, {hot: 0.1}))
    assert after.topology_hash == before.topology_hash
    raised = 0
    for old, new in zip(before.edges, after.edges, strict=True):
        if new.prior <= old.prior * 1.01:
            continue
        raised += 1
        for detector in new.detectors:
            x, y = new_place(after, detector)
            assert abs(x - place[0]) <= 1
            assert abs(y - place[1]) <= 1
    # It fires before each of 5 rounds; before the first one, X stabilizers are not known yet.
    assert raised == 5 + 4


def new_place(graph, detector):
    return graph.detectors[detector].coordinates[:2]


@pytest.mark.parametrize("case", Case)
def test_cases_keep_the_topology(case):
    circuit = circuit_of_case(case, distance=5, p=0.003)
    graph, before = graph_from_circuit(circuit), graph_from_circuit(MEMORY)
    assert graph.topology_hash == before.topology_hash
    raised = np.array([e.prior for e in graph.edges]) > 1.01 * np.array(
        [e.prior for e in before.edges]
    )
    assert raised.any() == (case is not Case.UNIFORM)
    assert raised.all() == (case is Case.GLOBAL)


def test_hot_qubits_reject_what_is_no_data_qubit():
    with pytest.raises(ValueError, match=r"Hot qubits must be data qubits, not \[0\]"):
        with_hot_qubits(MEMORY, {0: 0.1})


def test_hot_qubits_reject_circuit_without_noise_of_rounds():
    quiet = stim.Circuit.generated("surface_code:rotated_memory_z", distance=3, rounds=3)
    with pytest.raises(ValueError, match="must depolarise its data qubits once a round"):
        with_hot_qubits(quiet, {data_qubits(quiet)[0]: 0.1})


def test_data_qubits_reject_circuit_without_measurement():
    with pytest.raises(ValueError, match="Circuit must measure something"):
        data_qubits(stim.Circuit("H 0"))
