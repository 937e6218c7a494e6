"""Best braid of a given length, by meeting in the middle: nothing shorter or equal is nearer.

In: gate, length.   Out: word.   Next: `quantacore.golden.anyons.solovay_kitaev`.

A word of n letters is two words of n / 2. For every gate A of the shorter half, the nearest B to
``A^-1 target`` is looked up among those of the longer half, so all 4^n words are covered.
"""

import numpy as np

from quantacore.golden.anyons.braid_word import Word, exact_matrix, reduced
from quantacore.golden.anyons.nearest import cells_of, nearest_pair
from quantacore.golden.anyons.quaternion import inverse as inverse_quaternion
from quantacore.golden.anyons.quaternion import product
from quantacore.golden.anyons.short_braids import LONGEST, short_braids
from quantacore.golden.anyons.target import float_distance, quaternion_of

LONGEST_BEST = 2 * LONGEST

SAME_GATE = 1e-7
"""Gates nearer than this are the same: different ones of so few letters are not so near."""


def best_braid(target: np.ndarray, length: int, *, exactly: bool = False) -> Word:
    """Return a word of at most ``length`` letters that is nearest to a gate, up to phase.

    Parameters
    ----------
    target : float64, shape ``(4,)``
        Unit quaternion.
    length : int
        0 to `LONGEST_BEST`.
    exactly : bool
        Only words of exactly this many letters. Such a word may hold steps that cancel, so what is
        returned may be shorter by an even number. (Every identity of braids of this model up to
        phase relates words of the same parity, so this is worse than "at most" at times.)

    Raises
    ------
    ValueError
        If the length is out of range.
    """
    if not 0 <= length <= LONGEST_BEST:
        raise ValueError(f"Length must be 0 to {LONGEST_BEST} for the best braid, not {length!r}")
    word = _nearest_word(target, length, exactly=exactly)
    return shortest_word(word) if len(word) <= LONGEST_BEST else word


def shortest_word(word: Word) -> Word:
    """Return a shortest word of the same gate, up to phase.

    Parameters
    ----------
    word : sequence of int
        At most `LONGEST_BEST` letters.
    """
    gate = quaternion_of(exact_matrix(word))
    shortest, too_short = reduced(word), -1
    # A gate of n letters is one of n + 2, by steps that cancel; "at most" makes n + 1 of it.
    while len(shortest) - too_short > 1:
        length = (len(shortest) + too_short) // 2
        found = _nearest_word(gate, length, exactly=False, beyond=SAME_GATE)
        if float_distance(quaternion_of(exact_matrix(found)), gate) < SAME_GATE:
            shortest = found
        else:
            too_short = length
    return shortest


def _nearest_word(
    target: np.ndarray, length: int, *, exactly: bool, beyond: float = np.inf
) -> Word:
    """Return a nearest word, not always the shortest; any if none is nearer than ``beyond``."""
    near, far = length // 2, length - length // 2
    braids = short_braids(far)
    parities = ((0, length % 2), (1, 1 - length % 2)) if exactly else ((None, None),)
    best = np.inf
    word: Word = ()
    for outer_parity, inner_parity in parities:
        outer, inner = braids.indices(near, outer_parity), braids.indices(far, inner_parity)
        if not (len(outer) and len(inner)):
            continue
        # Without the shorter half, to have a bound that the search starts from.
        rest = product(inverse_quaternion(braids.quaternions[outer]), target)
        overlaps = np.abs(braids.quaternions[inner] @ rest[0])
        pair = 0, int(np.argmax(overlaps))
        square = max(2 - 2 * float(overlaps[pair[1]]), 0.0)
        cells = cells_of(braids.quaternions[inner])
        query, point, nearer = nearest_pair(
            rest, cells.points, cells.starts, cells.per_side, min(square, beyond**2)
        )
        if query >= 0:
            pair, square = (query, int(cells.elements[point])), nearer
        if square < best:
            best = square
            word = braids.word(int(outer[pair[0]])) + braids.word(int(inner[pair[1]]))
    return reduced(word)
