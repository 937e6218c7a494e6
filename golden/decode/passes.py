"""Decode one shot in one or several passes: the readable reference of the whole algorithm.

In: graph, weight image, defects.   Out: `DecodedShot`.
Next: `quantacore.golden.decode.kernel` (the same, fast).   Hardware twin: `quantacore.hdl.core`.

Source: correlations between passes as in Fowler, arXiv:1310.0863; here a pass lowers integer
lengths of a union-find decoder instead of matching weights, and the passes compete.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quantacore.golden.decode.forest import canonical_parents, correction_from_forest
from quantacore.golden.decode.growth import Growth, grow_clusters
from quantacore.golden.spec.config import MOST_VOLUME
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.lengths import FUSED_LENGTH

DEFAULT_PASSES = 3


@dataclass(frozen=True)
class DecodedShot:
    """Answer for one shot."""

    prediction: int
    """Observable mask; 0 if unmatched."""
    correction: tuple[int, ...]
    """Edges in increasing order; empty if unmatched."""
    growth_steps: int
    """Over all passes."""
    passes: int
    """Passes that ran."""
    unmatched: bool
    volume: int
    """Growth volume of the passes that were taken, over all components; 0 if unmatched."""
    contested: bool
    """The passes did not all predict the same."""


def decode_shot(
    graph: DecodingGraph,
    image: WeightImage,
    defects: Sequence[bool],
    *,
    passes: int = DEFAULT_PASSES,
) -> DecodedShot:
    """Decode one shot with at most ``passes`` passes.

    An unmatched shot gets no correction and no prediction: it is reported, never guessed. It is
    unmatched in every pass or in none, because passes only shorten edges that exist.
    """
    if not any(defects):
        return DecodedShot(0, (), 0, 0, unmatched=False, volume=0, contested=False)
    lengths = [int(length) for length in image.first]
    correction: tuple[int, ...] = ()
    growth_steps = 0
    found: list[tuple[Growth, tuple[int, ...]]] = []
    for pass_index in range(1, passes + 1):
        growth = grow_clusters(graph, lengths, defects, absent=image.absent)
        growth_steps += growth.steps
        if growth.unmatched:
            return DecodedShot(
                0, (), growth_steps, pass_index, unmatched=True, volume=0, contested=False
            )
        previous = correction
        parents = canonical_parents(graph, growth.fused)
        correction = correction_from_forest(graph, parents, defects)
        found.append((growth, correction))
        if image.num_links == 0 or (pass_index >= 2 and correction == previous):
            break
        lengths = lowered_lengths(image, correction)
    volume, taken = least_volume(graph, found)
    predictions = [prediction_of(image, correction) for _, correction in found]
    return DecodedShot(
        prediction_of(image, taken),
        taken,
        growth_steps,
        len(found),
        unmatched=False,
        volume=volume,
        contested=len(set(predictions)) > 1,
    )


def least_volume(
    graph: DecodingGraph, found: Sequence[tuple[Growth, tuple[int, ...]]]
) -> tuple[int, tuple[int, ...]]:
    """Choose for each component the later pass that grew least, the first of equal ones.

    Errors of one component are explained by links from another, and two passes that take turns
    would otherwise leave it to the number of passes which of them counts. The first pass knows
    nothing of the other components and counts only if there is no other.

    Parameters
    ----------
    graph : DecodingGraph
    found : sequence of (growth, correction)
        One for each pass that ran.

    Returns
    -------
    volume : int
        Growth volume of the chosen passes, summed over components; stops at `MOST_VOLUME`.
    correction : tuple of int
        Their corrections, each in its component.
    """
    candidates = found[1:] or found
    volume = 0
    taken: list[int] = []
    for component in range(graph.num_components):
        growth, correction = min(candidates, key=lambda pair: pair[0].volumes[component])
        volume += growth.volumes[component]
        taken += [edge for edge in correction if component_of_edge(graph, edge) == component]
    return min(volume, MOST_VOLUME), tuple(sorted(taken))


def component_of_edge(graph: DecodingGraph, edge: int) -> int:
    """Return the component that an edge's detectors lie in."""
    return graph.detectors[graph.edges[edge].detectors[0]].component


def prediction_of(image: WeightImage, correction: Sequence[int]) -> int:
    """Return the observable mask that a correction flips."""
    prediction = 0
    for index in correction:
        prediction ^= int(image.observables[index])
    return prediction


def lowered_lengths(image: WeightImage, correction: Sequence[int]) -> list[int]:
    """Return the lengths of the pass after one that chose ``correction``.

    Absent edges stay absent and fused edges fused, whatever links point at them.
    """
    lengths = [int(length) for length in image.later]
    for source in correction:
        for link in range(image.link_starts[source], image.link_starts[source + 1]):
            target = image.link_targets[link]
            if lengths[target] not in (FUSED_LENGTH, image.absent):
                lengths[target] = min(lengths[target], int(image.link_lengths[link]))
    return lengths
