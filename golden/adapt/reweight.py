"""A graph with other priors: what becomes of an estimate.

In: `DecodingGraph`, ratios of its priors.   Out: `DecodingGraph` of the same topology.
Next: `quantacore.golden.spec.image` (makes a weight image of it).
"""

import dataclasses

import numpy as np

from quantacore.golden.spec.graph import LEAST_PRIOR, DecodingGraph

MOST_PRIOR = 0.5


def reweighted(graph: DecodingGraph, ratios: np.ndarray) -> DecodingGraph:
    """Return the graph with each prior multiplied by its ratio, at most 0.5.

    The probability of a mechanism with two parts follows both of them: it is multiplied by the
    geometric mean, and stays below either prior.

    Parameters
    ----------
    graph : DecodingGraph
    ratios : float, shape ``(num_edges,)``
        Above 0.

    Raises
    ------
    ValueError
        If shape or numbers do not fit.
    """
    ratios = np.asarray(ratios, np.float64)
    if ratios.shape != (graph.num_edges,) or not (ratios > 0).all():
        raise ValueError(
            f"Ratios must be above 0 and of shape ({graph.num_edges},), not {ratios.shape}"
        )
    priors = np.clip(
        [edge.prior * ratio for edge, ratio in zip(graph.edges, ratios, strict=True)],
        LEAST_PRIOR,
        MOST_PRIOR,
    ).tolist()
    edges = [
        dataclasses.replace(edge, prior=prior)
        for edge, prior in zip(graph.edges, priors, strict=True)
    ]
    correlations = []
    for link in graph.correlations:
        a, b = link.edges
        joint = link.joint * float(np.sqrt(ratios[a] * ratios[b]))
        joint = max(min(joint, priors[a], priors[b]), LEAST_PRIOR)
        correlations.append(dataclasses.replace(link, joint=joint))
    return dataclasses.replace(graph, edges=tuple(edges), correlations=tuple(correlations))
