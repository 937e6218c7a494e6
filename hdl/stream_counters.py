"""Counters of a streaming core: windows that commit each edge, rounds with a defect in each slot.

In: what windows commit, rounds as they come.   Out: rows of counts, as at the last snapshot.
Next: `quantacore.hdl.window_core`.   Golden twin: `quantacore.golden.decode.count_stream`.
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.registers import COUNT_ROW_BITS, REGISTER_BITS
from quantacore.golden.spec.stream_counts import COUNT_BITS, COUNTS_PER_ROW
from quantacore.hdl.count_memory import CountMemory

COUNT_MEMBERS = {
    "count_snapshot": In(1),
    "count_row": In(COUNT_ROW_BITS),
    "counts_busy": Out(1),
    "count_windows": Out(REGISTER_BITS),
    "count_rounds": Out(REGISTER_BITS),
    **{f"count_{lane}": Out(COUNT_BITS) for lane in range(COUNTS_PER_ROW)},
}


class StreamCounters(wiring.Component):
    """Counters of edges and of slots.

    Parameters
    ----------
    num_edges, num_slots : int

    Attributes
    ----------
    num_rows : int
        Rows of all counters.

    Members
    -------
    window : In(1)
        A window ends and commits ``committed``. Only while ``window_free``.
    committed : In(num_edges)
    round : In(1)
        A round comes with ``defects``. Only while ``round_free``.
    defects : In(num_slots)
    window_free, round_free : Out(1)
    count_snapshot : In(1)
        Keep all counts and begin again at 0. Only while not ``counts_busy``.
    counts_busy : Out(1)
        A snapshot is being taken, or counters are cleared after reset.
    count_windows, count_rounds : Out(32)
        What the snapshot counts.
    count_row : In(16)
    count_0 .. count_3 : Out(24)
        That row of the snapshot; 0 beyond the last one.

    Timing
    ------
    See `CountMemory`.
    """

    def __init__(self, *, num_edges: int, num_slots: int):
        self.edges = CountMemory(num_edges)
        self.slots = CountMemory(num_slots)
        self.num_rows = self.edges.num_rows + self.slots.num_rows
        if self.num_rows > 1 << COUNT_ROW_BITS:
            raise ValueError(
                f"Counters must have at most {1 << COUNT_ROW_BITS} rows, not {self.num_rows}"
            )
        super().__init__(
            {
                "window": In(1),
                "committed": In(num_edges),
                "round": In(1),
                "defects": In(num_slots),
                "window_free": Out(1),
                "round_free": Out(1),
                **COUNT_MEMBERS,
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.edges = edges = self.edges
        m.submodules.slots = slots = self.slots
        of_slots = Signal()
        is_row = Signal()
        m.d.sync += [
            of_slots.eq(self.count_row >= edges.num_rows),
            is_row.eq(self.count_row < self.num_rows),
        ]
        m.d.comb += [
            edges.capture.eq(self.window),
            edges.bits.eq(self.committed),
            slots.capture.eq(self.round),
            slots.bits.eq(self.defects),
            self.window_free.eq(edges.free),
            self.round_free.eq(slots.free),
            edges.snapshot.eq(self.count_snapshot),
            slots.snapshot.eq(self.count_snapshot),
            self.counts_busy.eq(edges.busy | slots.busy),
            self.count_windows.eq(edges.captures),
            self.count_rounds.eq(slots.captures),
            edges.row.eq(self.count_row),
            slots.row.eq(self.count_row - edges.num_rows),
        ]
        for lane in range(COUNTS_PER_ROW):
            count = Mux(of_slots, slots.counts[lane], edges.counts[lane])
            m.d.comb += getattr(self, f"count_{lane}").eq(Mux(is_row, count, 0))
        return m
