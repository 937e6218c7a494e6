"""Windows of a shot whose rounds do not repeat."""

from itertools import pairwise

import numpy as np
import pytest
import stim

from quantacore.golden.codes.changes.episode import episode_of
from quantacore.golden.codes.changes.kinds import Geometry, change_of, stay
from quantacore.golden.codes.changes.phases import NoiseFrom
from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.golden.codes.rotated import ROTATED
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.source.episode import episode_windows
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window_image import build_window_image

CHANGE = change_of("grow", Geometry(distances=(2, 3)), rounds=(6, 7), basis="z")
NOISES = [NoiseFrom(first_round=0, noise=BiasedNoise(p=0.004))]


def circuit(change) -> stim.Circuit:
    return episode_of(change, basis="z", noises=NOISES).circuit


def decoded(episode, family, rounds, names):
    images = {m.name: family.image(m.name, with_links=False) for m in episode.members}
    decoder = WindowDecoder(*images.values(), passes=1)
    numbers = np.tile([list(images).index(name) for name in names], (len(rounds), 1))
    return decoder.decode_shots(rounds, images=numbers).predictions


def test_images_are_few_and_change_about_the_switch() -> None:
    episode = episode_windows(circuit(CHANGE), commit_rounds=2, buffer_rounds=2)
    # 14 layers, the switch in round 6: windows 1 to 3 hold it, in two ways to be cut.
    assert episode.names[:2] != episode.names[1:3]
    assert 3 <= len(episode.members) <= 4
    assert [episode.first_window(m.name) for m in episode.members] == sorted(
        episode.first_window(m.name) for m in episode.members
    )
    assert all(a <= b for a, b in pairwise(episode.names))


def test_memory_without_a_change_has_one_image_as_its_repeating_windows() -> None:
    still = circuit(stay(CHANGE, with_phase=1))
    episode = episode_windows(still, commit_rounds=2, buffer_rounds=2)
    assert set(episode.names) == {"image 0"}
    family = CodeFamily(episode.members)
    source = RepeatingCircuit(ROTATED.circuit(3, rounds=4, noise=BiasedNoise(p=0.004), basis="z"))
    plan = window_plan(source, commit_rounds=2, buffer_rounds=2)
    assert family.plan.graph.num_edges == plan.graph.num_edges
    events, flips = sample_shots(still, num_shots=2000, seed=1)
    rounds = episode.source.rounds(events)
    ours = decoded(episode, family, rounds, episode.names)
    order = [list(source.slot_coordinates).index(place) for place in episode.source.slots]
    placed = np.zeros_like(rounds)
    placed[..., order] = rounds
    known = WindowDecoder(build_window_image(plan, with_links=False), passes=1)
    wrong = [(p != flips[:, 0]).sum() for p in (ours, known.decode_shots(placed).predictions)]
    # Another order of slots breaks ties in another way: nearly the same answers.
    assert abs(int(wrong[0]) - int(wrong[1])) <= 0.1 * wrong[1]


def test_images_at_the_wrong_windows_decode_worse() -> None:
    made = circuit(CHANGE)
    episode = episode_windows(made, commit_rounds=2, buffer_rounds=2)
    family = CodeFamily(episode.members)
    events, flips = sample_shots(made, num_shots=2000, seed=1)
    rounds = episode.source.rounds(events)
    right = decoded(episode, family, rounds, episode.names)
    late = (*episode.names[:1], *episode.names[:-1])
    wrong = decoded(episode, family, rounds, late)
    errors = [int((predictions != flips[:, 0]).sum()) for predictions in (right, wrong)]
    assert errors[1] > 1.2 * errors[0]


def test_windows_reject_what_does_not_suit() -> None:
    gauges = change_of("isolate", Geometry(distances=(3,), bad=(3, 3)), rounds=(3, 4), basis="z")
    with pytest.raises(ValueError, match="Buffer must be at least 2"):
        episode_windows(circuit(gauges), commit_rounds=2, buffer_rounds=1)
    bare = stim.Circuit("R 0\nX_ERROR(0.1) 0\nM 0\nDETECTOR rec[-1]\nOBSERVABLE_INCLUDE(0) rec[-1]")
    with pytest.raises(ValueError, match="Detectors must have coordinates"):
        episode_windows(bare, commit_rounds=2, buffer_rounds=2)
    twice = stim.Circuit(
        "R 0 1\nX_ERROR(0.1) 0 1\nM 0 1\nDETECTOR(0, 0) rec[-1]\nDETECTOR(0, 0) rec[-2]\n"
        "OBSERVABLE_INCLUDE(0) rec[-1]"
    )
    with pytest.raises(ValueError, match="different coordinates"):
        episode_windows(twice, commit_rounds=2, buffer_rounds=2)
