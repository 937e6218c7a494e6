"""Weight images with every length written out."""

import dataclasses
import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.spec.graph import Correlation, DecodingGraph, Detector, Edge
from quantacore.golden.spec.image import build_image, check_image_fits
from tests.golden.hand_made import graph_of, image_of
from tests.golden.strategies import graphs
from tests.random_graphs import random_graph


def prior_of(weight: float) -> float:
    return 1 / (1 + math.exp(weight))


def weight_of(prior: float) -> float:
    return math.log((1 - prior) / prior)


def star(
    *weights: float, joint: dict[tuple[int, int], float] | None = None, masks: tuple[int, ...] = ()
) -> DecodingGraph:
    """One boundary edge for each detector, with these weights."""
    return DecodingGraph(
        num_observables=2,
        detectors=tuple(Detector(component=v) for v in range(len(weights))),
        edges=tuple(
            Edge(detectors=(v,), prior=prior_of(weight), observables=masks[v] if masks else 0)
            for v, weight in enumerate(weights)
        ),
        correlations=tuple(Correlation(edges=e, joint=p) for e, p in sorted((joint or {}).items())),
    )


def test_largest_weight_gets_the_longest_length() -> None:
    image = build_image(star(14.0, 7.0, 3.4, 3.6, 0.1), length_bits=4)
    assert image.unit == pytest.approx(1.0)
    assert image.first.tolist() == [14, 7, 3, 4, 1]
    assert build_image(star(14.0, 7.0, 3.4, 3.6, 0.1), length_bits=5).first.tolist() == [
        30,
        15,
        7,
        8,
        1,
    ]
    assert build_image(star(14.0, 7.1, 3.4), length_bits=2).first.tolist() == [2, 1, 1]


def test_prior_of_one_half_is_fused_in_every_pass() -> None:
    graph = star(0.0, 7.0, joint={(0, 1): 1e-4})
    image = build_image(graph)
    assert image.first.tolist() == [0, 14]
    assert image.later[0] == 0
    assert build_image(star(0.0)).first.tolist() == [0]


def test_absent_edges_are_absent_in_every_pass() -> None:
    graph = star(14.0, 7.0, 7.0, joint={(0, 1): 1e-7})
    image = build_image(graph, absent_edges=[1])
    assert (image.first.tolist(), image.later.tolist()) == ([14, 15, 7], [14, 15, 7])
    assert image.absent == 15


def test_later_lengths_take_off_what_partners_explain() -> None:
    p0, p1 = prior_of(7.0), prior_of(4.0)
    joint = 0.8 * p0
    image = build_image(star(7.0, 4.0, joint={(0, 1): joint}), length_bits=8, nu=0.65)
    unit = 7.0 / 254
    assert image.first.tolist() == [254, round(4.0 / unit)]
    later = [weight_of(p0 - 0.65 * joint) / unit, weight_of(p1 - 0.65 * joint) / unit]
    assert image.later.tolist() == [254, math.floor(later[1] + 0.5)]  # the first is clamped
    assert build_image(star(7.0, 4.0, joint={(0, 1): joint}), nu=0).later.tolist() == [14, 8]


def test_later_prior_never_falls_below_a_fiftieth() -> None:
    p1 = prior_of(4.0)
    # Partners explain more than all of edge 1.
    joint = {(0, 1): 0.9 * p1, (1, 2): 0.9 * p1}
    image = build_image(star(20.0, 4.0, 1.0, joint=joint), length_bits=8, nu=1.0)
    assert image.later[1] == math.floor(weight_of(p1 / 50) / (20 / 254) + 0.5)


def test_link_lengths_are_those_of_conditional_probabilities() -> None:
    p0, p1 = prior_of(14.0), prior_of(5.0)
    joint = 0.1 * p0
    image = build_image(star(14.0, 5.0, joint={(0, 1): joint}))
    assert image.link_sources.tolist() == [0, 1]
    assert image.link_targets.tolist() == [1, 0]
    # Given 0, edge 1 fires with 0.1: ln 9 = 2.2. Given 1, edge 0 fires with joint / p1: 11.3.
    assert image.link_lengths.tolist() == [2, math.floor(weight_of(joint / p1) + 0.5)]
    assert image.link_starts.tolist() == [0, 1, 2]


def test_link_length_is_one_when_the_partner_is_sure() -> None:
    p0 = prior_of(14.0)
    image = build_image(star(14.0, 5.0, joint={(0, 1): p0}))
    assert image.link_lengths[0] == 1


def test_links_are_sorted_by_source_and_target() -> None:
    joint = {(0, 1): 1e-5, (0, 2): 1e-5, (1, 2): 1e-5}
    image = build_image(star(5.0, 5.0, 5.0, joint=joint))
    pairs = list(zip(image.link_sources.tolist(), image.link_targets.tolist(), strict=True))
    assert pairs == [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
    assert image.link_starts.tolist() == [0, 2, 4, 6]


def test_observables_come_from_the_graph() -> None:
    assert build_image(star(3.0, 3.0, masks=(2, 1))).observables.tolist() == [2, 1]


def test_image_of_a_graph_without_edges_is_empty() -> None:
    image = build_image(graph_of(2, []))
    assert (image.num_edges, image.num_links, image.unit) == (0, 0, 1.0)
    assert image.link_starts.tolist() == [0]


@settings(max_examples=50, deadline=None)
@given(graph=graphs(), length_bits=st.integers(2, 8), nu=st.floats(0, 1))
def test_lengths_are_in_range_and_later_ones_never_shorter(
    graph: DecodingGraph, length_bits: int, nu: float
) -> None:
    image = build_image(graph, length_bits=length_bits, nu=nu)
    assert (image.first < image.absent).all()
    assert (image.later >= image.first).all()
    for index, edge in enumerate(graph.edges):
        assert (image.first[index] == 0) == (edge.prior == 0.5)
    check_image_fits(image, graph)


def test_surface_code_has_about_five_links_per_edge() -> None:
    graph = graph_from_circuit(rotated_memory(distance=5, p=0.001))
    image = build_image(graph)
    assert (image.num_edges, image.num_links) == (502, 2350)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"length_bits": 1}, "Length width must be 2 to 8 bits, not 1"),
        ({"length_bits": 9}, "Length width must be 2 to 8 bits, not 9"),
        ({"nu": -0.1}, r"nu must be in \[0, 1\], not -0.1"),
        ({"nu": 1.1}, r"nu must be in \[0, 1\], not 1.1"),
        ({"nu": math.nan}, r"nu must be in \[0, 1\], not nan"),
        ({"absent_edges": [2]}, "Absent edges must be below 2"),
        ({"absent_edges": [-1]}, "Absent edges must be below 2"),
    ],
)
def test_build_image_rejects(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_image(star(3.0, 2.0), **arguments)


IMAGE = image_of(graph_of(3, [(0,), (1,), (2,)], masks=[1, 0, 1]), [3, 0, 15], links={(0, 1): 2})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"length_bits": 9}, "Length width must be 2 to 8 bits"),
        ({"first": [16, 0, 15]}, "Length of edge 0 in 'first' must be 0 to 15 .4 bits., not 16"),
        ({"later": [3, 0, 16]}, "Length of edge 2 in 'later' must be 0 to 15"),
        ({"later": [3, 0]}, "Image field 'later' must have 3 entries, not 2"),
        ({"observables": [0]}, "Image field 'observables' must have 3 entries, not 1"),
        ({"later": [3, 1, 15]}, "Edge 1 must be fused in both passes or in neither"),
        ({"first": [0, 0, 15]}, "Edge 0 must be fused in both passes or in neither"),
        ({"later": [3, 0, 14]}, "Edge 2 must be absent in both passes or in neither"),
        ({"observables": [1, 2, 0]}, "Observables of edge 1 must be a mask of 1 bits, not 0x2"),
        ({"link_targets": []}, "must be equally many"),
        ({"link_targets": [3]}, "Links must join edges below 3, not 3"),
        ({"link_sources": [-1]}, "Links must join edges below 3"),
        ({"link_targets": [0]}, "without repeats or self-links"),
        ({"link_lengths": [0]}, "Link lengths must be 1 to 14"),
        ({"link_lengths": [15]}, "Link lengths must be 1 to 14, not 15"),
    ],
)
def test_image_rejects(change: dict[str, Any], message: str) -> None:
    arrays: dict[str, Any] = {
        name: np.array(value, getattr(IMAGE, name).dtype) if isinstance(value, list) else value
        for name, value in change.items()
    }
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(IMAGE, **arrays)


def test_check_image_fits_rejects_another_graph() -> None:
    image = build_image(star(3.0))
    with pytest.raises(ValueError, match=r"Image must be made for the graph [0-9a-f]{16}, not"):
        check_image_fits(image, star(3.0, 3.0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": float("nan")}, "Unit must be finite"),
        ({"unit": 0.0}, "Unit must be finite"),
        ({"nu": float("nan")}, "nu must be in"),
        ({"num_observables": 65}, "Number of observables must be 0 to 64"),
        ({"num_observables": -1}, "Number of observables must be 0 to 64"),
    ],
)
def test_image_rejects_numbers_out_of_range(change, message):
    graph = random_graph(random.Random("image/numbers"), num_detectors=3, num_edges=4)
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(build_image(graph), **change)


def test_check_image_fits_rejects_other_sizes():
    """A file may claim the right topology and hold arrays of another."""
    rng = random.Random("image/sizes")
    graph = random_graph(rng, num_detectors=5, num_edges=8, num_observables=2)
    small = random_graph(rng, num_detectors=2, num_edges=2, num_observables=2)
    image = dataclasses.replace(build_image(small), topology_hash=graph.topology_hash)
    with pytest.raises(ValueError, match=f"Image must have {graph.num_edges} edges"):
        check_image_fits(image, graph)
    wide = dataclasses.replace(build_image(graph), num_observables=8)
    with pytest.raises(ValueError, match="Image must have 2 observables, not 8"):
        check_image_fits(wide, graph)
