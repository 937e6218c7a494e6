"""Say which groups of edges are next to each other: those that share a detector.

In: decoding graph, groups of like edges.   Out: neighbours of each group.
Next: `quantacore.host.predict.recurrent_inputs`.
"""

from collections.abc import Sequence

import numpy as np

from quantacore.golden.spec.graph import BOUNDARY, DecodingGraph


def neighbouring_groups(
    graph: DecodingGraph, groups: Sequence[int] | np.ndarray
) -> list[tuple[int, ...]]:
    """Return for each group the others with an edge at one of its detectors, rising.

    Parameters
    ----------
    graph : DecodingGraph
    groups : int, shape ``(num_edges,)``
        Edge -> group, numbered from 0.

    Raises
    ------
    ValueError
        If there are not as many as edges.
    """
    if len(groups) != graph.num_edges:
        raise ValueError(f"Groups must be one for each of {graph.num_edges} edges")
    at_detector: dict[int, set[int]] = {}
    for ends, group in zip(graph.edge_detectors.tolist(), groups, strict=True):
        for detector in ends:
            if detector != BOUNDARY:
                at_detector.setdefault(detector, set()).add(int(group))
    found: list[set[int]] = [set() for _ in range(int(max(groups)) + 1)]
    for together in at_detector.values():
        for group in together:
            found[group] |= together - {group}
    return [tuple(sorted(each)) for each in found]
