"""What one edge hears on the lanes between two passes.

In: lengths on the lanes, and which lanes mean this edge.   Out: the least of its lengths.
Next: `quantacore.hdl.edge_unit`.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out


class LinkListener(wiring.Component):
    """Keep the least length that was told since the last pass ended.

    Parameters
    ----------
    length_bits, lanes : int

    Members
    -------
    clear : In(1)
        Forget what was told; from the next cycle on there is something new.
    hits : In(lanes)
        Lane k means this edge. One lane at most in a cycle, or lanes without a length.
    link_lengths : In(array of lanes)
        All ones is no length.
    least : Out(length_bits)
        The least length told since ``clear``, in this cycle too; all ones if there was none.

    Timing
    ------
    ``least`` follows the lanes in the same cycle, so that the next pass can start in the cycle in
    which the last links are told.
    """

    def __init__(self, *, length_bits, lanes):
        self.length_bits = length_bits
        self.kind = f"link_listener_l{length_bits}_n{lanes}"
        super().__init__(
            {
                "clear": In(1),
                "hits": In(lanes),
                "link_lengths": In(data.ArrayLayout(length_bits, lanes)),
                "least": Out(length_bits),
            }
        )

    def elaborate(self, platform):
        m = Module()
        heard = Signal(self.length_bits, reset_less=True)
        lengths = Const((1 << self.length_bits) - 1, self.length_bits)
        for hit, length in zip(self.hits, self.link_lengths, strict=True):
            lengths = lengths & (length | (~hit).replicate(self.length_bits))
        told = Signal(self.length_bits)
        m.d.comb += [told.eq(lengths), self.least.eq(Mux(told < heard, told, heard))]
        m.d.sync += heard.eq(Mux(self.clear, ~0, self.least))
        return m


def edge_strobes(m, index, num_edges):
    """Return a bit for each edge: it is the one with this index.

    High and low bits are decoded apart, so that an edge takes one gate and not a comparator.
    """
    low_bits = len(index) // 2
    low = Signal(1 << low_bits, name="strobe_low")
    high = Signal(1 << len(index) - low_bits, name="strobe_high")
    m.d.comb += [low.eq(1 << index[:low_bits]), high.eq(1 << index[low_bits:])]
    # A signal: whoever takes a bit of an expression gets a copy of all of it.
    strobes = Signal(num_edges)
    m.d.comb += strobes.eq(
        Cat(high[edge >> low_bits] & low[edge & (len(low) - 1)] for edge in range(num_edges))
    )
    return strobes
