"""Choose the canonical forest of the fused edges and read the correction off it.

In: fused edges and defects.   Out: the correction, a set of edges.
Next: `quantacore.golden.decode.passes`.   Hardware twin: `quantacore.hdl.detector_node`.

Source: peeling follows Delfosse & Zemor, arXiv:1703.01517. Here the forest is canonical (least
root, then fewest hops, then lowest edge), so that it does not depend on the order of growth, and
subtree parities replace the removal of leaves.
"""

from collections.abc import Sequence

from quantacore.golden.spec.graph import DecodingGraph

Key = tuple[int, int]
"""``(root, hops)``: root 0 is the boundary, ``1 + v`` the detector v."""


def canonical_keys(graph: DecodingGraph, fused: Sequence[bool]) -> list[Key]:
    """Return ``key(v)``: the least ``(root, hops)`` over all paths of fused edges from v.

    The keys are the unique fixpoint of a monotone relaxation, so any order of updates that
    reaches a fixpoint gives the same keys.
    """
    keys: list[Key] = [(1 + v, 0) for v in range(graph.num_detectors)]
    changed = True
    while changed:
        changed = False
        for index, edge in enumerate(graph.edges):
            if not fused[index]:
                continue
            for v in edge.detectors:
                offered = offered_key(edge.detectors, v, keys)
                if offered < keys[v]:
                    keys[v] = offered
                    changed = True
    return keys


def offered_key(ends: Sequence[int], v: int, keys: Sequence[Key]) -> Key:
    """Return the key that a fused edge offers to its end v."""
    if len(ends) == 1:
        return (0, 1)
    root, hops = keys[ends[0] + ends[1] - v]
    return (root, hops + 1)


def canonical_parents(graph: DecodingGraph, fused: Sequence[bool]) -> list[int | None]:
    """Return for each detector its parent edge, or None at a root.

    The parent is the lowest-index fused edge that offers exactly the detector's key.
    """
    keys = canonical_keys(graph, fused)
    parents: list[int | None] = []
    for v in range(graph.num_detectors):
        attaining = [
            index
            for index in graph.incident_edges[v]
            if fused[index] and offered_key(graph.edges[index].detectors, v, keys) == keys[v]
        ]
        parents.append(attaining[0] if attaining else None)
    return parents


def correction_from_forest(
    graph: DecodingGraph, parents: Sequence[int | None], defects: Sequence[bool]
) -> tuple[int, ...]:
    """Return the edges whose subtree holds an odd number of defects, in increasing order."""
    children: list[list[int]] = [[] for _ in parents]
    for v, index in enumerate(parents):
        if index is not None:
            for u in graph.edges[index].detectors:
                if u != v:
                    children[u].append(v)

    def subtree_is_odd(v: int) -> bool:
        pending, odd = [v], False
        while pending:
            node = pending.pop()
            odd ^= defects[node]
            pending.extend(children[node])
        return odd

    return tuple(
        sorted(index for v, index in enumerate(parents) if index is not None and subtree_is_odd(v))
    )
