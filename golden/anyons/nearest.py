"""Find the pair of short braids whose product is nearest to a gate, compiled by numba.

In: quaternions in cells.   Out: indices of the best pair and its distance.
Next: `quantacore.golden.anyons.meet`.
"""

from typing import NamedTuple

import numba
import numpy as np


class Cells(NamedTuple):
    """Unit quaternions of both signs, sorted into cubes by their first three numbers.

    The fourth follows from them but for its sign, so three are enough.
    """

    points: np.ndarray
    """``float64``, shape ``(2 * num_elements, 4)``, sorted by cell."""
    elements: np.ndarray
    """``int64``, per point: index of the element; its sign does not matter."""
    starts: np.ndarray
    """``int64``, shape ``(per_side ** 3 + 1,)``: points of cell c are ``[c] .. [c + 1]``."""
    per_side: int


def cells_of(quaternions: np.ndarray) -> Cells:
    """Sort elements into cells, some points in each.

    Parameters
    ----------
    quaternions : float64, shape ``(num_elements, 4)``
    """
    per_side = int(np.clip(round(len(quaternions) ** (1 / 3)), 4, 96))
    points = np.concatenate([quaternions, -quaternions])
    index = np.clip(((points[:, :3] + 1) * (per_side / 2)).astype(np.int64), 0, per_side - 1)
    cell = (index[:, 0] * per_side + index[:, 1]) * per_side + index[:, 2]
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(per_side**3 + 1))
    elements = order % len(quaternions)
    return Cells(np.ascontiguousarray(points[order]), elements, starts, per_side)


@numba.njit(cache=True)
def nearest_pair(queries, points, starts, per_side, bound):
    """Return (query, point, square distance) of the nearest pair.

    Parameters
    ----------
    queries : float64, shape ``(num_queries, 4)``
    points, starts, per_side
        As in `Cells`.
    bound : float
        Square distance that must be beaten; indices are -1 if none is nearer.
    """
    best = bound
    best_query, best_point = -1, -1
    radius = np.sqrt(best)
    scale = per_side / 2
    for query in range(queries.shape[0]):
        q = queries[query]
        low_0 = max(0, int((q[0] - radius + 1) * scale))
        low_1 = max(0, int((q[1] - radius + 1) * scale))
        low_2 = max(0, int((q[2] - radius + 1) * scale))
        high_0 = min(per_side - 1, int((q[0] + radius + 1) * scale))
        high_1 = min(per_side - 1, int((q[1] + radius + 1) * scale))
        high_2 = min(per_side - 1, int((q[2] + radius + 1) * scale))
        for i in range(low_0, high_0 + 1):
            for j in range(low_1, high_1 + 1):
                row = (i * per_side + j) * per_side
                # Cells of a row lie one after another.
                for point in range(starts[row + low_2], starts[row + high_2 + 1]):
                    square = (
                        (q[0] - points[point, 0]) ** 2
                        + (q[1] - points[point, 1]) ** 2
                        + (q[2] - points[point, 2]) ** 2
                        + (q[3] - points[point, 3]) ** 2
                    )
                    if square < best:
                        best, best_query, best_point = square, query, point
                        radius = np.sqrt(best)
    return best_query, best_point, best
