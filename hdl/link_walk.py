"""Between two passes: visit the link sources of the correction and read out their links.

In: link sources in the correction of the pass that has ended, rows of links.
Out: links on lanes.   Next: `quantacore.hdl.link_listener`.
Golden twin: `lowered_lengths` of `quantacore.golden.decode.passes`.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.image_words import edge_index_bits
from quantacore.golden.spec.link_rows import LAST_ROW
from quantacore.hdl.interfaces import link_row_layout
from quantacore.hdl.link_listener import edge_strobes


class LinkWalk(wiring.Component):
    """Read the rows of all link sources of a correction, one row per cycle.

    Parameters
    ----------
    config : CoreConfig
        Its link rows settled.
    num_edges : int
    num_sources : int
        Without a window plan each edge is one.

    Members
    -------
    latch : In(1)
        Take ``sources`` and visit them from the next cycle on.
    sources : In(num_sources)
        Those in the correction.
    cancel : In(1)
        The shot has been given up: forget what is still to be visited.
    row_index : Out(range(link_rows))
        Row to read.
    row : In(link_row_layout)
        Row that ``row_index`` named in the last cycle.
    link_targets, link_lengths : Out(array of lanes)
        Links of the correction, in some order; a length of all ones says nothing.
    ready : Out(1)
        Every link has been on the lanes, the last ones in this cycle. 0 in the cycle
        of ``latch``.

    Timing
    ------
    ``ready`` rises in the cycle after ``latch`` if there are no sources; otherwise as many cycles
    later as they have rows. Source k's first row is row k, so the next one is found while the last
    row of the one before comes out of the memory, and no cycle is lost.
    """

    def __init__(self, config, *, num_edges, num_sources):
        self.num_sources = num_sources
        row = link_row_layout(config, num_edges)
        super().__init__(
            {
                "latch": In(1),
                "cancel": In(1),
                "sources": In(num_sources),
                "row_index": Out(range(config.link_rows)),
                "row": In(row),
                "link_targets": Out(row["link_targets"].shape),
                "link_lengths": Out(row["link_lengths"].shape),
                "ready": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        pending = Signal(self.num_sources)  # not yet visited
        reading = Signal()  # `row` was asked for
        goes_on = Signal()
        visit = Signal()
        source = Signal(edge_index_bits(self.num_sources))
        found, lowest = lowest_index(m, pending)
        m.d.comb += [
            goes_on.eq(reading & (self.row.link_next != LAST_ROW)),
            visit.eq(found & ~goes_on),
            source.eq(lowest),
            self.row_index.eq(Mux(goes_on, self.row.link_next, source)),
            self.ready.eq(~self.latch & ~found & ~goes_on),
            self.link_targets.eq(self.row.link_targets),
        ]
        for out, length in zip(self.link_lengths, self.row.link_lengths, strict=True):
            m.d.comb += out.eq(Mux(reading, length, ~0))
        m.d.sync += reading.eq((goes_on | visit) & ~self.cancel)
        with m.If(self.latch):
            m.d.sync += pending.eq(self.sources)
        with m.Else():
            with m.If(visit):
                m.d.sync += pending.eq(pending & ~edge_strobes(m, source, self.num_sources))
            with m.If(self.cancel):
                m.d.sync += pending.eq(0)
        return m


def lowest_index(m, bits):
    """Return whether any bit is set, and the index of the lowest one: a tree, not a chain."""
    if len(bits) == 1:
        return bits[0], Const(0, 0)
    # The low half is a power of two, so that its size is the next bit of the index.
    half = 1 << (len(bits) - 1).bit_length() - 1
    low_found, low = lowest_index(m, bits[:half])
    high_found, high = lowest_index(m, bits[half:])
    found = Signal(name="found")
    lower = Signal(half.bit_length() - 1, name="lower")
    m.d.comb += [found.eq(low_found | high_found), lower.eq(Mux(low_found, low, high))]
    return found, Cat(lower, ~low_found)
