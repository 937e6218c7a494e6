# amaranth: UnusedElaboratable=no
"""Counters in block RAM against sums, with snapshots at any time."""

import random

import numpy as np
import pytest

from quantacore.golden.spec.stream_counts import COUNTS_PER_ROW
from quantacore.hdl.count_memory import CountMemory
from quantacore.sim.pysim import simulate


async def snapshot_of(ctx, dut):
    """Return all rows of the bank that does not count, and how many words it counts."""
    rows = []
    for row in range(dut.num_rows):
        ctx.set(dut.row, row)
        await ctx.tick()
        await ctx.tick()
        rows += [ctx.get(dut.counts[lane]) for lane in range(COUNTS_PER_ROW)]
    return rows[: dut.num_counters], ctx.get(dut.captures)


@pytest.mark.parametrize("density", [0.0, 0.02, 0.5, 1.0])
@pytest.mark.parametrize("num_counters", [1, 5, 131, 300])
def test_count_memory_counts_every_word_once(num_counters, density):
    rng = random.Random(f"count_memory/{num_counters}/{density}")
    dut = CountMemory(num_counters, count_bits=4)
    most = 15

    async def testbench(ctx):
        counted = np.zeros(num_counters, int)
        num_words = 0
        taken = []

        async def cycle(*, may_capture):
            nonlocal num_words
            bits = [rng.random() < density for _ in range(num_counters)]
            captures = bool(may_capture and ctx.get(dut.free))
            ctx.set(dut.capture, captures)
            ctx.set(dut.bits, sum(bit << k for k, bit in enumerate(bits)))
            await ctx.tick()
            ctx.set(dut.capture, 0)
            if captures:
                counted[:] += bits
                num_words += 1

        for pace in (1.0, 0.3, 1.0, 0.02):
            while ctx.get(dut.busy):
                await cycle(may_capture=True)  # it must not take any
            for _ in range(rng.randrange(250)):
                await cycle(may_capture=rng.random() < pace)
            ctx.set(dut.snapshot, 1)
            await cycle(may_capture=rng.random() < pace)
            ctx.set(dut.snapshot, 0)
            during = 0
            while ctx.get(dut.busy):
                before = num_words
                await cycle(may_capture=True)
                during += num_words - before
            assert during or dut.num_rows < 4
            found, words = await snapshot_of(ctx, dut)
            assert words == num_words
            assert found == np.minimum(counted, most).tolist()
            taken.append(words)
            counted[:] = 0
            num_words = 0
        assert sum(taken) > 8

    simulate(dut, testbench)


def test_words_without_ones_take_two_cycles():
    dut = CountMemory(40)

    async def testbench(ctx):
        while ctx.get(dut.busy):
            await ctx.tick()
        num_words = 0
        ctx.set(dut.bits, 0)
        for _ in range(200):
            captures = ctx.get(dut.free)
            ctx.set(dut.capture, captures)
            num_words += captures
            await ctx.tick()
        assert num_words == 100

    simulate(dut, testbench)
