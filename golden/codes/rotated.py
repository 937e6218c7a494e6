"""Rotated surface code and its XZZX twin, any number of rows and columns.

In: distances.   Out: `CheckCode`, `Family`.
Next: `quantacore.golden.codes.planar`.

``d_x`` rows and ``d_z`` columns of data qubits. The XZZX code has X and Z swapped on every other
data qubit: its checks are all the same, and strings of Z run along diagonals.

Source: rotated lattice as in `quantacore.golden.codes.patches`; XZZX after Bonilla Ataides et al.,
arXiv:2009.07851.
"""

from collections.abc import Iterable
from typing import Any

import stim

from quantacore.golden.codes.check_memory import Check, CheckCode, Place, memory_circuit
from quantacore.golden.codes.family import Distances, Family, Resources, check_least
from quantacore.golden.codes.patches import X_STEPS, Z_STEPS, Patch
from quantacore.golden.codes.pauli_noise import BiasedNoise


def rotated_code(distances: Distances) -> CheckCode:
    """Return the CSS code: logical Z is a row, logical X a column.

    Raises
    ------
    ValueError
        If a distance is below 2.
    """
    check_least(distances, 2)
    patch = Patch(width=distances[1], height=distances[0])
    data: tuple[Place, ...] = tuple(patch.data)
    return CheckCode(
        data=data,
        checks=checks_of(patch),
        frames={basis: dict.fromkeys(data, basis.upper()) for basis in "zx"},
        observables={
            "z": (frozenset(place for place in data if place[1] == 1),),
            "x": (frozenset(place for place in data if place[0] == 1),),
        },
    )


def checks_of(patch: Patch) -> tuple[Check, ...]:
    """Return the checks of a patch, wherever it lies."""
    inside = frozenset(patch.data)
    checks = []
    for (x, y), kind in patch.checks.items():
        places = [(x + dx, y + dy) for dx, dy in (X_STEPS if kind == "x" else Z_STEPS)]
        steps = tuple((place, kind.upper()) if place in inside else None for place in places)
        checks.append(Check((x, y), steps))
    return tuple(checks)


def xzzx_code(distances: Distances) -> CheckCode:
    """Return the XZZX code on the same qubits.

    Raises
    ------
    ValueError
        If a distance is below 2.
    """
    code = rotated_code(distances)
    return code.conjugated(turned_in_xzzx(code.data))


def turned_in_xzzx(data: Iterable[Place]) -> frozenset[Place]:
    """Return the data qubits on which the XZZX code has X and Z swapped."""
    return frozenset(place for place in data if (place[0] + place[1]) % 4 == 0)


def faults_by_basis(distances: Distances, basis: str) -> int:
    """Return the distance against what flips a memory experiment in a basis."""
    return distances["zx".index(basis)]


def resources_of(code: CheckCode) -> Resources:
    """Count a code with one ancilla per check."""
    return Resources(
        data=len(code.data),
        ancillas=len(code.checks),
        gates=sum(len(check.paulis) for check in code.checks),
        measurements=len(code.checks),
        layers=len(code.checks[0].steps) + 2,
    )


def _check(distances: Distances) -> None:
    check_least(distances, 2)


def _rotated(distances: Distances, rounds: int, noise: Any, basis: str) -> stim.Circuit:
    return memory_circuit(rotated_code(distances), noise, rounds=rounds, basis=basis)


def _xzzx(distances: Distances, rounds: int, noise: Any, basis: str) -> stim.Circuit:
    return memory_circuit(xzzx_code(distances), noise, rounds=rounds, basis=basis)


ROTATED = Family(
    name="rotated",
    summary="rotated surface code (CSS), d_x rows and d_z columns",
    source="Bombin & Martin-Delgado, arXiv:quant-ph/0703272",
    bases=("z", "x"),
    noise=BiasedNoise,
    check=_check,
    build=_rotated,
    count=lambda distances: resources_of(rotated_code(distances)),
    faults=faults_by_basis,
    smallest=(3, 3),
)

XZZX = Family(
    name="xzzx",
    summary="XZZX surface code on the rotated lattice, d_x rows and d_z columns",
    source="Bonilla Ataides et al., arXiv:2009.07851",
    bases=("z", "x"),
    noise=BiasedNoise,
    check=_check,
    build=_xzzx,
    count=lambda distances: resources_of(xzzx_code(distances)),
    faults=faults_by_basis,
    smallest=(3, 3),
)
