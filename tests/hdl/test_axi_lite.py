# amaranth: UnusedElaboratable=no
"""The AXI4-Lite slave with idles and backpressure on every channel, against a memory."""

import random

import pytest

from quantacore.hdl.axi_lite import OKAY, SLVERR, AxiLiteSlave
from quantacore.sim.pysim import simulate

NUM_ACCESSES = 150
NUM_WORDS = 8
PATIENCE_CYCLES = 200


async def send(ctx, dut, channel, items, rng, idle):
    """Offer items, each a dict of pin -> value, with idle cycles before them."""
    for item in items:
        while rng.random() < idle:
            await ctx.tick()
        for pin, value in item.items():
            ctx.set(getattr(dut, pin), value)
        ctx.set(getattr(dut, f"{channel}valid"), 1)
        ready = getattr(dut, f"{channel}ready")
        for _ in range(PATIENCE_CYCLES):
            *_, moved = await ctx.tick().sample(ready)
            if moved:
                break
        else:
            pytest.fail(f"{channel} is stuck")
        ctx.set(getattr(dut, f"{channel}valid"), 0)


async def receive(ctx, dut, channel, pins, count, rng, stall):
    """Take responses; check that they stay as they are until taken."""
    taken, held, waited = [], None, 0
    while len(taken) < count:
        ready = rng.random() >= stall
        ctx.set(getattr(dut, f"{channel}ready"), ready)
        _, _, valid, *values = await ctx.tick().sample(
            getattr(dut, f"{channel}valid"), *(getattr(dut, pin) for pin in pins)
        )
        if held is not None:
            assert valid and values == held, f"{channel} changed before it was taken"
        held = values if valid and not ready else None
        waited = 0 if valid else waited + 1
        assert waited < PATIENCE_CYCLES, f"{channel} never answers"
        if valid and ready:
            taken.append(values)
    ctx.set(getattr(dut, f"{channel}ready"), 0)
    return taken


def is_bad(address, seed):
    """Tell whether the bank behind refuses an address."""
    return (address * 2654435761 ^ seed) >> 3 & 3 == 0


@pytest.mark.parametrize("idle", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("stall", [0.0, 0.6])
def test_axi_lite_slave_writes_what_was_sent_in_order(idle, stall):
    rng = random.Random(f"axi_lite/write/{idle}/{stall}")
    dut = AxiLiteSlave()
    writes = [
        (rng.randrange(256), rng.getrandbits(32), rng.getrandbits(4)) for _ in range(NUM_ACCESSES)
    ]
    seen = []
    # The two channels have idle cycles of their own: either may be ahead.
    rng_address, rng_data, rng_response = (random.Random(rng.random()) for _ in range(3))

    async def addresses(ctx):
        items = [{"awaddr": address, "awprot": address % 8} for address, _, _ in writes]
        await send(ctx, dut, "aw", items, rng_address, idle)

    async def words(ctx):
        items = [{"wdata": word, "wstrb": strobe} for _, word, strobe in writes]
        await send(ctx, dut, "w", items, rng_data, idle)

    async def responses(ctx):
        taken = await receive(ctx, dut, "b", ["bresp"], NUM_ACCESSES, rng_response, stall)
        assert taken == [[SLVERR if is_bad(a, 1) else OKAY] for a, _, _ in writes]
        assert seen == writes

    async def bank(ctx):
        while True:
            await ctx.delay(1e-10)
            ctx.set(dut.write_error, is_bad(ctx.get(dut.write_address), 1))
            pins = (dut.write, dut.write_address, dut.write_data, dut.write_strobe)
            _, _, write, *what = await ctx.tick().sample(*pins)
            if write:
                seen.append(tuple(what))
            if len(seen) == NUM_ACCESSES:
                return

    simulate(dut, addresses, words, responses, bank)


@pytest.mark.parametrize("idle", [0.0, 0.5])
@pytest.mark.parametrize("stall", [0.0, 0.6])
def test_axi_lite_slave_reads_in_order(idle, stall):
    rng = random.Random(f"axi_lite/read/{idle}/{stall}")
    dut = AxiLiteSlave()
    reads = [rng.randrange(256) for _ in range(NUM_ACCESSES)]
    answers = {address: rng.getrandbits(32) for address in reads}
    rng_address, rng_response = random.Random(rng.random()), random.Random(rng.random())
    served = []

    async def addresses(ctx):
        items = [{"araddr": address} for address in reads]
        await send(ctx, dut, "ar", items, rng_address, idle)

    async def responses(ctx):
        taken = await receive(ctx, dut, "r", ["rdata", "rresp"], NUM_ACCESSES, rng_response, stall)
        assert taken == [
            [0, SLVERR] if is_bad(address, 2) else [answers[address], OKAY] for address in reads
        ]
        assert served == reads

    async def bank(ctx):
        while len(served) < NUM_ACCESSES:
            await ctx.delay(1e-10)
            address = ctx.get(dut.read_address)
            ctx.set(dut.read_data, answers.get(address, 0))
            ctx.set(dut.read_error, is_bad(address, 2))
            _, _, read, what = await ctx.tick().sample(dut.read, dut.read_address)
            if read:
                served.append(what)

    simulate(dut, addresses, responses, bank)


def test_axi_lite_slave_reads_while_a_write_is_held_back():
    dut = AxiLiteSlave()

    async def testbench(ctx):
        ctx.set(dut.awvalid, 1)  # and the data never comes
        ctx.set(dut.bready, 1)
        ctx.set(dut.rready, 1)
        for _ in range(5):
            ctx.set(dut.arvalid, 1)
            await ctx.tick()
            ctx.set(dut.arvalid, 0)
            _, _, valid = await ctx.tick().sample(dut.rvalid)
            _, _, valid = await ctx.tick().sample(dut.rvalid)
            assert valid
            assert not ctx.get(dut.bvalid) and not ctx.get(dut.write)

    simulate(dut, testbench)
