"""Circuits whose checks change."""

from dataclasses import replace

import pytest

from quantacore.golden.codes.changes.phases import NoiseFrom, Phase, phased_circuit
from quantacore.golden.codes.changes.resize import grown_patches, resize
from quantacore.golden.codes.check_memory import Place, memory_circuit
from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.pauli_noise import BiasedNoise, PlaceNoise
from quantacore.golden.codes.rotated import checks_of, rotated_code
from quantacore.golden.source.dem import graph_from_circuit

NOISE = BiasedNoise(p=0.004, eta=3)
NOISES = [NoiseFrom(first_round=0, noise=NOISE)]


def phase(**words) -> Phase:
    patch = Patch(width=3, height=3)
    made = Phase(
        name="3 x 3",
        data=tuple(patch.data),
        turns=(checks_of(patch),),
        rounds=3,
        logical=frozenset(place for place in patch.data if place[1] == 1),
    )
    return replace(made, **words)


def test_one_phase_is_the_memory_experiment() -> None:
    found = graph_from_circuit(phased_circuit([phase()], NOISES, basis="z"))
    code = rotated_code((3, 3))
    known = graph_from_circuit(memory_circuit(code, NOISE, rounds=3, basis="z"))

    def edges(graph) -> dict:
        places = [(d.coordinates, d.round) for d in graph.detectors]
        return {
            frozenset(places[d] for d in edge.detectors): (round(edge.prior, 9), edge.observables)
            for edge in graph.edges
        }

    assert edges(found) == edges(known)


def test_two_equal_phases_are_one() -> None:
    split = phased_circuit([phase(rounds=1), phase(rounds=2)], NOISES, basis="z")
    assert split == phased_circuit([phase()], NOISES, basis="z")


def test_noise_changes_at_its_round_and_hot_qubits_have_their_own() -> None:
    hot: dict[Place, PlaceNoise] = {(3, 3): BiasedNoise(p=0.5)}
    calm = NoiseFrom(first_round=0, noise=BiasedNoise(p=0))
    noises = [calm, NoiseFrom(first_round=2, noise=BiasedNoise(p=0), hot=hot)]
    circuit = phased_circuit([phase()], noises, basis="z")
    events = circuit.compile_detector_sampler(seed=1).sample(50)
    rounds = {circuit.get_detector_coordinates()[k][-1] for k in events.any(axis=0).nonzero()[0]}
    assert rounds == {2, 3}


def test_observable_must_be_carried_across() -> None:
    before, after = resize(*grown_patches(3, 5, ("right",)), rounds=(2, 2), basis="z").phases
    wrong = replace(after, enters=dict.fromkeys(after.enters, "X"))
    with pytest.raises(ValueError, match="Observable of basis z must not"):
        phased_circuit([before, wrong], NOISES, basis="z")


@pytest.mark.parametrize(
    ("phases", "noises", "basis", "message"),
    [
        ([], NOISES, "z", "Phases must"),
        ([phase(rounds=0)], NOISES, "z", "Phases must"),
        ([phase()], [], "z", "Noise must begin"),
        ([phase()], [NoiseFrom(first_round=1, noise=NOISE)], "z", "Noise must begin"),
        ([phase()], NOISES, "y", "Basis must be"),
    ],
)
def test_circuit_rejects(phases, noises, basis, message) -> None:
    with pytest.raises(ValueError, match=message):
        phased_circuit(phases, noises, basis=basis)
