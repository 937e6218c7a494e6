"""The canonical forest: written-out keys, then that no order of updates changes them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantacore.golden.decode.forest import (
    canonical_keys,
    canonical_parents,
    correction_from_forest,
    offered_key,
)
from quantacore.golden.spec.graph import DecodingGraph
from tests.golden.hand_made import graph_of
from tests.golden.strategies import graphs


def test_keys_prefer_the_boundary_then_the_lowest_detector() -> None:
    graph = graph_of(5, [(0, 1), (1, 2), (2,), (3, 4)])
    keys = canonical_keys(graph, [True, True, True, True])
    assert keys == [(0, 3), (0, 2), (0, 1), (4, 0), (4, 1)]
    assert canonical_parents(graph, [True] * 4) == [0, 1, 2, None, 3]


def test_keys_count_the_fewest_hops() -> None:
    # A square with one diagonal: D3 is one hop from D0 through the diagonal.
    graph = graph_of(4, [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)])
    assert canonical_keys(graph, [True] * 5) == [(1, 0), (1, 1), (1, 1), (1, 1)]
    assert canonical_parents(graph, [True] * 5) == [None, 0, 1, 2]


def test_parent_is_the_lowest_edge_when_two_attain_the_key() -> None:
    square = graph_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    assert canonical_keys(square, [True] * 4)[3] == (1, 2)
    assert canonical_parents(square, [True] * 4) == [None, 0, 1, 2]


def test_keys_ignore_edges_that_are_not_fused() -> None:
    graph = graph_of(2, [(0, 1), (1,)])
    assert canonical_keys(graph, [False, False]) == [(1, 0), (2, 0)]
    assert canonical_parents(graph, [False, False]) == [None, None]


def test_single_detector_hangs_on_its_boundary_edge() -> None:
    graph = graph_of(1, [(0,)])
    assert canonical_keys(graph, [True]) == [(0, 1)]
    assert correction_from_forest(graph, [0], [True]) == (0,)
    assert correction_from_forest(graph, [0], [False]) == ()


@pytest.mark.parametrize(
    ("defects", "correction"),
    [
        ({0, 1}, {0}),
        ({0, 2}, {0, 1}),
        ({0, 1, 2}, {0, 3}),  # D0 and D1 pair up, D2 goes to the boundary
        ({0, 1, 2, 3}, {0, 2}),
        ({3}, {2, 3}),
    ],
)
def test_correction_is_the_odd_subtrees(defects: set[int], correction: set[int]) -> None:
    # D0 - D1 - D2 - boundary, and D3 hangs on D2.
    graph = graph_of(4, [(0, 1), (1, 2), (2, 3), (2,)])
    parents = canonical_parents(graph, [True] * 4)
    assert parents == [0, 1, 3, 2]
    found = correction_from_forest(graph, parents, [v in defects for v in range(4)])
    assert set(found) == correction


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 1000), data=st.data())
def test_keys_do_not_depend_on_the_order_of_updates(
    graph: DecodingGraph, seed: int, data: st.DataObject
) -> None:
    count = graph.num_edges
    fused = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    keys = canonical_keys(graph, fused)
    assert relaxed_one_by_one(graph, fused, random.Random(f"forest/{seed}")) == keys
    assert relaxed_all_at_once(graph, fused) == keys


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), data=st.data())
def test_keys_invariants_hold(graph: DecodingGraph, data: st.DataObject) -> None:
    count = graph.num_edges
    fused = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    keys = canonical_keys(graph, fused)
    parents = canonical_parents(graph, fused)
    for v, (root, hops) in enumerate(keys):
        assert root <= 1 + v
        assert (parents[v] is None) == (hops == 0) == (root == 1 + v)
        if hops:
            ends = graph.edges[parents[v] or 0].detectors
            nearer = (0, 0) if len(ends) == 1 else keys[sum(ends) - v]
            assert nearer == (root, hops - 1)
    for index, edge in enumerate(graph.edges):
        if fused[index]:
            assert len({keys[v][0] for v in edge.detectors}) == 1
            distances = [keys[v][1] for v in edge.detectors]
            assert max(distances) - min(distances) <= 1
            assert distances == [1] or len(distances) == 2


@settings(max_examples=80, deadline=None)
@given(graph=graphs(), data=st.data())
def test_correction_reproduces_the_defects_of_every_even_or_bounded_cluster(
    graph: DecodingGraph, data: st.DataObject
) -> None:
    bits = st.lists(st.booleans(), min_size=graph.num_detectors, max_size=graph.num_detectors)
    defects = data.draw(bits)
    fused = [True] * graph.num_edges
    keys = canonical_keys(graph, fused)
    correction = correction_from_forest(graph, canonical_parents(graph, fused), defects)
    flipped = [False] * graph.num_detectors
    for index in correction:
        for v in graph.edges[index].detectors:
            flipped[v] ^= True
    for v, (root, hops) in enumerate(keys):
        odd_component = sum(
            defect for defect, key in zip(defects, keys, strict=True) if key[0] == root
        )
        # Without a boundary an odd defect is left over, at the root.
        left_over = root > 0 and hops == 0 and odd_component % 2 == 1
        assert flipped[v] == (defects[v] ^ left_over)


def relaxed_one_by_one(
    graph: DecodingGraph, fused: list[bool], rng: random.Random
) -> list[tuple[int, int]]:
    """Update one random end of one random edge at a time until nothing changes."""
    keys = [(1 + v, 0) for v in range(graph.num_detectors)]
    offers = [(i, v) for i, edge in enumerate(graph.edges) if fused[i] for v in edge.detectors]
    while True:
        rng.shuffle(offers)
        before = list(keys)
        for index, v in offers:
            keys[v] = min(keys[v], offered_key(graph.edges[index].detectors, v, keys))
        if keys == before:
            return keys


def relaxed_all_at_once(graph: DecodingGraph, fused: list[bool]) -> list[tuple[int, int]]:
    """Update every detector from its neighbours' old keys, as a parallel mesh does."""
    keys = [(1 + v, 0) for v in range(graph.num_detectors)]
    while True:
        new = [
            min(
                [keys[v]]
                + [
                    offered_key(graph.edges[index].detectors, v, keys)
                    for index in graph.incident_edges[v]
                    if fused[index]
                ]
            )
            for v in range(graph.num_detectors)
        ]
        if new == keys:
            return keys
        keys = new
