"""Count the words of a packet and notice packets that are too short or too long.

In: which word of a stream is the last.   Out: the word's index, whether the packet is complete.
Next: `quantacore.hdl.rounds_buffer`, `quantacore.hdl.image_loader`.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out


class PacketCounter(wiring.Component):
    """Position within packets of a fixed number of words.

    A packet that ends early is dropped. One that does not end in time is dropped with all that
    follows up to the next ``last``. Either sets ``error`` for one cycle.

    Parameters
    ----------
    num_words : int
        Words in a packet, at least 1.

    Members
    -------
    accept : In(1)
        A word moves in this cycle.
    last : In(1)
        It says that it is its packet's last.
    index : Out(range(num_words))
        Its position, 0 first.
    dropping : Out(1)
        It belongs to a packet that was already found too long.
    complete : Out(1)
        It completes a packet of the right size.
    error : Out(1)
        It ends a packet too early, or does not end it where it should.
    idle : Out(1)
        The next word is the first of a packet.
    """

    def __init__(self, *, num_words):
        if num_words < 1:
            raise ValueError(f"Number of words must be at least 1, not {num_words!r}")
        self.num_words = num_words
        super().__init__(
            {
                "accept": In(1),
                "last": In(1),
                "index": Out(range(num_words)),
                "dropping": Out(1),
                "complete": Out(1),
                "error": Out(1),
                "idle": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        index = Signal(range(self.num_words))
        dropping = Signal()
        at_end = index == self.num_words - 1
        m.d.comb += [
            self.index.eq(index),
            self.dropping.eq(dropping),
            self.complete.eq(self.accept & ~dropping & at_end & self.last),
            self.error.eq(self.accept & ~dropping & (at_end ^ self.last)),
            self.idle.eq((index == 0) & ~dropping),
        ]
        with m.If(self.accept):
            m.d.sync += dropping.eq((dropping | at_end) & ~self.last)
            with m.If(self.last | at_end | dropping):
                m.d.sync += index.eq(0)
            with m.Else():
                m.d.sync += index.eq(index + 1)
        return m
