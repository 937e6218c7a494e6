# amaranth: UnusedElaboratable=no
"""The packet counter on random packets of right and wrong sizes."""

import random

import pytest

from quantacore.hdl.packets import PacketCounter
from quantacore.sim.pysim import simulate


@pytest.mark.parametrize("num_words", [1, 2, 5])
def test_packet_counter_accepts_only_packets_of_its_size(num_words):
    rng = random.Random(f"packets/{num_words}")
    dut = PacketCounter(num_words=num_words)

    async def testbench(ctx):
        for _ in range(150):
            size = rng.choice([num_words, num_words, rng.randint(1, num_words + 3)])
            completes, errors = 0, 0
            for word in range(size):
                while rng.random() < 0.3:
                    ctx.set(dut.accept, 0)
                    ctx.set(dut.last, rng.randrange(2))
                    await ctx.delay(1e-9)
                    assert not ctx.get(dut.complete) and not ctx.get(dut.error)
                    await ctx.tick()
                ctx.set(dut.accept, 1)
                ctx.set(dut.last, word == size - 1)
                await ctx.delay(1e-9)
                assert ctx.get(dut.idle) == (word == 0)
                assert ctx.get(dut.dropping) == (word >= num_words)
                if word < num_words:
                    assert ctx.get(dut.index) == word
                completes += ctx.get(dut.complete)
                errors += ctx.get(dut.error)
                await ctx.tick()
            assert completes == (size == num_words)
            assert errors == (size != num_words)

    simulate(dut, testbench)


def test_packet_counter_rejects_empty_packets():
    with pytest.raises(ValueError, match="Number of words must be at least 1, not 0"):
        PacketCounter(num_words=0)
