"""The rotated code and its XZZX twin."""

import math
from contextlib import suppress

import pytest
import stim

from quantacore.golden.codes.check_memory import CheckCode, code_capacity_circuit
from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.golden.codes.rotated import ROTATED, rotated_code, xzzx_code


def pauli_string(code: CheckCode, paulis: dict) -> stim.PauliString:
    return stim.PauliString("".join(paulis.get(place, "_") for place in code.data))


@pytest.mark.parametrize("make", [rotated_code, xzzx_code])
@pytest.mark.parametrize("distances", [(3, 3), (2, 5), (4, 3)], ids=str)
def test_checks_and_observables_are_those_of_one_qubit(make, distances: tuple) -> None:
    code = make(distances)
    checks = [pauli_string(code, check.paulis) for check in code.checks]
    assert len(code.data) == len(checks) + 1 == distances[0] * distances[1]
    z, x = (
        pauli_string(code, {place: code.frames[basis][place] for place in places})
        for basis in "zx"
        for places in code.observables[basis]
    )
    assert all(a.commutes(b) for a in [*checks, z, x] for b in checks)
    assert not z.commutes(x)
    assert (z.weight, x.weight) == distances[::-1]


def test_rotated_code_has_the_lattice_of_patches() -> None:
    circuit = ROTATED.circuit((3, 4), rounds=2)
    patch = Patch(width=4, height=3).memory(p=0.01, rounds=2)
    places = [
        sorted(map(tuple, made.get_detector_coordinates().values())) for made in (circuit, patch)
    ]
    assert places[0] == places[1]


def test_all_checks_of_the_xzzx_code_are_the_same() -> None:
    corners = set()
    for check in xzzx_code((5, 5)).checks:
        for (x, y), pauli in check.paulis.items():
            corners.add(((x - check.place[0]) * (y - check.place[1]), pauli))
    assert corners == {(1, "X"), (-1, "Z")} or corners == {(1, "Z"), (-1, "X")}


def test_strings_of_z_are_separate_lines_in_the_xzzx_code_only() -> None:
    silent = {}
    for name, make in (("xzzx", xzzx_code), ("rotated", rotated_code)):
        seen = []
        for place in (code := make((5, 5))).data:
            flips = [c.place for c in code.checks if c.paulis.get(place, "Z") == "X"]
            seen.append(frozenset(flips))
        silent[name] = max(sum(place in flips for flips in seen) for place in set().union(*seen))
    assert silent == {"xzzx": 2, "rotated": 4}


@pytest.mark.parametrize("distances", [(3, 3), (3, 5), (5, 4)], ids=str)
def test_z_alone_needs_a_row_of_the_css_code_and_a_diagonal_of_the_xzzx_code(
    distances: tuple,
) -> None:
    only_z = BiasedNoise(p=0.01, eta=math.inf).idle
    for make, expected in ((rotated_code, distances[1]), (xzzx_code, min(distances))):
        found = []
        for basis in "zx":
            circuit = code_capacity_circuit(make(distances), only_z, basis=basis)
            with suppress(ValueError):  # stim found no error at all
                found.append(len(circuit.shortest_graphlike_error()))
        assert found == [expected]
