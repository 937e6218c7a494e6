"""The comparison of streams sees every field, and explains lost rounds only where it can."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.stream_batch import StreamedWindows
from quantacore.sim.stream_comparison import compare_stream

PASSES = 3
LENGTHS = (4, 9, 4, 14)
MEMORY = RepeatingCircuit(rotated_memory(distance=3, p=0.02))
PLAN = window_plan(MEMORY, commit_rounds=2, buffer_rounds=2)
IMAGE = build_window_image(PLAN)
OTHER = build_window_image(PLAN, unit=2 * IMAGE.unit)


def sampled():
    shots = []
    for seed, length in enumerate(LENGTHS):
        sampler = MEMORY.circuit(length).compile_detector_sampler(seed=seed)
        events = sampler.sample(1, bit_packed=True)
        rounds = rounds_of_events(events, MEMORY.places(length), num_slots=PLAN.num_slots)
        shots.append(rounds[0])
    return shots


SHOTS = sampled()


def answers(*, lost=(), abandoned=(), swap_at=None, corrections=True):
    """Return what a perfect core says; ``lost``: (shot, round), ``abandoned``: windows."""
    decoder = WindowDecoder(IMAGE, OTHER, passes=PASSES)
    parts = []
    window = 0
    for number, shot in enumerate(SHOTS):
        rounds = shot.copy()
        gone = np.zeros(len(shot), np.bool_)
        gone[[index for where, index in lost if where == number]] = True
        rounds[gone] = False
        count = PLAN.num_windows(len(shot))
        windows = window + np.arange(count)
        given_up = np.isin(windows, abandoned)
        images = np.full(count, 0) if swap_at is None else (windows >= swap_at).astype(int)
        found = decoder.decode_shots(
            rounds[None], with_corrections=True, abandoned=given_up[None], images=images[None]
        )
        starts = np.arange(count) * PLAN.commit_rounds
        parts.append(
            {
                "shot": np.full(count, number),
                "round": found.rounds[0],
                "observables": found.frames[0],
                "image": images + 1,
                "growth_steps": found.growth_steps[0],
                "passes": found.passes[0],
                "volume": found.volumes[0],
                "contested": found.contested[0],
                "unmatched": found.unmatched[0],
                "abandoned": given_up,
                "damaged": [gone[start : start + PLAN.num_rounds].any() for start in starts],
                "shot_end": np.arange(count) == count - 1,
                "corrections": found.corrections[0],
            }
        )
        window += count
    fields = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    sent = fields.pop("corrections")
    return StreamedWindows(
        fields={name: value.astype(np.uint64) for name, value in fields.items()},
        valid_at=np.zeros(window, np.uint64),
        accepted_at=np.zeros(sum(LENGTHS), np.uint64),
        faults={},
        responses=np.zeros(0, np.uint8),
        corrections=sent if corrections else None,
    )


def compared(streamed, **settings):
    return compare_stream(streamed, SHOTS, {1: IMAGE, 2: OTHER}, passes=PASSES, **settings)


@pytest.mark.parametrize("corrections", [True, False])
def test_equal_streams_do_not_differ(corrections):
    comparison = compared(answers(corrections=corrections))
    assert not comparison.mismatching.any()
    assert (comparison.first, comparison.lost) == ((), (0, 0))
    assert not compared(answers(abandoned=(3, 5), swap_at=6)).mismatching.any()


FIELDS = "shot round observables growth_steps passes volume contested unmatched damaged shot_end"


@pytest.mark.parametrize("field", FIELDS.split())
def test_every_field_is_compared(field):
    streamed = answers()
    streamed.fields[field][4] ^= 1
    comparison = compared(streamed)
    assert np.flatnonzero(comparison.mismatching).tolist() == [4]
    assert comparison.first[0].startswith("shot 1, window 3: golden says otherwise about ")


def test_corrections_are_compared():
    streamed = answers()
    streamed.corrections[2, 1] ^= 4
    assert np.flatnonzero(compared(streamed).mismatching).tolist() == [2]


def test_an_image_that_is_not_in_force_is_seen():
    swapped = answers(swap_at=4)
    first = np.ones_like(swapped.fields["image"])
    claimed = replace(swapped, fields={**swapped.fields, "image": first})
    assert not compared(swapped).mismatching.any()
    assert compared(claimed).mismatching.any()
    with pytest.raises(ValueError, match=r"not \[2\] unknown"):
        compare_stream(swapped, SHOTS, {1: IMAGE}, passes=PASSES)


def test_damaged_rounds_are_empty():
    damaged = np.zeros(sum(LENGTHS), np.bool_)
    damaged[[5, 6]] = True  # rounds 1 and 2 of shot 1
    assert not compared(answers(lost=[(1, 1), (1, 2)]), damaged=damaged).mismatching.any()
    assert compared(answers(lost=[(1, 1)]), damaged=damaged).mismatching.any()


@pytest.mark.parametrize("abandoned", [(), (4,)])
def test_lost_rounds_are_found(abandoned):
    streamed = answers(lost=[(1, 4), (1, 5), (3, 12)], abandoned=abandoned)
    assert compared(streamed).mismatching.any()
    comparison = compared(streamed, may_lose=True)
    assert not comparison.mismatching.any(), comparison.first
    least, most = comparison.lost
    assert 2 <= least <= 3 <= most


def test_a_wrong_answer_is_not_taken_for_a_loss():
    streamed = answers(lost=[(1, 4), (1, 5)])
    streamed.fields["volume"][3] += 1
    comparison = compared(streamed, may_lose=True)
    assert comparison.mismatching[3]
