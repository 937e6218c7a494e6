"""Gates to be braided, and how far a braid is from one, with a certificate.

In: text of a gate, exact matrix of a braid.   Out: `Target`, distance with proved bounds.
Next: `quantacore.golden.anyons.meet`, `quantacore.golden.anyons.number_theoretic`.

Gates are unit quaternions: ``q0 - i (q1 X + q2 Y + q3 Z)``, up to sign. The distance of U and V,
both of determinant 1, is ``sqrt(2 - |tr(U^dagger V)|)``: the length of the difference of their
quaternions, sign chosen; about the angle between them over 2. Global phase does not count.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from quantacore.golden.anyons.cyclotomic import ExactUnitary

LEAST_DIGITS = 40
"""Decimal digits of certified distances, at least."""

_ANGLE = re.compile(r"([+-]?)(?:([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\*?)?(pi)?(?:/([0-9]{1,6}))?")

NAMED = ("H", "S", "T", "X")
KNOWN = 'H, S, T, X, random:SEED or "angles a,b,c"'


@dataclass(frozen=True)
class Target:
    """A gate, named so that its matrix can be made again at any precision."""

    text: str

    def __post_init__(self) -> None:
        self.quaternion()

    def quaternion(self, context: Any = mpmath.mp) -> tuple[Any, Any, Any, Any]:
        """Return the unit quaternion in mpmath's context.

        Raises
        ------
        ValueError
            If the text is no gate.
        """
        text = self.text.strip()
        if text in NAMED:
            return _named(text, context)
        if text.startswith("random:"):
            return _random(text.removeprefix("random:"), context)
        if text.startswith("angles "):
            return _from_angles(text.removeprefix("angles "), context)
        raise ValueError(f"Gate must be {KNOWN}, not {text[:60]!r}")

    def floats(self) -> np.ndarray:
        """Return the quaternion, ``float64`` of shape (4,)."""
        return np.array([float(part) for part in self.quaternion()])


def _named(name: str, context: Any) -> tuple[Any, Any, Any, Any]:
    zero, one = context.mpf(0), context.mpf(1)
    if name == "H":
        root = 1 / context.sqrt(context.mpf(2))
        return zero, root, zero, root
    if name == "X":
        return zero, one, zero, zero
    half = context.pi / (4 if name == "S" else 8)
    return context.cos(half), zero, zero, context.sin(half)


def _random(seed: str, context: Any) -> tuple[Any, Any, Any, Any]:
    """Return a gate drawn from Haar's measure."""
    if not re.fullmatch(r"[0-9]{1,18}", seed):
        raise ValueError(f"Seed of a random gate must be a whole number from 0, not {seed[:40]!r}")
    # Whole numbers, so that the gate is the same at every precision.
    draws = np.random.default_rng(int(seed)).normal(size=4)
    parts = [context.mpf(round(draw * 2**40)) for draw in draws]
    length = context.sqrt(sum(part * part for part in parts))
    w, x, y, z = (part / length for part in parts)
    return w, x, y, z


def _from_angles(text: str, context: Any) -> tuple[Any, Any, Any, Any]:
    """Return ``Rz(a) Ry(b) Rz(c)``."""
    words = [word.strip() for word in text.split(",")]
    if len(words) != 3:
        raise ValueError(f"Gate by angles must have three of them, a,b,c, not {text[:60]!r}")
    a, b, c = (_angle(word, context) for word in words)
    cos, sin = context.cos(b / 2), context.sin(b / 2)
    plus, minus = (a + c) / 2, (a - c) / 2
    return (
        cos * context.cos(plus),
        -sin * context.sin(minus),
        sin * context.cos(minus),
        cos * context.sin(plus),
    )


def _angle(word: str, context: Any) -> Any:
    match = _ANGLE.fullmatch(word)
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"Angle must be a number or like 3pi/4, in radians, not {word[:40]!r}")
    sign, number, pi, divisor = match.groups()
    if divisor is not None and int(divisor) == 0:
        raise ValueError(f"Angle must not be divided by 0: {word[:40]!r}")
    if number is not None and not abs(float(number)) < 1e6:
        raise ValueError(f"Angle must be below 1e6, not {word[:40]!r}")
    value = context.mpf(number if number is not None else 1)
    if pi:
        value = value * context.pi
    value = value / int(divisor or 1)
    return -value if sign == "-" else value


def float_distance(left: np.ndarray, right: np.ndarray) -> float:
    """Return the distance of two quaternions as floats: good to about 1e-8."""
    return float(min(np.linalg.norm(left - right), np.linalg.norm(left + right)))


def _digits(matrix: ExactUnitary) -> int:
    """Return decimal digits that make cancellation in the entries harmless."""
    numbers = [n for part in (matrix.u, matrix.v) for n in (part.a, part.b, part.c, part.d)]
    return max(number.bit_length() for number in numbers) * 2 // 3 + LEAST_DIGITS


def quaternion_of(matrix: ExactUnitary) -> np.ndarray:
    """Return the quaternion of an exact matrix, ``float64`` of shape (4,)."""
    with mpmath.mp.workdps(_digits(matrix)):
        return np.array([float(part) for part in matrix.quaternion()])


def certified_distance(matrix: ExactUnitary, target: Target) -> tuple[float, float]:
    """Return proved bounds of the distance of a braid's exact matrix to a gate.

    The matrix holds whole numbers; everything after that is interval arithmetic, with so many
    digits that cancellation (entries of long braids are large numbers with small sums) is harmless.

    Returns
    -------
    (float, float)
        Below and above; they agree to all printed digits.
    """
    context = mpmath.iv
    before = context.dps
    try:
        context.dps = _digits(matrix)
        braid, gate = matrix.quaternion(context), target.quaternion(context)
        squares = [
            sum((p - s * q) * (p - s * q) for p, q in zip(braid, gate, strict=True))
            for s in (1, -1)
        ]
        low, high = (min(square.a for square in squares), min(square.b for square in squares))
        bounds = context.sqrt(context.mpf([max(mpmath.mpf(0), mpmath.mpf(low)), mpmath.mpf(high)]))
        below, above = float(mpmath.mpf(bounds.a)), float(mpmath.mpf(bounds.b))
    finally:
        context.dps = before
    # To floats outwards.
    return max(0.0, math.nextafter(below, -1.0)), math.nextafter(above, math.inf)
