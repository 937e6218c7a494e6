"""What a streaming core counts for its host: corrections by edge, detection events by slot.

In: rows of counters, as the core's registers show them.   Out: `StreamCounts`.
Next: `quantacore.golden.decode.count_stream` (the golden twin), `quantacore.hdl.stream_counters`.

Counters lie in rows of `COUNTS_PER_ROW`: first those of the edges of the plan's graph, then, from
a new row on, those of the slots of a round.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

COUNT_BITS = 24
"""Width of a counter; it stops at all ones."""
MOST_COUNT = (1 << COUNT_BITS) - 1
COUNTS_PER_ROW = 4


@dataclass(frozen=True, kw_only=True)
class StreamCounts:
    """Counts since the snapshot before, or since reset."""

    corrections: np.ndarray
    """``int64``, shape ``(num_edges,)``: windows that committed the edge, up to `MOST_COUNT`."""
    events: np.ndarray
    """``int64``, shape ``(num_slots,)``: rounds with a defect in the slot, up to `MOST_COUNT`."""
    windows: int
    """Windows that are counted; those without a correction too."""
    rounds: int
    """Rounds that are counted; a little ahead of the windows."""


def num_count_rows(num_counters: int) -> int:
    """Return how many rows so many counters take.

    Examples
    --------
    >>> num_count_rows(9)
    3
    """
    return -(-num_counters // COUNTS_PER_ROW)


def counts_of_rows(
    rows: Sequence[Sequence[int]], *, num_edges: int, num_slots: int, windows: int, rounds: int
) -> StreamCounts:
    """Return the counts that all rows of a core hold.

    Parameters
    ----------
    rows : sequence of sequence of int
        In the order of the core, each of `COUNTS_PER_ROW`.
    num_edges, num_slots : int
    windows, rounds : int
        Registers ``count_windows`` and ``count_rounds``.

    Raises
    ------
    ValueError
        If the rows are not as many as edges and slots take.
    """
    edge_rows = num_count_rows(num_edges)
    table = np.array(rows, np.int64)
    expected = (edge_rows + num_count_rows(num_slots), COUNTS_PER_ROW)
    if table.shape != expected:
        raise ValueError(f"Rows of counters must be of shape {expected}, not {table.shape}")
    return StreamCounts(
        corrections=table[:edge_rows].reshape(-1)[:num_edges],
        events=table[edge_rows:].reshape(-1)[:num_slots],
        windows=windows,
        rounds=rounds,
    )
