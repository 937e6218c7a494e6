"""Tests of the circuits that docs/search.md claims: the files beside this one."""

from pathlib import Path

import pytest

from quantacore.golden.gates.catalogue import gate_named
from quantacore.golden.search.circuit import from_stim
from quantacore.golden.search.find import search
from quantacore.golden.search.targets import target
from quantacore.sim.experiments.gate_search import is_certified

CLAIMED = {
    "colour17-zero_all_beam": (66, 11),
    "surface5-zero_all_beam": (74, 14),
    "hamming15-zero_all_beam": (25, 1),
    "tetrahedral-zero_all_beam": (25, 1),
    "carbon-zero_all_exact": (30, 3),
    "surface3-zero_grid_beam": (11, 1),
}


@pytest.mark.parametrize("name", CLAIMED)
def test_found_circuit_is_certified_by_both_checkers(name: str) -> None:
    state = target(name.partition("_")[0])
    text = (Path(__file__).parent / "found" / f"{name}.stim").read_text()
    circuit = from_stim(text, num_data=state.num_qubits)
    assert (circuit.num_cnots, circuit.num_ancillas) == CLAIMED[name]
    assert is_certified(circuit, state)


LIBRARY = {
    "colour17": (64, 11),
    "colour19": (92, 17),
    "tetrahedral": (25, 1),
    "carbon": (31, 4),
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
