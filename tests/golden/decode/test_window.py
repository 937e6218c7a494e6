"""The golden decoder of streams against the golden decoder of whole shots."""

import random

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.union_find import ReferenceDecoder, UnionFindDecoder
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import pack_bits, unpack_bits, unpack_masks
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.window_image import build_window_image


def sampled(memory, num_rounds, *, num_shots, seed):
    """Return shots as stim samples them, as rounds, and the observables' flips."""
    sampler = memory.circuit(num_rounds).compile_detector_sampler(seed=seed)
    events, flips = sampler.sample(num_shots, separate_observables=True, bit_packed=True)
    rounds = rounds_of_events(events, memory.places(num_rounds), num_slots=memory.num_slots)
    return events, rounds, unpack_masks(flips)


def memory_of(distance, p, basis="z"):
    return RepeatingCircuit(rotated_memory(distance=distance, p=p, basis=basis))


@pytest.mark.parametrize("basis", ["x", "z"])
@pytest.mark.parametrize("num_rounds", [2, 3, 4, 6])
def test_shot_in_one_window_decodes_as_a_whole(num_rounds, basis):
    memory = memory_of(3, 0.02, basis)
    graph = memory.graph(num_rounds)
    whole = build_image(graph)
    events, rounds, _ = sampled(memory, num_rounds, num_shots=500, seed=num_rounds)
    plan = window_plan(memory, commit_rounds=3, buffer_rounds=3)
    windows = WindowDecoder(build_window_image(plan, unit=whole.unit), passes=1)
    decoded = windows.decode_shots(rounds)
    expected = UnionFindDecoder(graph, whole, passes=1).decode_shots(events)
    assert decoded.frames.shape == (500, 1)
    np.testing.assert_array_equal(decoded.growth_steps[:, 0], expected.growth_steps)
    np.testing.assert_array_equal(decoded.volumes[:, 0], expected.volumes)
    # Two trees of one cluster may differ where detectors are numbered otherwise.
    same = decoded.predictions == unpack_masks(expected.predictions)
    assert same.mean() > 0.98


@pytest.mark.parametrize("num_rounds", [3, 4, 5])
def test_shot_in_one_window_has_the_links_of_the_whole(num_rounds):
    memory = memory_of(3, 0.01)
    graph = memory.graph(num_rounds)
    whole = build_image(graph)
    events, rounds, flips = sampled(memory, num_rounds, num_shots=5_000, seed=num_rounds)
    # Windows of other lengths share the mesh, and must not lend their links.
    plan = window_plan(memory, commit_rounds=3, buffer_rounds=3)
    windows = WindowDecoder(build_window_image(plan, unit=whole.unit), passes=3)
    decoded = windows.decode_shots(rounds)
    expected = UnionFindDecoder(graph, whole, passes=3).decode_shots(events)
    errors = (decoded.predictions != flips).sum()
    errors_whole = (unpack_masks(expected.predictions) != flips).sum()
    # First passes are alike; then trees differ, where detectors are numbered otherwise.
    assert (decoded.growth_steps[:, 0] == expected.growth_steps).mean() > 0.99
    assert errors == pytest.approx(errors_whole, rel=0.05)


@pytest.mark.parametrize("case", range(8))
def test_committed_edges_explain_every_defect(case):
    rng = random.Random(f"window/explain/{case}")
    commit, buffer, num_rounds = rng.randrange(1, 5), rng.randrange(1, 5), rng.randrange(2, 25)
    memory = memory_of(3, 0.01, rng.choice("xz"))
    plan = window_plan(memory, commit_rounds=commit, buffer_rounds=buffer)
    _, rounds, _ = sampled(memory, num_rounds, num_shots=200, seed=case)
    decoder = WindowDecoder(build_window_image(plan), passes=rng.randrange(1, 4))
    decoded = decoder.decode_shots(rounds, with_corrections=True)
    assert not decoded.unmatched.any()
    left = np.zeros((200, num_rounds + plan.num_rounds, plan.num_slots), bool)
    left[:, :num_rounds] = rounds
    left = left.reshape(200, -1)
    for window in range(plan.num_windows(num_rounds)):
        chosen = unpack_bits(decoded.corrections[:, window], num_bits=plan.graph.num_edges)
        base = window * commit * plan.num_slots
        for edge, ends in enumerate(plan.graph.edges):
            for detector in ends.detectors:
                left[:, base + detector] ^= chosen[:, edge]
    assert not left.any()


def test_windows_agree_with_the_reference_one_by_one():
    memory = memory_of(3, 0.01)
    plan = window_plan(memory, commit_rounds=2, buffer_rounds=2)
    image = build_window_image(plan)
    _, rounds, _ = sampled(memory, 9, num_shots=12, seed=3)
    decoded = WindowDecoder(image, passes=3).decode_shots(rounds, with_corrections=True)
    for shot in range(len(rounds)):
        layers = np.zeros((9 + plan.num_rounds, plan.num_slots), bool)
        layers[:9] = rounds[shot]
        frame = 0
        for window in range(plan.num_windows(9)):
            last = window == plan.num_windows(9) - 1
            base = 2 * window
            image_now = image.of_kind(plan.kind(window=window, end=9 - base if last else 0))
            reference = ReferenceDecoder(plan.graph, image_now, passes=3)
            answer = reference.decode_shots(
                pack_bits(layers[base : base + 4].reshape(1, -1)), with_corrections=True
            )
            frame ^= int(unpack_masks(answer.predictions)[0])
            assert decoded.frames[shot, window] == frame
            assert decoded.growth_steps[shot, window] == answer.growth_steps[0]
            chosen = unpack_bits(answer.corrections, num_bits=plan.graph.num_edges)[0]
            for edge in np.flatnonzero(chosen):
                ends = plan.graph.edges[edge].detectors
                if not last and ends[0] < 2 * plan.num_slots:
                    for detector in ends:
                        layers[base + detector // plan.num_slots, detector % plan.num_slots] ^= True


def test_abandoned_windows_commit_nothing():
    memory = memory_of(3, 0.02)
    plan = window_plan(memory, commit_rounds=2, buffer_rounds=2)
    _, rounds, _ = sampled(memory, 12, num_shots=100, seed=5)
    abandoned = np.zeros((100, plan.num_windows(12)), bool)
    abandoned[::2, 1] = True
    decoder = WindowDecoder(build_window_image(plan))
    decoded = decoder.decode_shots(rounds, with_corrections=True, abandoned=abandoned)
    whole = decoder.decode_shots(rounds, with_corrections=True)
    assert not decoded.corrections[::2, 1].any()
    assert whole.corrections[::2, 1].any()
    np.testing.assert_array_equal(decoded.frames[::2, 1], decoded.frames[::2, 0])
    np.testing.assert_array_equal(decoded.frames[1::2], whole.frames[1::2])


def test_long_buffers_decode_as_well_as_whole_shots():
    memory = memory_of(3, 0.005)
    events, rounds, flips = sampled(memory, 21, num_shots=20_000, seed=7)
    graph = memory.graph(21)
    whole = UnionFindDecoder(graph, build_image(graph)).decode_shots(events)
    errors_whole = (unpack_masks(whole.predictions) != flips).sum()
    plan = window_plan(memory, commit_rounds=3, buffer_rounds=4)
    windows = WindowDecoder(build_window_image(plan)).decode_shots(rounds)
    errors = (windows.predictions != flips).sum()
    assert errors_whole > 500
    # Same shots: the difference is far less uncertain than the counts.
    assert errors < 1.1 * errors_whole


def test_rounds_of_another_width_are_refused():
    plan = window_plan(memory_of(3, 0.01), commit_rounds=2, buffer_rounds=2)
    decoder = WindowDecoder(build_window_image(plan))
    with pytest.raises(
        ValueError, match=r"Rounds must be bool of shape \(num_shots, num_rounds, 8"
    ):
        decoder.decode_shots(np.zeros((1, 3, 7), bool))
