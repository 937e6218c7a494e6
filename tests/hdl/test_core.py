# amaranth: UnusedElaboratable=no
"""Small whole cores in the Amaranth simulator against the golden decoder."""

import random

import numpy as np
import pytest
from amaranth.hdl import Value

from quantacore.golden.decode.mesh_cycles import MeshCycles
from quantacore.golden.decode.passes import decode_shot
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.config import MAX_PASSES, MAX_STEPS, CoreConfig, num_words
from quantacore.golden.spec.graph import DecodingGraph, Detector
from quantacore.golden.spec.image_words import image_words
from quantacore.hdl.core import Core
from quantacore.sim.pysim import simulate
from tests.random_graphs import random_events, random_graph, random_image, with_random_links


@pytest.mark.parametrize("word_bits", [1, 5, 64])
@pytest.mark.parametrize("with_corrections", [False, True], ids=["plain", "corrections"])
def test_core_matches_golden_under_gaps_and_stalls(word_bits, with_corrections):
    seed = f"core/{word_bits}/{with_corrections}"
    rng = random.Random(seed)
    graph = random_graph(rng, num_detectors=9, num_edges=20, num_observables=3)
    image = random_image(rng, graph)
    config = CoreConfig(word_bits=word_bits, with_corrections=with_corrections)
    dut = Core(graph, config)
    shots = unpack_bits(random_events(rng, graph, num_shots=40, density=0.3), num_bits=9)

    async def source(ctx):
        await load_image(ctx, dut, image)
        for defects in shots:
            await send_shot(ctx, dut, defects, pause=lambda: rng.random() < 0.3)

    async def sink(ctx):
        for shot, defects in enumerate(shots):
            expected = decode_shot(graph, image, defects.tolist(), passes=1)
            prediction = await receive(ctx, dut.predictions, pause=lambda: rng.random() < 0.5)
            where = f"{seed=} {shot=}"
            assert prediction.unmatched == expected.unmatched, where
            assert prediction.observables == expected.prediction, where
            assert prediction.growth_steps == expected.growth_steps, where
            assert prediction.volume == expected.volume, where
            assert prediction.contested == expected.contested, where

    async def correction_sink(ctx):
        for shot, defects in enumerate(shots):
            expected = decode_shot(graph, image, defects.tolist(), passes=1)
            received = 0
            for word in range(num_words(graph.num_edges, word_bits=word_bits)):
                payload = await receive(ctx, dut.corrections, pause=lambda: rng.random() < 0.3)
                received |= payload.data << (word * word_bits)
                last = word == num_words(graph.num_edges, word_bits=word_bits) - 1
                assert payload.last == last, f"{seed=} {shot=} {word=}"
            assert received == sum(1 << e for e in expected.correction), f"{seed=} {shot=}"

    simulate(dut, source, sink, *([correction_sink] if with_corrections else []))


@pytest.mark.parametrize("fused", [0.0, 1.0], ids=["plain", "all-fused"])
def test_core_takes_two_cycles_without_defects(fused):
    rng = random.Random("core/empty")
    graph = random_graph(rng, num_detectors=9, num_edges=20)
    image = random_image(rng, graph, fused=fused)
    dut = Core(graph, CoreConfig(with_corrections=False))

    async def testbench(ctx):
        await load_image(ctx, dut, image)
        await ctx.tick()  # the swap
        await send_shot(ctx, dut, np.zeros(9, bool), pause=lambda: False)  # returns after cycle 0
        await ctx.tick()  # cycle 1
        assert ctx.get(dut.predictions.valid)  # cycle 2
        assert ctx.get(dut.predictions.payload.cycles) == 2

    simulate(dut, testbench)


@pytest.mark.parametrize("links", ["baked", "runtime"])
@pytest.mark.parametrize("case", range(4))
def test_core_matches_golden_with_passes_that_change(case, links):
    seed = f"core/passes/{case}"
    rng = random.Random(seed)
    graph = random_graph(
        rng, num_detectors=6 + 3 * case, num_edges=15 + 8 * case, correlations=15 * (case + 1)
    )
    image = random_image(rng, graph)
    config = CoreConfig(
        links=links,
        lanes=1 + case,
        word_bits=8,
        with_corrections=False,
        most_steps=MAX_STEPS - 2 * case,
    )
    dut = Core(graph, config, image)
    events = random_events(rng, graph, num_shots=42, density=0.3)
    shots = unpack_bits(events, num_bits=graph.num_detectors)
    lanes = config.lanes if links == "runtime" else 0
    cycles = [
        MeshCycles(graph, image, passes=passes, lanes=lanes, most_steps=config.most_steps)
        .count_shots(events)
        .cycles
        for passes in range(1, MAX_PASSES + 1)
    ]
    passes_seen = set()

    async def testbench(ctx):
        await load_image(ctx, dut, image)
        for shot, defects in enumerate(shots):
            max_passes = shot % (MAX_PASSES + 1)
            ctx.set(dut.max_passes, max_passes)
            passes = max(1, max_passes)  # 0 counts as 1
            await send_shot(ctx, dut, defects, pause=lambda: False)
            prediction = await receive(ctx, dut.predictions, pause=lambda: False)
            expected = decode_shot(graph, image, defects.tolist(), passes=passes)
            where = f"{seed=} {shot=} {passes=}"
            assert prediction.unmatched == expected.unmatched, where
            assert prediction.observables == expected.prediction, where
            assert prediction.growth_steps == expected.growth_steps, where
            assert prediction.volume == expected.volume, where
            assert prediction.contested == expected.contested, where
            assert prediction.passes == expected.passes, where
            assert prediction.cycles == cycles[passes - 1][shot], where
            passes_seen.add(expected.passes)

    simulate(dut, testbench)
    assert len(passes_seen) >= 4


@pytest.mark.parametrize(("links", "lanes"), [("none", 1), ("runtime", 1), ("runtime", 3)])
def test_core_swaps_images_under_load_between_shots(links, lanes):
    seed = f"core/swap/{links}/{lanes}"
    rng = random.Random(seed)
    graph = random_graph(rng, num_detectors=9, num_edges=20, num_observables=3, correlations=30)
    # Every image has other links, every fourth has none.
    images = [
        with_random_links(rng, random_image(rng, graph), kept=number % 4 / 3)
        for number in range(12)
    ]
    passes = 1 if links == "none" else 3
    dut = Core(graph, CoreConfig(links=links, lanes=lanes, word_bits=4, with_corrections=False))
    shots = unpack_bits(random_events(rng, graph, num_shots=150, density=0.3), num_bits=9)
    first_shots = []
    passes_seen = set()

    async def image_source(ctx):
        if links != "none":
            ctx.set(dut.max_passes, passes)
        for image in images:
            await load_image(ctx, dut, image, pause=lambda: rng.random() < 0.2)

    async def watcher(ctx):
        count = 0
        while count < len(images):
            await ctx.tick()
            if ctx.get(dut.image_count) != count:
                count += 1
                assert ctx.get(dut.image_count) == count
                first_shots.append(ctx.get(dut.image_shot))

    async def source(ctx):
        for defects in shots:
            await send_shot(ctx, dut, defects, pause=lambda: rng.random() < 0.1)

    async def sink(ctx):
        for shot, defects in enumerate(shots):
            prediction = await receive(ctx, dut.predictions, pause=lambda: rng.random() < 0.3)
            in_force = sum(first <= shot for first in first_shots) - 1
            expected = decode_shot(graph, images[in_force], defects.tolist(), passes=passes)
            where = f"{seed=} {shot=} {in_force=}"
            assert prediction.unmatched == expected.unmatched, where
            assert prediction.observables == expected.prediction, where
            assert prediction.growth_steps == expected.growth_steps, where
            assert prediction.volume == expected.volume, where
            assert prediction.contested == expected.contested, where
            assert prediction.passes == expected.passes, where
            passes_seen.add(expected.passes)

    simulate(dut, image_source, watcher, source, sink)
    assert passes_seen >= set(range(1, passes + 1))
    assert first_shots[0] == 0
    assert len({first for first in first_shots if first < len(shots)}) >= 8


def test_core_rejects_graph_without_edges():
    graph = DecodingGraph(num_observables=0, detectors=(Detector(),), edges=())
    with pytest.raises(ValueError, match="at least one edge"):
        Core(graph, CoreConfig())


def test_core_rejects_baked_links_without_an_image():
    graph = random_graph(random.Random("core/links"), num_detectors=4, num_edges=6)
    with pytest.raises(ValueError, match="Image with correlations must be given"):
        Core(graph, CoreConfig(links="baked"), random_image(random.Random(1), graph))


def test_core_waits_for_an_image():
    rng = random.Random("core/no_image")
    graph = random_graph(rng, num_detectors=4, num_edges=6)
    image = random_image(rng, graph)
    dut = Core(graph, CoreConfig(with_corrections=False))

    async def testbench(ctx):
        await send_shot(ctx, dut, np.array([True, False, True, True]), pause=lambda: False)
        for _ in range(50):
            await ctx.tick()
            assert not ctx.get(dut.predictions.valid)
        await load_image(ctx, dut, image)
        prediction = await receive(ctx, dut.predictions, pause=lambda: False)
        expected = decode_shot(graph, image, [True, False, True, True], passes=1)
        assert prediction.observables == expected.prediction
        assert prediction.unmatched == expected.unmatched

    simulate(dut, testbench)


def test_core_drops_malformed_packets_and_says_so():
    rng = random.Random("core/malformed")
    graph = random_graph(rng, num_detectors=7, num_edges=12)
    image = random_image(rng, graph)
    dut = Core(graph, CoreConfig(word_bits=2, with_corrections=False))  # 4 words a shot
    defects = [True, True, False, False, True, False, True]

    async def testbench(ctx):
        await load_image(ctx, dut, image)
        for size in (1, 3, 4, 5, 9, 4):
            assert ctx.get(dut.rounds_error) == (size not in (1, 3) or size == 3)
            for word in range(size):
                payload = {
                    "data": sum(defects[2 * word + k] << k for k in (0, 1) if 2 * word + k < 7)
                }
                await send(ctx, dut.rounds, {**payload, "last": word == size - 1})
            if size == 4:
                prediction = await receive(ctx, dut.predictions, pause=lambda: False)
                expected = decode_shot(graph, image, defects, passes=1)
                assert prediction.observables == expected.prediction
                assert prediction.growth_steps == expected.growth_steps
                assert prediction.volume == expected.volume
                assert prediction.contested == expected.contested
        assert ctx.get(dut.rounds_error)
        for _ in range(50):
            await ctx.tick()
            assert not ctx.get(dut.predictions.valid)

    simulate(dut, testbench)


def test_core_refuses_an_image_of_the_wrong_size():
    rng = random.Random("core/bad_image")
    graph = random_graph(rng, num_detectors=4, num_edges=6)
    image = random_image(rng, graph)
    dut = Core(graph, CoreConfig(with_corrections=False))

    async def testbench(ctx):
        for size in (graph.num_edges - 1, graph.num_edges + 2):
            for word in range(size):
                await send(ctx, dut.image, {"weights": {"length": 1}, "last": word == size - 1})
            assert ctx.get(dut.image_error)
            assert not ctx.get(dut.image_loaded)
            assert ctx.get(dut.image_count) == 0
        await load_image(ctx, dut, image)
        await ctx.tick()  # the swap
        assert ctx.get(dut.image_loaded)
        assert ctx.get(dut.image_count) == 1
        assert ctx.get(dut.image_error)  # sticky: somebody has to notice

    simulate(dut, testbench)


async def send(ctx, stream, payload):
    ctx.set(stream.payload, payload)
    ctx.set(stream.valid, 1)
    await ctx.tick().until(stream.ready)
    ctx.set(stream.valid, 0)


async def send_shot(ctx, dut, defects, *, pause):
    word_bits = dut.config.word_bits
    words = num_words(len(defects), word_bits=word_bits)
    bits = sum(1 << v for v, bit in enumerate(defects) if bit)
    for word in range(words):
        while pause():
            await ctx.tick()
        data = bits >> (word * word_bits) & ((1 << word_bits) - 1)
        await send(ctx, dut.rounds, {"data": data, "last": word == words - 1})


async def load_image(ctx, dut, image, *, pause=lambda: False):
    payload = dut.image.payload
    fields = image_words(image, dut.config)
    places = {name: payload if name == "last" else payload.weights for name in fields}
    places |= {name: payload.links for name in fields if name.startswith("link_")}
    for word in zip(*fields.values(), strict=True):
        while pause():
            await ctx.tick()
        for name, value in zip(fields, word, strict=True):
            ctx.set(Value.cast(getattr(places[name], name)), value)
        ctx.set(dut.image.valid, 1)
        await ctx.tick().until(dut.image.ready)
        ctx.set(dut.image.valid, 0)


async def receive(ctx, stream, *, pause):
    while pause():
        await ctx.tick()
    ctx.set(stream.ready, 1)
    (payload,) = await ctx.tick().sample(stream.payload).until(stream.valid)
    ctx.set(stream.ready, 0)
    return payload
