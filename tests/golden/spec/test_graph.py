"""What a decoding graph accepts, and what its hashes cover."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from quantacore.golden.spec.graph import (
    BOUNDARY,
    Correlation,
    DecodingGraph,
    Detector,
    Edge,
    GraphReport,
)

GRAPH = DecodingGraph(
    num_observables=2,
    detectors=(Detector(coordinates=(1.0, 0.0)), Detector(), Detector(component=1, round=3)),
    edges=(
        Edge(detectors=(0, 1), prior=0.1, observables=0b01),
        Edge(detectors=(0,), prior=0.2),
        Edge(detectors=(2,), prior=0.5, observables=0b10),
    ),
    correlations=(Correlation(edges=(0, 1), joint=0.05), Correlation(edges=(0, 2), joint=0.01)),
)


def test_counts_and_arrays() -> None:
    assert (GRAPH.num_detectors, GRAPH.num_edges, GRAPH.num_components) == (3, 3, 2)
    assert GRAPH.edge_detectors.tolist() == [[0, 1], [0, BOUNDARY], [2, BOUNDARY]]
    assert GRAPH.edge_detectors.dtype == np.int32
    assert GRAPH.incident_edges == ((0, 1), (0,), (2,))


def test_graph_without_edges_has_empty_arrays() -> None:
    graph = DecodingGraph(num_observables=0, detectors=(Detector(),), edges=())
    assert graph.edge_detectors.shape == (0, 2)
    assert graph.incident_edges == ((),)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"detectors": ()}, "Decoding graph must have at least one detector, not 0"),
        ({"num_observables": 65}, "Number of observables must be 0 to 64, not 65"),
        ({"num_observables": -1}, "Number of observables must be 0 to 64, not -1"),
        ({"num_observables": 1}, "Observables of edge 2 must be a mask of 1 bits, not 0x2"),
        ({"edges": (Edge(detectors=(), prior=0.1),)}, "Edge 0 must have one or two"),
        ({"edges": (Edge(detectors=(0, 1, 2), prior=0.1),)}, "Edge 0 must have one or two"),
        ({"edges": (Edge(detectors=(1, 0), prior=0.1),)}, "Edge 0 must have one or two"),
        ({"edges": (Edge(detectors=(1, 1), prior=0.1),)}, "Edge 0 must have one or two"),
        ({"edges": (Edge(detectors=(0, 3), prior=0.1),)}, "Edge 0 must have detectors below 3"),
        ({"edges": (Edge(detectors=(-1, 0), prior=0.1),)}, "Edge 0 must have detectors below 3"),
        ({"edges": (Edge(detectors=(0,), prior=0.0),)}, "Prior of edge 0 must be in"),
        ({"edges": (Edge(detectors=(0,), prior=0.6),)}, "Prior of edge 0 must be in"),
        ({"edges": (Edge(detectors=(0,), prior=float("nan")),)}, "Prior of edge 0 must be in"),
        ({"edges": (Edge(detectors=(0,), prior=0.1, observables=-1),)}, "Observables of edge 0"),
        ({"edges": GRAPH.edges[::-1]}, "Edges must be sorted by detectors"),
        ({"edges": GRAPH.edges[:1] * 2}, "Edges must be sorted by detectors"),
        ({"correlations": GRAPH.correlations[::-1]}, "Correlations must be sorted pairs"),
        ({"correlations": GRAPH.correlations[:1] * 2}, "Correlations must be sorted pairs"),
        ({"correlations": (Correlation(edges=(1, 0), joint=0.1),)}, "Correlations must be sorted"),
        ({"correlations": (Correlation(edges=(0, 3), joint=0.1),)}, "Correlations must be sorted"),
        ({"correlations": (Correlation(edges=(0, 1), joint=0.0),)}, "Joint probability of"),
    ],
)
def test_graph_rejects(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(GRAPH, **change)


def test_topology_hash_covers_what_is_baked_into_a_core_and_nothing_else() -> None:
    other_prior = dataclasses.replace(GRAPH.edges[0], prior=0.3, observables=0)
    run_time = dataclasses.replace(GRAPH, edges=(other_prior, *GRAPH.edges[1:]), correlations=())
    assert run_time.topology_hash == GRAPH.topology_hash
    assert run_time.content_hash != GRAPH.content_hash
    for change in (
        {"num_observables": 3},
        {"detectors": (*GRAPH.detectors, Detector())},
        {"edges": GRAPH.edges[:2], "correlations": GRAPH.correlations[:1]},
    ):
        other = dataclasses.replace(GRAPH, **change)
        assert other.topology_hash != GRAPH.topology_hash
        assert other.content_hash != GRAPH.content_hash


def test_content_hash_covers_correlations_but_not_the_report() -> None:
    assert dataclasses.replace(GRAPH, correlations=()).content_hash != GRAPH.content_hash
    reported = dataclasses.replace(GRAPH, report=GraphReport(undetectable=4))
    assert reported.content_hash == GRAPH.content_hash
    assert reported == GRAPH
