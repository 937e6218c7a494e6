"""The planar XZZX code: rows against Z, columns against X."""

import pytest

from quantacore.golden.codes.check_memory import code_capacity_circuit
from quantacore.golden.codes.planar import PLANAR_XZZX, planar_xzzx_code


@pytest.mark.parametrize("distances", [(2, 3), (3, 5), (5, 2)], ids=str)
@pytest.mark.parametrize(("pauli", "basis", "side"), [("X", "z", 0), ("Z", "x", 1)])
def test_each_pauli_alone_needs_its_own_distance(
    distances: tuple, pauli: str, basis: str, side: int
) -> None:
    noise = ((f"{pauli}_ERROR", (0.01,)),)
    code = planar_xzzx_code(distances)
    circuit = code_capacity_circuit(code, noise, basis=basis)
    assert len(circuit.shortest_graphlike_error()) == distances[side]
    other = code_capacity_circuit(code, noise, basis="zx"[1 - "zx".index(basis)])
    with pytest.raises(ValueError, match="Failed to find any graphlike logical errors"):
        other.shortest_graphlike_error()


def test_code_has_the_qubits_of_the_planar_lattice() -> None:
    for d_x, d_z in ((2, 3), (3, 7), (5, 5)):
        counted = PLANAR_XZZX.resources((d_x, d_z))
        assert counted.data == d_x * d_z + (d_x - 1) * (d_z - 1)
        assert counted.ancillas == counted.data - 1
