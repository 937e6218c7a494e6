"""Linear algebra over bits: rows are integers, bit k is column k.

In: rows.   Out: ranks, membership, checks of a span.
Next: `quantacore.golden.gates.faults`.
"""

from collections.abc import Iterable, Sequence


def reduced_rows(rows: Iterable[int]) -> list[int]:
    """Return the reduced row echelon form: independent rows, each with a leading bit of its own.

    Examples
    --------
    >>> reduced_rows([0b011, 0b110, 0b101])
    [5, 3]
    """
    basis: list[int] = []
    for row in rows:
        rest = residue(row, basis)
        if rest:
            top = rest.bit_length() - 1
            basis = [other ^ rest if other >> top & 1 else other for other in basis]
            basis.append(rest)
            basis.sort(reverse=True)
    return basis


def residue(row: int, basis: Sequence[int]) -> int:
    """Return what is left of a row after subtracting rows of a reduced basis; 0 if in the span."""
    for other in basis:
        if row >> (other.bit_length() - 1) & 1:
            row ^= other
    return row


def rank(rows: Iterable[int]) -> int:
    """Return the number of independent rows."""
    return len(reduced_rows(rows))


def checks_of_span(rows: Iterable[int], num_columns: int) -> list[int]:
    """Return rows that have even overlap with all given ones: their dual code.

    Two words are in the same coset of the span exactly if their overlaps with these are the same.
    """
    basis = reduced_rows(rows)
    leading = [row.bit_length() - 1 for row in basis]
    free = [column for column in range(num_columns) if column not in leading]
    return [
        (1 << column)
        | sum(1 << top for top, row in zip(leading, basis, strict=True) if row >> column & 1)
        for column in free
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
