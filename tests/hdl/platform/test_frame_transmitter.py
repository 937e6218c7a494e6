# amaranth: UnusedElaboratable=no
"""The frame transmitter sends the bytes of the golden encoder."""

import random

from quantacore.golden.spec.uart_protocol import END, ESC, Frame, Opcode, encode_frame
from quantacore.hdl.platform.frame_transmitter import FrameTransmitter
from quantacore.sim.pysim import simulate

MOST = 9


def test_transmitter_matches_golden():
    rng = random.Random("frame_transmitter")
    frames = [
        Frame(
            opcode=rng.choice(list(Opcode)),
            tag=rng.choice([END, ESC, rng.randrange(256)]),
            payload=bytes(
                rng.choice([END, ESC, rng.randrange(256)]) for _ in range(rng.randrange(MOST + 1))
            ),
        )
        for _ in range(60)
    ]
    expected = b"".join(map(encode_frame, frames))
    dut = FrameTransmitter(num_payload_bytes=MOST)

    async def send(ctx):
        for frame in frames:
            ctx.set(
                dut.frames.payload,
                {
                    "opcode": frame.opcode,
                    "tag": frame.tag,
                    "length": len(frame.payload),
                    "payload": int.from_bytes(frame.payload.ljust(MOST, b"\xee"), "little"),
                },
            )
            ctx.set(dut.frames.valid, 1)
            await ctx.tick().until(dut.frames.ready)
            ctx.set(dut.frames.valid, 0)

    async def take(ctx):
        found = bytearray()
        while len(found) < len(expected):
            ctx.set(dut.bytes.ready, rng.random() < 0.6)
            if ctx.get(dut.bytes.valid & dut.bytes.ready):
                found.append(ctx.get(dut.bytes.payload))
            await ctx.tick()
        assert bytes(found) == expected

    simulate(dut, send, take)
