"""Collect the words of the next shot while the present one is decoded.

In: the rounds stream.   Out: a complete shot's defects.   Next: `quantacore.hdl.mesh`.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import num_words
from quantacore.hdl.interfaces import words_layout
from quantacore.hdl.packets import PacketCounter


class RoundsBuffer(wiring.Component):
    """Buffer of one shot.

    Detector ``k`` is bit ``k % word_bits`` of word ``k // word_bits``; bits past the last detector
    are ignored. If the mesh is idle when the last word comes, the shot passes straight through.

    Parameters
    ----------
    num_detectors, word_bits : int

    Members
    -------
    rounds : In(stream of words_layout)
    defects : Out(num_detectors)
        The shot. Valid while ``available``.
    available : Out(1)
        A complete shot is there.
    take : In(1)
        The shot is taken in this cycle. Only while ``available``.
    error : Out(1)
        A packet had the wrong number of words; it is dropped.

    Timing
    ------
    ``available`` rises in the cycle in which the last word moves. One word per cycle; after a
    shot that had to wait, ``ready`` is 1 again in the cycle after ``take``.
    """

    def __init__(self, *, num_detectors, word_bits):
        self.num_detectors = num_detectors
        self.word_bits = word_bits
        super().__init__(
            {
                "rounds": In(stream.Signature(words_layout(word_bits))),
                "defects": Out(num_detectors),
                "available": Out(1),
                "take": In(1),
                "error": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        words = num_words(self.num_detectors, word_bits=self.word_bits)
        m.submodules.packets = packets = PacketCounter(num_words=words)
        full = Signal()
        word = self.rounds.payload.data
        m.d.comb += [
            self.rounds.ready.eq(~full),
            packets.accept.eq(self.rounds.valid & self.rounds.ready),
            packets.last.eq(self.rounds.payload.last),
            self.error.eq(packets.error),
            self.available.eq(full | packets.complete),
        ]
        with m.If(self.take):
            m.d.sync += full.eq(0)
        with m.Elif(packets.complete):
            m.d.sync += full.eq(1)

        collected = []
        for index in range(words):
            stored = Signal(self.word_bits, name=f"word_{index}", reset_less=True)
            with m.If(packets.accept & (packets.index == index)):
                m.d.sync += stored.eq(word)
            # Only the last word can be on its way when the shot is complete.
            collected.append(Mux(full, stored, word) if index == words - 1 else stored)
        m.d.comb += self.defects.eq(Cat(collected))
        return m
