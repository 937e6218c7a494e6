"""Parts of the noise: pooled by groups as edges are expected, refused where they do not fit."""

import numpy as np
import pytest

from quantacore.host.predict.device import NoiseParts

GOOD = {
    "shares": np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]),
    "exponents": np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5]]),
    "groups": np.array([0, 0, 1]),
    "expected": np.array([3.0, 1.0, 0.0]),
}


def test_parts_of_groups_are_those_of_their_edges_as_expected() -> None:
    parts = NoiseParts(**GOOD)
    assert parts.num_qubits == 3
    # The second group is never expected: its edges count alike.
    np.testing.assert_allclose(parts.of_groups, np.array([[0.875, 0.125], [0.0, 1.0]]))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"exponents": np.ones((3, 3))}, "Exponents must be of 2 parts"),
        ({"groups": np.array([0, 1])}, "Groups must be of 3 edges"),
        ({"expected": np.ones(4)}, "Expected must be of 3 edges"),
        ({"shares": np.ones((3, 2))}, "those of each edge sum to 1"),
        ({"shares": np.array([[2.0, -1.0]] * 3)}, "Shares must be at least 0"),
    ],
)
def test_parts_reject_what_does_not_fit(changes: dict[str, np.ndarray], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        NoiseParts(**{**GOOD, **changes})
