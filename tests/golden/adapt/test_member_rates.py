"""Predicted rates follow the noise: exactly on a chain, roughly on a code."""

import math

import pytest

from quantacore.golden.adapt.member_rates import logical_bound, predicted_rate
from quantacore.golden.codes.patches import Patch
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge


def chain(*priors, observable=0):
    """Return a path from boundary to boundary, of which one edge flips the observable."""
    ends = [(0,), *((k, k + 1) for k in range(len(priors) - 2)), (len(priors) - 2,)]
    edges = [
        Edge(detectors=end, prior=prior, observables=int(index == observable))
        for index, (end, prior) in enumerate(zip(ends, priors, strict=True))
    ]
    # The last detector's boundary edge comes behind its other edges: it is the last one.
    in_order = tuple(sorted(edges, key=lambda edge: edge.sort_key))
    return DecodingGraph(
        num_observables=1,
        detectors=tuple(Detector() for _ in range(len(priors) - 1)),
        edges=in_order,
    )


def factor(prior):
    return 2 * math.sqrt(prior * (1 - prior))


@pytest.mark.parametrize("observable", [0, 1, 2, 3])
def test_bound_of_a_chain_is_the_product_of_its_edges(observable):
    priors = (0.1, 0.02, 0.3, 0.05)
    found = logical_bound(chain(*priors, observable=observable))
    assert found == pytest.approx(math.prod(map(factor, priors)))


def test_bound_takes_the_best_way_round():
    # 0 - 1, the boundary at both; a second way from 0 to the boundary through 2.
    edges = (
        Edge(detectors=(0, 1), prior=0.01, observables=1),
        Edge(detectors=(0, 2), prior=0.2),
        Edge(detectors=(0,), prior=0.001),
        Edge(detectors=(1,), prior=0.1),
        Edge(detectors=(2,), prior=0.2),
    )
    graph = DecodingGraph(
        num_observables=1, detectors=tuple(Detector() for _ in range(3)), edges=edges
    )
    assert factor(0.2) ** 2 > factor(0.001)
    assert logical_bound(graph) == pytest.approx(factor(0.01) * factor(0.1) * factor(0.2) ** 2)


def test_bound_needs_a_logical_path():
    closed = DecodingGraph(
        num_observables=1,
        detectors=(Detector(), Detector()),
        edges=(Edge(detectors=(0, 1), prior=0.1, observables=1),),
    )
    with pytest.raises(ValueError, match="Graph must have a path that flips an observable"):
        logical_bound(closed)


def test_predicted_rate_scales_as_the_distance_says():
    """Half the noise: a code of distance 3 fails a quarter as often, one of 5 an eighth."""
    for size, order in ((3, 2), (5, 3)):
        patch = Patch(width=size, height=size)
        noisy, calm = (graph_from_circuit(patch.memory(p=p, rounds=size)) for p in (2e-4, 1e-4))
        rate = predicted_rate(calm, reference=noisy, reference_rate=1e-3)
        # Paths of `size` edges: sqrt(p) each, half a power less than the true order.
        assert rate == pytest.approx(1e-3 / 2 ** (size / 2), rel=0.01)
        assert order - 0.5 == size / 2


def test_predicted_rate_is_the_measured_one_for_the_same_noise_and_at_most_a_half():
    graph = chain(0.01, 0.01, 0.01)
    assert predicted_rate(graph, reference=graph, reference_rate=0.02) == pytest.approx(0.02)
    worse = chain(0.4, 0.4, 0.4)
    assert predicted_rate(worse, reference=graph, reference_rate=0.02) == 0.5


@pytest.mark.parametrize("rate", [0, -0.1, 0.6])
def test_predicted_rate_rejects_a_reference(rate):
    graph = chain(0.01, 0.01, 0.01)
    with pytest.raises(ValueError, match=r"Reference rate must be in \(0, 0.5\], not"):
        predicted_rate(graph, reference=graph, reference_rate=rate)
