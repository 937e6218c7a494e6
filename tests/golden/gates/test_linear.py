"""Linear algebra over bits."""

import random

from quantacore.golden.gates.linear import (
    bits_of,
    checks_of_span,
    pivoted_rows,
    rank,
    reduced_rows,
    residue,
    span,
    word_of,
)


def test_checks_of_span_tell_cosets_apart() -> None:
    rng = random.Random("linear/cosets")
    for _ in range(20):
        rows = [rng.randrange(256) for _ in range(4)]
        checks = checks_of_span(rows, 8)
        assert len(checks) == 8 - rank(rows)
        words = set(span(rows))
        for word in range(256):
            even = all((word & check).bit_count() % 2 == 0 for check in checks)
            assert even == (word in words) == (residue(word, reduced_rows(rows)) == 0)


def test_pivoted_rows_keep_the_span_and_have_pivots_of_their_own_by_either_rule() -> None:
    rng = random.Random("linear/pivots")
    for _ in range(20):
        rows = [rng.randrange(256) for _ in range(5)]
        sums = {0}
        for row in rows:  # by hand: all sums, no elimination
            sums |= {word ^ row for word in sums}
        for lowest in (False, True):
            basis = pivoted_rows(rows, lowest=lowest)
            assert 1 << len(basis) == len(sums)
            assert set(basis.values()) <= sums
            assert list(basis) == sorted(basis)
            for pivot, row in basis.items():
                ends = bits_of(row)
                assert pivot == (ends[0] if lowest else ends[-1])
                assert [k for k, other in basis.items() if other >> pivot & 1] == [pivot]


def test_words_and_bits_are_inverse() -> None:
    for word in (0, 1, 0b1011, 1 << 70):
        assert word_of(bits_of(word)) == word


def test_reduced_rows_have_leading_bits_of_their_own() -> None:
    rows = reduced_rows([0b1110, 0b1101, 0b0011, 0b1000])
    for row in rows:
        top = 1 << (row.bit_length() - 1)
        assert sum(bool(other & top) for other in rows) == 1
