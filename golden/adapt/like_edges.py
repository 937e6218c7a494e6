"""Which edges are like each other: the same mechanism in another round.

In: `DecodingGraph` with coordinates.   Out: a group for each edge.
Next: `quantacore.golden.adapt.estimate`, which pools their counts.
"""

import numpy as np

from quantacore.golden.spec.graph import DecodingGraph


def like_edges(graph: DecodingGraph) -> np.ndarray:
    """Return the group of each edge: edges that differ by a shift in time are in one.

    The last coordinate of a detector is time, as stim's generated circuits have it. An edge whose
    detectors have no coordinates is alone in its group.

    Returns
    -------
    int32, shape ``(num_edges,)``
        Groups are numbered from 0 in the order of their first edges.
    """
    groups: dict[tuple[object, ...], int] = {}
    found = np.zeros(graph.num_edges, np.int32)
    for index, edge in enumerate(graph.edges):
        places = [graph.detectors[detector].coordinates for detector in edge.detectors]
        key: tuple[object, ...] = ("alone", index)
        if all(places):
            first = min(place[-1] for place in places)
            key = tuple(sorted((*place[:-1], place[-1] - first) for place in places))
        found[index] = groups.setdefault(key, len(groups))
    return found
