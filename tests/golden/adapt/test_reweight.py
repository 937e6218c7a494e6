"""A graph with other priors has the same topology, and its correlations follow."""

import numpy as np
import pytest

from quantacore.golden.adapt.reweight import reweighted
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.spec.image import build_image

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
