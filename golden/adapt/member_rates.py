"""How often a member would fail under other noise, without sampling it.

In: `DecodingGraph` with the priors of the noise, a rate that was measured once.   Out: a rate.
Next: `quantacore.golden.adapt.switching`.

A logical error is a path of edges from boundary to boundary that flips an observable. Even the best
decoder takes it for the other half with at most ``prod 2 sqrt(p (1 - p))`` over its edges, the
Bhattacharyya bound. Summed over the likeliest path through every edge that flips an observable, it
says by what factor one noise is worse than another; the factor in front is measured.

Source: paths counted as in Dennis, Kitaev, Landahl & Preskill, arXiv:quant-ph/0110143; one path for
each crossing edge, instead of all of them, is ours.
"""

import heapq
import math

import numpy as np

from quantacore.golden.spec.graph import DecodingGraph

MOST_RATE = 0.5


def logical_bound(graph: DecodingGraph) -> float:
    """Return the sum, over edges that flip an observable, of the bound of the best path through it.

    A dimensionless number that only means something beside that of the same experiment with other
    priors.

    Raises
    ------
    ValueError
        If no edge flips an observable, or no path leads through those that do.
    """
    bounds = [2 * math.sqrt(edge.prior * (1 - edge.prior)) for edge in graph.edges]
    reach = _best_to_boundary(graph, bounds)
    total = 0.0
    for bound, edge in zip(bounds, graph.edges, strict=True):
        if edge.observables:
            total += bound * math.prod(float(reach[detector]) for detector in edge.detectors)
    if not total:
        raise ValueError("Graph must have a path that flips an observable, but has none")
    return total


def predicted_rate(
    graph: DecodingGraph, *, reference: DecodingGraph, reference_rate: float
) -> float:
    """Return a member's logical error rate under the priors of a graph.

    Parameters
    ----------
    graph : DecodingGraph
        Of the member, with the priors of the noise.
    reference : DecodingGraph
        Of the member, with the priors of the noise that its rate was measured under.
    reference_rate : float
        That rate, per round or per shot, in (0, 0.5].

    Returns
    -------
    float
        In the unit of ``reference_rate``, at most 0.5.

    Raises
    ------
    ValueError
        If the rate is out of range, or as `logical_bound`.
    """
    if not 0 < reference_rate <= MOST_RATE:
        raise ValueError(f"Reference rate must be in (0, {MOST_RATE}], not {reference_rate!r}")
    return min(MOST_RATE, reference_rate * logical_bound(graph) / logical_bound(reference))


def _best_to_boundary(graph: DecodingGraph, bounds: list[float]) -> np.ndarray:
    """Return the largest bound of a path that flips no observable, detector by detector."""
    reach = np.zeros(graph.num_detectors)
    queue: list[tuple[float, int]] = []
    for bound, edge in zip(bounds, graph.edges, strict=True):
        if len(edge.detectors) == 1 and not edge.observables:
            heapq.heappush(queue, (-bound, edge.detectors[0]))
    while queue:
        negative, detector = heapq.heappop(queue)
        if reach[detector]:
            continue
        reach[detector] = -negative
        for index in graph.incident_edges[detector]:
            edge = graph.edges[index]
            if len(edge.detectors) == 2 and not edge.observables:
                other = sum(edge.detectors) - detector
                heapq.heappush(queue, (negative * bounds[index], other))
    return reach
