"""Nearest pairs."""

import numpy as np
import pytest

from quantacore.golden.anyons.nearest import cells_of, nearest_pair


@pytest.mark.parametrize("count", [1, 30, 2000])
def test_nearest_pair_matches_exhaustive_search(count: int) -> None:
    rng = np.random.default_rng(count)
    points, queries = rng.normal(size=(count, 4)), rng.normal(size=(20, 4))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    cells = cells_of(points)
    query, point, square = nearest_pair(queries, cells.points, cells.starts, cells.per_side, 4.0)
    overlaps = np.abs(queries @ points.T)
    assert square == pytest.approx(2 - 2 * overlaps.max())
    assert (query, cells.elements[point]) == np.unravel_index(overlaps.argmax(), overlaps.shape)
    # Nothing beats a bound that is the answer.
    answer = nearest_pair(queries, cells.points, cells.starts, cells.per_side, square)
    assert answer[:2] == (-1, -1)
