"""Braids of three Fibonacci anyons as words, and their exact matrices.

In: letters or text.   Out: tuple of letters, text, `ExactUnitary`.
Next: `quantacore.golden.anyons.target`, `quantacore.golden.anyons.short_braids`.

Letter 1 exchanges the left pair counterclockwise, letter 2 the right pair, -1 and -2 clockwise.
The length of a word is its number of letters: elementary exchanges. A word is a product of
matrices, so its last letter is the first in time. The qubit: three anyons of total charge t,
state 0 (1) if the left pair fuses to 1 (t). A fourth anyon that makes the total trivial may rest;
if it moves, exchanging it with the third does what letter 1 does.

Source: conventions of Hormozi, Zikos, Bonesteel & Simon, arXiv:quant-ph/0610111.
"""

import re
from collections.abc import Iterable, Sequence
from functools import reduce

from quantacore.golden.anyons.cyclotomic import IDENTITY, SIGMA, ExactUnitary

Word = tuple[int, ...]

_SYLLABLE = re.compile(r"s([12])(?:\^(-?[0-9]{1,4}))?")

ORDER = 10
"""So many equal exchanges are the identity."""

MOST_LETTERS = 1_000_000
"""Of a word that is read: more is a mistake."""


def exact_matrix(word: Sequence[int]) -> ExactUnitary:
    """Return the product of the letters' matrices.

    Examples
    --------
    >>> exact_matrix([1, 2, 1]) == exact_matrix([2, 1, 2])
    True
    """
    # A balanced tree: entries grow with the length, so most products are of small numbers.
    factors = [SIGMA[letter] for letter in word] or [IDENTITY]
    while len(factors) > 1:
        pairs = [factors[i : i + 2] for i in range(0, len(factors), 2)]
        factors = [reduce(ExactUnitary.__matmul__, pair) for pair in pairs]
    return factors[0]


def inverse(word: Iterable[int]) -> Word:
    """Return the braid undone."""
    return tuple(-letter for letter in reversed(tuple(word)))


def reduced(word: Iterable[int]) -> Word:
    """Return the word with runs of one generator made as short as they can be.

    Examples
    --------
    >>> reduced([1, 2, -2, 1]), reduced([1] * 7)
    ((1, 1), (-1, -1, -1))
    """
    runs: list[tuple[int, int]] = []  # generator, exponent
    for letter in word:
        generator, exponent = abs(letter), 1 if letter > 0 else -1
        if runs and runs[-1][0] == generator:
            exponent = _centred(runs.pop()[1] + exponent)
        if exponent:
            runs.append((generator, exponent))
    return tuple(letter for run in runs for letter in power(*run))


def power(generator: int, exponent: int) -> Word:
    """Return the letters of a generator's power, at most five."""
    exponent = _centred(exponent)
    return (generator if exponent > 0 else -generator,) * abs(exponent)


def _centred(exponent: int) -> int:
    return (exponent + ORDER // 2 - 1) % ORDER - ORDER // 2 + 1


def runs_of(word: Sequence[int]) -> list[tuple[int, int]]:
    """Return (generator, exponent) of each run of equal letters."""
    runs: list[tuple[int, int]] = []
    for letter in word:
        generator, step = abs(letter), 1 if letter > 0 else -1
        if runs and runs[-1][0] == generator and runs[-1][1] * step > 0:
            runs[-1] = (generator, runs[-1][1] + step)
        else:
            runs.append((generator, step))
    return runs


def word_to_text(word: Sequence[int]) -> str:
    """Return the word as text.

    Examples
    --------
    >>> word_to_text([1, 1, -2])
    's1^2 s2^-1'
    """
    return " ".join(
        f"s{generator}" if exponent == 1 else f"s{generator}^{exponent}"
        for generator, exponent in runs_of(word)
    )


def word_from_text(text: str) -> Word:
    """Return the letters of a text as `word_to_text` makes it.

    Raises
    ------
    ValueError
        If it is no such text, or too long.
    """
    word: list[int] = []
    for part in text.split():
        match = _SYLLABLE.fullmatch(part)
        if match is None:
            raise ValueError(
                f"Braid word must be made of s1, s2, s1^2, s2^-3 ..., not {part[:40]!r}"
            )
        exponent = int(match[2] or 1)
        letter = int(match[1]) * (1 if exponent > 0 else -1)
        word += [letter] * abs(exponent)
        if len(word) > MOST_LETTERS:
            raise ValueError(f"Braid word must have at most {MOST_LETTERS} letters")
    return tuple(word)
