"""Exact arithmetic for braids of Fibonacci anyons: the ring Z[w] with w = exp(i pi / 5).

In: integers.   Out: `Cyclotomic` numbers and `ExactUnitary` matrices, without any rounding.
Next: `quantacore.golden.anyons.braid_word`, `quantacore.golden.anyons.norm_equation`.

Every braid of three Fibonacci anyons is, up to a power of w,

    [[u, conj(v) sqrt(t) w^k], [v sqrt(t), -conj(u) w^k]],   |u|^2 + t |v|^2 = 1,

with u and v in Z[w] and t = w^2 - w^3, the inverse golden ratio; and every such matrix is a braid.

Source: Kliuchnikov, Bocharov & Svore, Phys. Rev. Lett. 112, 140504 (2014), arXiv:1310.4150.
"""

import math
from dataclasses import dataclass
from typing import Any

import mpmath


@dataclass(frozen=True)
class Cyclotomic:
    """The number a + b w + c w^2 + d w^3."""

    a: int
    b: int = 0
    c: int = 0
    d: int = 0

    def __add__(self, other: "Cyclotomic") -> "Cyclotomic":
        return Cyclotomic(self.a + other.a, self.b + other.b, self.c + other.c, self.d + other.d)

    def __sub__(self, other: "Cyclotomic") -> "Cyclotomic":
        return Cyclotomic(self.a - other.a, self.b - other.b, self.c - other.c, self.d - other.d)

    def __neg__(self) -> "Cyclotomic":
        return Cyclotomic(-self.a, -self.b, -self.c, -self.d)

    def __mul__(self, other: "Cyclotomic") -> "Cyclotomic":
        a, b, c, d = self.a, self.b, self.c, self.d
        e, f, g, h = other.a, other.b, other.c, other.d
        # Powers 4, 5 and 6 of w are w^3 - w^2 + w - 1, -1 and -w.
        p4 = b * h + c * g + d * f
        return Cyclotomic(
            a * e - p4 - (c * h + d * g),
            a * f + b * e + p4 - d * h,
            a * g + b * f + c * e - p4,
            a * h + b * g + c * f + d * e + p4,
        )

    def conjugate(self) -> "Cyclotomic":
        """Return the complex conjugate: w -> 1/w."""
        a, b, c, d = self.a, self.b, self.c, self.d
        return Cyclotomic(a + b, -b, b - d, -b - c)

    def galois(self) -> "Cyclotomic":
        """Return the image under w -> w^3, which takes t to -1 - t."""
        a, b, c, d = self.a, self.b, self.c, self.d
        return Cyclotomic(a + d, -c - d, d, b - d)

    def square_norm(self) -> tuple[int, int]:
        """Return (x, y) with ``|self|^2 = x + y t``."""
        product = self * self.conjugate()
        return product.a, product.c

    def norm(self) -> int:
        """Return the norm over the integers, at least 0."""
        x, y = self.square_norm()
        return golden_norm(x, y)

    def value(self, context: Any = mpmath.mp) -> tuple[Any, Any]:
        """Return real and imaginary part, in mpmath's context (``mpmath.iv``: intervals)."""
        # Angles of 36, 72 and 108 degrees in square roots: exact up to the context's rounding.
        root5 = context.sqrt(context.mpf(5))
        cos36, cos72 = (1 + root5) / 4, (root5 - 1) / 4
        sin36, sin72 = context.sqrt(10 - 2 * root5) / 4, context.sqrt(10 + 2 * root5) / 4
        # The imaginary part of w^3 is that of w^2, sin 108 = sin 72.
        real = self.a + self.b * cos36 + (self.c - self.d) * cos72
        return real, self.b * sin36 + (self.c + self.d) * sin72


def golden_norm(x: int, y: int) -> int:
    """Return the norm of ``x + y t`` over the integers."""
    return x * x - x * y - y * y


def golden(x: int, y: int) -> Cyclotomic:
    """Return ``x + y t``."""
    return Cyclotomic(x, 0, y, -y)


def golden_floor(x: int, y: int) -> int:
    """Return the largest integer not above ``x + y t``, exactly.

    Examples
    --------
    >>> golden_floor(0, 1), golden_floor(0, -1), golden_floor(-1, 2)
    (0, -1, 0)
    """
    # x + y t = (2x - y + y sqrt 5) / 2.
    root = math.isqrt(5 * y * y)
    if y < 0:
        root = -root - 1
    return (2 * x - y + root) // 2


ZERO = Cyclotomic(0)
ONE = Cyclotomic(1)
TAU = golden(0, 1)
PHI = golden(1, 1)
"""Golden ratio, 1/t."""
ROOTS = [ONE]
"""Powers 0 .. 9 of w."""
for _ in range(9):
    ROOTS.append(ROOTS[-1] * Cyclotomic(0, 1))


@dataclass(frozen=True)
class ExactUnitary:
    """The matrix of the module's docstring."""

    u: Cyclotomic
    v: Cyclotomic
    k: int
    """Power of w, 0 .. 9. The determinant is ``-w^k``."""

    def __matmul__(self, other: "ExactUnitary") -> "ExactUnitary":
        root = ROOTS[self.k]
        return ExactUnitary(
            self.u * other.u + self.v.conjugate() * root * TAU * other.v,
            self.v * other.u - self.u.conjugate() * root * other.v,
            (self.k + other.k + 5) % 10,
        )

    def times_root(self, power: int) -> "ExactUnitary":
        """Return the matrix times ``w^power``."""
        root = ROOTS[power % 10]
        return ExactUnitary(self.u * root, self.v * root, (self.k + 2 * power) % 10)

    def is_unitary(self) -> bool:
        """Tell whether ``|u|^2 + t |v|^2 = 1``, exactly."""
        x, y = (golden(*self.u.square_norm()) + TAU * golden(*self.v.square_norm())).square_norm()
        return (x, y) == (1, 0)

    def equals_up_to_phase(self, other: "ExactUnitary") -> bool:
        """Tell whether the matrices differ by a power of w only."""
        return any(self.times_root(power) == other for power in range(10))

    def quaternion(self, context: Any = mpmath.mp) -> tuple[Any, Any, Any, Any]:
        """Return (q0, q1, q2, q3) with ``matrix = phase * (q0 - i (q1 X + q2 Y + q3 Z))``.

        The sign is arbitrary, as the phase is.
        """
        root_tau = context.sqrt((context.sqrt(context.mpf(5)) - 1) / 2)
        # Divide by the square root of the determinant, exp(i pi (k + 5) / 10).
        angle = -context.pi * (self.k + 5) / 10
        turn = context.cos(angle), context.sin(angle)
        u = _times(self.u.value(context), turn)
        v = _times(self.v.value(context), turn)
        return u[0], -v[1] * root_tau, v[0] * root_tau, -u[1]


def _times(left: tuple[Any, Any], right: tuple[Any, Any]) -> tuple[Any, Any]:
    return left[0] * right[0] - left[1] * right[1], left[0] * right[1] + left[1] * right[0]


IDENTITY = ExactUnitary(ONE, ZERO, 5)
F_MATRIX = ExactUnitary(TAU, ONE, 0)
T_MATRIX = ExactUnitary(ONE, ZERO, 6)
"""diag(1, w)."""
SIGMA = {1: ExactUnitary(ROOTS[6], ZERO, 4)}
"""Letter of a braid -> its matrix: ``SIGMA[1] = diag(w^-4, w^3)``, ``SIGMA[2] = F SIGMA[1] F``."""
SIGMA[-1] = ExactUnitary(ROOTS[4], ZERO, 6)
for _sign in (1, -1):
    SIGMA[2 * _sign] = F_MATRIX @ SIGMA[_sign] @ F_MATRIX
