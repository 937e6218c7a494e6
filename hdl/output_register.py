"""Hand answers over to the user's streams while the next shot is decoded.

In: the mesh's answer, for one cycle.   Out: predictions and corrections streams.
Next: `quantacore.hdl.core`.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import num_words
from quantacore.hdl.interfaces import words_layout


class PredictionRegister(wiring.Component):
    """Hold one prediction until the user has taken it.

    Parameters
    ----------
    layout : StructLayout
        What a prediction is.

    Members
    -------
    capture : In(1)
        Take ``prediction``. Only while ``free``.
    prediction : In(layout)
    free : Out(1)
        Empty, or being emptied in this cycle.
    predictions : Out(stream of layout)

    Timing
    ------
    ``predictions.valid`` rises in the cycle after ``capture``. One prediction per cycle.
    """

    def __init__(self, layout):
        super().__init__(
            {
                "capture": In(1),
                "prediction": In(layout),
                "free": Out(1),
                "predictions": Out(stream.Signature(layout)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        valid = Signal()
        m.d.comb += [
            self.predictions.valid.eq(valid),
            self.free.eq(~valid | self.predictions.ready),
        ]
        with m.If(self.capture):
            m.d.sync += [valid.eq(1), self.predictions.payload.eq(self.prediction)]
        with m.Elif(self.predictions.ready):
            m.d.sync += valid.eq(0)
        return m


class CorrectionShifter(wiring.Component):
    """Send one correction as a packet of words.

    Edge ``k`` is bit ``k % word_bits`` of word ``k // word_bits``; padding bits are 0.

    Parameters
    ----------
    num_edges, word_bits : int

    Attributes
    ----------
    held, index, last : Signal
        What is still to be sent, the number of the word that is next, and whether it is the last
        one. For proofs.

    Members
    -------
    capture : In(1)
        Take ``correction``. Only while ``free``.
    correction : In(num_edges)
    free : Out(1)
        Empty, or its last word moves in this cycle.
    corrections : Out(stream of words_layout)

    Timing
    ------
    The first word is valid in the cycle after ``capture``. One word per cycle.
    """

    def __init__(self, *, num_edges, word_bits):
        self.num_words = num_words(num_edges, word_bits=word_bits)
        self.word_bits = word_bits
        self.held = Signal(self.num_words * word_bits, reset_less=True)
        self.index = Signal(range(self.num_words))
        self.last = Signal(init=self.num_words == 1)
        super().__init__(
            {
                "capture": In(1),
                "correction": In(num_edges),
                "free": Out(1),
                "corrections": Out(stream.Signature(words_layout(word_bits))),
            }
        )

    def elaborate(self, platform):
        m = Module()
        held, index = self.held, self.index
        valid = Signal()
        moves = valid & self.corrections.ready
        # A register, as much hangs on ``free``.
        last = self.last
        m.d.comb += [
            self.corrections.valid.eq(valid),
            self.corrections.payload.data.eq(held[: self.word_bits]),
            self.corrections.payload.last.eq(last),
            self.free.eq(~valid | (moves & last)),
        ]
        with m.If(moves):
            m.d.sync += [
                held.eq(held >> self.word_bits),
                index.eq(index + 1),
                last.eq(index == self.num_words - 2),
            ]
            with m.If(last):
                m.d.sync += valid.eq(0)
        with m.If(self.capture):
            m.d.sync += [
                held.eq(self.correction),
                index.eq(0),
                last.eq(self.num_words == 1),
                valid.eq(1),
            ]
        return m
