"""The check that every test of a simulated core ends in."""

import numpy as np

from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.batch import BatchCore
from quantacore.sim.comparison import compare_shots


def check_core(
    core: BatchCore,
    graph: DecodingGraph,
    image: WeightImage,
    events: np.ndarray,
    *,
    passes: int = 1,
    isolated: bool = False,
    seed: object = None,
) -> DecodedShots:
    """Load the image, decode, and compare every bit of every shot with the golden model."""
    core.load_image(image)
    with_corrections = core.manifest.config.with_corrections
    found = core.decode_shots(
        events, passes=passes, with_corrections=with_corrections, isolated=isolated
    )
    expected = UnionFindDecoder(graph, image, passes=passes).decode_shots(
        events, with_corrections=with_corrections
    )
    comparison = compare_shots(found, expected)
    mismatches = int(comparison.mismatching.sum())
    assert mismatches == 0, "\n".join(
        [f"{mismatches} of {len(events)} shots differ, {seed=}", *map(str, comparison.first)]
    )
    return found
