"""Quaternions."""

import numpy as np
import pytest

from quantacore.golden.anyons.quaternion import ONE, inverse, product

PAULIS = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def matrix(q: np.ndarray) -> np.ndarray:
    return q[0] * PAULIS[0] - 1j * np.tensordot(q[1:], PAULIS[1:], 1)


def test_product_is_that_of_matrices() -> None:
    left, right = np.random.default_rng(1).normal(size=(2, 4))
    assert matrix(product(left, right)) == pytest.approx(matrix(left) @ matrix(right))
    unit = left / np.linalg.norm(left)
    assert product(unit, inverse(unit)) == pytest.approx(ONE)
