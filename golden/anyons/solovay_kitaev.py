"""Braids by the Solovay-Kitaev algorithm: works for any gate set, but its braids are long.

In: gate, error.   Out: word.   Next: `quantacore.golden.anyons.number_theoretic`, which is better.

The error of a braid is a gate near the identity, thus a commutator of two gates that are about
the square root as far from it; these are braided the same way, which makes the error e^1.5.

Source: Dawson & Nielsen, Quantum Inf. Comput. 6, 81 (2006), arXiv:quant-ph/0505030. The first
approximation here is the best braid of a length, from `quantacore.golden.anyons.meet`.
"""

import math

import numpy as np

from quantacore.golden.anyons.braid_word import Word, exact_matrix, inverse, reduced
from quantacore.golden.anyons.meet import best_braid
from quantacore.golden.anyons.quaternion import inverse as inverse_quaternion
from quantacore.golden.anyons.quaternion import product
from quantacore.golden.anyons.target import float_distance, quaternion_of

BASE_LENGTH = 24
"""Letters of first approximations: their error is below 0.02, so that recursion gains."""

LEAST_ERROR = 1e-9
"""Quaternions are floats here: below this, rounding is not small."""

MOST_DEPTH = 6


def solovay_kitaev(target: np.ndarray, error: float, *, base_length: int = BASE_LENGTH) -> Word:
    """Return a braid within ``error`` of a gate, of the smallest depth of recursion that does it.

    Parameters
    ----------
    target : float64, shape ``(4,)``
    error : float
        `LEAST_ERROR` to 1.
    base_length : int
        Letters of first approximations.

    Raises
    ------
    ValueError
        If the error is out of range, or no depth reaches it.
    """
    if not LEAST_ERROR <= error <= 1:
        raise ValueError(f"Error must be {LEAST_ERROR:g} to 1 for sk, not {error!r}")
    for depth in range(MOST_DEPTH + 1):
        word = at_depth(target, depth, base_length=base_length)
        if float_distance(gate_of(word), target) <= error:
            return word
    raise ValueError(f"Base length must be larger to reach error {error!r}, not {base_length!r}")


def at_depth(target: np.ndarray, depth: int, *, base_length: int = BASE_LENGTH) -> Word:
    """Return the braid after ``depth`` steps of recursion, 0 or more."""
    if depth == 0:
        return best_braid(target, base_length)
    word = at_depth(target, depth - 1, base_length=base_length)
    rest = product(target, inverse_quaternion(gate_of(word)))
    parts = [at_depth(part, depth - 1, base_length=base_length) for part in commutator_parts(rest)]
    return reduced(parts[0] + parts[1] + inverse(parts[0]) + inverse(parts[1]) + word)


def gate_of(word: Word) -> np.ndarray:
    """Return the quaternion of a braid, from its exact matrix."""
    return quaternion_of(exact_matrix(word))


def commutator_parts(gate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return V and W with ``V W V^-1 W^-1 = gate``, up to sign, both about as near to 1.

    Parameters
    ----------
    gate : float64, shape ``(4,)``
    """
    gate = gate if gate[0] >= 0 else -gate
    sine = float(np.linalg.norm(gate[1:]))  # of half the rotation's angle
    if sine < 1e-15:
        one = np.array([1.0, 0.0, 0.0, 0.0])
        return one, one
    # sin(half angle) = 2 s^2 sqrt(1 - s^4) with s the sine of half the angle of V and of W:
    # q = s^4 solves 4 q (1 - q) = sine^2.
    s = ((1 - math.sqrt(max(0.0, 1 - sine * sine))) / 2) ** 0.25
    c = math.sqrt(1 - s * s)
    v, w = np.array([c, s, 0.0, 0.0]), np.array([c, 0.0, s, 0.0])
    made = product(product(v, w), product(inverse_quaternion(v), inverse_quaternion(w)))
    made = made if made[0] >= 0 else -made
    turn = _rotation_between(made[1:] / np.linalg.norm(made[1:]), gate[1:] / sine)
    back = inverse_quaternion(turn)
    return product(product(turn, v), back), product(product(turn, w), back)


def _rotation_between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the gate that turns one axis into another."""
    half = np.concatenate([[1 + float(start @ end)], np.cross(start, end)])
    length = float(np.linalg.norm(half))
    if length < 1e-9:  # opposite: half a turn about any axis across
        across = np.cross(start, np.eye(3)[int(np.argmin(np.abs(start)))])
        return np.concatenate([[0.0], across / np.linalg.norm(across)])
    return half / length
