"""Lattice points near a point."""

import itertools

import numpy as np
import pytest
from mpmath import mp

from quantacore.golden.anyons.lattice import points_near, reduce_basis


def test_points_match_exhaustive_search() -> None:
    rng = np.random.default_rng(5)
    basis = rng.normal(size=(3, 3)) + np.eye(3)
    basis[2] += 7 * basis[0] - 4 * basis[1]  # skew: reduction has something to do
    centre, radius = rng.normal(size=3), 2.0
    span = range(-40, 41)
    expected = {
        point
        for point in itertools.product(range(-40, 41), span, range(-4, 5))
        if np.linalg.norm(np.array(point) @ basis - centre) <= radius
    }
    found = {tuple(p) for p in points_near(basis.tolist(), centre.tolist(), radius)}
    assert expected <= found
    assert all(np.linalg.norm(np.array(p) @ basis - centre) <= radius + 1e-9 for p in found)
    assert len(expected) > 3


def test_reduced_vectors_are_short() -> None:
    basis = [[mp.mpf(x) for x in row] for row in ([1, 10**12], [0, 10**12 + 1])]
    vectors, made_of = reduce_basis(basis)
    # The determinant is about 1e12: two vectors of about 1e6, or a short one.
    assert max(abs(x) for vector in vectors for x in vector) < 2e12
    assert min(sum(x * x for x in vector) for vector in vectors) <= 2
    assert abs(made_of[0][0] * made_of[1][1] - made_of[0][1] * made_of[1][0]) == 1


@pytest.mark.parametrize("radius", [0.1, 1.5])
def test_points_of_the_square_lattice(radius: float) -> None:
    found = list(points_near([[1, 0], [0, 1]], [0.2, 0.1], radius))
    assert len(found) == (0 if radius < 0.2 else 8 if radius == 1.5 else -1)
