# amaranth: UnusedElaboratable=no
"""The UART: rates that differ, missing stop bits, bytes without a gap between them."""

import random

import pytest
from amaranth.hdl import Module

from quantacore.hdl.platform.uart import UartReceiver, UartTransmitter, phase_step
from quantacore.sim.pysim import simulate

CLOCK_HZ = 25e6


class Line:
    """Drives a line with bits of any length, and keeps what the receiver says."""

    def __init__(self, dut, cycles_per_bit):
        self.dut, self.cycles_per_bit = dut, cycles_per_bit
        self.time = self.sent = 0.0
        self.found = []

    async def tick(self, ctx):
        if ctx.get(self.dut.done):
            self.found.append((ctx.get(self.dut.data), ctx.get(self.dut.error)))
        await ctx.tick()
        self.time += 1

    async def bit(self, ctx, value, *, length=1.0):
        ctx.set(self.dut.rx, value)
        self.sent += length * self.cycles_per_bit
        while self.time < self.sent:
            await self.tick(ctx)

    async def byte(self, ctx, value, *, stop=1):
        for bit in (0, *(value >> k & 1 for k in range(8)), stop):
            await self.bit(ctx, bit)


def run_line(cycles_per_bit, drive, *, error=0.0):
    dut = UartReceiver(phase_step(clock_hz=CLOCK_HZ, baud=CLOCK_HZ / cycles_per_bit))
    line = Line(dut, cycles_per_bit * (1 + error))

    async def testbench(ctx):
        await line.bit(ctx, 1, length=3.3)
        await drive(ctx, line)
        await line.bit(ctx, 1, length=3)

    simulate(dut, testbench)
    return line.found


@pytest.mark.parametrize("error", [-0.02, 0, 0.02])
@pytest.mark.parametrize("cycles_per_bit", [4, 5.3, 25 / 3, 16, 100])
def test_receiver_takes_bytes_without_a_gap(cycles_per_bit, error):
    rng = random.Random(f"uart/{cycles_per_bit}/{error}")
    sent = [0x00, 0xFF, 0x55, 0xAA, *rng.randbytes(12)]

    async def drive(ctx, line):
        for value in sent:
            await line.byte(ctx, value)

    assert run_line(cycles_per_bit, drive, error=error) == [(value, 0) for value in sent]


@pytest.mark.parametrize("cycles_per_bit", [4, 25 / 3])
def test_receiver_takes_bytes_at_any_time(cycles_per_bit):
    rng = random.Random(f"uart/gaps/{cycles_per_bit}")
    sent = list(rng.randbytes(20))

    async def drive(ctx, line):
        for value in sent:
            await line.byte(ctx, value)
            await line.bit(ctx, 1, length=rng.random() * 2)

    assert run_line(cycles_per_bit, drive) == [(value, 0) for value in sent]


def test_receiver_reports_a_missing_stop_bit_and_goes_on():
    async def drive(ctx, line):
        await line.byte(ctx, 0x12)
        await line.byte(ctx, 0x34, stop=0)
        await line.bit(ctx, 0, length=25)  # a break
        await line.bit(ctx, 1)
        await line.byte(ctx, 0x56)

    assert run_line(25 / 3, drive) == [(0x12, 0), (0x34, 1), (0x56, 0)]


def test_receiver_ignores_a_glitch():
    async def drive(ctx, line):
        await line.bit(ctx, 0, length=0.3)
        await line.bit(ctx, 1, length=2)
        await line.byte(ctx, 0x78)

    assert run_line(10, drive) == [(0x78, 0)]


@pytest.mark.parametrize("cycles_per_bit", [4, 25 / 3, 16])
@pytest.mark.parametrize("gaps", [False, True])
def test_receiver_hears_the_transmitter(cycles_per_bit, gaps):
    step = phase_step(clock_hz=CLOCK_HZ, baud=CLOCK_HZ / cycles_per_bit)
    m = Module()
    m.submodules.transmitter = transmitter = UartTransmitter(step)
    m.submodules.receiver = receiver = UartReceiver(step)
    m.d.comb += receiver.rx.eq(transmitter.tx)
    rng = random.Random(f"uart/loop/{cycles_per_bit}/{gaps}")
    sent = list(rng.randbytes(20))
    found, lengths = [], []

    async def send(ctx):
        stream = transmitter.bytes
        for value in sent:
            while gaps and rng.random() < 0.98:
                await ctx.tick()
            ctx.set(stream.payload, value)
            ctx.set(stream.valid, 1)
            taken = 1
            while not ctx.get(stream.ready):
                await ctx.tick()
                taken += 1
            await ctx.tick()
            ctx.set(stream.valid, 0)
            lengths.append(taken)

    async def receive(ctx):
        while len(found) < len(sent):
            if ctx.get(receiver.done):
                assert not ctx.get(receiver.error)
                found.append(ctx.get(receiver.data))
            await ctx.tick()

    simulate(m, send, receive)
    assert found == sent
    if not gaps:
        assert max(lengths[1:]) <= 10 * cycles_per_bit + 2


def test_baud_rate_must_go_with_the_clock():
    assert phase_step(clock_hz=12e6, baud=3e6) == 1 << 14
    with pytest.raises(ValueError, match="Baud rate must be 10000 to 2500000 at a clock of 10 MHz"):
        phase_step(clock_hz=10e6, baud=3e6)
    with pytest.raises(ValueError, match="not 9600"):
        phase_step(clock_hz=10e6, baud=9600)
