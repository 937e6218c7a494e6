"""Seeded random decoding graphs, images and shots for tests of every layer."""

import dataclasses
import random

import numpy as np

from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.graph import Correlation, DecodingGraph, Detector, Edge
from quantacore.golden.spec.image import WeightImage, build_image
from quantacore.golden.spec.lengths import absent_length, longest_length


def random_graph(
    rng: random.Random,
    *,
    num_detectors: int,
    num_edges: int,
    num_observables: int = 1,
    boundary: float = 0.3,
    correlations: int = 0,
) -> DecodingGraph:
    """Return a graph with random edges; a fraction ``boundary`` of them end at the boundary."""
    ends: set[tuple[int, ...]] = set()
    for _ in range(num_edges):
        if num_detectors == 1 or rng.random() < boundary:
            ends.add((rng.randrange(num_detectors),))
        else:
            ends.add(tuple(sorted(rng.sample(range(num_detectors), 2))))
    order = sorted(ends, key=lambda e: (e[0], e[1] if len(e) == 2 else num_detectors))
    component = list(range(num_detectors))
    for end in order:
        if len(end) == 2:
            old, new = component[end[1]], component[end[0]]
            component = [new if c == old else c for c in component]
    numbers: dict[int, int] = {}
    pairs = set()
    if len(order) > 1:
        pairs = {tuple(sorted(rng.sample(range(len(order)), 2))) for _ in range(correlations)}
    edges = tuple(
        Edge(
            detectors=end,
            prior=rng.uniform(0.001, 0.4),
            observables=rng.getrandbits(num_observables) if num_observables else 0,
        )
        for end in order
    )
    return DecodingGraph(
        num_observables=num_observables,
        detectors=tuple(Detector(component=numbers.setdefault(c, len(numbers))) for c in component),
        edges=edges,
        correlations=tuple(
            Correlation(
                edges=(e, f), joint=rng.uniform(0.1, 0.9) * min(edges[e].prior, edges[f].prior)
            )
            for e, f in sorted(pairs)
        ),
    )


def random_image(
    rng: random.Random,
    graph: DecodingGraph,
    *,
    length_bits: int = 4,
    fused: float = 0.1,
    absent: float = 0.1,
) -> WeightImage:
    """Return an image with random lengths; some edges fused from the start, some absent."""
    image = build_image(graph, length_bits=length_bits)
    longest = longest_length(length_bits)
    first, later = image.first.copy(), image.later.copy()
    for edge in range(graph.num_edges):
        kind = rng.random()
        if kind < fused:
            first[edge] = later[edge] = 0
        elif kind < fused + absent:
            first[edge] = later[edge] = absent_length(length_bits)
        else:
            first[edge], later[edge] = rng.randint(1, longest), rng.randint(1, longest)
    observables = [
        rng.getrandbits(graph.num_observables) if graph.num_observables else 0 for _ in first
    ]
    return dataclasses.replace(
        image,
        first=first,
        later=later,
        observables=np.array(observables, np.uint64),
        link_lengths=np.array(
            [rng.randint(1, longest) for _ in image.link_lengths], image.link_lengths.dtype
        ),
    )


def with_random_links(rng: random.Random, image: WeightImage, *, kept: float) -> WeightImage:
    """Return the image with a random part of its links, of random lengths."""
    chosen = np.array([rng.random() < kept for _ in image.link_lengths], bool)
    longest = longest_length(image.length_bits)
    lengths = [rng.randint(1, longest) for _ in range(int(chosen.sum()))]
    return dataclasses.replace(
        image,
        link_sources=image.link_sources[chosen],
        link_targets=image.link_targets[chosen],
        link_lengths=np.array(lengths, image.link_lengths.dtype),
    )


def random_events(
    rng: random.Random, graph: DecodingGraph, *, num_shots: int, density: float
) -> np.ndarray:
    """Return b8 rows in which each detector fires with probability ``density``."""
    generator = np.random.default_rng(rng.getrandbits(64))
    return pack_bits(generator.random((num_shots, graph.num_detectors)) < density)
