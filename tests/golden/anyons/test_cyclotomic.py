"""Exact numbers and matrices."""

import cmath
import math
import random

import numpy as np
import pytest

from quantacore.golden.anyons.cyclotomic import (
    F_MATRIX,
    IDENTITY,
    ROOTS,
    SIGMA,
    Cyclotomic,
    ExactUnitary,
    golden_floor,
)
from quantacore.golden.anyons.fusion import FIBONACCI, GOLDEN_TAU


def number(x: Cyclotomic) -> complex:
    real, imaginary = x.value()
    return complex(real, imaginary)


def as_array(matrix: ExactUnitary) -> np.ndarray:
    root, w = math.sqrt(GOLDEN_TAU), cmath.exp(1j * math.pi / 5) ** matrix.k
    u, v = number(matrix.u), number(matrix.v)
    return np.array([[u, v.conjugate() * root * w], [v * root, -u.conjugate() * w]])


def random_number(rng: random.Random) -> Cyclotomic:
    return Cyclotomic(*(rng.randrange(-9, 10) for _ in range(4)))


def test_arithmetic_is_that_of_complex_numbers() -> None:
    rng = random.Random("cyclotomic")
    w = cmath.exp(1j * math.pi / 5)
    assert number(Cyclotomic(0, 1)) == pytest.approx(w)
    for _ in range(50):
        x, y = random_number(rng), random_number(rng)
        assert number(x * y) == pytest.approx(number(x) * number(y), abs=1e-9)
        assert number(x.conjugate()) == pytest.approx(number(x).conjugate(), abs=1e-9)
        p, q = x.square_norm()
        assert p + q * GOLDEN_TAU == pytest.approx(abs(number(x)) ** 2, abs=1e-9)
        moved = sum(n * w ** (3 * i) for i, n in enumerate((x.a, x.b, x.c, x.d)))
        assert number(x.galois()) == pytest.approx(moved, abs=1e-9)
        assert golden_floor(x.a, x.b) == math.floor(x.a + x.b * GOLDEN_TAU)


def test_braid_matrices_are_those_of_f_and_r() -> None:
    f = np.array([[FIBONACCI.f("t", "t", "t", "t", e, g) for g in "1t"] for e in "1t"])
    r = np.diag([FIBONACCI.r("t", "t", "1"), FIBONACCI.r("t", "t", "t")])
    assert as_array(F_MATRIX) == pytest.approx(f)
    assert as_array(SIGMA[1]) == pytest.approx(r)
    assert as_array(SIGMA[2]) == pytest.approx(f @ r @ f)


def test_generators_satisfy_the_braid_relations_exactly() -> None:
    assert SIGMA[1] @ SIGMA[2] @ SIGMA[1] == SIGMA[2] @ SIGMA[1] @ SIGMA[2]
    for letter in (1, 2):
        assert SIGMA[letter] @ SIGMA[-letter] == IDENTITY
        power = IDENTITY
        for _ in range(10):
            power = power @ SIGMA[letter]
        assert power == IDENTITY


def test_products_and_quaternions_match_matrices() -> None:
    rng = random.Random("products")
    paulis = [np.eye(2), *np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])]
    exact, floats = IDENTITY, np.eye(2, dtype=complex)
    for _ in range(30):
        letter = rng.choice(list(SIGMA))
        exact, floats = exact @ SIGMA[letter], floats @ as_array(SIGMA[letter])
        assert as_array(exact) == pytest.approx(floats, abs=1e-8)
        assert exact.is_unitary()
        q = [float(part) for part in exact.quaternion()]
        gate = q[0] * paulis[0] - 1j * sum(x * p for x, p in zip(q[1:], paulis[1:], strict=True))
        assert abs(np.trace(gate.conj().T @ floats)) == pytest.approx(2, abs=1e-8)


def test_phases_are_recognised() -> None:
    assert SIGMA[1].times_root(3).equals_up_to_phase(SIGMA[1])
    assert not SIGMA[1].equals_up_to_phase(SIGMA[2])
    assert not ExactUnitary(ROOTS[0] + ROOTS[0], ROOTS[1], 0).is_unitary()
