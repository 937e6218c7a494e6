"""Every family keeps the promises of the interface."""

from collections import Counter

import pytest

from quantacore.golden.codes.families import FAMILIES, family_named
from quantacore.golden.codes.family import Distances, Family
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image

ALL = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())


def sizes(family: Family) -> list[Distances]:
    """Return the smallest code, and the next that is larger both ways."""
    x, z = family.smallest
    for more in range(1, 8):
        try:
            return [family.smallest, family.distances((x + more, z + more))]
        except ValueError:
            pass
    raise AssertionError(f"{family.name} must have a second code")


@ALL
def test_circuit_has_the_distance_that_the_family_claims(family: Family) -> None:
    for distances in sizes(family):
        for basis in family.bases:
            # Raises if a detector or observable is not deterministic without noise.
            circuit = family.circuit(distances, basis=basis)
            claimed = family.fewest_faults(distances, basis=basis)
            assert len(circuit.shortest_graphlike_error()) == claimed, (distances, basis)


@ALL
def test_circuit_without_its_noise_is_deterministic(family: Family) -> None:
    for basis in family.bases:
        quiet = family.circuit(family.smallest, rounds=3, basis=basis).without_noise()
        events, flips = sample_shots(quiet, num_shots=50, seed=1)
        assert not events.any()
        assert not flips.any()
        quiet.detector_error_model()  # raises if one is random


@ALL
@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_circuit_has_coordinates_and_rounds(family: Family, rounds: int) -> None:
    circuit = family.circuit(family.smallest, rounds=rounds)
    coordinates = circuit.get_detector_coordinates()
    assert circuit.num_observables >= 1
    assert all(len(place) == 3 for place in coordinates.values())
    places = Counter(map(tuple, coordinates.values()))
    assert max(places.values(), default=1) == 1, "two detectors at one place and time"
    assert len(circuit.get_final_qubit_coordinates()) == circuit.num_qubits
    assert circuit.num_qubits == family.resources(family.smallest).qubits


@ALL
def test_resources_are_those_of_the_circuit(family: Family) -> None:
    for distances in sizes(family):
        counted = family.resources(distances)
        short, long = (family.circuit(distances, rounds=rounds) for rounds in (2, 3))
        assert long.num_measurements - short.num_measurements == counted.measurements
        assert counted.data <= short.num_measurements
        gates = [
            sum(
                len(step.targets_copy()) // 2
                for step in circuit.flattened()
                if step.name in ("CX", "CZ")
            )
            for circuit in (short, long)
        ]
        assert gates[1] - gates[0] == counted.gates


@ALL
def test_graph_decodes_better_than_no_decoder(family: Family) -> None:
    code = sizes(family)[1]
    basis = max(family.bases, key=lambda basis: family.fewest_faults(code, basis=basis))
    circuit = family.circuit(code, basis=basis)
    graph = graph_from_circuit(circuit)
    events, flips = sample_shots(circuit, num_shots=4000, seed=1)
    decoded = UnionFindDecoder(graph, build_image(graph)).decode_shots(events)
    assert not decoded.unmatched.any()
    wrong = (decoded.predictions != flips).any(axis=1).sum()
    assert wrong < flips.any(axis=1).sum() / 2


@ALL
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"distance": 1}, ValueError, "Distance must be "),
        ({"distance": -3}, ValueError, "Distance must be "),
        ({"distance": (3, 3, 3)}, ValueError, "Distance must be one number or two, not"),
        ({"rounds": 0}, ValueError, "Number of rounds must be at least 1, not 0"),
        ({"basis": "y"}, ValueError, "Basis must be one of"),
        ({"noise": "loud"}, TypeError, "Noise must be .*Noise for .*, not 'loud'"),
    ],
    ids=str,
)
def test_circuit_rejects(family: Family, arguments: dict, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        family.circuit(**({"distance": family.smallest} | arguments))


@ALL
def test_noise_of_rejects_what_the_noise_has_not(family: Family) -> None:
    with pytest.raises(ValueError, match=f"Noise of {family.name} must be set by .*, not 'loud'"):
        family.noise_of({"loud": 1})
    with pytest.raises(ValueError, match="must be"):
        family.noise_of({next(iter(vars(family.noise()))): -1})


def test_family_named_rejects_unknown() -> None:
    assert family_named("xzzx").name == "xzzx"
    with pytest.raises(ValueError, match=r"Family must be one of rotated, .*, not 'steane'"):
        family_named("steane")
