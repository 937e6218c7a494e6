"""Decode one shot in one or several passes: the readable reference of the whole algorithm.

In: graph, weight image, defects.   Out: `DecodedShot`.
Next: `quantacore.golden.decode.kernel` (the same, fast).   Hardware twin: `quantacore.hdl.core`.

Source: correlations between passes as in Fowler, arXiv:1310.0863; here a pass lowers integer
lengths of a union-find decoder instead of matching weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quantacore.golden.decode.forest import canonical_parents, correction_from_forest
from quantacore.golden.decode.growth import grow_clusters
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
        return DecodedShot(0, (), growth_steps=0, passes=0, unmatched=False)
    lengths = [int(length) for length in image.first]
    correction: tuple[int, ...] = ()
    growth_steps = 0
    for pass_index in range(1, passes + 1):
        growth = grow_clusters(graph, lengths, defects, absent=image.absent)
        growth_steps += growth.steps
        if growth.unmatched:
            return DecodedShot(0, (), growth_steps, pass_index, unmatched=True)
        previous = correction
        parents = canonical_parents(graph, growth.fused)
        correction = correction_from_forest(graph, parents, defects)
        if image.num_links == 0 or (pass_index >= 2 and correction == previous):
            break
        lengths = lowered_lengths(image, correction)
    prediction = 0
    for index in correction:
        prediction ^= int(image.observables[index])
    return DecodedShot(prediction, correction, growth_steps, pass_index, unmatched=False)


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
