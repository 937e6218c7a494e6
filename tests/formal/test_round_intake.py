# amaranth: UnusedElaboratable=no
"""The intake of rounds accounts for every packet, and numbers the rounds without a gap."""

import pytest
from amaranth.hdl import Assert, Assume, Module, Mux, Signal

from quantacore.hdl import interfaces, round_intake
from quantacore.hdl.round_intake import RoundIntake
from tests.formal.prove import prove

pytestmark = pytest.mark.formal

INDEX_BITS = 6


@pytest.fixture(autouse=True)
def _short_indices(monkeypatch):
    """Prove with short counters: the solver is slow with sums of long ones."""
    monkeypatch.setattr(interfaces, "INDEX_BITS", INDEX_BITS)
    monkeypatch.setattr(round_intake, "INDEX_BITS", INDEX_BITS)


class Forgets(RoundIntake):
    """Planted bug: a lost round has no stand-in."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.lost_round & self.rounds.payload.shot_end):
            m.d.sync += self.lost.eq(self.lost)
        return m


class Misnumbers(RoundIntake):
    """Planted bug: a lost round does not count in the index of those behind it."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.lost_round & ~self.rounds.payload.shot_end):
            m.d.sync += self.index.eq(self.index)
        return m


class Overtakes(RoundIntake):
    """Planted bug: a round that comes replaces one that waits."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.lost_round):
            m.d.sync += self.out.payload.round.eq(self.index)
        return m


class NeverStalls(RoundIntake):
    """Planted bug: takes a round that must wait."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.comb += self.rounds.ready.eq(1)
        return m


def prove_accounts(dut, folder, *, waits):
    m = Module()
    m.submodules.dut = dut
    word, out = dut.rounds.payload, dut.out.payload
    arrives = dut.rounds.valid & dut.rounds.ready & word.last
    leaves = dut.out.valid & dut.out.ready
    pending = dut.lost.any()
    if waits:
        m.d.comb += [Assume(~dut.no_wait), Assert(~dut.lost_round), Assert(~pending)]
        m.d.comb += Assert(~dut.held_back)

    # Every packet is put out, is on its way, or belongs to a shot that is reported as lost.
    packets, rounds, dropped = (Signal(INDEX_BITS, name=n) for n in ("packets", "rounds", "drops"))
    m.d.sync += [packets.eq(packets + arrives), rounds.eq(rounds + leaves)]
    with m.If(dut.lost_shot):
        m.d.sync += dropped.eq(dropped + dut.index + 1)
    m.d.comb += Assert(
        (packets - rounds - dropped - dut.out.valid - dut.lost)[:INDEX_BITS]
        == Mux(dut.held_back, dut.index, 0)
    )

    # So is every shot.
    ends, skipped = Signal(INDEX_BITS), Signal(INDEX_BITS)
    m.d.sync += [ends.eq(ends + (leaves & out.shot_end)), skipped.eq(skipped + dut.lost_shot)]
    if waits:
        m.d.comb += Assert(skipped == 0)
    under_way = (dut.out.valid & out.shot_end) + (pending & dut.lost_end)
    m.d.comb += Assert((ends + skipped + under_way)[:INDEX_BITS] == dut.shot)

    # The rounds of a shot leave one by one, in order, from 0.
    shot, index, started = Signal(INDEX_BITS), Signal(INDEX_BITS), Signal()
    with m.If(leaves):
        m.d.sync += [
            started.eq(~out.shot_end),
            shot.eq(out.shot),
            index.eq(Mux(out.shot_end, 0, out.round + 1)),
        ]
    with m.If(dut.out.valid):
        m.d.comb += Assert(out.round == index)
        m.d.comb += Assert(~started | (out.shot == shot))
        if waits:
            m.d.comb += Assert(out.shot == ends)
    next_index, next_shot, next_started = Signal(INDEX_BITS), Signal(INDEX_BITS), Signal()
    m.d.comb += [next_index.eq(index), next_shot.eq(shot), next_started.eq(started)]
    with m.If(dut.out.valid):
        m.d.comb += [
            next_index.eq(Mux(out.shot_end, 0, out.round + 1)),
            next_shot.eq(out.shot),
            next_started.eq(~out.shot_end),
        ]
    with m.If(pending):
        m.d.comb += Assert(dut.lost_index == next_index)
        m.d.comb += Assert(~next_started | (dut.lost_shot_index == next_shot))
        with m.If(dut.lost_end):
            m.d.comb += Assert(dut.held_back | (dut.index == 0))
        with m.Else():
            m.d.comb += Assert(~dut.held_back)
            m.d.comb += Assert((dut.lost_index + dut.lost)[:INDEX_BITS] == dut.index)
            m.d.comb += Assert(dut.lost_shot_index == dut.shot)
    with m.Elif(dut.held_back):
        m.d.comb += Assert(~next_started & (next_index == 0))
    with m.Else():
        m.d.comb += Assert(dut.index == next_index)
        m.d.comb += Assert(~next_started | (dut.shot == next_shot))

    # What waits does not change.
    stalled, waiting = Signal(), Signal(len(out.as_value()))
    m.d.sync += [stalled.eq(dut.out.valid & ~dut.out.ready), waiting.eq(out.as_value())]
    with m.If(stalled):
        m.d.comb += [Assert(dut.out.valid), Assert(out.as_value() == waiting)]

    # The counts are as wide as the indices: a proof about fewer than 2**INDEX_BITS packets.
    m.d.comb += [Assume(~packets.all()), Assert(dut.index <= packets), Assert(dut.lost <= packets)]
    inputs = [
        *(dut.rounds.valid, word.as_value(), dut.no_wait, dut.out.ready),
        dut.expected_rounds,
    ]
    return prove(m, inputs=inputs, depth=6, folder=folder)


@pytest.mark.parametrize("waits", [True, False], ids=["waits", "no-wait"])
def test_round_intake_accounts_for_every_packet(waits, tmp_path):
    outcome = prove_accounts(RoundIntake(num_slots=2, word_bits=1), tmp_path, waits=waits)
    assert outcome.holds, outcome.log


@pytest.mark.parametrize("mutant", [Forgets, Misnumbers, Overtakes])
def test_round_intake_proof_fails_on_a_planted_bug(mutant, tmp_path):
    outcome = prove_accounts(mutant(num_slots=2, word_bits=1), tmp_path, waits=False)
    assert not outcome.holds and outcome.trace is not None


def test_round_intake_proof_fails_when_it_does_not_wait(tmp_path):
    outcome = prove_accounts(NeverStalls(num_slots=2, word_bits=1), tmp_path, waits=True)
    assert not outcome.holds and outcome.trace is not None
