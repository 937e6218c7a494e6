# amaranth: UnusedElaboratable=no
"""Counters of edges and of slots in one row of rows."""

import pytest

from quantacore.golden.spec.registers import COUNT_ROW_BITS
from quantacore.golden.spec.stream_counts import COUNTS_PER_ROW, num_count_rows
from quantacore.hdl.stream_counters import StreamCounters
from quantacore.sim.pysim import simulate


def test_rows_of_edges_then_of_slots_then_nothing():
    dut = StreamCounters(num_edges=6, num_slots=5)
    assert dut.num_rows == num_count_rows(6) + num_count_rows(5) == 4

    async def until_free(ctx, name):
        while not ctx.get(getattr(dut, name)):
            await ctx.tick()

    async def testbench(ctx):
        for strobe, free, bits, values in (
            ("window", "window_free", "committed", [0b100001, 0b000001, 0b110000]),
            ("round", "round_free", "defects", [0b10001, 0b00001]),
        ):
            for value in values:
                await until_free(ctx, free)
                ctx.set(getattr(dut, bits), value)
                ctx.set(getattr(dut, strobe), 1)
                await ctx.tick()
                ctx.set(getattr(dut, strobe), 0)
        while ctx.get(dut.counts_busy):
            await ctx.tick()
        ctx.set(dut.count_snapshot, 1)
        await ctx.tick()
        ctx.set(dut.count_snapshot, 0)
        while ctx.get(dut.counts_busy):
            await ctx.tick()
        assert (ctx.get(dut.count_windows), ctx.get(dut.count_rounds)) == (3, 2)
        rows = []
        for row in range(6):
            ctx.set(dut.count_row, row)
            await ctx.tick()  # one cycle is enough
            rows.append([ctx.get(getattr(dut, f"count_{k}")) for k in range(COUNTS_PER_ROW)])
        expected = [[2, 0, 0, 0], [1, 2, 0, 0], [2, 0, 0, 0], [1, 0, 0, 0], [0] * 4, [0] * 4]
        assert rows == expected

    simulate(dut, testbench)


def test_more_rows_than_a_register_can_tell_are_refused():
    with pytest.raises(ValueError, match="Counters must have at most 65536 rows, not 65537"):
        StreamCounters(num_edges=COUNTS_PER_ROW << COUNT_ROW_BITS, num_slots=1)
