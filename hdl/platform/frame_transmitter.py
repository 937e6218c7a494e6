"""Send frames as bytes.

In: frames.   Out: bytes for the UART.
Next: `quantacore.hdl.platform.uart`.   Twin: `quantacore.golden.spec.uart_protocol.encode_frame`.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.crc.catalog import CRC16_IBM_3740
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.uart_protocol import CRC_BYTES, END, ESC, ESCAPED, OVERHEAD_BYTES


def frame_layout(num_payload_bytes):
    """Return a frame to send: ``length`` bytes of ``payload`` count, the lowest first."""
    return data.StructLayout(
        {
            "opcode": 8,
            "tag": 8,
            "length": range(num_payload_bytes + 1),
            "payload": 8 * num_payload_bytes,
        }
    )


class FrameTransmitter(wiring.Component):
    """Bytes of frames, with ends, escapes and CRC.

    Parameters
    ----------
    num_payload_bytes : int
        Of the longest frame.

    Members
    -------
    frames : In(stream of frame_layout)
        Taken while nothing is being sent.
    bytes : Out(stream of 8 bits)

    Timing
    ------
    One byte per cycle, if it is taken.
    """

    def __init__(self, *, num_payload_bytes):
        self.num_payload_bytes = num_payload_bytes
        super().__init__(
            {
                "frames": In(stream.Signature(frame_layout(num_payload_bytes))),
                "bytes": Out(stream.Signature(8)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = CRC16_IBM_3740(data_width=8).create()
        frame = self.frames.payload
        shift = Signal(8 * (OVERHEAD_BYTES - CRC_BYTES + self.num_payload_bytes))
        left = Signal(range(OVERHEAD_BYTES + self.num_payload_bytes + 1))
        escaped = Signal()

        current = Signal(8)
        m.d.comb += current.eq(
            Mux(left > CRC_BYTES, shift[:8], Mux(left == CRC_BYTES, crc.crc[8:], crc.crc[:8]))
        )
        code = Signal(8)
        special = Signal()
        for value, substitute in ESCAPED.items():
            with m.If(current == value):
                m.d.comb += [special.eq(1), code.eq(substitute)]

        with m.FSM():
            with m.State("IDLE"):
                m.d.comb += self.frames.ready.eq(1)
                m.d.sync += [
                    shift.eq(Cat(frame.opcode, frame.tag, frame.payload)),
                    left.eq(frame.length + OVERHEAD_BYTES),
                ]
                with m.If(self.frames.valid):
                    m.next = "OPEN"
            with m.State("OPEN"):
                m.d.comb += [
                    self.bytes.valid.eq(1),
                    self.bytes.payload.eq(END),
                    crc.start.eq(1),
                ]
                with m.If(self.bytes.ready):
                    m.next = "SEND"
            with m.State("SEND"):
                m.d.comb += [
                    self.bytes.valid.eq(1),
                    self.bytes.payload.eq(
                        Mux(special, Mux(escaped, code, ESC), current),
                    ),
                    crc.data.eq(current),
                ]
                with m.If(self.bytes.ready):
                    with m.If(special & ~escaped):
                        m.d.sync += escaped.eq(1)
                    with m.Else():
                        m.d.comb += crc.valid.eq(left > CRC_BYTES)
                        m.d.sync += [escaped.eq(0), shift.eq(shift >> 8), left.eq(left - 1)]
                        with m.If(left == 1):
                            m.next = "CLOSE"
            with m.State("CLOSE"):
                m.d.comb += [self.bytes.valid.eq(1), self.bytes.payload.eq(END)]
                with m.If(self.bytes.ready):
                    m.next = "IDLE"
        return m
