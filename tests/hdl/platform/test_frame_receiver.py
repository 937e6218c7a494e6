# amaranth: UnusedElaboratable=no
"""The frame receiver against the golden decoder: garbage, cut frames, wrong CRCs, and on again."""

import random

from quantacore.golden.spec.uart_protocol import (
    COMMANDS,
    END,
    ESC,
    Frame,
    FrameDecoder,
    Opcode,
    Reason,
    crc16,
    encode_frame,
    payload_bytes,
)
from quantacore.hdl.platform.frame_receiver import FrameReceiver
from quantacore.sim.pysim import simulate

NUM_SLOTS = 20


def received(data, *, errors=()):
    """Return (reason, Frame) of everything that the receiver says of these bytes."""
    dut = FrameReceiver(num_slots=NUM_SLOTS)
    rng = random.Random("frame_receiver/stalls")
    found = []
    done = False

    async def send(ctx):
        nonlocal done
        for index, byte in enumerate(data):
            while rng.random() < 0.2:
                await ctx.tick()
            ctx.set(dut.bytes.payload, {"data": byte, "error": index in errors})
            ctx.set(dut.bytes.valid, 1)
            await ctx.tick().until(dut.bytes.ready)
            ctx.set(dut.bytes.valid, 0)
        for _ in range(3):
            await ctx.tick()
        done = True

    async def take(ctx):
        command = dut.commands.payload
        while not done or ctx.get(dut.commands.valid):
            ctx.set(dut.commands.ready, rng.random() < 0.5)
            if ctx.get(dut.commands.valid & dut.commands.ready):
                reason, frame = ctx.get(command.reason), None
                if not reason:
                    opcode = Opcode(ctx.get(command.opcode))
                    size = payload_bytes(opcode, num_slots=NUM_SLOTS, num_observables=0)
                    payload = ctx.get(command.payload).to_bytes(dut.num_payload_bytes, "little")
                    tag = ctx.get(command.tag)
                    frame = Frame(opcode=opcode, tag=tag, payload=payload[:size])
                found.append((reason, frame))
            await ctx.tick()

    simulate(dut, send, take)
    return found


def random_command(rng):
    opcode = rng.choice(COMMANDS)
    size = payload_bytes(opcode, num_slots=NUM_SLOTS, num_observables=0)
    payload = bytes(rng.choice([END, ESC, 0xDD, rng.randrange(256)]) for _ in range(size))
    return Frame(opcode=opcode, tag=rng.randrange(256), payload=payload)


def framed(body):
    return bytes([END]) + body + crc16(body).to_bytes(2, "big") + bytes([END])


def good(found):
    return [frame for reason, frame in found if not reason]


def test_commands_come_through():
    rng = random.Random("frame_receiver/commands")
    commands = [random_command(rng) for _ in range(40)]
    data = b"".join(map(encode_frame, commands))
    assert received(data) == [(0, command) for command in commands]


def test_frames_between_garbage_match_golden():
    rng = random.Random("frame_receiver/garbage")
    data = b""
    for _ in range(60):
        frame = bytearray(encode_frame(random_command(rng)))
        if rng.random() < 0.5:
            at = rng.randrange(len(frame))
            damage = rng.randrange(3)
            if damage == 0:
                del frame[at:]  # cut off
            elif damage == 1:
                frame[at] ^= 1 << rng.randrange(8)
            else:
                frame[at:at] = rng.randbytes(rng.randrange(1, 30))
        data += bytes(frame)
    data += bytes([END])
    golden = FrameDecoder()
    expected = golden.feed(data)
    found = received(data)
    assert good(found) == expected
    assert len(found) - len(expected) == golden.bad_frames > 10


def test_what_is_wrong_is_said():
    hello = encode_frame(Frame(opcode=Opcode.HELLO, tag=9))
    changed = bytes([*hello[:3], hello[3] ^ 1, *hello[4:]])
    bad = {
        Reason.CRC: changed,
        Reason.OPCODE: framed(b"\x7f\x00"),
        Reason.LENGTH: framed(b"\x03\x00"),
        Reason.FRAMING: bytes([END, ESC, 0, END]),
    }
    for reason, data in bad.items():
        found = received(data + hello)
        assert [entry[0] for entry in found] == [reason, 0]
    longer = framed(b"\x01\x00" + bytes(300))
    assert [entry[0] for entry in received(longer + hello)] == [Reason.LENGTH, 0]
    for body in (b"", b"\x01", b"\x01\x00\x00"):
        found = received(bytes([END]) + body + bytes([END]) + hello)
        assert [entry[0] for entry in found] == [Reason.LENGTH, 0][not body :]
    assert [entry[0] for entry in received(bytes([END, 1, ESC, END]) + hello)] == [
        Reason.FRAMING,
        0,
    ]


def test_damaged_byte_spoils_its_frame_also_as_its_end():
    hello = encode_frame(Frame(opcode=Opcode.HELLO, tag=9))
    assert [entry[0] for entry in received(hello * 3, errors=[3])] == [Reason.FRAMING, 0, 0]
    # The end of the first frame is damaged: what follows it belongs to it, up to the next end.
    last = len(hello) - 1
    assert [entry[0] for entry in received(hello * 3, errors=[last])] == [Reason.FRAMING, 0, 0]
