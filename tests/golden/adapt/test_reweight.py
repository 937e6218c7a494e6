"""A graph with other priors has the same topology, and its correlations follow."""

import numpy as np
import pytest

from quantacore.golden.adapt.reweight import reweighted, reweighted_image, reweighted_plan
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.window_image import build_window_image

GRAPH = graph_from_circuit(rotated_memory(distance=3, p=0.003))


def test_ratios_of_one_change_nothing():
    assert reweighted(GRAPH, np.ones(GRAPH.num_edges)) == GRAPH


def test_reweighted_multiplies_priors_and_keeps_the_topology():
    ratios = np.random.default_rng(2).uniform(0.1, 300, GRAPH.num_edges)
    changed = reweighted(GRAPH, ratios)
    assert changed.topology_hash == GRAPH.topology_hash
    for old, new, ratio in zip(GRAPH.edges, changed.edges, ratios, strict=True):
        assert new.prior == pytest.approx(min(old.prior * ratio, 0.5))
    for old, new in zip(GRAPH.correlations, changed.correlations, strict=True):
        a, b = new.edges
        expected = old.joint * np.sqrt(ratios[a] * ratios[b])
        priors = changed.edges[a].prior, changed.edges[b].prior
        assert new.joint == pytest.approx(min(expected, *priors))
    build_image(changed)


@pytest.mark.parametrize("ratios", [np.ones(3), np.zeros(GRAPH.num_edges)])
def test_reweighted_rejects_bad_ratios(ratios):
    with pytest.raises(ValueError, match="Ratios must be above 0 and of shape"):
        reweighted(GRAPH, ratios)


MEMORY = RepeatingCircuit(rotated_memory(distance=3, p=0.003))
PLAN = window_plan(MEMORY, commit_rounds=2, buffer_rounds=2)


def test_ratios_of_one_leave_a_plan_as_it_is():
    same = reweighted_plan(PLAN, np.ones(PLAN.graph.num_edges))
    old, new = build_window_image(PLAN), build_window_image(same)
    assert same.entry_priors == pytest.approx(PLAN.entry_priors)
    for name in ("first", "later", "link_lengths"):
        assert getattr(new, name).tolist() == getattr(old, name).tolist()


def test_common_factor_multiplies_all_of_a_plan():
    changed = reweighted_plan(PLAN, np.full(PLAN.graph.num_edges, 3.0))
    assert changed.plan_hash == PLAN.plan_hash
    assert changed.entry_priors == pytest.approx(3 * PLAN.entry_priors)
    assert changed.entry_explained == pytest.approx(3 * PLAN.entry_explained)
    assert changed.link_conditionals == pytest.approx(PLAN.link_conditionals)


def test_ratios_of_edges_reach_their_entries_and_links():
    ratios = np.ones(PLAN.graph.num_edges)
    edge = int(PLAN.source_edges[PLAN.links[0, 0]])
    alike = np.flatnonzero((PLAN.tables == PLAN.tables[-1, edge]).any(axis=0))
    ratios[alike] = 9.0
    changed = reweighted_plan(PLAN, ratios)
    grown = changed.entry_priors / PLAN.entry_priors
    assert grown.max() == pytest.approx(9)
    touched = {int(e) for e in np.unique(PLAN.tables[:, alike]) if e >= 0}
    assert {int(e) for e in np.flatnonzero(grown > 1.001)} == touched
    for (source, target), before, after in zip(
        PLAN.links, PLAN.link_conditionals, changed.link_conditionals, strict=True
    ):
        factor = np.sqrt(ratios[target] / ratios[PLAN.source_edges[source]])
        assert after == pytest.approx(min(1, before * factor))


def test_plan_rejects_bad_ratios():
    with pytest.raises(ValueError, match="Ratios must be above 0 and of shape"):
        reweighted_plan(PLAN, np.ones(3))


def test_reweighted_image_is_that_of_the_reweighted_plan():
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.005))
    plan = window_plan(memory, commit_rounds=2, buffer_rounds=2)
    image = build_window_image(plan, length_bits=5)
    assert reweighted_image(image, np.ones(plan.graph.num_edges)).first.tolist() == (
        image.first.tolist()
    )
    ratios = np.random.default_rng(1).uniform(0.5, 9, plan.graph.num_edges)
    found = reweighted_image(image, ratios)
    assert found.length_bits == 5
    expected = build_window_image(reweighted_plan(plan, ratios), length_bits=5)
    assert found.first.tolist() == expected.first.tolist() != image.first.tolist()
