# amaranth: UnusedElaboratable=no
"""The window feeder puts every round where it belongs, and its counters stay in range.

Rounds come in order, as the intake and the buffer prove that they do; windows are taken and end in
any cycle that the engine could choose. One detector of one round, chosen freely, is followed
through all windows that hold it.
"""

import pytest
import stim
from amaranth.hdl import Assert, Assume, Module, Mux, Signal

from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.hdl import interfaces, window_feeder
from quantacore.hdl.window_feeder import WindowFeeder
from tests.formal.prove import prove

pytestmark = pytest.mark.formal

INDEX_BITS = 6
COMMIT, BUFFER = 2, 2
SIZE = COMMIT + BUFFER
REPETITION = """
R 0 1 2
X_ERROR(0.01) 0 2
MR(0.01) 1
DETECTOR(0, 0) rec[-1]
REPEAT 5 {
    X_ERROR(0.01) 0 2
    CX 0 1 2 1
    MR(0.01) 1
    SHIFT_COORDS(0, 1)
    DETECTOR(0, 0) rec[-1] rec[-2]
}
M(0.01) 0 2
SHIFT_COORDS(0, 1)
DETECTOR(0, 0) rec[-1] rec[-2] rec[-3]
OBSERVABLE_INCLUDE(0) rec[-1]
"""
"""A repetition code of two qubits: rounds of one detector."""


@pytest.fixture(autouse=True)
def _short_indices(monkeypatch):
    """Prove with short indices: the solver is slow with sums of long ones."""
    monkeypatch.setattr(interfaces, "INDEX_BITS", INDEX_BITS)
    monkeypatch.setattr(window_feeder, "INDEX_BITS", INDEX_BITS)


@pytest.fixture(scope="module")
def plan():
    source = RepeatingCircuit(stim.Circuit(REPETITION))
    return window_plan(source, commit_rounds=COMMIT, buffer_rounds=BUFFER)


class LosesCarry(WindowFeeder):
    """Planted bug: what is carried over is lost when a round comes in the same cycle."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.rounds.valid & self.rounds.ready):
            m.d.comb += self.defects.eq(self.held)
        return m


class TakesTooMany(WindowFeeder):
    """Planted bug: a round comes into a complete window."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.comb += self.rounds.ready.eq(~self.ended)
        return m


class Misnumbers(WindowFeeder):
    """Planted bug: windows behind the first do not count their rounds on."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.take & (self.window != 0)):
            m.d.sync += self.base.eq(self.base)
        return m


class OverflowsWindow(WindowFeeder):
    """Planted bug: the counter of a shot's windows runs on."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.take & ~self.ended):
            m.d.sync += self.window.eq(self.window + 1)
        return m


class KeepsWindow(WindowFeeder):
    """Planted bug: the next shot begins with windows that are not its first."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.take & self.ended & (self.count == BUFFER + 1)):
            m.d.sync += self.window.eq(self.window)
        return m


def prove_feeder(dut, folder):
    plan = dut.plan
    m = Module()
    m.submodules.dut = dut
    arriving = dut.rounds.payload
    arrives = dut.rounds.valid & dut.rounds.ready

    # Rounds come in order.
    shot, index = Signal(INDEX_BITS), Signal(INDEX_BITS)
    with m.If(arrives):
        m.d.comb += Assume((arriving.shot == shot) & (arriving.round == index))
        m.d.sync += index.eq(Mux(arriving.shot_end, 0, index + 1))
        m.d.sync += shot.eq(shot + arriving.shot_end)
    # The engine takes windows that are there, and ends each before it takes the next one.
    busy, busy_with_final, ends = Signal(), Signal(), Signal()
    m.d.comb += [
        Assume(~dut.take | (dut.available & (~busy | ends))),
        Assume(~ends | busy),
        Assume(dut.carry == (ends & ~busy_with_final)),
    ]
    with m.If(dut.take):
        m.d.sync += [busy.eq(1), busy_with_final.eq(dut.final)]
    with m.Elif(ends):
        m.d.sync += busy.eq(0)

    # What a window says of itself.
    num_kinds, number = plan.num_kinds, Signal(range(plan.num_starts))
    first, taken_shot = Signal(INDEX_BITS), Signal(INDEX_BITS)
    held = Signal(range(SIZE + 1))
    ended = Signal()
    with m.If(arrives):
        m.d.sync += [held.eq(held + 1), ended.eq(arriving.shot_end)]
    with m.If(dut.take):
        with m.If(ended):
            m.d.sync += [held.eq(0), first.eq(0), number.eq(0), taken_shot.eq(taken_shot + 1)]
            m.d.sync += ended.eq(0)
        with m.Else():
            m.d.sync += [held.eq(held - COMMIT), first.eq(first + COMMIT)]
            with m.If(number != plan.num_starts - 1):
                m.d.sync += number.eq(number + 1)
    m.d.comb += [
        Assert(held <= SIZE),
        Assert(dut.available == (ended | (held == SIZE))),
        Assert(dut.rounds.ready == ~dut.available),
        Assert((first + held)[:INDEX_BITS] == Mux(ended, (dut.last_round + 1)[:INDEX_BITS], index)),
    ]
    with m.If(dut.available):
        m.d.comb += [
            Assert(dut.final == ended),
            Assert(dut.shot == taken_shot),
            Assert(dut.kind == 1 << (number * (SIZE + 1) + Mux(ended, held, 0))[:num_kinds]),
            Assert(ended | (dut.last_round == (first + COMMIT - 1)[:INDEX_BITS])),
            Assert(~ended | held.any()),
        ]

    # The detector that is followed: in every window that holds its round, with all that was
    # carried to it, in its place; in none behind.
    follow, following, place = Signal(), Signal(), Signal(range(SIZE))
    value, damaged = Signal(), Signal()
    flip = dut.carry & (place < BUFFER) & dut.flips.bit_select(place, 1)
    with m.If(follow & arrives & ~following):
        m.d.sync += [following.eq(1), place.eq(held)]
        m.d.sync += [value.eq(arriving.defects), damaged.eq(arriving.damaged)]
    with m.If(following):
        m.d.sync += value.eq(value ^ flip)
        m.d.comb += [Assert(place < held), Assert(dut.held.bit_select(place, 1) == value)]
        m.d.comb += Assert(dut.damaged_rounds.bit_select(place, 1) == damaged)
        with m.If(dut.available):
            m.d.comb += Assert(dut.defects.bit_select(place, 1) == value ^ flip)
            m.d.comb += Assert(~damaged | dut.damaged)
        with m.If(dut.take):
            with m.If(ended | (place < COMMIT)):
                m.d.sync += following.eq(0)
            with m.Else():
                m.d.sync += place.eq(place - COMMIT)
    # Nothing is where no round is: what is carried over flips rounds that are there.
    m.d.comb += [
        Assert(dut.held >> held == 0),
        Assert(dut.damaged_rounds >> held == 0),
        Assert(~busy | busy_with_final | (held >= BUFFER)),
    ]

    # Its counters: what makes the induction close.
    m.d.comb += [
        Assert(dut.count == held),
        Assert(dut.ended == ended),
        Assert(dut.window == number),
        Assert(number < plan.num_starts),
        Assert((held == 0) | ((dut.base == first) & (dut.shot == taken_shot))),
        Assert(shot == (taken_shot + ended)[:INDEX_BITS]),
        Assert(~ended | (index == 0)),
        Assert((first == 0) | (held >= BUFFER)),
        Assert((number == 0) | (held >= BUFFER)),
        Assert(~ended | held.any()),
    ]
    inputs = [
        *(dut.rounds.valid, arriving.as_value(), dut.take, dut.carry, dut.flips, ends, follow),
    ]
    return prove(m, inputs=inputs, depth=14, folder=folder)


def test_feeder_puts_every_round_where_it_belongs(plan, tmp_path):
    outcome = prove_feeder(WindowFeeder(plan), tmp_path)
    assert outcome.holds, outcome.log


@pytest.mark.parametrize(
    "mutant", [LosesCarry, TakesTooMany, Misnumbers, OverflowsWindow, KeepsWindow]
)
def test_feeder_proof_fails_on_a_planted_bug(mutant, plan, tmp_path):
    outcome = prove_feeder(mutant(plan), tmp_path)
    assert not outcome.holds and outcome.trace is not None
