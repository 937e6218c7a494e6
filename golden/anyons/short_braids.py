"""All different gates that short braids give, with a shortest word for each.

In: largest length.   Out: `ShortBraids`.   Next: `quantacore.golden.anyons.meet`.

Breadth first: words of n + 1 letters are those of n with one more in front. Two words give the
same gate, up to global phase, if their quaternions agree up to sign. Different gates of the
lengths that are possible here are at least 1e-4 apart, so comparing seven digits is safe.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from quantacore.golden.anyons.braid_word import Word
from quantacore.golden.anyons.cyclotomic import SIGMA
from quantacore.golden.anyons.quaternion import ONE, product

LETTERS = (1, -1, 2, -2)
LETTER_QUATERNIONS = np.array(
    [[float(part) for part in SIGMA[letter].quaternion()] for letter in LETTERS]
)

LONGEST = 18
"""Letters of a short braid, at most: 750,000 gates. A search with them takes half a gigabyte."""


@dataclass(frozen=True)
class ShortBraids:
    """Gates sorted by the length of their shortest words."""

    quaternions: np.ndarray
    """``float64``, shape ``(num_gates, 4)``; the identity first."""
    parents: np.ndarray
    """``int32``: the gate that is left when the first letter is taken off; -1 for the identity."""
    letters: np.ndarray
    """``int8``: the first letter; 0 for the identity."""
    starts: tuple[int, ...]
    """Gates of length n are ``[n] .. [n + 1]``."""

    def indices(self, length: int, parity: int | None = None) -> np.ndarray:
        """Return the gates whose words have at most ``length`` letters, ``int64``.

        Parameters
        ----------
        length : int
        parity : int, optional
            0 or 1: only words of even or odd length.
        """
        lengths = range(length + 1) if parity is None else range(parity, length + 1, 2)
        parts = [np.arange(self.starts[n], self.starts[n + 1]) for n in lengths]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def word(self, index: int) -> Word:
        """Return a shortest word of a gate."""
        word = []
        while index:
            word.append(int(self.letters[index]))
            index = int(self.parents[index])
        return tuple(word)


@cache
def short_braids(length: int) -> ShortBraids:
    """Return all gates of braids with at most ``length`` letters.

    Raises
    ------
    ValueError
        If the length is not 0 to `LONGEST`.

    Examples
    --------
    >>> short_braids(3).starts
    (0, 1, 5, 17, 42)
    """
    if not 0 <= length <= LONGEST:
        raise ValueError(f"Length of short braids must be 0 to {LONGEST}, not {length!r}")
    layers = [ONE[np.newaxis]]
    parents = [np.array([-1], np.int32)]
    letters = [np.zeros(1, np.int8)]
    keys = [_keys(layers[0])]
    starts = [0, 1]
    for _ in range(length):
        latest = layers[-1]
        # Letter by letter in the first axis: ties go to the first letter, then the first parent.
        grown = product(LETTER_QUATERNIONS[:, np.newaxis], latest[np.newaxis]).reshape(-1, 4)
        fresh_keys, places = np.unique(_keys(grown), return_index=True)
        # A letter more or less changes the length by at most 1.
        seen = np.concatenate(keys[-2:])
        places = np.sort(places[~np.isin(fresh_keys, seen)])
        layers.append(grown[places])
        keys.append(_keys(layers[-1]))
        letters.append(np.array(LETTERS, np.int8)[places // len(latest)])
        parents.append((starts[-2] + places % len(latest)).astype(np.int32))
        starts.append(starts[-1] + len(places))
    return ShortBraids(
        np.concatenate(layers), np.concatenate(parents), np.concatenate(letters), tuple(starts)
    )


def _keys(quaternions: np.ndarray) -> np.ndarray:
    """Return a ``uint64`` for each gate, the same for both signs."""
    rounded = np.rint(quaternions * 1e7).astype(np.int64)
    # The sign of the first number that is not 0.
    sign = np.zeros(len(rounded), np.int64)
    for column in range(4):
        sign = np.where(sign == 0, np.sign(rounded[:, column]), sign)
    parts = (rounded * sign[:, np.newaxis]).astype(np.uint64)
    key = np.zeros(len(rounded), np.uint64)
    for column in range(4):
        # Steps of splitmix64: mixes all bits, so that equal keys of different gates do not happen.
        key = (key ^ parts[:, column]) + np.uint64(0x9E3779B97F4A7C15)
        key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(31)
    return key
