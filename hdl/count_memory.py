"""Counters in block RAM: of many bits, each counts how often it was 1.

In: words of bits, now and then.   Out: rows of counts, as they were at the last snapshot.
Next: `quantacore.hdl.stream_counters`.   Golden twin: `quantacore.golden.decode.count_stream`.

Few of the bits are 1 at a time. So a word is kept, and only the rows of counters with a 1 in them
are read, counted up and written back, one a cycle. Rows are found in two steps, by group and row,
so that no path is wider than a group.
"""

from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.registers import REGISTER_BITS
from quantacore.golden.spec.stream_counts import COUNT_BITS, COUNTS_PER_ROW, num_count_rows

ROWS_PER_GROUP = 32


class CountMemory(wiring.Component):
    """Two banks of counters: one counts, the other holds the last snapshot.

    Parameters
    ----------
    num_counters : int
        At least 1.
    count_bits : int
        Width of a counter; it stops at all ones.

    Members
    -------
    capture : In(1)
        Take ``bits``. Only while ``free``.
    bits : In(num_counters)
    free : Out(1)
    snapshot : In(1)
        Let the banks change places. Only while not ``busy``.
    busy : Out(1)
        They do, or the counters are cleared after reset.
    captures : Out(32)
        Words that the snapshot counts; wraps.
    row : In(range(num_rows))
    counts : Out(array of count_bits)
        That row of the snapshot. Not while ``busy``.

    Timing
    ------
    A word takes 2 cycles, one more for each row with a 1, and two more for each group of rows with
    one. ``counts`` follows ``row`` after one cycle. A snapshot takes a cycle for
    each row, while words go on, and holds up one word for a few cycles; a word that was taken
    before it ends is in it. After reset nothing is taken for a cycle for each row.
    """

    def __init__(self, num_counters: int, *, count_bits: int = COUNT_BITS):
        self.num_counters = num_counters
        self.count_bits = count_bits
        self.num_rows = num_count_rows(num_counters)
        self.row_layout = data.ArrayLayout(count_bits, COUNTS_PER_ROW)
        super().__init__(
            {
                "capture": In(1),
                "bits": In(num_counters),
                "free": Out(1),
                "snapshot": In(1),
                "busy": Out(1),
                "captures": Out(REGISTER_BITS),
                "row": In(range(self.num_rows)),
                "counts": Out(self.row_layout),
            }
        )

    def elaborate(self, platform):
        m = Module()
        held = Signal(self.num_rows * COUNTS_PER_ROW)
        index, issue, accepts = self._find_rows(m, held)

        row_bits = Signal(COUNTS_PER_ROW)
        read_row, write_row = Signal.like(index), Signal.like(index)
        read_valid, write_valid = Signal(), Signal()
        m.d.sync += [
            read_row.eq(index),
            read_valid.eq(issue),
            write_row.eq(read_row),
            write_valid.eq(read_valid),
            row_bits.eq(held.word_select(read_row, COUNTS_PER_ROW)),
        ]

        active = Signal()
        clear_row = Signal(range(self.num_rows))
        clearing = Signal()
        starting = Signal(init=1)
        changing = Signal()
        captured = Signal(REGISTER_BITS)
        drained = accepts & ~read_valid & ~write_valid
        m.d.comb += [
            self.free.eq(accepts & ~changing & ~starting),
            self.busy.eq(clearing | changing | starting),
        ]
        with m.If(self.capture):
            m.d.sync += [held.eq(self.bits), captured.eq(captured + 1)]
        with m.If(clearing | starting):
            m.d.sync += clear_row.eq(clear_row + 1)
            with m.If(clear_row == self.num_rows - 1):
                m.d.sync += [clear_row.eq(0), clearing.eq(0), starting.eq(0)]
                m.d.sync += changing.eq(clearing)
        with m.Elif(changing & drained):
            m.d.sync += [
                changing.eq(0),
                active.eq(~active),
                self.captures.eq(captured),
                captured.eq(0),
            ]
        with m.Elif(self.snapshot):
            m.d.sync += clearing.eq(1)

        old, counted = Signal(self.row_layout), Signal(self.row_layout)
        for lane in range(COUNTS_PER_ROW):
            goes_up = row_bits[lane] & ~old[lane].all()
            m.d.comb += counted[lane].eq(old[lane] + goes_up)
        outputs = []
        for bank in range(2):
            memory = Memory(shape=self.row_layout, depth=self.num_rows, init=[])
            m.submodules[f"bank_{bank}"] = memory
            write, read = memory.write_port(), memory.read_port()
            counts = active == bank
            clears = starting | (clearing & ~counts)
            m.d.comb += [
                read.addr.eq(Mux(counts, index, self.row)),
                write.addr.eq(Mux(clears, clear_row, write_row)),
                write.data.eq(Mux(clears, 0, counted.as_value())),
                write.en.eq(clears | (counts & write_valid)),
            ]
            outputs.append(read.data.as_value())
        m.d.sync += old.as_value().eq(Mux(active, outputs[1], outputs[0]))
        m.d.comb += self.counts.as_value().eq(Mux(active, outputs[0], outputs[1]))
        return m

    def _find_rows(self, m, held):
        """Take words; return the row to be counted, whether there is one, and whether none is."""
        num_groups = -(-self.num_rows // ROWS_PER_GROUP)
        in_row = Cat(
            held[k * COUNTS_PER_ROW :][:COUNTS_PER_ROW].any() for k in range(self.num_rows)
        )
        in_group = Cat(
            in_row[k * ROWS_PER_GROUP :][:ROWS_PER_GROUP].any() for k in range(num_groups)
        )
        in_rows = Signal(num_groups * ROWS_PER_GROUP)
        groups = Signal(num_groups)
        rows = Signal(ROWS_PER_GROUP)
        group = Signal(range(num_groups))
        row = _lowest(rows)
        further = rows & (rows - 1)
        issue, accepts = Signal(), Signal()
        with m.FSM():
            with m.State("IDLE"):
                m.d.comb += accepts.eq(1)
                with m.If(self.capture):
                    m.next = "REDUCE"
            with m.State("REDUCE"):
                m.d.sync += [in_rows.eq(in_row), groups.eq(in_group)]
                m.next = "GROUP"
            with m.State("GROUP"):
                m.d.comb += accepts.eq(~groups.any())
                m.d.sync += [group.eq(_lowest(groups)), groups.eq(groups & (groups - 1))]
                with m.If(groups.any()):
                    m.next = "ROWS"
                with m.Elif(self.capture):
                    m.next = "REDUCE"
                with m.Else():
                    m.next = "IDLE"
            with m.State("ROWS"):
                m.d.sync += rows.eq(in_rows.word_select(group, ROWS_PER_GROUP))
                m.next = "COUNT"
            with m.State("COUNT"):
                m.d.comb += issue.eq(1)
                m.d.sync += rows.eq(further)
                with m.If(~further.any()):
                    m.next = "GROUP"
        return Cat(row, group), issue, accepts


def _lowest(bits):
    """Return the index of the lowest 1 of some bits, or 0."""
    only = bits & ~(bits - 1)
    width = max(1, (len(bits) - 1).bit_length())
    return Cat(
        reduce(or_, (only[k] for k in range(len(bits)) if k >> place & 1), Const(0, 1))
        for place in range(width)
    )
