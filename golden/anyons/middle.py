"""Find short braids that leave only rotations about z to be compiled.

In: gate.   Out: two short words.   Next: `quantacore.golden.anyons.number_theoretic`.

Gates that differ by rotations about z on both sides are those whose upper left entries have the
same absolute value: one number. So among pairs of short braids A and C there is one where that of
``A^-1 gate`` is that of C, up to a small error; about 1/error pairs are enough. Then
``gate = A (rotation) C (rotation)``.
"""

import numpy as np

from quantacore.golden.anyons.braid_word import Word
from quantacore.golden.anyons.quaternion import inverse, product
from quantacore.golden.anyons.short_braids import LONGEST, short_braids

LONGEST_MIDDLE = LONGEST
"""Letters of a word, at most."""


def words_around_rotations(target: np.ndarray, error: float) -> tuple[Word, Word] | None:
    """Return A and C so that ``A diag C diag``, of some diagonals, is within ``error`` of a gate.

    Parameters
    ----------
    target : float64, shape ``(4,)``
    error : float
        At least 1e-12: floats are used.

    Returns
    -------
    (Word, Word) or None
        The shortest pair for the smallest number of letters that a word may have; None if even
        words of `LONGEST_MIDDLE` letters are too few.
    """
    for length in range(2, LONGEST_MIDDLE + 1):
        braids = short_braids(length)
        inner = _angles(braids.quaternions)
        outer = _angles(product(inverse(braids.quaternions), target))
        order = np.argsort(inner, kind="stable")
        place = np.searchsorted(inner[order], outer)
        best: tuple[int, int, int] | None = None
        for step in (-1, 0):
            near = order[np.clip(place + step, 0, len(order) - 1)]
            for index in np.flatnonzero(np.abs(inner[near] - outer) <= error):
                pair = int(index), int(near[index])
                price = sum(_length(braids.starts, element) for element in pair)
                if best is None or price < best[0]:
                    best = price, *pair
        if best is not None:
            return braids.word(best[1]), braids.word(best[2])
    return None


def _angles(quaternions: np.ndarray) -> np.ndarray:
    """Return half the polar angle between z before and after a gate, in [0, pi / 2]."""
    across = np.hypot(quaternions[:, 1], quaternions[:, 2])
    return np.arctan2(across, np.hypot(quaternions[:, 0], quaternions[:, 3]))


def _length(starts: tuple[int, ...], element: int) -> int:
    return int(np.searchsorted(starts, element, side="right")) - 1
