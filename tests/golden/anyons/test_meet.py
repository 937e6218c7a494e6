"""Best braids of a length."""

import numpy as np
import pytest

from quantacore.golden.anyons.braid_word import exact_matrix
from quantacore.golden.anyons.meet import LONGEST_BEST, best_braid, shortest_word
from quantacore.golden.anyons.short_braids import short_braids
from quantacore.golden.anyons.target import Target, certified_distance, float_distance

PUBLISHED = {
    ("H", 12): 6.6e-2,
    ("H", 16): 3.5e-2,
    ("H", 20): 2.3e-2,
    ("H", 22): 8.9e-3,
    ("T", 14): 3.2e-2,
    ("T", 20): 1.5e-2,
}
"""Optimum of words of exactly so many exchanges, to two digits."""


@pytest.mark.parametrize(("gate", "length"), PUBLISHED)
def test_best_braid_reaches_the_published_optimum(gate: str, length: int) -> None:
    target = Target(gate)
    word = best_braid(target.floats(), length, exactly=True)
    assert len(word) <= length
    assert (length - len(word)) % 2 == 0
    error = certified_distance(exact_matrix(word), target)[1]
    assert float(f"{error:.1e}") == PUBLISHED[gate, length]
    # Fewer exchanges of the other parity may be better.
    at_most = certified_distance(exact_matrix(best_braid(target.floats(), length)), target)[1]
    assert at_most <= error


@pytest.mark.parametrize("length", [0, 1, 2, 7, 10])
@pytest.mark.parametrize("seed", [1, 2])
def test_best_braid_matches_exhaustive_search(length: int, seed: int) -> None:
    target = Target(f"random:{seed}")
    gates = short_braids(length).quaternions
    nearest = np.sqrt(2 - 2 * np.abs(gates @ target.floats()).max())
    word = best_braid(target.floats(), length)
    assert len(word) <= length
    assert certified_distance(exact_matrix(word), target)[1] == pytest.approx(nearest, abs=1e-9)


def test_best_braid_finds_a_braid_again() -> None:
    word = (1, 2, 2, -1, 2, 2, 2, 1, -2, -1, -1, 2)
    gate = np.array([float(part) for part in exact_matrix(word).quaternion()])
    found = exact_matrix(best_braid(gate, len(word)))
    assert float_distance(np.array([float(p) for p in found.quaternion()]), gate) < 1e-7


def test_shortest_word_is_found() -> None:
    assert shortest_word((1, 2, 1, -2, -1, -2)) == ()
    assert len(shortest_word((1, 2, 1, 1, 2, 1))) == 0  # the full twist is a phase
    braids = short_braids(9)
    for index in (50, 700, braids.starts[-1] - 1):
        word = braids.word(index)
        detour = (2, 1, 2, *word, -2, -1, -2)
        gate = shortest_word((-2, -1, -2, *detour, 2, 1, 2))
        assert len(gate) == len(word)


def test_ties_are_broken_by_length() -> None:
    """Nothing of 13 to 16 exchanges is nearer than the best of 12."""
    gate = Target("random:1").floats()
    assert len(best_braid(gate, 16)) == len(best_braid(gate, 12)) == 12


@pytest.mark.parametrize("length", [-1, LONGEST_BEST + 1])
def test_best_braid_rejects_other_lengths(length: int) -> None:
    with pytest.raises(ValueError, match="Length must be 0 to"):
        best_braid(np.array([1.0, 0, 0, 0]), length)
