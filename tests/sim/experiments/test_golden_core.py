"""Golden in the place of a core: decodes and counts what golden does, each once."""

import asyncio

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.experiments.golden_core import GoldenCore

MEMORY = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
PLAN = window_plan(MEMORY, commit_rounds=3, buffer_rounds=3)
IMAGE = build_window_image(PLAN)


def test_golden_core_answers_and_counts_as_golden_decodes():
    events, _ = sample_shots(MEMORY.circuit(9), num_shots=60, seed=1)
    rounds = rounds_of_events(events, MEMORY.places(9), num_slots=PLAN.num_slots)
    golden = WindowDecoder(IMAGE, passes=2).decode_shots(rounds, with_corrections=True)

    async def scenario():
        core = GoldenCore(IMAGE, passes=2)
        assert await core.load_image(IMAGE) == 1
        found = [await core.decode(list(rounds[:20])), await core.decode(list(rounds[20:]))]
        counts = await core.take_counts()
        return found, counts, await core.take_counts(), await core.counters()

    found, counts, none, counters = asyncio.run(scenario())
    assert (
        np.concatenate([each.frames for each in found]).tolist() == golden.frames.ravel().tolist()
    )
    predictions = np.concatenate([each.shot_frames for each in found])
    assert predictions.tolist() == golden.predictions.tolist()
    assert counts.corrections.sum() == np.unpackbits(golden.corrections).sum() > 0
    assert counts.events.tolist() == rounds.sum(axis=(0, 1)).tolist()
    assert (counts.windows, counts.rounds) == (golden.frames.size, 60 * 9)
    assert counters == {"rounds_accepted": 60 * 9}
    assert (none.windows, none.rounds, none.corrections.sum(), none.events.sum()) == (0, 0, 0, 0)


def test_golden_core_rejects_shots_without_image_and_images_of_others():
    core = GoldenCore(IMAGE, passes=1)
    with pytest.raises(ValueError, match="Core must have an image before it decodes"):
        asyncio.run(core.decode([]))
    other = build_window_image(window_plan(MEMORY, commit_rounds=2, buffer_rounds=3))
    with pytest.raises(ValueError, match="Image must be of the core's plan"):
        asyncio.run(core.load_image(other))
