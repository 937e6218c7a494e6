"""A graph or plan with other priors: what becomes of an estimate.

In: `DecodingGraph` or `WindowPlan`, ratios of its priors.   Out: one of the same topology.
Next: `quantacore.golden.spec.image`, `quantacore.golden.spec.window_image` (make weight images).
"""

import dataclasses

import numpy as np

from quantacore.golden.spec.graph import LEAST_PRIOR, DecodingGraph
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan
from quantacore.golden.spec.window_image import WindowImage, build_window_image

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
    ratios = _checked(ratios, graph.num_edges)
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


def reweighted_plan(plan: WindowPlan, ratios: np.ndarray) -> WindowPlan:
    """Return the plan with the prior of each entry multiplied by the ratio of its edges.

    An entry that several edges share gets the geometric mean of their ratios; what is known of
    joint probabilities follows as in `reweighted`.

    Parameters
    ----------
    plan : WindowPlan
    ratios : float, shape ``(plan.graph.num_edges,)``
        Above 0.

    Returns
    -------
    WindowPlan
        With the same hash: its images fit the same core.

    Raises
    ------
    ValueError
        If shape or numbers do not fit.
    """
    logs = np.log(_checked(ratios, plan.graph.num_edges))
    kinds, edges = np.nonzero(plan.tables != NO_ENTRY)
    pairs = np.unique(np.column_stack([plan.tables[kinds, edges], edges]), axis=0)
    of_entry = np.bincount(pairs[:, 0], minlength=plan.num_entries)
    sums = np.bincount(pairs[:, 0], logs[pairs[:, 1]], plan.num_entries)
    entry_ratios = np.exp(sums / np.maximum(of_entry, 1))
    source_edges = plan.source_edges[plan.links[:, 0]]
    # joint = conditional * prior of the source, and grows by the geometric mean of both ratios.
    partner = np.exp((logs[plan.links[:, 1]] - logs[source_edges]) / 2)
    conditionals = np.minimum(plan.link_conditionals * partner, 1.0)
    before = np.bincount(source_edges, plan.link_conditionals, plan.graph.num_edges)
    after = np.bincount(source_edges, conditionals, plan.graph.num_edges)
    edge_growth = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    sums = np.bincount(pairs[:, 0], edge_growth[pairs[:, 1]], plan.num_entries)
    growth = sums / np.maximum(of_entry, 1)
    return dataclasses.replace(
        plan,
        entry_priors=np.clip(plan.entry_priors * entry_ratios, LEAST_PRIOR, MOST_PRIOR),
        entry_explained=plan.entry_explained * entry_ratios * growth,
        link_conditionals=conditionals,
    )


def reweighted_image(image: WindowImage, ratios: np.ndarray) -> WindowImage:
    """Return the image of a plan with other priors: `reweighted_plan`, lengths of the same width.

    Parameters
    ----------
    image : WindowImage
        Of the plan whose priors are multiplied.
    ratios : float, shape ``(num_edges,)``
        Above 0, by edge of the plan's graph.
    """
    return build_window_image(
        reweighted_plan(image.plan, ratios),
        length_bits=image.length_bits,
        nu=image.nu,
        with_links=image.num_links > 0,
    )


def _checked(ratios: np.ndarray, num_edges: int) -> np.ndarray:
    ratios = np.asarray(ratios, np.float64)
    if ratios.shape != (num_edges,) or not (ratios > 0).all():
        raise ValueError(f"Ratios must be above 0 and of shape ({num_edges},), not {ratios.shape}")
    return ratios
