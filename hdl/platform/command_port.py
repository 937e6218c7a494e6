"""Execute commands: accesses to registers, rounds for the core; answer each of them.

In: commands of `FrameReceiver`.   Out: register accesses, rounds, answers.
Next: `quantacore.hdl.registered_core`.   Contract: `quantacore.golden.spec.uart_protocol`.
"""

from amaranth.hdl import Cat, Const, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.uart_protocol import (
    ANSWER_BIT,
    PAYLOADS,
    PROTOCOL_VERSION,
    ROUND_FLAGS_BYTES,
    Opcode,
    Reason,
    payload_bytes,
)
from quantacore.hdl.interfaces import round_word_layout
from quantacore.hdl.platform.frame_receiver import command_layout
from quantacore.hdl.platform.frame_transmitter import frame_layout
from quantacore.hdl.registered_core import ACCESS_INPUTS, ACCESS_OUTPUTS

BAD_FRAMES_BITS = 16
ANSWERS = (
    *(Opcode.HELLO_ANSWER, Opcode.WRITE_ANSWER, Opcode.READ_ANSWER, Opcode.ROUND_ANSWER),
    Opcode.ERROR,
)
ANSWER_BYTES = max(payload_bytes(answer, num_slots=0, num_observables=0) for answer in ANSWERS)


class CommandPort(wiring.Component):
    """Executes each command that has the expected tag in one cycle: nothing can block it.

    So registers can always be reached, also while the core takes no rounds: a round that finds no
    room is answered with an error, and not executed.

    Parameters
    ----------
    num_payload_bytes : int
        Of the longest command.
    word_bits : int
        Bits of a word of the rounds stream; one word carries a round.
    queue_bytes : int
        What HELLO is answered with: bytes that the board can hold before they are executed.

    Attributes
    ----------
    expected : Signal
        Tag of the next command; for proofs.

    Members
    -------
    commands : In(stream of command_layout)
    answers : Out(stream of frame_layout)
    rounds : Out(stream of round_word_layout)
    write .. read_error
        As in `quantacore.hdl.registered_core.RegisteredCore`, the other way round.
    restart : Out(1)
        RESET came, for one cycle.
    spoiled : Out(1)
        A bad frame came since the last HELLO.

    Timing
    ------
    One command per cycle, while answers are taken.
    """

    def __init__(self, *, num_payload_bytes, word_bits, queue_bytes):
        self.num_payload_bytes = num_payload_bytes
        self.queue_bytes = queue_bytes
        self.expected = Signal(8)
        super().__init__(
            {
                "commands": In(stream.Signature(command_layout(num_payload_bytes))),
                "answers": Out(stream.Signature(frame_layout(ANSWER_BYTES))),
                "rounds": Out(stream.Signature(round_word_layout(word_bits))),
                **{name: member.flip() for name, member in ACCESS_INPUTS.items()},
                **{name: member.flip() for name, member in ACCESS_OUTPUTS.items()},
                "restart": Out(1),
                "spoiled": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        command, answer = self.commands.payload, self.answers.payload
        rounds = self.rounds
        expected = self.expected
        bad_frames = Signal(BAD_FRAMES_BITS)
        parts = command.payload
        m.d.comb += [
            self.commands.ready.eq(~self.answers.valid | self.answers.ready),
            self.write_address.eq(parts[:8]),
            self.write_data.eq(parts[8:40]),
            self.write_strobe.eq(0b1111),
            self.read_address.eq(parts[:8]),
        ]
        with m.If(rounds.ready):
            m.d.sync += rounds.valid.eq(0)
        with m.If(self.answers.ready):
            m.d.sync += self.answers.valid.eq(0)

        def reply(opcode, *values):
            """Answer with a payload; values have the widths of the parts."""
            sizes = [part.num_bytes for part in PAYLOADS[opcode]]
            fields = [Const(0, 8 * size) | value for size, value in zip(sizes, values, strict=True)]
            return [
                answer.opcode.eq(opcode),
                answer.length.eq(sum(sizes)),
                answer.payload.eq(Cat(*(f[: 8 * n] for f, n in zip(fields, sizes, strict=True)))),
            ]

        def refuse(reason):
            # The tag says what was not executed, or what to go on with.
            return [*reply(Opcode.ERROR, reason), answer.tag.eq(expected)]

        with m.If(self.commands.valid & self.commands.ready):
            m.d.sync += [self.answers.valid.eq(1), answer.tag.eq(command.tag)]
            with m.If(command.reason != 0):
                m.d.sync += [*refuse(command.reason), self.spoiled.eq(1)]
                with m.If(~bad_frames.all()):
                    m.d.sync += bad_frames.eq(bad_frames + 1)
            with m.Elif(command.opcode == Opcode.RESET):
                m.d.comb += self.restart.eq(1)
                m.d.sync += self.answers.valid.eq(0)
            with m.Elif(command.opcode == Opcode.HELLO):
                m.d.sync += [
                    *reply(Opcode.HELLO_ANSWER, PROTOCOL_VERSION, self.queue_bytes, bad_frames),
                    expected.eq(command.tag + 1),
                    self.spoiled.eq(0),
                ]
            with m.Elif(command.tag != expected):
                m.d.sync += refuse(Reason.TAG)
            with m.Elif((command.opcode == Opcode.ROUND) & rounds.valid & ~rounds.ready):
                m.d.sync += refuse(Reason.NO_ROOM)
            with m.Else():
                m.d.sync += expected.eq(expected + 1)
                with m.Switch(command.opcode):
                    with m.Case(Opcode.WRITE):
                        m.d.comb += self.write.eq(1)
                        m.d.sync += reply(Opcode.WRITE | ANSWER_BIT, self.write_error)
                    with m.Case(Opcode.READ):
                        m.d.comb += self.read.eq(1)
                        value = self.read_data & ~self.read_error.replicate(len(self.read_data))
                        m.d.sync += reply(Opcode.READ | ANSWER_BIT, self.read_error, value)
                    with m.Case(Opcode.ROUND):
                        m.d.sync += [
                            *reply(Opcode.ROUND | ANSWER_BIT),
                            rounds.valid.eq(1),
                            rounds.payload.shot_end.eq(parts[0]),
                            rounds.payload.data.eq(parts[8 * ROUND_FLAGS_BYTES :]),
                            rounds.payload.last.eq(1),
                        ]
        return m
