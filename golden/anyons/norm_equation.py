"""Solve ``|v|^2 = x + y t`` in Z[w], where the norm of the right side is easy.

In: two whole numbers.   Out: `Cyclotomic`, or None.
Next: `quantacore.golden.anyons.number_theoretic`.

Easy: positive under both embeddings, with a norm that is 1 or a prime that is 1 modulo 5, times
powers of 5. Then a square root modulo the prime and one greatest common divisor do it.

Source: Kliuchnikov, Bocharov & Svore, arXiv:1310.4150, section on norm equations; Z[w] is
Euclidean (its norm becomes smaller in division with rounding).
"""

import itertools
import math

from quantacore.golden.anyons.cyclotomic import (
    ONE,
    PHI,
    TAU,
    ZERO,
    Cyclotomic,
    golden,
    golden_floor,
    golden_norm,
)

WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
"""Miller and Rabin's test with these is a proof below 3e24. Above, a composite number that passes
only means that a candidate fails: every solution is checked."""

SQRT_MINUS = Cyclotomic(0, 2) - PHI
"""``w - 1/w = 2 i sin 36``; its square is ``t - 2``."""
ROOT_5 = golden(1, 2)
"""``1 + 2 t``, the square root of 5."""
PRIME_ABOVE_5 = ONE + Cyclotomic(0, 1)
"""``1 + w``: its fourth power is 5 but for a unit."""


def solve_norm_equation(x: int, y: int) -> Cyclotomic | None:
    """Return ``v`` with ``|v|^2 = x + y t``, or None if there is none or it is not easy.

    Examples
    --------
    >>> v = solve_norm_equation(3, 1)  # norm 5
    >>> v.square_norm()
    (3, 1)
    """
    if (x, y) == (0, 0):
        return ZERO
    norm = golden_norm(x, y)
    if norm <= 0 or golden_floor(x, y) < 0:
        return None
    target = golden(x, y)
    found = ONE
    while norm % 5 == 0:
        divided = exact_quotient(target, ROOT_5)
        if divided is None:
            return None
        target, norm = divided, norm // 5
        found = found * PRIME_ABOVE_5
    # Signs of the embeddings of sqrt 5 differ; what is left is off by a unit, mended below.
    if norm not in (1, -1):
        factor = _above_prime(target, abs(norm))
        if factor is None:
            return None
        found = found * factor
    return _with_unit(found, x, y)


def _above_prime(target: Cyclotomic, prime: int) -> Cyclotomic | None:
    """Return a number whose square norm is the target times a unit."""
    if prime % 5 != 1 or not is_probable_prime(prime):
        return None
    x, y = target.a, target.c
    # In Z[t] modulo the target, t is this whole number.
    if math.gcd(y, prime) != 1:
        return None
    tau = -x * pow(y, -1, prime) % prime
    root = square_root_modulo((tau - 2) % prime, prime)
    if root is None:
        return None
    return greatest_common_divisor(target, Cyclotomic(root) - SQRT_MINUS)


def _with_unit(found: Cyclotomic, x: int, y: int) -> Cyclotomic | None:
    """Return the number times the power of t that makes its square norm right."""
    p, q = found.square_norm()
    conjugate_side = golden(x, y)
    ratio = exact_quotient(conjugate_side, golden(p, q))
    if ratio is None or ratio.norm() != 1:
        return None
    # The ratio is an even power of t.
    steps = 0
    while golden_floor(ratio.a, ratio.c) >= 2:
        ratio, found, steps = ratio * TAU * TAU, found * PHI, steps + 1
    while (ratio.a, ratio.c) != (1, 0):
        if steps > 10_000 or golden_floor(ratio.a, ratio.c) >= 3:
            return None
        ratio, found, steps = ratio * PHI * PHI, found * TAU, steps + 1
    return found if found.square_norm() == (x, y) else None


def exact_quotient(left: Cyclotomic, right: Cyclotomic) -> Cyclotomic | None:
    """Return ``left / right`` if it is in the ring."""
    numerator, denominator = _fraction(left, right)
    parts = (numerator.a, numerator.b, numerator.c, numerator.d)
    if any(part % denominator for part in parts):
        return None
    return Cyclotomic(*(part // denominator for part in parts))


def _fraction(left: Cyclotomic, right: Cyclotomic) -> tuple[Cyclotomic, int]:
    """Return a numerator in the ring and a whole denominator of ``left / right``."""
    x, y = right.square_norm()
    # 1 / (x + y t) = (x - y - y t) / norm: the other embedding of t is -1 - t.
    return left * right.conjugate() * golden(x - y, -y), golden_norm(x, y)


def greatest_common_divisor(left: Cyclotomic, right: Cyclotomic) -> Cyclotomic | None:
    """Return a common divisor of largest norm; None if division does not get on (never seen)."""
    while right != ZERO:
        rest = _remainder(left, right)
        if rest is None:
            return None
        left, right = right, rest
    return left


def _remainder(left: Cyclotomic, right: Cyclotomic) -> Cyclotomic | None:
    numerator, denominator = _fraction(left, right)
    parts = (numerator.a, numerator.b, numerator.c, numerator.d)
    floors = [part // denominator for part in parts]
    nearest = [(2 * part + denominator) // (2 * denominator) for part in parts]
    limit = right.norm()
    rest = left - Cyclotomic(*nearest) * right
    if rest.norm() < limit:
        return rest
    for steps in itertools.product((0, 1), repeat=4):  # the corners around the quotient
        corner = Cyclotomic(*(f + s for f, s in zip(floors, steps, strict=True)))
        rest = left - corner * right
        if rest.norm() < limit:
            return rest
    return None


def is_probable_prime(number: int) -> bool:
    """Tell whether a number passes Miller and Rabin's test with `WITNESSES`."""
    if number < 2:
        return False
    for prime in WITNESSES:
        if number % prime == 0:
            return number == prime
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for witness in WITNESSES:
        value = pow(witness, odd, number)
        if value in (1, number - 1):
            continue
        for _ in range(twos - 1):
            value = value * value % number
            if value == number - 1:
                break
        else:
            return False
    return True


def square_root_modulo(number: int, prime: int) -> int | None:
    """Return a square root modulo an odd prime, or None (Tonelli and Shanks)."""
    if pow(number, (prime - 1) // 2, prime) != 1:
        return 0 if number % prime == 0 else None
    odd, twos = prime - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    nonresidue = next(n for n in range(2, prime) if pow(n, (prime - 1) // 2, prime) == prime - 1)
    power, root = pow(nonresidue, odd, prime), pow(number, (odd + 1) // 2, prime)
    rest = pow(number, odd, prime)
    while rest != 1:
        order, square = 0, rest
        while square != 1:
            square, order = square * square % prime, order + 1
        step = pow(power, 1 << (twos - order - 1), prime)
        twos, power = order, step * step % prime
        rest, root = rest * power % prime, root * step % prime
    return root
