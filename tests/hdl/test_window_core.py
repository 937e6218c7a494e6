# amaranth: UnusedElaboratable=no
"""Small streaming cores in the Amaranth simulator against the golden window decoder."""

import random
from dataclasses import replace

import numpy as np
import pytest
import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.window_image import build_window_image, window_image_words
from quantacore.hdl.window_core import WindowCore
from quantacore.sim.pysim import simulate


def repetition_memory():
    return stim.Circuit.generated(
        "repetition_code:memory",
        distance=3,
        rounds=9,
        before_round_data_depolarization=0.01,
        before_measure_flip_probability=0.01,
        after_clifford_depolarization=0.01,
    )


def random_window_image(rng, image):
    """Return an image for the same plan with random weights, some edges fused and some absent."""
    longest = (1 << image.length_bits) - 1
    num_entries = image.plan.num_entries
    first = [rng.choice([0, longest, rng.randrange(1, longest)]) for _ in range(num_entries)]
    later = [n if n in (0, longest) else rng.randrange(1, longest) for n in first]
    return replace(
        image,
        first=np.array(first, np.uint8),
        later=np.array(later, np.uint8),
        observables=np.array([rng.randrange(2) for _ in range(num_entries)], np.uint64),
    )


@pytest.mark.parametrize("weights", ["priors", "random"])
@pytest.mark.parametrize(
    ("links", "commit", "buffer"),
    [
        ("none", 1, 1),
        ("none", 2, 1),
        ("none", 1, 3),
        ("none", 3, 2),
        ("baked", 1, 1),
        ("baked", 2, 1),
        ("runtime", 1, 2),
    ],
)
def test_window_core_matches_golden(links, commit, buffer, weights):
    seed = f"window_core/{commit}/{buffer}/{links}/{weights}"
    rng = random.Random(seed)
    circuit = repetition_memory() if links == "none" else rotated_memory(distance=3, p=0.01)
    plan = window_plan(RepeatingCircuit(circuit), commit_rounds=commit, buffer_rounds=buffer)
    image = build_window_image(plan, with_links=links != "none")
    if weights == "random":
        image = random_window_image(rng, image)
    config = CoreConfig(links=links, word_bits=8)
    dut = WindowCore(plan, config, image, buffer_depth=4)
    decoder = WindowDecoder(image, passes=3)
    shots = [random_rounds(rng, plan, rng.randrange(1, 14)) for _ in range(25)]

    async def source(ctx):
        if config.has_later:
            ctx.set(dut.max_passes, 3)
        await send(ctx, dut.image, words_of(image, dut.config), rng)
        for rounds in shots:
            words = [
                {
                    "data": int(np.dot(row, 1 << np.arange(plan.num_slots))),
                    "last": 1,
                    "shot_end": int(index == len(rounds) - 1),
                }
                for index, row in enumerate(rounds)
            ]
            await send(ctx, dut.rounds, words, rng)

    async def sink(ctx):
        for shot, rounds in enumerate(shots):
            expected = decoder.decode_shots(rounds[None], with_corrections=True)
            for window in range(plan.num_windows(len(rounds))):
                where = f"{seed=} {shot=} {window=} rounds={len(rounds)}"
                word = await receive(ctx, dut.predictions, rng)
                last = window == plan.num_windows(len(rounds)) - 1
                assert (word.shot, word.shot_end) == (shot, last), where
                assert word.round == expected.rounds[0, window], where
                assert word.unmatched == expected.unmatched[0, window], where
                assert word.observables == expected.frames[0, window], where
                assert word.growth_steps == expected.growth_steps[0, window], where
                assert word.passes == expected.passes[0, window], where
                assert word.volume == expected.volumes[0, window], where
                assert word.contested == expected.contested[0, window], where
                assert word.image == 1 and not word.damaged and not word.abandoned, where

    async def correction_sink(ctx):
        for shot, rounds in enumerate(shots):
            expected = decoder.decode_shots(rounds[None], with_corrections=True)
            for packed in expected.corrections[0]:
                received = 0
                for byte in range(len(packed)):
                    word = await receive(ctx, dut.corrections, rng)
                    received |= word.data << 8 * byte
                assert received == int.from_bytes(packed.tobytes(), "little"), f"{seed=} {shot=}"

    simulate(dut, source, sink, correction_sink)


def random_rounds(rng, plan, num_rounds):
    """Return random defects in the slots that a shot of this length has."""
    density = rng.choice([0.02, 0.1, 0.3])
    bits = [[rng.random() < density for _ in range(plan.num_slots)] for _ in range(num_rounds)]
    return np.array(bits, bool).reshape(num_rounds, plan.num_slots)


def words_of(image, config):
    fields = window_image_words(image, config)
    links = {name: fields.pop(name) for name in list(fields) if name.startswith("link_")}
    lasts = fields.pop("last")
    return [
        {
            "weights": {name: column[k] for name, column in fields.items()},
            **({"links": {name: column[k] for name, column in links.items()}} if links else {}),
            "last": lasts[k],
        }
        for k in range(len(lasts))
    ]


async def send(ctx, port, words, rng):
    for word in words:
        while rng.random() < 0.2:
            await ctx.tick()
        await put(ctx, port, word)


async def put(ctx, port, word):
    set_fields(ctx, port.payload, word)
    ctx.set(port.valid, 1)
    await ctx.tick().until(port.ready)
    ctx.set(port.valid, 0)


def set_fields(ctx, payload, word):
    for name, value in word.items():
        field = getattr(payload, name)
        if isinstance(value, dict):
            set_fields(ctx, field, value)
        elif name in ("link_targets", "link_lengths"):
            ctx.set(field.as_value(), value)
        else:
            ctx.set(field, value)


async def receive(ctx, port, rng):
    while rng.random() < 0.3:
        await ctx.tick()
    ctx.set(port.ready, 1)
    *_, word = await ctx.tick().sample(port.payload).until(port.valid)
    ctx.set(port.ready, 0)
    return word
