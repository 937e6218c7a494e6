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
            await send(ctx, dut.rounds, round_words(plan, rounds), rng)

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


def test_window_core_gives_up_when_the_budget_is_used_up():
    rng = random.Random("window_core/budget")
    circuit = rotated_memory(distance=3, p=0.01)
    plan = window_plan(RepeatingCircuit(circuit), commit_rounds=1, buffer_rounds=2)
    image = build_window_image(plan)
    dut = WindowCore(plan, CoreConfig(links="runtime", word_bits=8), image, buffer_depth=4)
    decoder = WindowDecoder(image, passes=3)
    shots = [random_rounds(rng, plan, rng.randrange(2, 9)) for _ in range(25)]
    budget = 14
    strobes = []
    words = [[] for _ in shots]
    corrections = [[] for _ in shots]

    async def source(ctx):
        ctx.set(dut.max_passes, 3)
        ctx.set(dut.cycle_budget, budget)
        await send(ctx, dut.image, words_of(image, dut.config), rng)
        for rounds in shots:
            await send(ctx, dut.rounds, round_words(plan, rounds), rng)

    async def sink(ctx):
        for shot, rounds in enumerate(shots):
            for _ in range(plan.num_windows(len(rounds))):
                words[shot].append(await receive(ctx, dut.predictions, rng))

    async def correction_sink(ctx):
        num_bytes = -(-plan.graph.num_edges // 8)
        for shot, rounds in enumerate(shots):
            for _ in range(plan.num_windows(len(rounds))):
                received = [await receive(ctx, dut.corrections, rng) for _ in range(num_bytes)]
                corrections[shot].append([word.data for word in received])

    async def watch(ctx):
        while not all(
            len(w) == plan.num_windows(len(r)) for w, r in zip(words, shots, strict=True)
        ):
            await ctx.tick()
            strobes.append(ctx.get(dut.faults.abandoned))

    simulate(dut, source, sink, correction_sink, watch)
    num_abandoned = 0
    for shot, rounds in enumerate(shots):
        abandoned = np.array([[word.abandoned for word in words[shot]]], bool)
        expected = decoder.decode_shots(rounds[None], with_corrections=True, abandoned=abandoned)
        assert [word.observables for word in words[shot]] == expected.frames[0].tolist(), shot
        assert corrections[shot] == expected.corrections[0].tolist(), shot
        for word in words[shot]:
            assert word.cycles <= budget + 1 if word.abandoned else True
            assert word.cycles <= budget or word.abandoned
        num_abandoned += abandoned.sum()
    num_windows = sum(len(w) for w in words)
    assert 10 < num_abandoned < num_windows - 10
    assert sum(strobes) == num_abandoned


def test_window_core_tells_damaged_rounds():
    rng = random.Random("window_core/damaged")
    plan = window_plan(RepeatingCircuit(repetition_memory()), commit_rounds=2, buffer_rounds=1)
    image = build_window_image(plan, with_links=False)
    config = CoreConfig(word_bits=1, with_corrections=False)  # two words a round
    dut = WindowCore(plan, config, image, buffer_depth=4)
    decoder = WindowDecoder(image, passes=1)
    rounds = random_rounds(rng, plan, 12)
    words = [word for k in range(12) for word in round_words(plan, rounds[k : k + 1], bits=1)]
    for word in words:
        word["shot_end"] = 0
    words[-1]["shot_end"] = 1
    del words[2 * 5]  # round 5 is too short
    rounds[5] = 0
    counts = {"short_packet": 0, "long_packet": 0}
    received = []

    async def source(ctx):
        await send(ctx, dut.image, words_of(image, dut.config), rng)
        await send(ctx, dut.rounds, words, rng)

    async def sink(ctx):
        for _ in range(plan.num_windows(12)):
            received.append(await receive(ctx, dut.predictions, rng))

    async def watch(ctx):
        while len(received) < plan.num_windows(12):
            await ctx.tick()
            for name in counts:
                counts[name] += ctx.get(getattr(dut.faults, name))

    simulate(dut, source, sink, watch)
    expected = decoder.decode_shots(rounds[None])
    assert [word.observables for word in received] == expected.frames[0].tolist()
    assert [word.round for word in received] == expected.rounds[0].tolist()
    # Windows hold rounds 0 - 2, 2 - 4, 4 - 6, ...
    assert [word.damaged for word in received] == [0, 0, 1, 0, 0, 0]
    assert counts == {"short_packet": 1, "long_packet": 0}


def round_words(plan, rounds, *, bits=8):
    """Return the words of a shot's rounds; the last one ends the shot."""
    words = []
    for index, row in enumerate(rounds):
        value = int(np.dot(row, 1 << np.arange(plan.num_slots)))
        num = -(-plan.num_slots // bits)
        words += [
            {
                "data": value >> k * bits & (1 << bits) - 1,
                "last": int(k == num - 1),
                "shot_end": int(index == len(rounds) - 1),
            }
            for k in range(num)
        ]
    return words


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
