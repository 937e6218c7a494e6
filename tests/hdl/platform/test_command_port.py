# amaranth: UnusedElaboratable=no
"""Commands are executed once, in order, and answered; nothing blocks them."""

import random

from quantacore.golden.spec.registers import REGISTER_BY_NAME
from quantacore.golden.spec.uart_protocol import (
    PROTOCOL_VERSION,
    Frame,
    Opcode,
    Reason,
    hello,
    read_register,
    send_round,
    write_register,
)
from quantacore.hdl.platform.command_port import CommandPort
from quantacore.sim.pysim import simulate

PAYLOAD_BYTES = 5
ADDRESS = REGISTER_BY_NAME["max_passes"].address


class Bench:
    """Sends commands one by one and keeps the answers; plays the registers."""

    def __init__(self):
        self.dut = CommandPort(num_payload_bytes=PAYLOAD_BYTES, word_bits=8, queue_bytes=99)
        self.accesses = []

    def run(self, testbench):
        simulate(self.dut, testbench)

    async def send(self, ctx, command, *, reason=0):
        """Return the answer as a frame; None if there is none."""
        dut = self.dut
        ctx.set(
            dut.commands.payload,
            {
                "opcode": command.opcode,
                "tag": command.tag,
                "payload": int.from_bytes(command.payload, "little"),
                "reason": reason,
            },
        )
        ctx.set(dut.commands.valid, 1)
        ctx.set(dut.answers.ready, 1)
        assert ctx.get(dut.commands.ready)
        if ctx.get(dut.write):
            assert ctx.get(dut.write_strobe) == 15
            self.accesses.append((ctx.get(dut.write_address), ctx.get(dut.write_data)))
        if ctx.get(dut.read):
            self.accesses.append((ctx.get(dut.read_address), None))
        restarts = ctx.get(dut.restart)
        await ctx.tick()
        ctx.set(dut.commands.valid, 0)
        if not ctx.get(dut.answers.valid):
            assert restarts
            return None
        answer = dut.answers.payload
        size = ctx.get(answer.length)
        payload = ctx.get(answer.payload) & (1 << 8 * size) - 1
        return Frame(
            opcode=Opcode(ctx.get(answer.opcode)),
            tag=ctx.get(answer.tag),
            payload=payload.to_bytes(size, "little"),
        )


def error(tag, reason):
    return Frame(opcode=Opcode.ERROR, tag=tag, payload=bytes([reason]))


def test_commands_are_executed_and_answered():
    bench = Bench()
    dut = bench.dut

    async def testbench(ctx):
        found = await bench.send(ctx, hello(250))
        assert (found.opcode, found.tag) == (Opcode.HELLO_ANSWER, 250)
        assert found.values() == {"version": PROTOCOL_VERSION, "queue_bytes": 99, "bad_frames": 0}
        for refused in (0, 1):
            ctx.set(dut.write_error, refused)
            found = await bench.send(
                ctx, write_register(251 + refused, address=ADDRESS, value=0xC0DB0102)
            )
            assert (found.opcode, found.tag) == (Opcode.WRITE_ANSWER, 251 + refused)
            assert found.values() == {"refused": refused}
        ctx.set(dut.read_data, 0x12345678)
        for refused in (0, 1):
            ctx.set(dut.read_error, refused)
            found = await bench.send(ctx, read_register(253 + refused, address=8))
            value = 0 if refused else 0x12345678
            assert found.values() == {"refused": refused, "value": value}
        ctx.set(dut.rounds.ready, 1)
        found = await bench.send(ctx, send_round(255, defects=b"\xa5", shot_end=True))
        assert found == Frame(opcode=Opcode.ROUND_ANSWER, tag=255)
        assert ctx.get(dut.rounds.valid)
        payload = dut.rounds.payload
        assert [ctx.get(payload[name]) for name in ("data", "last", "shot_end")] == [0xA5, 1, 1]
        await ctx.tick()
        assert not ctx.get(dut.rounds.valid)
        found = await bench.send(ctx, send_round(0, defects=b"\x01", shot_end=False))
        assert found.tag == 0  # tags wrap
        assert not ctx.get(payload.shot_end)
        assert bench.accesses == [(ADDRESS, 0xC0DB0102)] * 2 + [(8, None)] * 2

    bench.run(testbench)


def test_commands_with_another_tag_or_a_bad_frame_do_nothing():
    bench = Bench()

    async def testbench(ctx):
        await bench.send(ctx, hello(9))
        write = write_register(12, address=ADDRESS, value=1)
        assert await bench.send(ctx, write) == error(10, Reason.TAG)
        assert await bench.send(ctx, write_register(10, address=ADDRESS, value=2), reason=2) == (
            error(10, Reason.CRC)
        )
        assert ctx.get(bench.dut.spoiled)
        assert bench.accesses == []
        first = write_register(10, address=ADDRESS, value=3)
        assert (await bench.send(ctx, first)).opcode == Opcode.WRITE_ANSWER
        assert await bench.send(ctx, first) == error(11, Reason.TAG)  # sent twice, executed once
        assert bench.accesses == [(ADDRESS, 3)]
        found = await bench.send(ctx, hello(77))
        assert found.values()["bad_frames"] == 1
        assert not ctx.get(bench.dut.spoiled)
        assert (await bench.send(ctx, read_register(78, address=0))).tag == 78

    bench.run(testbench)


def test_rounds_without_room_are_refused_and_registers_stay_in_reach():
    bench = Bench()
    dut = bench.dut

    async def testbench(ctx):
        await bench.send(ctx, hello(0))
        first = await bench.send(ctx, send_round(1, defects=b"\x11", shot_end=False))
        assert first.opcode == Opcode.ROUND_ANSWER
        for _ in range(3):
            refused = await bench.send(ctx, send_round(2, defects=b"\x22", shot_end=False))
            assert refused == error(2, Reason.NO_ROOM)
        assert ctx.get(dut.rounds.payload.data) == 0x11
        assert (await bench.send(ctx, read_register(2, address=0))).opcode == Opcode.READ_ANSWER
        ctx.set(dut.rounds.ready, 1)
        again = await bench.send(ctx, send_round(3, defects=b"\x22", shot_end=False))
        assert again.opcode == Opcode.ROUND_ANSWER
        assert ctx.get(dut.rounds.payload.data) == 0x22

    bench.run(testbench)


def test_reset_is_not_answered():
    bench = Bench()

    async def testbench(ctx):
        assert await bench.send(ctx, Frame(opcode=Opcode.RESET, tag=200)) is None

    bench.run(testbench)


def test_answers_wait_until_they_are_taken():
    bench = Bench()
    dut = bench.dut
    rng = random.Random("command_port/answers")

    async def testbench(ctx):
        await bench.send(ctx, hello(255))
        await ctx.tick()
        tags = []
        sent = 0
        while len(tags) < 50:
            command = read_register(sent % 256, address=0)
            ctx.set(
                dut.commands.payload,
                {"opcode": command.opcode, "tag": command.tag, "payload": 0, "reason": 0},
            )
            ctx.set(dut.commands.valid, sent < 50)
            ctx.set(dut.answers.ready, rng.random() < 0.4)
            if ctx.get(dut.answers.valid & dut.answers.ready):
                tags.append(ctx.get(dut.answers.payload.tag))
            sent += ctx.get(dut.commands.valid & dut.commands.ready)
            await ctx.tick()
        assert tags == list(range(50))

    bench.run(testbench)
