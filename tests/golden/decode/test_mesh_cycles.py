"""Cycles of the core without the core. Against the Verilog: tests/hdl/test_core.py, scale."""

import random

import numpy as np
import pytest

from quantacore.golden.decode.mesh_cycles import MeshCycles
from quantacore.golden.decode.union_find import UnionFindDecoder
from tests.golden.hand_made import events_of, graph_of, image_of
from tests.random_graphs import random_events, random_graph, random_image


def test_shot_of_the_document_takes_eight_cycles() -> None:
    """docs/decoder.md, section 5: a shot, cycle by cycle."""
    graph = graph_of(2, [(0, 1), (0,)])
    image = image_of(graph, first=[3, 3])
    found = MeshCycles(graph, image).count_shots(events_of(2, {0}, set()))
    assert found.cycles.tolist() == [8, 2]
    assert found.growth_steps.tolist() == [3, 0]
    assert found.passes.tolist() == [1, 0]


@pytest.mark.parametrize("lanes", [0, 2])
@pytest.mark.parametrize("passes", [1, 3, 7])
def test_growth_and_passes_are_those_of_golden(passes: int, lanes: int) -> None:
    rng = random.Random(f"mesh_cycles/{passes}")
    for _ in range(20):
        graph = random_graph(rng, num_detectors=12, num_edges=30, correlations=25)
        image = random_image(rng, graph)
        events = random_events(rng, graph, num_shots=40, density=0.3)
        found = MeshCycles(graph, image, passes=passes, lanes=lanes).count_shots(events)
        expected = UnionFindDecoder(graph, image, passes=passes).decode_shots(events)
        np.testing.assert_array_equal(found.growth_steps, expected.growth_steps)
        np.testing.assert_array_equal(found.passes, expected.passes)
        assert (found.cycles[expected.passes > 0] > 2).all()


def test_runtime_links_cost_a_cycle_a_pass_and_one_a_row() -> None:
    rng = random.Random("mesh_cycles/rows")
    graph = random_graph(rng, num_detectors=12, num_edges=30, correlations=60)
    image = random_image(rng, graph)
    events = random_events(rng, graph, num_shots=60, density=0.3)
    counts = [
        MeshCycles(graph, image, passes=3, lanes=lanes).count_shots(events) for lanes in (0, 16, 1)
    ]
    baked, wide, narrow = (each.cycles.astype(int) for each in counts)
    later = counts[0].passes > 1
    assert (wide[later] - baked[later] >= 2 * (counts[0].passes[later] - 1) - 1).all()
    assert (wide[~later] == baked[~later]).all()
    assert (narrow >= wide).all()
    assert narrow.sum() > wide.sum()


def test_order_of_shots_does_not_matter() -> None:
    rng = random.Random("mesh_cycles/order")
    graph = random_graph(rng, num_detectors=12, num_edges=30, correlations=25)
    mesh = MeshCycles(graph, random_image(rng, graph), passes=3)
    events = random_events(rng, graph, num_shots=60, density=0.3)
    forth, back = mesh.count_shots(events), mesh.count_shots(events[::-1].copy())
    np.testing.assert_array_equal(forth.cycles, back.cycles[::-1])


def test_fewer_steps_in_a_cycle_take_more_cycles_to_the_same_answer() -> None:
    rng = random.Random("mesh_cycles/steps")
    graph = random_graph(rng, num_detectors=12, num_edges=30)
    image = random_image(rng, graph)
    events = random_events(rng, graph, num_shots=60, density=0.3)
    one, two, seven = (
        MeshCycles(graph, image, most_steps=steps).count_shots(events) for steps in (1, 2, 7)
    )
    np.testing.assert_array_equal(one.growth_steps, seven.growth_steps)
    assert (one.cycles >= two.cycles).all()
    assert (two.cycles >= seven.cycles).all()
    assert one.cycles.sum() > two.cycles.sum() > seven.cycles.sum()
    # Each growth takes three cycles: to decide, to grow, and until reports are of what came then.
    assert (one.cycles - seven.cycles <= 3 * one.growth_steps).all()


def test_mesh_cycles_rejects_bad_numbers() -> None:
    graph = graph_of(2, [(0, 1), (0,)])
    with pytest.raises(ValueError, match="Growth steps in one cycle must be 1 to 7, not 8"):
        MeshCycles(graph, image_of(graph, first=[3, 3]), most_steps=8)
    with pytest.raises(ValueError, match="Lanes must be at least 0, not -1"):
        MeshCycles(graph, image_of(graph, first=[3, 3]), lanes=-1)
