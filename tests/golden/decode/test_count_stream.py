"""The golden twin of the counters: sums that stop at all ones."""

import numpy as np

from quantacore.golden.decode.count_stream import count_stream
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.stream_counts import MOST_COUNT


def test_counts_are_sums_over_rounds_and_windows():
    rng = np.random.default_rng(1)
    rounds = rng.random((30, 8)) < 0.3
    committed = rng.random((10, 21)) < 0.2
    found = count_stream(rounds, pack_bits(committed), num_edges=21)
    assert found.events.tolist() == [sum(column) for column in rounds.T.tolist()]
    assert found.corrections.tolist() == [sum(column) for column in committed.T.tolist()]
    assert (found.windows, found.rounds) == (10, 30)


def test_counts_stop_at_all_ones():
    rounds = np.broadcast_to(np.array([True, False]), (MOST_COUNT + 3, 2))
    found = count_stream(rounds, np.zeros((0, 1), np.uint8), num_edges=3)
    assert found.events.tolist() == [MOST_COUNT, 0]
    assert found.corrections.tolist() == [0, 0, 0]
