"""Points are checked, and come back from a file's metadata."""

from typing import Any

import pytest

from quantacore.sim.experiments.point import Point, point_from_metadata


def test_point_comes_back_from_its_metadata() -> None:
    point = Point(distance=5, p=0.003, basis="X")
    assert point_from_metadata(point.metadata) == point
    assert point.metadata == {"d": 5, "r": 5, "p": 0.003, "basis": "X"}
    long = Point(distance=5, p=0.003, rounds=50)
    assert point_from_metadata(long.metadata) == long
    assert long.metadata["r"] == long.num_rounds == 50


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"distance": 4}, "Distance must be odd and at least 3, not 4"),
        ({"p": 0.6}, r"Noise strength must be in \(0, 0.5\], not 0.6"),
        ({"p": float("nan")}, r"Noise strength must be in \(0, 0.5\], not nan"),
        ({"basis": "Y"}, "Basis must be one of X and Z, not 'Y'"),
        ({"rounds": 1}, "Number of rounds must be at least 2, not 1"),
        ({"shots": 0}, "Number of shots must be at least 1, not 0"),
    ],
)
def test_point_rejects(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Point(**{"distance": 3, "p": 0.01, **fields})
