"""Find frames in bytes, and say what is wrong with those that are none.

In: bytes, each with a mark if it was damaged.   Out: command frames, or the reason why not.
Next: `quantacore.hdl.platform.command_port`.   Twin: `quantacore.golden.spec.uart_protocol`.
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.crc.catalog import CRC16_IBM_3740
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.uart_protocol import (
    COMMANDS,
    CRC_BYTES,
    END,
    ESC,
    ESCAPED,
    OVERHEAD_BYTES,
    Reason,
    payload_bytes,
)


def received_byte_layout():
    """Return a byte and whether it is damaged: no stop bit, or bytes before it were lost."""
    return data.StructLayout({"data": 8, "error": 1})


def command_layout(num_payload_bytes):
    """Return a command; ``reason`` is 0, or why it is none and nothing else of it counts."""
    return data.StructLayout(
        {"opcode": 8, "tag": 8, "payload": 8 * num_payload_bytes, "reason": range(max(Reason) + 1)}
    )


class FrameReceiver(wiring.Component):
    """Command frames out of bytes; each frame, good or bad, comes out once.

    Empty frames are none: two ends beside each other are one.

    Parameters
    ----------
    num_slots : int
        Detectors of a round, which say how long a round's frame is.

    Members
    -------
    bytes : In(stream of received_byte_layout)
    commands : Out(stream of command_layout)
        The first byte of the payload in the lowest bits; payloads have the length of their opcode.

    Timing
    ------
    One byte per cycle; a frame is there one cycle after its end, and bytes wait until it is taken.
    """

    def __init__(self, *, num_slots):
        self.lengths = {
            opcode: payload_bytes(opcode, num_slots=num_slots, num_observables=0)
            for opcode in COMMANDS
        }
        self.num_payload_bytes = max(self.lengths.values())
        super().__init__(
            {
                "bytes": In(stream.Signature(received_byte_layout())),
                "commands": Out(stream.Signature(command_layout(self.num_payload_bytes))),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = CRC16_IBM_3740(data_width=8).create()
        command = self.commands.payload
        most = OVERHEAD_BYTES + self.num_payload_bytes
        count = Signal(range(most + 2))  # stops at one too many
        escaping = Signal()
        spoiled = Signal()

        byte = self.bytes.payload
        moves = self.bytes.valid & self.bytes.ready
        plain = Signal(8)
        stray = Signal()  # an escape of nothing that is escaped
        m.d.comb += [plain.eq(byte.data), stray.eq(escaping)]
        with m.If(escaping):
            for value, code in ESCAPED.items():
                with m.If(byte.data == code):
                    m.d.comb += [plain.eq(value), stray.eq(0)]
        is_end = (byte.data == END) & ~byte.error
        is_escape = (byte.data == ESC) & ~escaping
        takes = moves & ~is_end & ~is_escape
        m.d.comb += [
            self.bytes.ready.eq(~self.commands.valid),
            crc.data.eq(plain),
            crc.valid.eq(takes),
            crc.start.eq(count == 0),
        ]

        length_fits = Signal()
        known = Signal()
        with m.Switch(command.opcode):
            for opcode, length in self.lengths.items():
                with m.Case(opcode):
                    m.d.comb += [known.eq(1), length_fits.eq(count == OVERHEAD_BYTES + length)]

        with m.If(self.commands.ready):
            m.d.sync += self.commands.valid.eq(0)
        with m.If(moves & is_end):
            m.d.sync += [count.eq(0), escaping.eq(0), spoiled.eq(0)]
            m.d.sync += self.commands.valid.eq((count != 0) | spoiled | escaping)
            # What is wrong with all bytes of a frame comes before what is wrong with some.
            m.d.sync += command.reason.eq(Reason.LENGTH)
            with m.If(spoiled | escaping):
                m.d.sync += command.reason.eq(Reason.FRAMING)
            with m.Elif((count >= OVERHEAD_BYTES) & ~crc.match_detected):
                m.d.sync += command.reason.eq(Reason.CRC)
            with m.Elif((count >= OVERHEAD_BYTES) & ~known):
                m.d.sync += command.reason.eq(Reason.OPCODE)
            with m.Elif(length_fits):
                m.d.sync += command.reason.eq(0)
        with m.Elif(moves):
            m.d.sync += [
                escaping.eq(is_escape),
                spoiled.eq(spoiled | byte.error | stray),
            ]
            with m.If(takes):
                m.d.sync += count.eq(Mux(count == most + 1, count, count + 1))
                with m.If(count == 0):
                    m.d.sync += command.opcode.eq(plain)
                with m.If(count == 1):
                    m.d.sync += command.tag.eq(plain)
                for index in range(self.num_payload_bytes):
                    with m.If(count == OVERHEAD_BYTES - CRC_BYTES + index):
                        m.d.sync += command.payload.word_select(index, 8).eq(plain)
        return m
