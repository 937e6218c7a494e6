"""XZZX code on the planar lattice: strings of Z run along rows, so rectangles suit biased noise.

In: distances.   Out: `CheckCode`, `Family`.
Next: `quantacore.golden.codes.cat`.

``d_z`` is the fewest Z errors that flip the qubit, ``d_x`` the fewest X errors, each whatever the
other is. On the rotated lattice (`quantacore.golden.codes.rotated`) diagonals of Z end at whatever
edge is nearer, and a longer side buys nothing against Z alone.

Source: Bonilla Ataides et al., arXiv:2009.07851; d_x x d_z patches for cat qubits as in
Darmawan et al., arXiv:2104.09539.
"""

from typing import Any

import stim

from quantacore.golden.codes.check_memory import Check, CheckCode, Place, memory_circuit
from quantacore.golden.codes.family import Distances, Family, check_least
from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.golden.codes.rotated import faults_by_basis, resources_of

STEPS = ((0, -1, "Z"), (-1, 0, "X"), (1, 0, "X"), (0, 1, "Z"))
"""Where the data qubits of a check lie, and its Paulis there, in the order of the gates."""


def planar_xzzx_code(distances: Distances) -> CheckCode:
    """Return the code: data qubits where column and row have the same parity, checks elsewhere.

    Raises
    ------
    ValueError
        If a distance is below 2.
    """
    check_least(distances, 2)
    height, width = (2 * distance - 1 for distance in distances)
    grid: list[Place] = [(x, y) for y in range(height) for x in range(width)]
    data = tuple((x, y) for x, y in grid if (x + y) % 2 == 0)
    inside = frozenset(data)
    checks = []
    for x, y in grid:
        if (x + y) % 2:
            steps = [((x + dx, y + dy), pauli) for dx, dy, pauli in STEPS]
            checks.append(Check((x, y), tuple(s if s[0] in inside else None for s in steps)))
    return CheckCode(
        data=data,
        checks=tuple(checks),
        frames={
            "z": {place: "X" if place[0] % 2 else "Z" for place in data},
            "x": {place: "Z" if place[0] % 2 else "X" for place in data},
        },
        observables={
            "z": (frozenset(place for place in data if place[1] == 0),),
            "x": (frozenset(place for place in data if place[0] == 0),),
        },
    )


def _check(distances: Distances) -> None:
    check_least(distances, 2)


def _build(distances: Distances, rounds: int, noise: Any, basis: str) -> stim.Circuit:
    return memory_circuit(planar_xzzx_code(distances), noise, rounds=rounds, basis=basis)


PLANAR_XZZX = Family(
    name="xzzx_planar",
    summary="XZZX surface code on the planar lattice, d_x x d_z against pure X and pure Z errors",
    source="Bonilla Ataides et al., arXiv:2009.07851; Darmawan et al., arXiv:2104.09539",
    bases=("z", "x"),
    noise=BiasedNoise,
    check=_check,
    build=_build,
    count=lambda distances: resources_of(planar_xzzx_code(distances)),
    faults=faults_by_basis,
    smallest=(2, 3),
)
