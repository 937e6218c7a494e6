"""Grow active clusters until none is left: the readable reference, one pass.

In: the edges' lengths and a shot's defects.   Out: which edges are fused, growth steps taken.
Next: `quantacore.golden.decode.forest`.   Hardware twin: `quantacore.hdl.edge_unit`.

Source: Delfosse & Nickerson, arXiv:1709.06218. Here edges have integer lengths instead of two
halves (as Huang, Newman & Brown, arXiv:2004.04693), and all active clusters grow in the same
step, so that the hardware has exactly one right answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quantacore.golden.spec.config import MOST_VOLUME
from quantacore.golden.spec.graph import DecodingGraph


@dataclass(frozen=True)
class Growth:
    """Outcome of growing on one set of lengths."""

    fused: tuple[bool, ...]
    """For each edge: its growth reached its length."""
    steps: int
    """Growth steps taken."""
    unmatched: bool
    """An active cluster was left but nothing could grow any more."""
    volumes: tuple[int, ...]
    """For each component: detectors in active clusters, summed over the growth steps; stops at
    `MOST_VOLUME`. How much had to grow to explain the defects."""


def grow_clusters(
    graph: DecodingGraph, lengths: Sequence[int], defects: Sequence[bool], *, absent: int
) -> Growth:
    """Run steps 1 to 3 of a pass.

    Parameters
    ----------
    graph : DecodingGraph
    lengths : sequence of int, one per edge
        Growth steps; 0 is fused from the start, ``absent`` means no such edge.
    defects : sequence of bool, one per detector
    absent : int
        The length code of absent edges.
    """
    growth = [0] * graph.num_edges
    volumes = [0] * graph.num_components
    steps = 0
    while True:
        fused = tuple(
            length != absent and grown >= length
            for grown, length in zip(growth, lengths, strict=True)
        )
        active = active_detectors(graph, fused, defects)
        if not any(active):
            return Growth(fused, steps, unmatched=False, volumes=tuple(volumes))
        increments = [
            0
            if fused[index] or lengths[index] == absent
            else sum(active[detector] for detector in edge.detectors)
            for index, edge in enumerate(graph.edges)
        ]
        if not any(increments):
            return Growth(fused, steps, unmatched=True, volumes=tuple(volumes))
        growth = [grown + increment for grown, increment in zip(growth, increments, strict=True)]
        for detector, is_active in zip(graph.detectors, active, strict=True):
            grown = volumes[detector.component] + is_active
            volumes[detector.component] = min(grown, MOST_VOLUME)
        steps += 1


def active_detectors(
    graph: DecodingGraph, fused: Sequence[bool], defects: Sequence[bool]
) -> list[bool]:
    """Tell for each detector whether its cluster is active.

    A cluster is active if it holds an odd number of defects and does not touch the boundary.
    """
    active = [False] * graph.num_detectors
    for cluster in clusters(graph, fused):
        touches_boundary = any(
            fused[index] and len(graph.edges[index].detectors) == 1
            for detector in cluster
            for index in graph.incident_edges[detector]
        )
        odd = sum(defects[detector] for detector in cluster) % 2 == 1
        for detector in cluster:
            active[detector] = odd and not touches_boundary
    return active


def clusters(graph: DecodingGraph, fused: Sequence[bool]) -> list[list[int]]:
    """Return the connected components of fused edges with two detectors."""
    seen: set[int] = set()
    found = []
    for start in range(graph.num_detectors):
        if start in seen:
            continue
        cluster = [start]
        seen.add(start)
        for detector in cluster:  # grows while we walk it
            for index in graph.incident_edges[detector]:
                for other in graph.edges[index].detectors:
                    if fused[index] and other not in seen:
                        seen.add(other)
                        cluster.append(other)
        found.append(cluster)
    return found
