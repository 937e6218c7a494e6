"""Hypothesis strategies: any small decoding graph, any image on it, any shots."""

import numpy as np
from hypothesis import strategies as st

from quantacore.golden.spec.graph import Correlation, DecodingGraph, Detector, Edge
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.lengths import FUSED_LENGTH, absent_length, longest_length

priors = st.floats(1e-6, 0.5, exclude_min=True)


@st.composite
def graphs(draw: st.DrawFn, *, max_detectors: int = 8) -> DecodingGraph:
    """Graphs with and without boundary, in one piece or many, from no edge to all."""
    num_detectors = draw(st.integers(1, max_detectors))
    num_observables = draw(st.sampled_from([0, 1, 2, 9, 64]))
    possible: list[tuple[int, ...]] = [
        (v, u) for v in range(num_detectors) for u in range(v + 1, num_detectors)
    ]
    if draw(st.booleans()):
        possible += [(v,) for v in range(num_detectors)]
    chosen = draw(st.sets(st.sampled_from(possible), max_size=16)) if possible else set()
    order = sorted(chosen, key=lambda ends: (ends[0], ends[1] if len(ends) == 2 else num_detectors))
    masks = st.integers(0, (1 << num_observables) - 1)
    return DecodingGraph(
        num_observables=num_observables,
        detectors=components_of(num_detectors, order),
        edges=tuple(
            Edge(detectors=ends, prior=draw(priors), observables=draw(masks)) for ends in order
        ),
        correlations=tuple(
            Correlation(edges=pair, joint=draw(priors)) for pair in draw(_pairs(len(order)))
        ),
    )


@st.composite
def images(draw: st.DrawFn, graph: DecodingGraph) -> WeightImage:
    """Images of any lengths, 0 and absent among them, with links onto any edge."""
    length_bits = draw(st.integers(2, 5))
    longest = longest_length(length_bits)
    special = {FUSED_LENGTH, absent_length(length_bits)}
    first = draw(
        st.lists(
            st.integers(0, absent_length(length_bits)),
            min_size=graph.num_edges,
            max_size=graph.num_edges,
        )
    )
    later = [length if length in special else draw(st.integers(1, longest)) for length in first]
    links = draw(_pairs(graph.num_edges, ordered=True))
    masks = st.integers(0, (1 << graph.num_observables) - 1)
    return WeightImage(
        topology_hash=graph.topology_hash,
        num_observables=graph.num_observables,
        length_bits=length_bits,
        unit=draw(st.floats(1e-3, 1e3)),
        nu=draw(st.floats(0, 1)),
        first=np.array(first, np.uint8),
        later=np.array(later, np.uint8),
        link_sources=np.array([source for source, _ in links], np.int32),
        link_targets=np.array([target for _, target in links], np.int32),
        link_lengths=np.array([draw(st.integers(1, longest)) for _ in links], np.uint8),
        observables=np.array([draw(masks) for _ in first], np.uint64),
    )


@st.composite
def shots(draw: st.DrawFn, graph: DecodingGraph, *, num_shots: int = 12) -> np.ndarray:
    """b8 rows: every syndrome of a graph with few detectors, else ``num_shots`` of them."""
    count = graph.num_detectors
    rows = (
        list(range(1 << count))
        if 1 << count <= num_shots
        else draw(st.lists(st.integers(0, (1 << count) - 1), min_size=1, max_size=num_shots))
    )
    width = (count + 7) // 8
    packed = b"".join(row.to_bytes(width, "little") for row in rows)
    return np.frombuffer(packed, np.uint8).reshape(len(rows), width)


def components_of(
    num_detectors: int, edges: list[tuple[int, ...]], *, without: frozenset[int] = frozenset()
) -> tuple[Detector, ...]:
    """Return detectors with their component, by repeated relabelling; ``without`` some edges."""
    label = list(range(num_detectors))
    for index, ends in enumerate(edges):
        if len(ends) == 2 and index not in without:
            low, high = sorted((label[ends[0]], label[ends[1]]))
            label = [low if old == high else old for old in label]
    number: dict[int, int] = {}
    return tuple(Detector(component=number.setdefault(old, len(number))) for old in label)


def _pairs(count: int, *, ordered: bool = False) -> st.SearchStrategy[list[tuple[int, int]]]:
    if count < 2:
        return st.just([])
    index = st.integers(0, count - 1)
    pair = st.tuples(index, index).filter(lambda ends: ends[0] != ends[1])
    if not ordered:
        pair = pair.map(lambda ends: (min(ends), max(ends)))
    return st.sets(pair, max_size=8).map(sorted)
