"""The Verilated streaming core against the golden window decoder, under gaps and stalls."""

import random

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.prediction_word import decode_predictions
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.stream_batch import StreamBatch, Traffic
from quantacore.sim.stream_comparison import compare_stream

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


@pytest.fixture(scope="module")
def memory():
    return RepeatingCircuit(rotated_memory(distance=3, p=0.005))


@pytest.fixture(scope="module")
def image(memory):
    return build_window_image(window_plan(memory, commit_rounds=3, buffer_rounds=3))


@pytest.fixture(scope="module")
def core(image):
    core = StreamBatch(cached_stream_core(image, CoreConfig(links="baked")))
    core.load_image(image)
    return core


def sampled(memory, num_rounds, num_shots):
    sampler = memory.circuit(num_rounds).compile_detector_sampler(seed=num_rounds)
    events = sampler.sample(num_shots, bit_packed=True)
    return rounds_of_events(events, memory.places(num_rounds), num_slots=memory.num_slots)


TRAFFIC = {
    "steady": Traffic(),
    "a-round-every-100-cycles": Traffic(period=100),
    "gaps-and-stalls": Traffic(gap_percent=30, stall_percent=40, seed=2),
    "stalls": Traffic(stall_percent=90, seed=3),
    "budget": Traffic(cycle_budget=20, gap_percent=10, stall_percent=10, seed=4),
}


@pytest.mark.parametrize("passes", [1, 3])
@pytest.mark.parametrize("name", TRAFFIC)
def test_stream_matches_golden(core, memory, image, name, passes):
    traffic = TRAFFIC[name]
    rng = random.Random(f"stream_batch/{name}")
    shots = []
    for num_rounds in (2, 3, 5, 6, 7, 13, 40):
        shots += list(sampled(memory, num_rounds, 60))
    rng.shuffle(shots)
    streamed = core.run(shots, passes=passes, traffic=traffic)
    abandoned = streamed.flag("abandoned")
    assert abandoned.any() == (traffic.cycle_budget > 0)
    number = core.read("image_count")
    comparison = compare_stream(streamed, shots, {number: image}, passes=passes)
    assert not comparison.mismatching.any(), comparison.first
    expected_faults = {"abandoned": abandoned.sum()}
    for fault, count in streamed.faults.items():
        assert count == expected_faults.get(fault, 0), fault


def test_cycles_in_which_nothing_changes_need_not_be_simulated(core, memory, image):
    shots = [*sampled(memory, 2, 5), *sampled(memory, 9, 100)]
    writes = core.image_writes(image, after_rounds=120)
    whole, skipping = (
        core.run(
            shots, passes=3, traffic=Traffic(period=60, every_cycle=every_cycle), writes=writes
        )
        for every_cycle in (True, False)
    )
    assert whole.responses.tolist() == [0] * len(writes)
    began = whole.accepted_at[0], skipping.accepted_at[0]
    assert np.array_equal(whole.accepted_at - began[0], skipping.accepted_at - began[1])
    assert np.array_equal(whole.valid_at - began[0], skipping.valid_at - began[1])
    assert np.array_equal(whole.frames, skipping.frames)
    assert np.array_equal(whole.corrections, skipping.corrections)
    images = [streamed.fields["image"].astype(int) for streamed in (whole, skipping)]
    assert np.array_equal(images[0] + 1, images[1])  # each run loads one, in the same window
    assert len(set(images[0].tolist())) == 2


def test_stream_needs_no_more_cycles_than_a_microsecond_has(core, memory):
    shots = list(sampled(memory, 31, 300))
    streamed = core.run(shots, passes=3)
    taken = int(streamed.valid_at[-1]) - int(streamed.accepted_at[0])
    assert taken / len(streamed.accepted_at) < 100


def test_rounds_that_waited_for_an_image_give_all_their_windows(memory, image):
    core = StreamBatch(cached_stream_core(image, CoreConfig(links="baked")))
    shots = sampled(memory, 2, 31)
    rounds, ends = pack_bits(np.concatenate(shots)), np.tile([False, True], len(shots))
    assert len(core.advance(rounds[:60], ends[:60])) == 0
    core.load_image(image)
    words = core.advance(rounds[60:], ends[60:])
    golden = WindowDecoder(image, passes=1).decode_shots(shots)
    found = decode_predictions(words, num_observables=1)
    assert found["observables"].tolist() == golden.frames.ravel().tolist()
