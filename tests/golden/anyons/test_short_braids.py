"""Enumeration of short braids."""

import itertools

import numpy as np
import pytest

from quantacore.golden.anyons.braid_word import exact_matrix
from quantacore.golden.anyons.short_braids import LETTERS, LONGEST, short_braids
from quantacore.golden.anyons.target import float_distance, quaternion_of


def test_counts_match_exact_enumeration() -> None:
    """Every word of up to 5 letters, compared in exact numbers."""
    found: list = []
    for length in range(6):
        for word in itertools.product(LETTERS, repeat=length):
            matrix = exact_matrix(word)
            canonical = min(
                (turned.u.a, turned.u.b, turned.u.c, turned.u.d, repr(turned))
                for turned in map(matrix.times_root, range(10))
            )
            found.append((length, canonical))
    first: dict = {}
    for length, canonical in found:
        first.setdefault(canonical, length)
    counts = [sum(n == length for n in first.values()) for length in range(6)]
    assert tuple(np.cumsum([0, *counts])) == short_braids(5).starts


def test_words_are_shortest_and_give_their_gate() -> None:
    braids = short_braids(9)
    for index in np.random.default_rng(1).integers(0, braids.starts[-1], 40):
        word = braids.word(int(index))
        assert braids.starts[len(word)] <= index < braids.starts[len(word) + 1]
        gate = quaternion_of(exact_matrix(word))
        assert float_distance(gate, braids.quaternions[index]) < 1e-12


@pytest.mark.parametrize("length", [-1, LONGEST + 1])
def test_short_braids_rejects_other_lengths(length: int) -> None:
    with pytest.raises(ValueError, match="Length of short braids must be 0 to"):
        short_braids(length)
