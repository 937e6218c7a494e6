# amaranth: UnusedElaboratable=no
"""The buffer of rounds against a list, with random gaps and stalls."""

import random
from collections import deque

import pytest

from quantacore.hdl.round_buffer import RoundBuffer
from quantacore.sim.pysim import simulate

NUM_SLOTS = 5


@pytest.mark.parametrize("depth", [3, 4, 9])
@pytest.mark.parametrize(("gaps", "stalls"), [(0, 0), (0.6, 0.1), (0.1, 0.6), (0.4, 0.4)])
def test_round_buffer_matches_a_queue(depth, gaps, stalls):
    rng = random.Random(f"round_buffer/{depth}/{gaps}/{stalls}")
    dut = RoundBuffer(num_slots=NUM_SLOTS, depth=depth)
    bits = len(dut.rounds.payload.as_value())

    async def testbench(ctx):
        queue: deque[int] = deque()
        offered = None
        was_stalled = False
        num_out = 0
        for _ in range(1500):
            if offered is None and rng.random() >= gaps:
                offered = rng.getrandbits(bits)
            ctx.set(dut.rounds.valid, offered is not None)
            ctx.set(dut.rounds.payload.as_value(), rng.getrandbits(bits))
            if offered is not None:
                ctx.set(dut.rounds.payload.as_value(), offered)
            ready = rng.random() >= stalls
            ctx.set(dut.out.ready, ready)
            await ctx.delay(1e-9)
            assert ctx.get(dut.level) == len(queue)
            if len(queue) < depth - 2:
                assert ctx.get(dut.rounds.ready)
            was_empty = not queue
            if offered is not None and ctx.get(dut.rounds.ready):
                queue.append(offered)
                if was_empty:
                    assert ctx.get(dut.out.valid), "an empty queue delays a round"
                offered = None
            if was_stalled:
                assert ctx.get(dut.out.valid)
            was_stalled = False
            if ctx.get(dut.out.valid):
                assert ctx.get(dut.out.payload.as_value()) == queue[0]
                if ready:
                    queue.popleft()
                    num_out += 1
                was_stalled = not ready
            await ctx.tick()
        assert num_out > 300
        if gaps == stalls == 0:
            assert num_out == 1500

    simulate(dut, testbench)


def test_round_buffer_holds_depth_rounds():
    dut = RoundBuffer(num_slots=1, depth=6)

    async def testbench(ctx):
        ctx.set(dut.rounds.valid, 1)
        for level in range(6):
            assert ctx.get(dut.level) == level
            assert ctx.get(dut.rounds.ready)
            await ctx.tick()
        for _ in range(3):
            assert ctx.get(dut.level) == 6
            assert not ctx.get(dut.rounds.ready)
            await ctx.tick()

    simulate(dut, testbench)


def test_round_buffer_rejects_a_depth_below_3():
    with pytest.raises(ValueError, match="Depth must be at least 3, not 2"):
        RoundBuffer(num_slots=1, depth=2)
