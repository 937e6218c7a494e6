"""Take one shot apart: defects, clusters, fused edges and correction.

In: graph, weight image, shots.   Out: `ShotAnatomy` of a shot that is worth a picture.
Next: `quantacore.sim.plots.decoded_shot`.

Everything comes from the readable reference, step by step; the hardware computes the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.decode.forest import canonical_parents, correction_from_forest
from quantacore.golden.decode.growth import clusters, grow_clusters
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import wrong_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage

MOST_CANDIDATES = 20
TANGLED = 12
"""A cluster with more fused edges cannot be read in a picture."""


@dataclass(frozen=True, kw_only=True)
class ShotAnatomy:
    """One shot after one pass."""

    graph: DecodingGraph
    defects: tuple[int, ...]
    clusters: tuple[tuple[int, ...], ...]
    """Detectors of each cluster that holds a defect, by the lowest one."""
    fused_edges: tuple[tuple[int, ...], ...]
    """For each of these clusters its fused edges, those to the boundary included."""
    correction: tuple[int, ...]
    """Edges."""
    prediction: int
    """Observable mask."""
    growth_steps: int


def explain_shot(graph: DecodingGraph, image: WeightImage, defects: Sequence[bool]) -> ShotAnatomy:
    """Decode one shot in one pass and keep what is otherwise thrown away.

    Raises
    ------
    ValueError
        If the shot is unmatched.
    """
    growth = grow_clusters(
        graph, [int(length) for length in image.first], defects, absent=image.absent
    )
    if growth.unmatched:
        raise ValueError("Shot must have a correction to be taken apart, but is unmatched")
    parents = canonical_parents(graph, growth.fused)
    correction = correction_from_forest(graph, parents, defects)
    with_defects = [
        tuple(sorted(cluster))
        for cluster in clusters(graph, growth.fused)
        if any(defects[detector] for detector in cluster)
    ]
    prediction = 0
    for index in correction:
        prediction ^= int(image.observables[index])
    return ShotAnatomy(
        graph=graph,
        defects=tuple(v for v, fired in enumerate(defects) if fired),
        clusters=tuple(with_defects),
        fused_edges=tuple(
            tuple(sorted({e for v in cluster for e in graph.incident_edges[v] if growth.fused[e]}))
            for cluster in with_defects
        ),
        correction=correction,
        prediction=prediction,
        growth_steps=growth.steps,
    )


def component_names(graph: DecodingGraph) -> list[str]:
    """Say of each component of a Z-basis memory which checks it holds.

    The component whose edges flip the observable is that of the Z checks.
    """
    decisive = {
        graph.detectors[edge.detectors[0]].component for edge in graph.edges if edge.observables
    }
    return [
        "Z checks: they see X errors, which flip the observable"
        if component in decisive
        else "X checks: they see Z errors"
        for component in range(graph.num_components)
    ]


def choose_shot(
    graph: DecodingGraph,
    image: WeightImage,
    events: np.ndarray,
    observables: np.ndarray,
    *,
    num_defects: int,
) -> tuple[int, ShotAnatomy]:
    """Return index and anatomy of the shot that shows most.

    Parameters
    ----------
    graph, image
    events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``
        At least one shot that is not unmatched.
    observables : uint8, shape ``(num_shots, ceil(num_observables / 8))``
        Actual flips: a shot that is decoded right is taken, if there is one.
    num_defects : int
        About so many defects are wanted; fewer are taken where no shot has them.

    Raises
    ------
    ValueError
        If every shot is unmatched.
    """
    defects = unpack_bits(events, num_bits=graph.num_detectors)
    decoded = UnionFindDecoder(graph, image, passes=1).decode_shots(events)
    distance = np.abs(defects.sum(axis=1).astype(int) - num_defects)
    wrong = wrong_shots(decoded.predictions, observables)
    # A flipped observable is the more telling picture.
    order = np.lexsort((~decoded.predictions.any(axis=1), distance, wrong))
    candidates = [int(shot) for shot in order if not decoded.unmatched[shot]][:MOST_CANDIDATES]
    if not candidates:
        raise ValueError("Some shot must have a correction, but all are unmatched")
    anatomies = {
        shot: explain_shot(graph, image, defects[shot].astype(bool).tolist()) for shot in candidates
    }
    best = max(candidates, key=lambda shot: _tells(anatomies[shot]))
    return best, anatomies[best]


def _tells(anatomy: ShotAnatomy) -> int:
    """Score: several clusters, in both components, with paths and with boundary edges."""
    ends = [anatomy.graph.edges[index].detectors for index in anatomy.correction]
    components = {anatomy.graph.detectors[cluster[0]].component for cluster in anatomy.clusters}
    larger = sum(len(cluster) > 1 for cluster in anatomy.clusters)
    boundary = sum(len(pair) == 1 for pair in ends)
    # Paths over detectors that did not fire.
    hidden = sum(len(pair) == 2 and not {*pair} <= {*anatomy.defects} for pair in ends)
    tangled = sum(len(edges) > TANGLED for edges in anatomy.fused_edges)
    score = 2 * min(larger, 4) + 3 * len(components) + 2 * min(boundary, 2) + 2 * min(hidden, 3)
    return score - 4 * tangled
