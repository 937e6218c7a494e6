"""Norm equations."""

import random

import pytest

from quantacore.golden.anyons.cyclotomic import Cyclotomic, golden_norm
from quantacore.golden.anyons.norm_equation import (
    greatest_common_divisor,
    is_probable_prime,
    solve_norm_equation,
    square_root_modulo,
)


def test_easy_equations_are_solved() -> None:
    rng = random.Random("norm_equation")
    solved = 0
    for _ in range(200):
        size = 10 ** rng.randrange(1, 12)
        x, y = Cyclotomic(*(rng.randrange(-size, size) for _ in range(4))).square_norm()
        rest = golden_norm(x, y)
        while rest % 5 == 0:
            rest //= 5
        found = solve_norm_equation(x, y)
        assert (found is not None) == (rest == 1 or is_probable_prime(rest)), (x, y)
        if found is not None:
            assert found.square_norm() == (x, y)
            solved += 1
    assert solved > 10


@pytest.mark.parametrize(("x", "y"), [(-1, 0), (1, 3), (3, 0), (2, 0), (4, 1)])
def test_equations_without_easy_solution_give_none(x: int, y: int) -> None:
    """Negative; negative for the other embedding; norms 9, 4 and 11 (not solvable or not easy)."""
    found = solve_norm_equation(x, y)
    assert found is None or found.square_norm() == (x, y)
    assert (found is None) == (golden_norm(x, y) != 11)


def test_primes_and_roots() -> None:
    sieve = [n for n in range(2, 500) if all(n % d for d in range(2, n))]
    assert [n for n in range(500) if is_probable_prime(n)] == sieve
    assert not is_probable_prime(3215031751)  # strong pseudoprime to 2, 3, 5 and 7
    for prime in sieve[1:30]:
        squares = {n * n % prime for n in range(prime)}
        for n in range(prime):
            root = square_root_modulo(n, prime)
            assert (root is not None) == (n in squares)
            assert root is None or root * root % prime == n


def test_common_divisor_divides() -> None:
    common = Cyclotomic(3, -1, 4, 2)
    found = greatest_common_divisor(
        common * Cyclotomic(5, 1, 0, 2), common * Cyclotomic(1, 7, 1, 0)
    )
    assert found is not None
    assert found.norm() % common.norm() == 0
