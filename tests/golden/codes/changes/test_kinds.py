"""Every change of code in flight: deterministic, of the distance that it should have."""

import pytest
import stim

from quantacore.golden.codes.changes.episode import episode_of
from quantacore.golden.codes.changes.kinds import KINDS, Geometry, change_of, stay
from quantacore.golden.codes.changes.phases import NoiseFrom
from quantacore.golden.codes.pauli_noise import BiasedNoise

NOISES = [NoiseFrom(first_round=0, noise=BiasedNoise(p=0.003, eta=2))]

CASES = {
    "grow-right": ("grow", Geometry(distances=(3, 5), sides=("right",)), (3, 3)),
    "grow-left-top": ("grow", Geometry(distances=(3, 5), sides=("left", "top")), (3, 3)),
    "grow-bottom-by-1": ("grow", Geometry(distances=(3, 4), sides=("bottom",)), (3, 3)),
    "shrink-right-bottom": ("shrink", Geometry(distances=(5, 3)), (3, 3)),
    "shrink-top": ("shrink", Geometry(distances=(5, 3), sides=("top",)), (3, 3)),
    "css-xzzx": ("frame", Geometry(distances=(3,)), (3, 3)),
    "xzzx-css": ("frame", Geometry(distances=(4,), frames=("xzzx", "css")), (4, 4)),
    # A super-stabilizer instead of a data qubit costs one of the distance, in both bases.
    "data-middle": ("isolate", Geometry(distances=(5,), bad=(5, 5)), (4, 4)),
    "data-d3": ("isolate", Geometry(distances=(3,), bad=(3, 3)), (2, 2)),
    # Ancillas beside it keep the distance, but near an edge one basis loses two.
    "ancilla-middle": ("isolate", Geometry(distances=(5,), bad=(4, 4)), (5, 5)),
    "ancilla-corner": ("isolate", Geometry(distances=(5,), bad=(2, 2)), (5, 3)),
    "ancilla-boundary": ("isolate", Geometry(distances=(3,), bad=(6, 2)), (3, 3)),
    "photons": ("photons", Geometry(distances=(3,)), (1, 3)),
}
"""Kind, geometry, graphlike distance of the episode in basis z and x."""


def episode(name: str, basis: str, rounds: tuple[int, int] = (3, 4)):
    kind, geometry, _ = CASES[name]
    return episode_of(
        change_of(kind, geometry, rounds=rounds, basis=basis), basis=basis, noises=NOISES
    )


def test_every_kind_has_a_case() -> None:
    assert {kind for kind, *_ in CASES.values()} == set(KINDS)


@pytest.mark.parametrize("basis", ["z", "x"])
@pytest.mark.parametrize("name", CASES)
def test_episode_is_deterministic_and_keeps_its_distance(name: str, basis: str) -> None:
    made = episode(name, basis)
    # Nothing fires without noise: `detector_error_model` refuses random detectors and observables.
    model = made.circuit.without_noise().detector_error_model()
    assert model.num_detectors == made.circuit.num_detectors
    events, flips = (
        made.circuit.without_noise()
        .compile_detector_sampler(seed=1)
        .sample(100, separate_observables=True)
    )
    assert not events.any() and not flips.any()
    assert made.fewest_faults() == CASES[name][2]["zx".index(basis)]


@pytest.mark.parametrize("with_phase", [None, 1], ids=["change", "after-alone"])
@pytest.mark.parametrize(
    "name", ["grow-right", "shrink-right-bottom", "data-middle", "ancilla-middle", "css-xzzx"]
)
def test_detectors_are_all_that_there_are(name: str, with_phase: int | None) -> None:
    """Records of a clean run have as many fixed parities as there are detectors and observables.

    Each measurement that is random without noise takes one away.
    """
    made = episode(name, "z")
    if with_phase is not None:
        made = episode_of(stay(made.change, with_phase=with_phase), basis="z", noises=NOISES)
    clean = made.circuit.without_noise()
    random = 0
    simulator = stim.TableauSimulator(seed=1)
    for instruction in clean.flattened():
        if instruction.name in ("M", "MX"):
            for target in instruction.targets_copy():
                if instruction.name == "MX":
                    simulator.h(target.value)
                random += simulator.peek_z(target.value) == 0
                simulator.measure(target.value)
                if instruction.name == "MX":
                    simulator.h(target.value)
        elif instruction.name not in ("DETECTOR", "OBSERVABLE_INCLUDE"):
            simulator.do(stim.Circuit(str(instruction)))
    assert clean.num_measurements - random == clean.num_detectors + 1


def test_detectors_lie_at_different_places_of_a_round() -> None:
    for name in CASES:
        places = list(map(tuple, episode(name, "z").circuit.get_detector_coordinates().values()))
        assert len(set(places)) == len(places), name


def test_qubit_rounds_and_switch_are_counted() -> None:
    change = episode("grow-right", "z").change
    assert change.switch_rounds == (3,)
    assert change.num_rounds == 7
    assert change.qubit_rounds == 3 * 17 + 4 * 29
    assert stay(change).qubit_rounds == 7 * 17
    assert stay(change, with_phase=1).qubit_rounds == 7 * 29


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        ("move", {}, "Change must be one of grow"),
        ("grow", {"distances": (3,)}, "must have two distances"),
        ("grow", {"distances": (5, 3)}, "small < large"),
        ("grow", {"sides": ("left", "right")}, "Sides must be"),
        ("frame", {"distances": (3,), "frames": ("css", "css2")}, "Frame must be one of"),
        ("frame", {"distances": (1,)}, "Distance must be at least 2"),
        ("isolate", {"distances": (3,)}, "must be told the bad qubit"),
        ("isolate", {"distances": (3,), "bad": (9, 9)}, "must be one of the patch's"),
        ("isolate", {"distances": (3,), "bad": (1, 3)}, "shrink the patch"),
    ],
)
def test_change_rejects(kind: str, words: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        change_of(kind, Geometry(**words), rounds=(2, 2), basis="z")


def test_change_rejects_rounds_and_basis() -> None:
    with pytest.raises(ValueError, match="Rounds must be at least 1"):
        change_of("grow", Geometry(), rounds=(0, 2), basis="z")
    with pytest.raises(ValueError, match="Basis must be"):
        change_of("grow", Geometry(), rounds=(2, 2), basis="y")
