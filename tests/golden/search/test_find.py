"""Tests of the circuits that docs/search.md claims: the files beside this one."""

from pathlib import Path

import networkx
import pytest

from quantacore.golden.gates.catalogue import gate_named
from quantacore.golden.search.circuit import from_stim
from quantacore.golden.search.connectivity import device
from quantacore.golden.search.find import search
from quantacore.golden.search.targets import target
from quantacore.sim.experiments.gate_search import is_certified

CLAIMED = {
    "colour17-zero_all_beam": (66, 11),
    "hamming15-zero_all_beam": (25, 1),
    "tetrahedral-zero_all_beam": (25, 1),
    "surface3-zero_grid_beam": (11, 1),
    "colour19-zero_all_greedy": (100, 18),
    "steane-zero_grid_beam": (13, 2),
    "shor-zero_grid_beam": (15, 3),
    "steane-zero_heavy-hex_beam": (33, 12),
    "shor-zero_heavy-hex_beam": (31, 11),
    "surface3-zero_heavy-hex_beam": (21, 6),
}


@pytest.mark.parametrize("name", CLAIMED)
def test_found_circuit_is_certified_by_both_checkers(name: str) -> None:
    state = target(name.partition("_")[0])
    text = (Path(__file__).parent / "found" / f"{name}.stim").read_text()
    circuit = from_stim(text, num_data=state.num_qubits)
    assert (circuit.num_cnots, circuit.num_ancillas) == CLAIMED[name]
    assert is_certified(circuit, state)


@pytest.mark.parametrize("name", [name for name in CLAIMED if "_all_" not in name])
def test_found_circuit_has_places_on_its_device(name: str) -> None:
    state_name, device_name, _ = name.split("_")
    state = target(state_name)
    text = (Path(__file__).parent / "found" / f"{name}.stim").read_text()
    gates = from_stim(text, num_data=state.num_qubits).gates
    used = networkx.Graph([(a, b) for kind, a, b in gates if kind == "CX"])
    links = device(device_name, 2 * state.num_qubits + 2)
    whole = networkx.Graph([(a, b) for a in links for b in links[a]])
    matcher = networkx.algorithms.isomorphism.GraphMatcher(whole, used)
    assert matcher.subgraph_is_monomorphic()


LIBRARY = {
    "colour17": (64, 11),
    "colour19": (92, 17),
    "tetrahedral": (25, 1),
    "carbon": (30, 3),
    "surface5": (74, 14),
}


@pytest.mark.parametrize("name", LIBRARY)
def test_circuit_of_the_gate_library_is_certified_by_both_checkers(name: str) -> None:
    state = target(f"{name}-zero")
    text = str(gate_named(f"prepare-{name}-zero").build(None).circuit)
    circuit = from_stim(text, num_data=state.num_qubits)
    assert (circuit.num_cnots, circuit.num_ancillas) == LIBRARY[name]
    assert is_certified(circuit, state)


def test_search_rejects_an_unknown_method() -> None:
    with pytest.raises(ValueError, match="Method must be one of"):
        search(target("steane-zero"), "magic")
