# amaranth: UnusedElaboratable=no
"""The buffer of rounds never drops, duplicates or reorders a round.

A round that is chosen freely is followed through the buffer: it must be where the number of rounds
before it says, and leave unchanged, after as many others as there were when it came.
"""

import pytest
from amaranth.hdl import Array, Assert, Module, Mux, Signal
from amaranth.lib.fifo import SyncFIFOBuffered

from quantacore.hdl import round_buffer
from quantacore.hdl.round_buffer import RoundBuffer
from tests.formal.prove import prove

pytestmark = pytest.mark.formal

DEPTH = 4


class OpenQueue(SyncFIFOBuffered):
    """The same queue, with an eye on its memory."""

    def __init__(self, *, width, depth):
        super().__init__(width=width, depth=depth)
        self.words = Array(Signal(width, name=f"word_{index}") for index in range(depth - 1))
        self.consume = Signal(range(depth - 1))
        self.produce = Signal(range(depth - 1))

    def elaborate(self, platform):
        m = super().elaborate(platform)
        storage = m.submodules.storage
        m.d.comb += [
            self.consume.eq(storage.read_ports[0].addr),
            self.produce.eq(storage.write_ports[0].addr),
        ]
        for index, word in enumerate(self.words):
            eye = storage.read_port(domain="comb")
            m.d.comb += [eye.addr.eq(index), word.eq(eye.data)]
        return m


class Overwrites(RoundBuffer):
    """Planted bug: takes rounds when the memory is full."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.comb += self.rounds.ready.eq(1)
        return m


class Reorders(RoundBuffer):
    """Planted bug: a round passes those in the memory."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.rounds.valid & (self.level == 3)):
            m.d.comb += self.out.payload.eq(self.rounds.payload)
        return m


class Vanishes(RoundBuffer):
    """Planted bug: ``valid`` falls while a new round comes."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.rounds.valid & self.rounds.ready & (self.level == 2)):
            m.d.comb += self.out.valid.eq(0)
        return m


def prove_order(dut, folder, monkeypatch):
    monkeypatch.setattr(round_buffer, "SyncFIFOBuffered", OpenQueue)
    inside = dut.elaborate(None)
    queue = inside.submodules.queue
    m = Module()
    m.submodules.dut = inside
    arrives = dut.rounds.valid & dut.rounds.ready
    leaves = dut.out.valid & dut.out.ready
    arriving, leaving = dut.rounds.payload.as_value(), dut.out.payload.as_value()

    # The level counts.
    level = Signal(8)
    m.d.sync += level.eq(level + arrives - leaves)
    m.d.comb += [Assert(level == dut.level), Assert(level <= DEPTH)]
    with m.If(level == 0):
        m.d.comb += Assert(~leaves | arrives)

    # The one that is followed.
    follow = Signal()
    following = Signal()
    before = Signal(8)
    chosen = Signal(len(arriving))
    comes = follow & arrives & ~following
    with m.If(comes):
        m.d.sync += [following.eq(1), chosen.eq(arriving), before.eq(level - leaves)]
    with m.If(comes & leaves & (level == 0)):
        m.d.comb += Assert(leaving == arriving)
        m.d.sync += following.eq(0)
    with m.If(following & leaves):
        m.d.sync += before.eq(before - 1)
        with m.If(before == 0):
            m.d.comb += Assert(leaving == chosen)
            m.d.sync += following.eq(0)

    # Where it is: what makes the induction close.
    size = DEPTH - 2
    in_memory = (queue.level - queue.r_rdy)[:8]
    behind = queue.produce + Mux(queue.produce < queue.consume, size, 0) - queue.consume
    m.d.comb += [
        Assert(in_memory <= size),
        Assert(queue.consume < size),
        Assert(queue.produce < size),
        Assert((in_memory == behind) | ((in_memory == size) & (behind == 0))),
    ]
    place = Signal(8)
    m.d.comb += place.eq(before - dut.waiting - queue.r_rdy)
    address = Signal(8)
    m.d.comb += address.eq(queue.consume + place)
    with m.If(following):
        m.d.comb += Assert(before < level)
        with m.If(dut.waiting & (before == 0)):
            m.d.comb += Assert(dut.first == chosen)
        with m.Elif(queue.r_rdy & (before == dut.waiting)):
            m.d.comb += Assert(queue.r_data == chosen)
        with m.Else():
            m.d.comb += Assert(queue.words[Mux(address >= size, address - size, address)] == chosen)
    inputs = [dut.rounds.valid, arriving, dut.out.ready, follow]
    return prove(m, inputs=inputs, depth=8, folder=folder)


def test_round_buffer_keeps_every_round_in_order(tmp_path, monkeypatch):
    outcome = prove_order(RoundBuffer(num_slots=1, depth=DEPTH), tmp_path, monkeypatch)
    assert outcome.holds, outcome.log


@pytest.mark.parametrize("mutant", [Overwrites, Reorders, Vanishes])
def test_round_buffer_proof_fails_on_a_planted_bug(mutant, tmp_path, monkeypatch):
    outcome = prove_order(mutant(num_slots=1, depth=DEPTH), tmp_path, monkeypatch)
    assert not outcome.holds
    assert outcome.trace is not None
