"""Small graphs and images written out by hand, for tests that state the answer."""

from collections.abc import Mapping, Sequence

import numpy as np

from quantacore.golden.spec.bits import pack_bits, unpack_bits
from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.results import DecodedShots


def graph_of(
    num_detectors: int,
    edges: Sequence[tuple[int, ...]],
    *,
    masks: Sequence[int] | None = None,
    num_observables: int = 1,
) -> DecodingGraph:
    """Return a graph with these edges, which must be in canonical order; priors are all 0.1."""
    masks = masks or [0] * len(edges)
    return DecodingGraph(
        num_observables=num_observables,
        detectors=tuple(Detector() for _ in range(num_detectors)),
        edges=tuple(
            Edge(detectors=ends, prior=0.1, observables=mask)
            for ends, mask in zip(edges, masks, strict=True)
        ),
    )


def image_of(
    graph: DecodingGraph,
    first: Sequence[int],
    *,
    later: Sequence[int] | None = None,
    links: Mapping[tuple[int, int], int] | None = None,
    length_bits: int = 4,
) -> WeightImage:
    """Return an image with these lengths; ``links`` is (source, target) -> length."""
    links = dict(sorted((links or {}).items()))
    return WeightImage(
        topology_hash=graph.topology_hash,
        num_observables=graph.num_observables,
        length_bits=length_bits,
        unit=1.0,
        nu=0.65,
        first=np.array(first, np.uint8),
        later=np.array(first if later is None else later, np.uint8),
        link_sources=np.array([source for source, _ in links], np.int32),
        link_targets=np.array([target for _, target in links], np.int32),
        link_lengths=np.array(list(links.values()), np.uint8),
        observables=np.array([edge.observables for edge in graph.edges], np.uint64),
    )


def events_of(num_detectors: int, *shots: set[int]) -> np.ndarray:
    """Return b8 rows; each shot is the set of its defects."""
    bits = [[detector in shot for detector in range(num_detectors)] for shot in shots]
    return pack_bits(np.array(bits, bool).reshape(len(shots), num_detectors))


def corrections_of(decoded: DecodedShots, *, num_edges: int) -> list[set[int]]:
    """Return the corrections as sets of edges."""
    assert decoded.corrections is not None
    bits = unpack_bits(decoded.corrections, num_bits=num_edges)
    return [set(np.flatnonzero(row).tolist()) for row in bits]


def assert_same_answers(actual: DecodedShots, expected: DecodedShots, *, context: str = "") -> None:
    """Compare every field of every shot; name the first shot that differs."""
    for name in (
        "unmatched",
        "passes",
        "growth_steps",
        "corrections",
        "predictions",
        "volumes",
        "contested",
    ):
        ours, theirs = getattr(actual, name), getattr(expected, name)
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape), name
        differ = np.flatnonzero((ours != theirs).reshape(len(ours), -1).any(axis=1))
        assert not len(differ), (
            f"{name} of shot {differ[0]}: {ours[differ[0]]}, not {theirs[differ[0]]} {context}"
        )
