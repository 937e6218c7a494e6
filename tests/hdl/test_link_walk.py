# amaranth: UnusedElaboratable=no
"""The walk over a correction's links, memory included, against the links of the image."""

import random

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.link_rows import num_link_rows, pack_link_rows, with_link_rows
from quantacore.hdl.link_memory import LinkMemory
from quantacore.hdl.link_walk import LinkWalk, lowest_index
from quantacore.sim.pysim import simulate
from tests.random_graphs import random_graph, random_image


class MemoryAndWalk(wiring.Component):
    def __init__(self, config, num_edges):
        self.memory = LinkMemory(config, num_edges=num_edges)
        self.walk = LinkWalk(config, num_edges=num_edges, num_sources=num_edges)
        super().__init__({})

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory, m.submodules.walk = self.memory, self.walk
        m.d.comb += [
            self.memory.read_index.eq(self.walk.row_index),
            self.walk.row.eq(self.memory.read_row),
        ]
        return m


@pytest.mark.parametrize("correlations", [0, 12, 400], ids=lambda n: f"{n}-links")
@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_walk_tells_every_link_once(lanes, correlations):
    seed = f"link_walk/{lanes}/{correlations}"
    rng = random.Random(seed)
    graph = random_graph(rng, num_detectors=8, num_edges=17, correlations=correlations)
    config = with_link_rows(CoreConfig(links="runtime", lanes=lanes), graph)
    dut = MemoryAndWalk(config, graph.num_edges)
    walk = dut.walk

    async def testbench(ctx):
        for shot in range(12):
            if shot % 4 == 0:
                image = random_image(rng, graph)
                await write_image(ctx, dut.memory, image, config)
                assert ctx.get(dut.memory.any_link) == (image.num_links > 0)
            # While decoding goes on the next image is written, and must not be seen.
            writing = rng.randrange(config.link_rows)
            ctx.set(dut.memory.write_index, writing)
            ctx.set(dut.memory.write, 1)
            correction = [e for e in range(graph.num_edges) if rng.random() < shot / 12]
            ctx.set(walk.sources, sum(1 << e for e in correction))
            ctx.set(walk.latch, 1)
            await ctx.tick()
            ctx.set(walk.latch, 0)
            told, cycles = [], 0
            while True:
                cycles += 1
                for target, length in zip(walk.link_targets, walk.link_lengths, strict=True):
                    if ctx.get(length) != image.absent:
                        told.append((ctx.get(target), ctx.get(length)))
                if ctx.get(walk.ready):
                    break
                await ctx.tick()
            ctx.set(dut.memory.write, 0)
            links = zip(image.link_sources, image.link_targets, image.link_lengths, strict=True)
            expected = [(int(f), int(length)) for e, f, length in links if e in correction]
            where = f"{seed=} {shot=}"
            assert sorted(told) == sorted(expected), where
            rows = [
                max(1, -(-int((image.link_sources == edge).sum()) // lanes)) for edge in correction
            ]
            assert cycles == 1 + sum(rows), where

    simulate(dut, testbench)


async def write_image(ctx, memory, image, config):
    rows = pack_link_rows(image, lanes=config.lanes, link_rows=config.link_rows)
    assert num_link_rows(image, lanes=config.lanes) <= config.link_rows
    ctx.set(memory.write, 1)
    for index in range(config.link_rows):
        ctx.set(memory.write_index, index)
        row = {
            "link_targets": rows.targets[index].tolist(),
            "link_lengths": rows.lengths[index].tolist(),
            "link_next": int(rows.next_rows[index]),
        }
        ctx.set(memory.write_row, row)
        await ctx.tick()
    ctx.set(memory.write, 0)
    ctx.set(memory.swap, 1)
    await ctx.tick()
    ctx.set(memory.swap, 0)


@pytest.mark.parametrize("num_bits", [1, 2, 3, 7, 8, 9, 33])
def test_lowest_index_finds_the_lowest_bit(num_bits):
    rng = random.Random(f"lowest_index/{num_bits}")

    class Search(wiring.Component):
        bits: In(num_bits)
        found: Out(1)
        index: Out(8)

        def elaborate(self, platform):
            m = Module()
            bits = Signal(num_bits)
            m.d.comb += bits.eq(self.bits)
            found, index = lowest_index(m, bits)
            m.d.comb += [self.found.eq(found), self.index.eq(index)]
            return m

    dut = Search()

    async def testbench(ctx):
        for _ in range(100):
            bits = rng.getrandbits(num_bits) & rng.getrandbits(num_bits)
            ctx.set(dut.bits, bits)
            await ctx.delay(1e-9)
            assert ctx.get(dut.found) == (bits != 0)
            if bits:
                assert ctx.get(dut.index) == (bits & -bits).bit_length() - 1, bits

    simulate(dut, testbench)
