"""Solovay and Kitaev's algorithm."""

import numpy as np
import pytest

from quantacore.golden.anyons.quaternion import inverse, product
from quantacore.golden.anyons.solovay_kitaev import (
    at_depth,
    commutator_parts,
    gate_of,
    solovay_kitaev,
)
from quantacore.golden.anyons.target import Target, float_distance


@pytest.mark.parametrize("angle", [1e-6, 0.01, 0.3, 2.0])
def test_commutator_gives_the_gate(angle: float) -> None:
    axis = np.random.default_rng(3).normal(size=3)
    axis /= np.linalg.norm(axis)
    gate = np.concatenate([[np.cos(angle / 2)], np.sin(angle / 2) * axis])
    v, w = commutator_parts(gate)
    made = product(product(v, w), product(inverse(v), inverse(w)))
    assert float_distance(made, gate) < 1e-7 * max(angle, 1e-3)
    # Both are near 1, as the square root of the angle.
    assert float_distance(v, np.array([1.0, 0, 0, 0])) < 1.2 * np.sqrt(angle)


def test_error_falls_with_depth() -> None:
    target = Target("random:4").floats()
    errors = [
        float_distance(gate_of(at_depth(target, depth, base_length=20)), target)
        for depth in range(3)
    ]
    assert errors[0] > 2 * errors[1] > 8 * errors[2]


def test_error_is_reached_or_refused() -> None:
    target = Target("H").floats()
    word = solovay_kitaev(target, 1e-4, base_length=20)
    assert float_distance(gate_of(word), target) <= 1e-4
    with pytest.raises(ValueError, match="Error must be"):
        solovay_kitaev(target, 0)
