"""Links as rows: written out by hand, and back from rows to links."""

import random

import numpy as np
import pytest

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.link_rows import (
    num_link_rows,
    pack_link_rows,
    unpack_link_rows,
    with_link_rows,
)
from tests.golden.hand_made import graph_of, image_of
from tests.random_graphs import random_graph, random_image

GRAPH = graph_of(4, [(0,), (1,), (2,), (3,)])
# Edge 0 has three links, edge 1 one, edge 2 none, edge 3 two.
IMAGE = image_of(
    GRAPH,
    [5, 5, 5, 5],
    links={(0, 1): 1, (0, 2): 2, (0, 3): 3, (1, 3): 4, (3, 0): 5, (3, 2): 6},
)


def test_pack_link_rows_chains_rows_of_one_edge() -> None:
    rows = pack_link_rows(IMAGE, lanes=1, link_rows=8)
    assert rows.targets.ravel().tolist() == [1, 3, 0, 0, 2, 3, 2, 0]
    assert rows.lengths.ravel().tolist() == [1, 4, 15, 5, 2, 3, 6, 15]
    assert rows.next_rows.tolist() == [4, 0, 0, 6, 5, 0, 0, 0]


def test_pack_link_rows_fills_lanes_of_one_edge() -> None:
    rows = pack_link_rows(IMAGE, lanes=2, link_rows=5)
    assert rows.targets.tolist() == [[1, 2], [3, 0], [0, 0], [0, 2], [3, 0]]
    assert rows.lengths.tolist() == [[1, 2], [4, 15], [15, 15], [5, 6], [3, 15]]
    assert rows.next_rows.tolist() == [4, 0, 0, 0, 0]


@pytest.mark.parametrize(("lanes", "expected"), [(1, 7), (2, 5), (3, 4), (16, 4)])
def test_num_link_rows_is_one_at_least_for_each_edge(lanes: int, expected: int) -> None:
    assert num_link_rows(IMAGE, lanes=lanes) == expected


def test_pack_link_rows_rejects_image_with_too_many_links() -> None:
    with pytest.raises(ValueError, match=r"Image must have at most 4 rows of 2 links.*not 5"):
        pack_link_rows(IMAGE, lanes=2, link_rows=4)


@pytest.mark.parametrize("lanes", [1, 2, 5])
@pytest.mark.parametrize("correlations", [0, 1, 30, 900])
def test_unpack_link_rows_returns_the_links(lanes: int, correlations: int) -> None:
    rng = random.Random(f"link_rows/{lanes}/{correlations}")
    graph = random_graph(rng, num_detectors=9, num_edges=22, correlations=correlations)
    image = random_image(rng, graph)
    spare = rng.randrange(3)
    link_rows = num_link_rows(image, lanes=lanes) + spare
    rows = pack_link_rows(image, lanes=lanes, link_rows=link_rows)
    assert rows.targets.shape == rows.lengths.shape == (link_rows, lanes)
    links = unpack_link_rows(rows, num_edges=graph.num_edges, absent=image.absent)
    expected = (image.link_sources, image.link_targets, image.link_lengths)
    for ours, theirs in zip(links, expected, strict=True):
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)


def test_with_link_rows_counts_what_image_or_graph_needs() -> None:
    graph = random_graph(random.Random("rows"), num_detectors=6, num_edges=12, correlations=20)
    config = CoreConfig(links="runtime", lanes=2)
    settled = with_link_rows(config, graph)
    assert settled.link_rows == num_link_rows(random_image(random.Random(1), graph), lanes=2)
    assert with_link_rows(settled, graph) == settled
    assert with_link_rows(config, GRAPH, IMAGE).link_rows == 5
    assert with_link_rows(CoreConfig(links="baked"), graph) == CoreConfig(links="baked")


def test_with_link_rows_rejects_less_than_a_row_for_each_edge() -> None:
    config = CoreConfig(links="runtime", link_rows=3)
    with pytest.raises(ValueError, match=r"Number of link rows must be at least 4.*not 3"):
        with_link_rows(config, GRAPH)
