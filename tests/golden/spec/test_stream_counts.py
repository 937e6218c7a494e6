"""Rows of counters become counts."""

import numpy as np
import pytest

from quantacore.golden.spec.stream_counts import counts_of_rows, num_count_rows


def test_rows_of_edges_come_first_and_slots_begin_a_new_row():
    rows = np.arange(20).reshape(5, 4)
    found = counts_of_rows(rows, num_edges=9, num_slots=5, windows=7, rounds=8)
    assert found.corrections.tolist() == list(range(9))
    assert found.events.tolist() == [12, 13, 14, 15, 16]
    assert (found.windows, found.rounds) == (7, 8)
    assert num_count_rows(9) + num_count_rows(5) == len(rows)


def test_missing_rows_are_refused():
    with pytest.raises(ValueError, match=r"must be of shape \(5, 4\), not \(4, 4\)"):
        counts_of_rows(np.zeros((4, 4)), num_edges=9, num_slots=5, windows=0, rounds=0)
