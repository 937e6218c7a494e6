"""Edges that differ by a shift in time are alike."""

import dataclasses

from quantacore.golden.adapt.like_edges import (
    like_edges,
    like_edges_of_plan,
    shared_mechanisms,
    touching,
)
from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.window import RepeatingCircuit, window_plan

GRAPH = graph_from_circuit(rotated_memory(distance=3, p=0.01, rounds=6))


def test_like_edges_are_shifts_of_each_other():
    groups = like_edges(GRAPH)
    assert groups[0] == 0
    assert set(groups.tolist()) == set(range(groups.max() + 1))
    shapes = {}
    for edge, group in zip(GRAPH.edges, groups.tolist(), strict=True):
        places = sorted(GRAPH.detectors[detector].coordinates for detector in edge.detectors)
        first = min(place[-1] for place in places)
        shape = [(*place[:-1], place[-1] - first) for place in places]
        assert shapes.setdefault(group, shape) == shape
    assert len({tuple(shape) for shape in shapes.values()}) == len(shapes)


def test_more_rounds_make_no_more_groups():
    longer = graph_from_circuit(rotated_memory(distance=3, p=0.01, rounds=12))
    assert like_edges(longer).max() == like_edges(GRAPH).max()


def test_edges_without_coordinates_are_alone():
    bare = dataclasses.replace(
        GRAPH,
        detectors=tuple(dataclasses.replace(d, coordinates=()) for d in GRAPH.detectors),
    )
    assert like_edges(bare).tolist() == list(range(GRAPH.num_edges))


def test_edges_of_shots_are_like_those_of_windows():
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
    plan = window_plan(memory, commit_rounds=2, buffer_rounds=2)
    shots = graph_from_circuit(memory.circuit(7))
    like = like_edges_of_plan(shots, memory.places(7), plan_graph=plan.graph)
    assert set(like.tolist()) == set(like_edges(plan.graph).tolist())
    groups = like_edges(shots)
    assert len({*zip(groups.tolist(), like.tolist(), strict=True)}) == groups.max() + 1
    few = dataclasses.replace(plan.graph, edges=plan.graph.edges[:5], correlations=())
    missing = like_edges_of_plan(shots, memory.places(7), plan_graph=few)
    assert -1 in missing
    assert (missing >= 0).any()


def test_mechanisms_of_two_patches_are_numbered_alike_and_touch():
    small, large = (
        graph_from_circuit(Patch(width=n, height=n).memory(p=0.01, rounds=3)) for n in (3, 4)
    )
    first, second = shared_mechanisms([small, large])
    assert first.tolist() == like_edges(small).tolist()
    both = set(first.tolist()) & set(second.tolist())
    assert len(both) > 20 and second.max() > first.max()
    for graph, other, groups, others in (
        (small, large, first, second),
        (large, small, second, first),
    ):
        places = {
            group: {graph.detectors[d].coordinates[:-1] for d in edge.detectors}
            for edge, group in zip(graph.edges, groups.tolist(), strict=True)
        }
        for edge, group in zip(other.edges, others.tolist(), strict=True):
            if group in places:
                own = {other.detectors[d].coordinates[:-1] for d in edge.detectors}
                assert own == places[group]
    pairs = touching([small, large])
    assert all(low < high for low, high in pairs) and len(set(pairs)) == len(pairs)
    # What only the larger patch has lies beside something of the smaller one, here and there.
    alone = set(second.tolist()) - both
    assert any((low in both) != (high in both) for low, high in pairs) and alone
