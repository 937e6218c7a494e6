"""Graphs survive the way through JSON; anything else is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.graph_json import graph_from_json, graph_to_json
from tests.golden.strategies import graphs

TEXT = graph_to_json(graph_from_circuit(rotated_memory(distance=3, p=0.01, rounds=2)))


@settings(max_examples=50, deadline=None)
@given(graph=graphs())
def test_json_round_trip_holds(graph: DecodingGraph) -> None:
    text = graph_to_json(graph)
    again = graph_from_json(text)
    assert again == graph
    assert again.report == graph.report
    assert graph_to_json(again) == text


def test_json_of_a_circuit_round_trips() -> None:
    graph = graph_from_circuit(rotated_memory(distance=3, p=0.01))
    again = graph_from_json(graph_to_json(graph))
    assert again == graph
    assert again.detectors == graph.detectors
    assert (again.content_hash, again.topology_hash) == (graph.content_hash, graph.topology_hash)


def test_json_is_sorted_and_versioned() -> None:
    data = json.loads(TEXT)
    tables = [name for name, value in data.items() if isinstance(value, list)]
    head = [name for name in data if name not in tables]
    assert list(data) == sorted(head) + sorted(tables)
    assert (data["format"], data["version"]) == ("quantacore-graph", 1)
    assert len(TEXT.splitlines()) > len(data["edges"])  # an edge a line, for diff


def changed(**values: Any) -> str:
    return json.dumps(json.loads(TEXT) | values)


def without(name: str) -> str:
    return json.dumps({key: value for key, value in json.loads(TEXT).items() if key != name})


def tampered_edge(**values: Any) -> str:
    data = json.loads(TEXT)
    data["edges"][3] |= values
    return json.dumps(data)


def tampered_detector(**values: Any) -> str:
    data = json.loads(TEXT)
    data["detectors"][0] |= values
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "File must be JSON"),
        (TEXT[: len(TEXT) // 2], "File must be JSON"),
        ("[]", "Format must be 'quantacore-graph', not 'list'"),
        ("{}", "Format must be 'quantacore-graph', not None"),
        (changed(format="quantacore-image"), "Format must be 'quantacore-graph', not 'quantacore-"),
        (changed(version=2), "Version of quantacore-graph must be 1, not 2"),
        (without("version"), "Version of quantacore-graph must be 1, not None"),
        (without("edges"), "Graph JSON must have every field of version 1: 'edges'"),
        (without("content_hash"), "must match its content_hash None"),
        (changed(content_hash="0" * 64), "the file was changed or cut"),
        (changed(num_observables=2), "the file was changed or cut"),
        (changed(correlations=[]), "the file was changed or cut"),
        (changed(detectors=[]), "at least one detector"),
        (changed(edges=7), "Graph JSON must have every field"),
        (changed(report={"unknown": 1}), "Graph JSON must have every field"),
        ("[" * 1_000_000, "not nested so deep"),
        (tampered_detector(round="0"), "Detector must have finite numbers"),
        (tampered_detector(coordinates="12"), "Detector must have finite numbers"),
        (tampered_detector(coordinates=[None]), "Detector must have finite numbers"),
        (tampered_detector(coordinates=[float("nan")]), "Detector must have finite numbers"),
        (tampered_detector(component=-1), "a component of 0 or more"),
        (tampered_detector(component=1), "must join detectors of one component"),
        (tampered_edge(prior=0.011), "the file was changed or cut"),
        (tampered_edge(prior=0.75), "Prior of edge 3 must be in"),
        (tampered_edge(prior="0.1"), "Graph JSON must have every field"),
        (tampered_edge(observables=[0]), "the file was changed or cut"),
        (tampered_edge(observables=[63]), "Observables of edge 3 must be a mask"),
        (tampered_edge(observables=[64]), "Observables of edge 3 must be indices 0 to 63"),
        (tampered_edge(observables=[10**12]), "Observables of edge 3 must be indices 0 to 63"),
        (tampered_edge(observables=[-1]), "Observables of edge 3 must be indices 0 to 63"),
        (tampered_edge(observables=[True]), "Observables of edge 3 must be indices 0 to 63"),
        (tampered_edge(detectors=[0, 1, 2]), "Edge 3 must have one or two"),
    ],
)
def test_json_rejects(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        graph_from_json(text)


def test_json_is_not_written_with_nan() -> None:
    graph = graph_from_json(TEXT)
    first = replace(graph.detectors[0], coordinates=(float("nan"),))
    with pytest.raises(ValueError, match="not JSON compliant"):
        graph_to_json(replace(graph, detectors=(first, *graph.detectors[1:])))


json_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 100),
    st.floats(allow_nan=True),
    st.text(max_size=3),
    st.just([]),
    st.just({}),
    st.just([[1]]),
)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), value=json_values)
def test_json_of_any_change_is_read_or_refused_with_value_error(
    data: st.DataObject, value: object
) -> None:
    root = json.loads(TEXT)
    node: Any = root
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
        else:
            break
    node[key] = value
    try:
        graph = graph_from_json(json.dumps(root))
    except ValueError:
        return
    assert graph_from_json(graph_to_json(graph)) == graph
    assert graph.num_components <= graph.num_detectors
