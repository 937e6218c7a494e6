"""Count what streams hold and what windows commit, as the counters in the fabric do.

In: rounds, committed corrections.   Out: `StreamCounts`.
Next: `quantacore.hdl.stream_counters` (the hardware twin), `quantacore.golden.adapt` (estimates).
"""

import numpy as np

from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.stream_counts import MOST_COUNT, StreamCounts


def count_stream(rounds: np.ndarray, corrections: np.ndarray, *, num_edges: int) -> StreamCounts:
    """Return the counts of a snapshot.

    Parameters
    ----------
    rounds : bool, shape ``(num_rounds, num_slots)``
        Rounds between the snapshot before and this one, as they came.
    corrections : uint8, shape ``(num_windows, ceil(num_edges / 8))``, little-endian bits
        What the windows between them committed: `DecodedWindows.corrections`.
    num_edges : int
        Of the plan's graph.
    """
    committed = unpack_bits(corrections, num_bits=num_edges)
    return StreamCounts(
        corrections=np.minimum(committed.sum(axis=0, dtype=np.int64), MOST_COUNT),
        events=np.minimum(rounds.sum(axis=0, dtype=np.int64), MOST_COUNT),
        windows=len(corrections),
        rounds=len(rounds),
    )
