"""Components follow the edges, and are numbered in the order of detectors."""

from quantacore.golden.family.components import connected_components


def test_components_are_numbered_by_their_first_detectors() -> None:
    assert connected_components([(2, 4), (0, 3), (1,), (3, 5)], 6) == [0, 1, 2, 0, 2, 0]


def test_detectors_without_edges_are_alone() -> None:
    assert connected_components([], 3) == [0, 1, 2]
