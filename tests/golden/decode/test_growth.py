"""Growth on graphs small enough to follow with a pencil, then its invariants."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantacore.golden.decode.growth import active_detectors, clusters, grow_clusters
from quantacore.golden.spec.graph import DecodingGraph
from tests.golden.hand_made import graph_of
from tests.golden.strategies import graphs, images

ABSENT = 15

# boundary --4-- D0 --2-- D1 --2-- D2 --4-- boundary
PATH = graph_of(3, [(0, 1), (0,), (1, 2), (2,)])
PATH_LENGTHS = [2, 4, 2, 4]


def grown(
    graph: DecodingGraph, lengths: list[int], defects: set[int]
) -> tuple[set[int], int, bool]:
    growth = grow_clusters(
        graph, lengths, [v in defects for v in range(graph.num_detectors)], absent=ABSENT
    )
    return {i for i, fused in enumerate(growth.fused) if fused}, growth.steps, growth.unmatched


@pytest.mark.parametrize(
    ("defects", "fused", "steps"),
    [
        pytest.param(set(), set(), 0, id="no-defects"),
        # Edge (0, 1) fuses at step 2; then D1 grows too and (1, 2) fuses with the boundary at 4.
        pytest.param({0}, {0, 1, 2}, 4, id="one-defect-reaches-boundary"),
        pytest.param({0, 1}, {0}, 1, id="two-ends-grow-twice-as-fast"),
        pytest.param({0, 2}, {0, 2}, 2, id="two-defects-meet-in-the-middle"),
        pytest.param({0, 1, 2}, {0, 1, 2, 3}, 4, id="all-defects"),
        # At step 2 both sides fuse; the cluster of three reaches both boundaries at 2 + 4.
        pytest.param({1}, {0, 1, 2, 3}, 6, id="middle-defect"),
    ],
)
def test_growth_on_a_path(defects: set[int], fused: set[int], steps: int) -> None:
    assert grown(PATH, PATH_LENGTHS, defects) == (fused, steps, False)


def test_growth_overshoots_an_odd_length_between_two_active_ends() -> None:
    graph = graph_of(2, [(0, 1)])
    assert grown(graph, [3], {0, 1}) == ({0}, 2, False)


def test_growth_reports_unmatched_when_one_detector_has_no_edge() -> None:
    assert grown(graph_of(1, []), [], {0}) == (set(), 0, True)


def test_growth_reports_unmatched_after_the_whole_component_fused() -> None:
    # No boundary: the odd cluster swallows all three detectors, then nothing can grow.
    triangle = graph_of(3, [(0, 1), (0, 2), (1, 2)])
    assert grown(triangle, [1, 5, 1], {0}) == ({0, 2, 1}, 4, True)


def test_growth_never_uses_an_absent_edge() -> None:
    assert grown(PATH, [2, ABSENT, 2, 4], {0}) == ({0, 2, 3}, 8, False)
    assert grown(PATH, [ABSENT] * 4, {0}) == (set(), 0, True)


def test_growth_starts_with_edges_of_length_zero_fused() -> None:
    assert grown(PATH, [0, 4, 2, 4], {0, 1}) == ({0}, 0, False)
    assert grown(PATH, [2, 0, 2, 4], {0}) == ({1}, 0, False)
    assert grown(PATH, [0, 0, 0, 0], {0, 1, 2}) == ({0, 1, 2, 3}, 0, False)


def test_growth_reaches_the_longest_length() -> None:
    assert grown(graph_of(1, [(0,)]), [14], {0}) == ({0}, 14, False)


def test_growth_of_one_component_goes_on_when_another_is_stuck() -> None:
    # D0 is alone; D1 reaches the boundary at step 3. Only then nothing can grow any more.
    graph = graph_of(2, [(1,)])
    assert grown(graph, [3], {0, 1}) == ({0}, 3, True)


def test_clusters_are_components_of_fused_edges_without_the_boundary() -> None:
    assert clusters(PATH, [True, True, False, True]) == [[0, 1], [2]]


def test_cluster_is_inactive_when_even_or_at_the_boundary() -> None:
    assert active_detectors(PATH, [True, False, False, False], [True, True, True]) == [
        False,
        False,
        True,
    ]
    assert active_detectors(PATH, [True, True, False, False], [True, False, True]) == [
        False,
        False,
        True,
    ]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_growth_leaves_no_cluster_active_or_is_stuck(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    image = data.draw(images(graph))
    count = graph.num_detectors
    defects = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    lengths = image.first.tolist()
    growth = grow_clusters(graph, lengths, defects, absent=image.absent)
    active = active_detectors(graph, growth.fused, defects)
    assert growth.unmatched == any(active)
    for index, edge in enumerate(graph.edges):
        length = lengths[index]
        assert not (growth.fused[index] and length == image.absent)
        assert growth.fused[index] or length != 0
        if growth.fused[index]:
            assert growth.steps >= (length + 1) // 2  # at most two growth steps per step
        elif growth.unmatched and length != image.absent:
            assert not any(active[v] for v in edge.detectors)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_growth_commutes_with_relabelling(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    image = data.draw(images(graph))
    count = graph.num_detectors
    defects = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    new_name = list(range(count))
    random.Random(data.draw(st.integers(0, 1000))).shuffle(new_name)

    ends = [tuple(sorted(new_name[v] for v in edge.detectors)) for edge in graph.edges]
    order = sorted(
        range(len(ends)), key=lambda i: (ends[i][0], ends[i][1] if len(ends[i]) == 2 else count)
    )
    relabelled = graph_of(count, [ends[i] for i in order])
    growth = grow_clusters(graph, image.first.tolist(), defects, absent=image.absent)
    moved = grow_clusters(
        relabelled,
        [int(image.first[i]) for i in order],
        [defects[new_name.index(v)] for v in range(count)],
        absent=image.absent,
    )
    assert (moved.steps, moved.unmatched) == (growth.steps, growth.unmatched)
    assert moved.fused == tuple(growth.fused[i] for i in order)
