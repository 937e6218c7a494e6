"""Braids for any gate and error, of a length that grows as the logarithm of 1/error.

In: `Target`, error.   Out: word.   Next: `quantacore.golden.anyons.compile`.

A rotation about z is easy: of the matrices of `quantacore.golden.anyons.cyclotomic`, those near it
have u in a thin segment of the unit circle, and the shortest have the smallest conjugate of u. So
candidates for u are lattice points in a thin box of four dimensions; for each, v is wanted with
``|v|^2 = (1 - |u|^2) / t``, and the first that is found is written as a braid. Any other gate is
two rotations with short braids around the first; where no short ones fit, three with F's between.

Source: Kliuchnikov, Bocharov & Svore, arXiv:1310.4150. Here candidates are enumerated in order of
size with lattice reduction, instead of drawn at random; two rotations instead of three are ours.
"""

from typing import Any

from mpmath import mp

from quantacore.golden.anyons.braid_word import Word, exact_matrix, inverse, reduced
from quantacore.golden.anyons.cyclotomic import ROOTS, Cyclotomic, ExactUnitary
from quantacore.golden.anyons.exact_synthesis import braid_of
from quantacore.golden.anyons.lattice import points_near
from quantacore.golden.anyons.middle import words_around_rotations
from quantacore.golden.anyons.norm_equation import solve_norm_equation
from quantacore.golden.anyons.target import Target

F_BRAID: Word = (1, 2, 1)
"""F, up to phase."""

LEAST_ERROR = 1e-30
"""Smallest error that is compiled: seconds, and hundreds of exchanges."""

MOST_ERROR = 0.3

GROWTH = 1.35
"""From one box to the next, its side for the conjugate grows by this."""

MOST_BOXES = 60

MISMATCH = 0.1
"""Share of the error that is left to the short braids between two rotations."""

LEAST_MATCHED = 1e-10
"""Smallest error for which short braids are looked for: too many would be needed."""


def braid_near(target: Target, error: float) -> Word:
    """Return a braid whose distance to a gate is at most ``error``, up to rounding.

    Parameters
    ----------
    target : Target
    error : float
        `LEAST_ERROR` to `MOST_ERROR`.

    Raises
    ------
    ValueError
        If the error is out of range.
    """
    if not LEAST_ERROR <= error <= MOST_ERROR:
        raise ValueError(f"Error must be {LEAST_ERROR:g} to {MOST_ERROR:g}, not {error!r}")
    with mp.workdps(int(-4 * mp.log10(error)) + 40):
        w, x, y, z = target.quaternion()
        u, v = mp.mpc(w, -z), mp.mpc(y, -x)
        if abs(v) < error * 1e-9:
            return rotation_braid(mp.arg(u), error)
        words = None
        if error >= LEAST_MATCHED:
            words = words_around_rotations(target.floats(), error * MISMATCH)
        if words is None:
            return _three_rotations(u, v, error)
        return _two_rotations(u, v, error, *words)


def _two_rotations(u: Any, v: Any, error: float, outer: Word, middle: Word) -> Word:
    """Return the braid of a gate with first column (u, v): outer, rotation, middle, rotation."""
    a, b = _column(inverse(outer))
    # (a, -b*; b, a*) (u, v)
    u, v = a * u - mp.conj(b) * v, b * u + mp.conj(a) * v
    first, last = _outer_angles(u, v, *_column(middle))
    share = error * (1 - MISMATCH) / 2
    return reduced(outer + rotation_braid(first, share) + middle + rotation_braid(last, share))


def _column(word: Word) -> tuple[Any, Any]:
    """Return the first column of a braid's matrix of determinant 1."""
    w, x, y, z = exact_matrix(word).quaternion()
    return mp.mpc(w, -z), mp.mpc(y, -x)


def _outer_angles(u: Any, v: Any, inner_u: Any, inner_v: Any) -> tuple[Any, Any]:
    """Return a and c so that diag(e^ia, e^-ia) M diag(e^ic, e^-ic) has the phases of (u, v)."""
    # Its first column is inner_u e^i(a + c), inner_v e^i(c - a).
    total = mp.arg(u) - mp.arg(inner_u) if inner_u else mp.mpf(0)
    difference = mp.arg(v) - mp.arg(inner_v) if inner_v else mp.mpf(0)
    return (total - difference) / 2, (total + difference) / 2


def _three_rotations(u: Any, v: Any, error: float) -> Word:
    """Return the braid of a gate with first column (u, v), by Euler's angles with F's between."""
    tau = (mp.sqrt(5) - 1) / 2
    tail: Word = ()
    if abs(u) < tau - tau**2 + mp.mpf("0.01"):
        # F D F cannot have so small an entry: take out one more F on the right.
        root = mp.sqrt(tau)
        u, v = u * tau - mp.conj(v) * root, v * tau + mp.conj(u) * root
        u, v, tail = 1j * u, 1j * v, F_BRAID  # F has determinant -1: i F has 1
    # F diag(e^ib, e^-ib) F has entries t^2 e^ib + t e^-ib and t^(3/2) (e^ib - e^-ib).
    cosine = (abs(u) ** 2 - tau**4 - tau**2) / (2 * tau**3)
    middle = mp.acos(max(mp.mpf(-1), min(mp.mpf(1), cosine))) / 2
    inner_u = tau**2 * mp.expj(middle) + tau * mp.expj(-middle)
    first, last = _outer_angles(u, v, inner_u, tau * mp.sqrt(tau) * 2j * mp.sin(middle))
    parts = [rotation_braid(angle, error / 3) for angle in (first, middle, last)]
    return reduced(parts[0] + F_BRAID + parts[1] + F_BRAID + parts[2] + tail)


def rotation_braid(angle: Any, error: float) -> Word:
    """Return a braid near ``diag(e^(i angle), e^(-i angle))``, up to phase.

    Parameters
    ----------
    angle : mpmath number
    error : float
        Largest distance.
    """
    # Up to phase and sign: a matrix's determinant is a power of w, so u's phase is free by half
    # powers of w. Whole and half powers are the two kinds of segment; the better is taken.
    found = [
        (len(word), word)
        for half in (0, 1)
        if (word := _rotation_of_kind(angle, error, half)) is not None
    ]
    if not found:
        raise AssertionError("a rotation must have a braid in the largest box")
    return min(found)[1]


def _rotation_of_kind(angle: Any, error: float, half: int) -> Word | None:
    """Return a braid with determinant w^half (times even powers of w)."""
    # u = e^(i angle) e^(i pi half / 10) s, with Re s >= 1 - error^2 / 2 for the distance.
    direction = mp.expj(angle + mp.pi * half / 10)
    depth = mp.mpf(error) ** 2 / 2
    # The segment has depth `depth` and half width about `error`.
    half_width = mp.sqrt(1 - (1 - depth) ** 2)
    basis_values = [ROOTS[i].value() for i in range(4)]
    conjugates = [ROOTS[i].galois().value() for i in range(4)]
    side = (mp.mpf(depth) * half_width) ** mp.mpf("-0.5") / 2
    tried: set[Cyclotomic] = set()
    for _ in range(MOST_BOXES):
        basis = []
        for (re, im), (conjugate_re, conjugate_im) in zip(basis_values, conjugates, strict=True):
            along = re * direction.real + im * direction.imag
            across = im * direction.real - re * direction.imag
            basis.append(
                [2 * along / depth, across / half_width, conjugate_re / side, conjugate_im / side]
            )
        centre = [2 * (1 - depth / 2) / depth, mp.mpf(0), mp.mpf(0), mp.mpf(0)]
        candidates = [Cyclotomic(*point) for point in points_near(basis, centre, mp.sqrt(3))]
        fresh = [candidate for candidate in candidates if candidate not in tried]
        tried.update(fresh)
        for u in sorted(fresh, key=_size):
            re, im = u.value()
            if re * direction.real + im * direction.imag < 1 - depth:
                continue
            x, y = u.square_norm()
            # (1 - x - y t) / t = (1 - x - y t) (1 + t) = (1 - x - y) + (1 - x) t, as t^2 = 1 - t.
            v = solve_norm_equation(1 - x - y, 1 - x)
            if v is not None:
                return braid_of(ExactUnitary(u, v, (5 + half) % 10))
        side *= GROWTH
    return None


def _size(u: Cyclotomic) -> int:
    """Return a whole number that is the smaller, the shorter the braid."""
    x, y = u.square_norm()
    return 2 * x - y
