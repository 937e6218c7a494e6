# amaranth: UnusedElaboratable=no
"""What an edge hears between two passes."""

import random

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.hdl.link_listener import LinkListener, edge_strobes
from quantacore.sim.pysim import simulate


@pytest.mark.parametrize("lanes", [1, 3])
@pytest.mark.parametrize("length_bits", [2, 4])
def test_listener_keeps_the_least_length_since_clear(lanes, length_bits):
    rng = random.Random(f"link_listener/{lanes}/{length_bits}")
    dut = LinkListener(length_bits=length_bits, lanes=lanes)
    absent = (1 << length_bits) - 1

    async def testbench(ctx):
        for _ in range(60):
            ctx.set(dut.clear, 1)
            await ctx.tick()
            ctx.set(dut.clear, 0)
            least = absent
            for _ in range(rng.randrange(6)):
                lengths = [rng.randint(1, absent) for _ in range(lanes)]
                hit = rng.randrange(lanes + 1)  # the last one: none
                ctx.set(dut.hits, 1 << hit & ((1 << lanes) - 1))
                ctx.set(dut.link_lengths, lengths)
                least = min([least, *lengths[hit : hit + 1]])
                await ctx.delay(1e-9)
                assert ctx.get(dut.least) == least
                await ctx.tick()
            ctx.set(dut.hits, 0)

    simulate(dut, testbench)


@pytest.mark.parametrize("num_edges", [1, 2, 3, 20])
def test_edge_strobes_name_one_edge(num_edges):
    class Strobes(wiring.Component):
        index: In(range(max(2, num_edges)))
        strobes: Out(num_edges)

        def elaborate(self, platform):
            m = Module()
            index = Signal.like(self.index)
            m.d.comb += [index.eq(self.index), self.strobes.eq(edge_strobes(m, index, num_edges))]
            return m

    dut = Strobes()

    async def testbench(ctx):
        for edge in range(num_edges):
            ctx.set(dut.index, edge)
            await ctx.delay(1e-9)
            assert ctx.get(dut.strobes) == 1 << edge

    simulate(dut, testbench)
