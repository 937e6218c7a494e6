"""Take snapshots of a core's counters and read them, each exactly once.

In: `Transport`, sizes of the core.   Out: `StreamCounts`.
Next: `quantacore.host.driver` (`Driver.take_counts`).   Registers: ``docs/registers.md``.
"""

import asyncio
from collections.abc import Awaitable, Callable

from quantacore.golden.spec.registers import REGISTER_BY_NAME
from quantacore.golden.spec.stream_counts import (
    COUNTS_PER_ROW,
    StreamCounts,
    counts_of_rows,
    num_count_rows,
)
from quantacore.host.transport import Access

ROWS_AT_A_TIME = 16
"""Between them others get their turn at the link."""


class CountReader:
    """Counters of one core.

    Parameters
    ----------
    num_edges, num_slots : int
    exchange : function
        As `Transport.exchange`.
    until_idle : function
        Waits until the register ``count_status`` says that the counters are not busy.
    """

    def __init__(
        self,
        *,
        num_edges: int,
        num_slots: int,
        exchange: Callable[[list[Access]], Awaitable[list[int]]],
        until_idle: Callable[[], Awaitable[None]],
    ) -> None:
        self.num_edges = num_edges
        self.num_slots = num_slots
        self.num_rows = num_count_rows(num_edges) + num_count_rows(num_slots)
        self._exchange = exchange
        self._until_idle = until_idle
        self._reading = asyncio.Lock()
        self._has_unread = False

    def forget(self) -> None:
        """Know that the core was reset: there is no snapshot that was not read."""
        self._has_unread = False

    async def take(self) -> StreamCounts:
        """Return the counts since those that were returned last.

        One whose reading failed is read again, and no new one taken: nothing is lost.
        """
        async with self._reading:
            await self._until_idle()
            if not self._has_unread:
                await self._exchange([_write("count_snapshot", 0)])
                self._has_unread = True
                await self._until_idle()
            rows: list[list[int]] = []
            for first in range(0, self.num_rows, ROWS_AT_A_TIME):
                some = range(first, min(first + ROWS_AT_A_TIME, self.num_rows))
                found = await self._exchange([access for row in some for access in _read_row(row)])
                rows += [
                    found[start : start + COUNTS_PER_ROW]
                    for start in range(0, len(found), COUNTS_PER_ROW)
                ]
            windows, rounds = await self._exchange([_read("count_windows"), _read("count_rounds")])
            self._has_unread = False
        return counts_of_rows(
            rows,
            num_edges=self.num_edges,
            num_slots=self.num_slots,
            windows=windows,
            rounds=rounds,
        )


def _read(register: str) -> Access:
    return REGISTER_BY_NAME[register].address, None


def _write(register: str, value: int) -> Access:
    return REGISTER_BY_NAME[register].address, value


def _read_row(row: int) -> list[Access]:
    return [_write("count_row", row), *(_read(f"count_{lane}") for lane in range(COUNTS_PER_ROW))]
