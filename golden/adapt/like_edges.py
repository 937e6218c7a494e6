"""Which edges are like each other: the same mechanism in another round.

In: `DecodingGraph` with coordinates.   Out: a group for each edge.
Next: `quantacore.golden.adapt.estimate`, which pools their counts.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from quantacore.golden.spec.graph import DecodingGraph

_Key = tuple[object, ...]


def like_edges(graph: DecodingGraph) -> np.ndarray:
    """Return the group of each edge: edges that differ by a shift in time are in one.

    The last coordinate of a detector is time, as stim's generated circuits have it. An edge whose
    detectors have no coordinates is alone in its group.

    Returns
    -------
    int32, shape ``(num_edges,)``
        Groups are numbered from 0 in the order of their first edges.
    """
    return shared_mechanisms([graph])[0]


def shared_mechanisms(graphs: Sequence[DecodingGraph]) -> list[np.ndarray]:
    """Return the groups of the edges of several graphs on one lattice, numbered alike.

    Edges that differ by a shift in time are in one group, whichever graph they are of.

    Parameters
    ----------
    graphs : sequence of DecodingGraph
        With coordinates on the same lattice.

    Returns
    -------
    list of int32, shape ``(num_edges,)`` each
        Numbered from 0 in the order of their first edges.
    """
    groups: dict[_Key, int] = {}
    found = []
    for number, graph in enumerate(graphs):
        keys = _keys(graph, [detector.coordinates for detector in graph.detectors])
        # An edge that is alone is so in its graph.
        own = [(number, *key) if key[0] == "alone" else key for key in keys]
        found.append(np.array([groups.setdefault(key, len(groups)) for key in own], np.int32))
    return found


def touching(graphs: Sequence[DecodingGraph]) -> list[tuple[int, int]]:
    """Return which groups of `shared_mechanisms` touch: they have a detector's place in common.

    Returns
    -------
    list of (int, int)
        Each pair once, the lower one first.
    """
    at: dict[tuple[float, ...], set[int]] = {}
    for graph, groups in zip(graphs, shared_mechanisms(graphs), strict=True):
        for edge, group in zip(graph.edges, groups.tolist(), strict=True):
            for detector in edge.detectors:
                place = graph.detectors[detector].coordinates[:-1]
                if place:
                    at.setdefault(place, set()).add(group)
    return sorted({pair for groups in at.values() for pair in combinations(sorted(groups), 2)})


def like_edges_of_plan(
    graph: DecodingGraph, places: Sequence[tuple[int, int]], *, plan_graph: DecodingGraph
) -> np.ndarray:
    """Return which group of a window's edges each edge of whole shots is like.

    Parameters
    ----------
    graph : DecodingGraph
        Of whole shots.
    places : sequence of (int, int)
        Round and slot of each of its detectors:
        `quantacore.golden.source.window.RepeatingCircuit.places`.
    plan_graph : DecodingGraph
        Of a window, whose groups are those of `like_edges`.

    Returns
    -------
    int32, shape ``(graph.num_edges,)``
        -1: no edge of the window is like it.
    """
    of_plan = _keys(plan_graph, [detector.coordinates for detector in plan_graph.detectors])
    groups = dict(zip(of_plan, like_edges(plan_graph).tolist(), strict=True))
    of_shots = _keys(graph, [(slot, round_index) for round_index, slot in places])
    return np.array([groups.get(key, -1) for key in of_shots], np.int32)


def _keys(graph: DecodingGraph, places: Sequence[tuple[float, ...]]) -> list[_Key]:
    """Return what edges that are like each other have in common."""
    keys: list[_Key] = []
    for index, edge in enumerate(graph.edges):
        ends = [places[detector] for detector in edge.detectors]
        if not all(ends):
            keys.append(("alone", index))
            continue
        first = min(place[-1] for place in ends)
        keys.append(tuple(sorted((*place[:-1], place[-1] - first) for place in ends)))
    return keys
