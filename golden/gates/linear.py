"""Linear algebra over bits: rows are integers, bit k is column k.

In: rows.   Out: ranks, membership, checks of a span.
Next: `quantacore.golden.gates.faults`.
"""

from collections.abc import Iterable, Sequence


def pivoted_rows(rows: Iterable[int], *, lowest: bool = False) -> dict[int, int]:
    """Return the reduced basis of a span: pivot -> the only row with that bit, pivots rising.

    The one elimination of the project. It is unique for a rule of pivots.

    Parameters
    ----------
    rows : iterable of int
    lowest : bool
        The pivot of a row is its lowest bit, not its highest one.

    Examples
    --------
    >>> pivoted_rows([0b011, 0b110, 0b101])
    {1: 3, 2: 5}
    >>> pivoted_rows([0b011, 0b110, 0b101], lowest=True)
    {0: 5, 1: 6}
    """
    basis: dict[int, int] = {}
    for row in rows:
        rest = row
        for pivot, other in basis.items():
            if rest >> pivot & 1:
                rest ^= other
        if rest:
            fresh = (rest & -rest if lowest else rest).bit_length() - 1
            for pivot, other in basis.items():
                if other >> fresh & 1:
                    basis[pivot] = other ^ rest
            basis[fresh] = rest
    return dict(sorted(basis.items()))


def reduced_rows(rows: Iterable[int]) -> list[int]:
    """Return the reduced row echelon form: independent rows, each with a leading bit of its own.

    Examples
    --------
    >>> reduced_rows([0b011, 0b110, 0b101])
    [5, 3]
    """
    return list(pivoted_rows(rows).values())[::-1]


def residue(row: int, basis: Sequence[int]) -> int:
    """Return what is left of a row after subtracting rows of a reduced basis; 0 if in the span."""
    for other in basis:
        if row >> (other.bit_length() - 1) & 1:
            row ^= other
    return row


def rank(rows: Iterable[int]) -> int:
    """Return the number of independent rows."""
    return len(reduced_rows(rows))


def checks_of_span(rows: Iterable[int], num_columns: int, *, lowest: bool = False) -> list[int]:
    """Return rows that have even overlap with all given ones: their dual code.

    Two words are in the same coset of the span exactly if their overlaps with these are the same.
    `lowest` is the rule of pivots, as in `pivoted_rows`: it decides which basis it is.

    Examples
    --------
    >>> checks_of_span([0b011], 3)
    [3, 4]
    """
    basis = pivoted_rows(rows, lowest=lowest)
    return [
        (1 << column) | word_of(pivot for pivot, row in basis.items() if row >> column & 1)
        for column in range(num_columns)
        if column not in basis
    ]


def span(rows: Iterable[int]) -> list[int]:
    """Return all words of the span, the zero word first."""
    words = [0]
    for row in reduced_rows(rows):
        words += [word ^ row for word in words]
    return words


def bits_of(word: int) -> list[int]:
    """Return the columns that are set, in increasing order."""
    return [k for k in range(word.bit_length()) if word >> k & 1]


def word_of(columns: Iterable[int]) -> int:
    """Return the row with these columns set."""
    word = 0
    for column in columns:
        word |= 1 << column
    return word
