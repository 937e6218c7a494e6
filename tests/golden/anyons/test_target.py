"""Gates and certified distances."""

import math

import numpy as np
import pytest

from quantacore.golden.anyons.braid_word import exact_matrix
from quantacore.golden.anyons.cyclotomic import IDENTITY
from quantacore.golden.anyons.target import (
    Target,
    certified_distance,
    float_distance,
    quaternion_of,
)
from tests.golden.anyons.test_braid_word import random_word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H", [0, 0.5**0.5, 0, 0.5**0.5]),
        ("X", [0, 1, 0, 0]),
        ("S", [math.cos(math.pi / 4), 0, 0, math.sin(math.pi / 4)]),
        ("T", [math.cos(math.pi / 8), 0, 0, math.sin(math.pi / 8)]),
        ("angles pi/2,0,0", [math.cos(math.pi / 4), 0, 0, math.sin(math.pi / 4)]),
        ("angles 0,-2*pi/3, 0", [0.5, 0, -(0.75**0.5), 0]),
        ("angles 0, pi/2, pi", [0, 0.5**0.5, 0, 0.5**0.5]),
    ],
)
def test_gates_have_their_quaternions(text: str, expected: list[float]) -> None:
    assert float_distance(Target(text).floats(), np.array(expected)) < 1e-12


def test_random_gates_are_unit_and_differ() -> None:
    gates = [Target(f"random:{seed}").floats() for seed in range(5)]
    assert [np.linalg.norm(gate) for gate in gates] == pytest.approx([1] * 5)
    assert len({tuple(gate) for gate in gates}) == 5


@pytest.mark.parametrize(
    "text", ["", "Q", "random:x", "angles 1,2", "angles a,0,0", "angles 1/0,0,0", "angles 1e9,0,0"]
)
def test_target_rejects_other_text(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        Target(text)


@pytest.mark.parametrize("length", [0, 5, 40, 400])
def test_certified_distance_matches_floats(length: int) -> None:
    """400 letters: numbers of eighty digits cancel to numbers of order one."""
    matrix, target = exact_matrix(random_word(length, length)), Target("random:3")
    low, high = certified_distance(matrix, target)
    assert low <= high <= low * (1 + 1e-12)
    assert (low + high) / 2 == pytest.approx(float_distance(quaternion_of(matrix), target.floats()))


def test_certified_distance_is_zero_for_the_gate_itself() -> None:
    low, high = certified_distance(IDENTITY, Target("angles 0,0,0"))
    assert low == 0
    assert high < 1e-15
