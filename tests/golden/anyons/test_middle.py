"""Short braids between rotations."""

import numpy as np
import pytest

from quantacore.golden.anyons.braid_word import exact_matrix
from quantacore.golden.anyons.middle import words_around_rotations
from quantacore.golden.anyons.quaternion import inverse, product
from quantacore.golden.anyons.target import Target, quaternion_of


def test_words_leave_rotations_only() -> None:
    target = Target("random:5").floats()
    words = words_around_rotations(target, 1e-4)
    assert words is not None
    rest = product(inverse(quaternion_of(exact_matrix(words[0]))), target)
    middle = quaternion_of(exact_matrix(words[1]))
    assert abs(np.hypot(rest[0], rest[3]) - np.hypot(middle[0], middle[3])) < 1e-4


def test_words_are_none_when_none_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quantacore.golden.anyons.middle.LONGEST_MIDDLE", 8)
    assert words_around_rotations(Target("random:5").floats(), 1e-17) is None
