# amaranth: UnusedElaboratable=no
"""Commands are executed once, in the order of their tags, and each is answered once."""

import pytest
from amaranth.hdl import Assert, Assume, Cat, Module, Signal

from quantacore.golden.spec.uart_protocol import ANSWER_BIT, COMMANDS, Opcode
from quantacore.hdl.platform.command_port import CommandPort
from tests.formal.prove import prove

pytestmark = pytest.mark.formal


class ExecutesTwice(CommandPort):
    """Planted bug: a command with an old tag is executed, too."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.commands.valid & (self.commands.payload.opcode == Opcode.WRITE)):
            m.d.comb += self.write.eq(1)
        return m


class LosesRound(CommandPort):
    """Planted bug: a round is withdrawn before the core has taken it."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(~self.commands.valid):
            m.d.sync += self.rounds.valid.eq(0)
        return m


class DropsAnswer(CommandPort):
    """Planted bug: commands are taken while an answer waits."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.comb += self.commands.ready.eq(1)
        return m


def prove_commands(dut, folder):
    m = Module()
    m.submodules.dut = dut
    command, answer = dut.commands.payload, dut.answers.payload
    taken = dut.commands.valid & dut.commands.ready
    good = taken & (command.reason == 0)

    # The next tag, as a computer counts it: HELLO says it, and each command executed moves it on.
    expected = Signal(8)
    in_turn = good & (command.tag == expected)
    writes = in_turn & (command.opcode == Opcode.WRITE)
    reads = in_turn & (command.opcode == Opcode.READ)
    rounds = in_turn & (command.opcode == Opcode.ROUND) & (~dut.rounds.valid | dut.rounds.ready)
    # `FrameReceiver` gives a reason to all other opcodes.
    known = Cat(command.opcode == opcode for opcode in COMMANDS).any()
    m.d.comb += Assume((command.reason != 0) | known)
    with m.If(good & (command.opcode == Opcode.HELLO)):
        m.d.sync += expected.eq(command.tag + 1)
    with m.Elif(writes | reads | rounds):
        m.d.sync += expected.eq(expected + 1)
    m.d.comb += [
        Assert(dut.expected == expected),
        Assert(dut.write == writes),
        Assert(dut.read == reads),
        Assert(dut.restart == (good & (command.opcode == Opcode.RESET))),
    ]

    # An answer for each command but RESET; it stays until it is taken, and so does a round.
    answers = Signal()
    held_answer = Signal(answer.as_value().shape())
    held_round = Signal(dut.rounds.payload.as_value().shape())
    waits, round_waits = Signal(), Signal()
    executed = Signal(8)  # opcode of what was executed last; 0: nothing
    m.d.sync += [
        answers.eq(taken & ~dut.restart),
        held_answer.eq(answer),
        waits.eq(dut.answers.valid & ~dut.answers.ready),
        held_round.eq(dut.rounds.payload),
        round_waits.eq(dut.rounds.valid & ~dut.rounds.ready),
        executed.eq(0),
    ]
    with m.If(writes | reads | rounds):
        m.d.sync += executed.eq(command.opcode)
    with m.If(executed != 0):
        m.d.comb += Assert(answer.opcode == (executed | ANSWER_BIT))
    m.d.comb += Assert(dut.answers.valid == (answers | waits))
    with m.If(waits):
        m.d.comb += Assert(answer.as_value() == held_answer)
    with m.If(round_waits):
        m.d.comb += [Assert(dut.rounds.valid), Assert(dut.rounds.payload.as_value() == held_round)]
    sent = Signal()
    m.d.sync += sent.eq(rounds)
    m.d.comb += Assert(dut.rounds.valid == (sent | round_waits))
    with m.If(answers & (answer.opcode == Opcode.ERROR)):
        m.d.comb += Assert(answer.tag == expected)  # from which to send again

    inputs = [
        *(dut.commands.valid, dut.commands.payload.as_value(), dut.answers.ready),
        *(dut.rounds.ready, dut.write_error, dut.read_data, dut.read_error),
    ]
    return prove(m, inputs=inputs, depth=4, folder=folder)


def make(kind):
    return kind(num_payload_bytes=5, word_bits=8, queue_bytes=16)


def test_commands_are_executed_and_answered_once(tmp_path):
    outcome = prove_commands(make(CommandPort), tmp_path)
    assert outcome.holds, outcome.log


@pytest.mark.parametrize("mutant", [ExecutesTwice, LosesRound, DropsAnswer])
def test_proof_fails_on_a_planted_bug(mutant, tmp_path):
    outcome = prove_commands(make(mutant), tmp_path)
    assert not outcome.holds and outcome.trace is not None
