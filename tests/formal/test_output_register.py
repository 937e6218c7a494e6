# amaranth: UnusedElaboratable=no
"""Answers leave once, whole and unchanged; the counter of a correction's words stays in range."""

import pytest
from amaranth.hdl import Array, Assert, Assume, Module, Signal
from amaranth.lib import data

from quantacore.hdl.output_register import CorrectionShifter, PredictionRegister
from tests.formal.prove import prove

pytestmark = pytest.mark.formal

LAYOUT = data.StructLayout({"frame": 3, "shot_end": 1})
NUM_EDGES, WORD_BITS = 10, 4
COUNT_BITS = 4


class Overwrites(PredictionRegister):
    """Planted bug: says that it is free while it holds a prediction."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.comb += self.free.eq(1)
        return m


class ChangesWhileItWaits(PredictionRegister):
    """Planted bug: the frame is cleared while nobody takes it."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.predictions.payload.shot_end & ~self.capture):
            m.d.sync += self.predictions.payload.frame.eq(0)
        return m


class EndsEarly(CorrectionShifter):
    """Planted bug: a packet ends one word early."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.corrections.payload.data == 5):
            m.d.comb += self.corrections.payload.last.eq(1)
        return m


class FreeTooEarly(CorrectionShifter):
    """Planted bug: takes a correction while one is being sent."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.comb += self.free.eq(~self.corrections.valid | self.corrections.ready)
        return m


def prove_predictions(dut, folder):
    m = Module()
    m.submodules.dut = dut
    out = dut.predictions
    m.d.comb += Assume(~dut.capture | dut.free)
    captured, taken = Signal(COUNT_BITS), Signal(COUNT_BITS)
    m.d.sync += [captured.eq(captured + dut.capture), taken.eq(taken + (out.valid & out.ready))]
    m.d.comb += Assert((captured - taken)[:COUNT_BITS] == out.valid)
    shadow = Signal(LAYOUT)
    with m.If(dut.capture):
        m.d.sync += shadow.eq(dut.prediction)
    with m.If(out.valid):
        m.d.comb += Assert(out.payload.as_value() == shadow.as_value())
    inputs = [dut.capture, dut.prediction.as_value(), out.ready]
    return prove(m, inputs=inputs, depth=4, folder=folder)


def prove_corrections(dut, folder):
    m = Module()
    m.submodules.dut = dut
    out = dut.corrections
    m.d.comb += Assume(~dut.capture | dut.free)
    shadow, position, sending = Signal(NUM_EDGES), Signal(COUNT_BITS), Signal()
    with m.If(out.valid & out.ready):
        m.d.sync += position.eq(position + 1)
        with m.If(position == dut.num_words - 1):
            m.d.sync += sending.eq(0)
    with m.If(dut.capture):
        m.d.sync += [shadow.eq(dut.correction), position.eq(0), sending.eq(1)]
    ends = out.valid & out.ready & (position == dut.num_words - 1)
    m.d.comb += [
        Assert(out.valid == sending),
        Assert(~dut.capture | ~sending | ends),  # nothing is cut off
        Assert(~sending | (dut.index == position)),
        Assert(~sending | (dut.last == (position == dut.num_words - 1))),
    ]
    with m.If(sending):
        words = Array(
            shadow[WORD_BITS * index : WORD_BITS * (index + 1)] for index in range(dut.num_words)
        )
        m.d.comb += [
            Assert(position < dut.num_words),
            Assert(out.payload.data == words[position]),
            Assert(dut.held == shadow >> WORD_BITS * position),
            Assert(out.payload.last == (position == dut.num_words - 1)),
        ]
    inputs = [dut.capture, dut.correction, out.ready]
    return prove(m, inputs=inputs, depth=8, folder=folder)


def test_predictions_leave_once_and_unchanged(tmp_path):
    outcome = prove_predictions(PredictionRegister(LAYOUT), tmp_path)
    assert outcome.holds, outcome.log


def test_corrections_leave_word_by_word(tmp_path):
    outcome = prove_corrections(
        CorrectionShifter(num_edges=NUM_EDGES, word_bits=WORD_BITS), tmp_path
    )
    assert outcome.holds, outcome.log


@pytest.mark.parametrize("mutant", [Overwrites, ChangesWhileItWaits])
def test_prediction_proof_fails_on_a_planted_bug(mutant, tmp_path):
    outcome = prove_predictions(mutant(LAYOUT), tmp_path)
    assert not outcome.holds and outcome.trace is not None


@pytest.mark.parametrize("mutant", [EndsEarly, FreeTooEarly])
def test_correction_proof_fails_on_a_planted_bug(mutant, tmp_path):
    outcome = prove_corrections(mutant(num_edges=NUM_EDGES, word_bits=WORD_BITS), tmp_path)
    assert not outcome.holds and outcome.trace is not None
