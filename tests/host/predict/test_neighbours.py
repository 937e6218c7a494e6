"""Neighbours of groups: those that share a detector."""

import pytest

from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge
from quantacore.host.predict.neighbours import neighbouring_groups


def line() -> DecodingGraph:
    """Three detectors in a row, both ends at the boundary."""
    ends = ((0, 1), (0,), (1, 2), (2,))
    return DecodingGraph(
        num_observables=0,
        detectors=(Detector(),) * 3,
        edges=tuple(Edge(detectors=each, prior=0.01) for each in ends),
    )


def test_neighbouring_groups_share_a_detector_and_not_the_boundary() -> None:
    assert neighbouring_groups(line(), [0, 1, 2, 3]) == [(1, 2), (0,), (0, 3), (2,)]


def test_neighbouring_groups_are_of_groups_when_those_have_several_edges() -> None:
    assert neighbouring_groups(line(), [0, 1, 0, 1]) == [(1,), (0,)]


def test_neighbouring_groups_rejects_groups_of_another_graph() -> None:
    with pytest.raises(ValueError, match="Groups must be one for each of 4 edges"):
        neighbouring_groups(line(), [0, 1, 2])
