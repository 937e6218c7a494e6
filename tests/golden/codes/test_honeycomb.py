"""The honeycomb code: a lattice that closes, and checks that never disturb the observables."""

import pytest
import stim

from quantacore.golden.codes.honeycomb import PAULIS, Honeycomb, PairNoise, honeycomb_circuit


@pytest.mark.parametrize("size", [3, 6])
def test_lattice_has_three_colours(size: int) -> None:
    lattice = Honeycomb(size)
    for edges in lattice.edges:
        assert sorted(v for edge in edges for v in edge) == sorted(lattice.vertices)
    for hexagon in lattice.hexagons:
        corners = set(lattice.corners(hexagon))
        around = [sum(set(edge) <= corners for edge in edges) for edges in lattice.edges]
        expected = [3, 3, 3]
        expected[lattice.colour(hexagon)] = 0
        assert len(corners) == 6
        assert around == expected


def test_hexagons_commute_with_all_pairs() -> None:
    lattice = Honeycomb(3)

    def string(vertices, pauli: str) -> stim.PauliString:
        return stim.PauliString(
            "".join(pauli if vertex in vertices else "_" for vertex in lattice.vertices)
        )

    pairs = [string(e, PAULIS[c]) for c, edges in enumerate(lattice.edges) for e in edges]
    for hexagon in lattice.hexagons:
        product = string(lattice.corners(hexagon), PAULIS[lattice.colour(hexagon)])
        assert all(product.commutes(pair) for pair in pairs)


@pytest.mark.parametrize("rounds", range(1, 8))
@pytest.mark.parametrize(("size", "distance"), [(3, 2), (6, 4)])
def test_circuit_keeps_its_distance_for_any_number_of_rounds(
    size: int, distance: int, rounds: int
) -> None:
    circuit = honeycomb_circuit(size, PairNoise(), rounds=rounds)
    assert circuit.num_observables == 2
    assert len(circuit.shortest_graphlike_error()) == distance


def test_honeycomb_of_distance_six_has_nine_hexagons_in_a_row() -> None:
    circuit = honeycomb_circuit(9, PairNoise(), rounds=2)
    assert len(circuit.shortest_graphlike_error()) == 6


def test_rounds_from_the_third_on_are_a_repeat_block() -> None:
    circuit = honeycomb_circuit(3, PairNoise(), rounds=9)
    assert [step.repeat_count for step in circuit if step.name == "REPEAT"] == [7]
    flat = circuit.flattened()
    assert flat.num_measurements == 9 * 27 + 18


def test_pair_noise_rejects() -> None:
    with pytest.raises(ValueError, match=r"Noise strength p must be 0 to 0.5, not -0\.1"):
        PairNoise(p=-0.1)
    quiet = honeycomb_circuit(3, PairNoise(p=0), rounds=2)
    assert quiet == quiet.without_noise()
