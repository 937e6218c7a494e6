"""Block RAM with the links of two images: one in force, one being written.

In: rows from the image loader, an index to read.   Out: the row.
Next: `quantacore.hdl.link_walk`.   Golden twin: `quantacore.golden.spec.link_rows`.
"""

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from quantacore.hdl.interfaces import link_row_layout


class LinkMemory(wiring.Component):
    """Rows of links, in two banks.

    Parameters
    ----------
    config : CoreConfig
        Its link rows settled.
    num_edges : int

    Members
    -------
    write : In(1)
        Take ``write_row`` as row ``write_index`` of the next image. Row 0 begins a new image.
    write_index : In(range(link_rows))
    write_row : In(link_row_layout)
    swap : In(1)
        The next image comes into force. Not in a cycle with ``write``.
    read_index : In(range(link_rows))
    read_row : Out(link_row_layout)
        Row of the image in force.
    any_link : Out(1)
        The image in force has links.
    parity_error : Out(1)
        A bit of ``read_row`` has flipped since it was written.

    Timing
    ------
    ``read_row`` follows ``read_index`` after one cycle.
    """

    def __init__(self, config, *, num_edges):
        self.config = config
        self.row = link_row_layout(config, num_edges)
        index = range(config.link_rows)
        checked_row = data.StructLayout({"row": self.row, "parity": 1})
        self.memory = Memory(shape=checked_row, depth=2 * config.link_rows, init=[])
        super().__init__(
            {
                "write": In(1),
                "write_index": In(index),
                "write_row": In(self.row),
                "swap": In(1),
                "read_index": In(index),
                "read_row": Out(self.row),
                "any_link": Out(1),
                "parity_error": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        memory = self.memory
        m.submodules.memory = memory
        write, read = memory.write_port(), memory.read_port()
        bank = Signal()
        # The bank is the lowest bit of the address: two banks of any size without a gap.
        m.d.comb += [
            write.en.eq(self.write),
            write.addr.eq(Cat(~bank, self.write_index)),
            write.data.row.eq(self.write_row),
            write.data.parity.eq(self.write_row.as_value().xor()),
            read.addr.eq(Cat(bank, self.read_index)),
            self.read_row.eq(read.data.row),
            self.parity_error.eq(read.data.as_value().xor()),
        ]
        any_link = Signal()
        next_has_link = Signal()
        has_link = ~self.write_row.link_lengths.as_value().all()
        with m.If(self.write):
            m.d.sync += next_has_link.eq(has_link | (next_has_link & (self.write_index != 0)))
        with m.If(self.swap):
            m.d.sync += [bank.eq(~bank), any_link.eq(next_has_link)]
        m.d.comb += self.any_link.eq(any_link)
        return m
