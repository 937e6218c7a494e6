"""The words of an image, by hand and there and back."""

import random

import numpy as np
import pytest

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image_words import image_from_words, image_words, num_image_words
from quantacore.golden.spec.link_rows import with_link_rows
from tests.golden.hand_made import graph_of, image_of
from tests.random_graphs import random_graph, random_image

GRAPH = graph_of(3, [(0,), (1,), (2,)], masks=[1, 0, 1])
IMAGE = image_of(GRAPH, [3, 0, 15], later=[2, 0, 15], links={(0, 1): 2, (0, 2): 7, (2, 1): 5})


def test_words_of_a_core_without_links_carry_one_edge_each() -> None:
    assert image_words(IMAGE, CoreConfig()) == {
        "length": [3, 0, 15],
        "observables": [1, 0, 1],
        "last": [0, 0, 1],
    }


def test_words_of_a_core_with_baked_links_carry_later_lengths() -> None:
    assert image_words(IMAGE, CoreConfig(links="baked"))["later"] == [2, 0, 15]


def test_words_of_a_core_with_runtime_links_carry_rows() -> None:
    config = CoreConfig(links="runtime", lanes=1, link_rows=5)
    assert image_words(IMAGE, config) == {
        "length": [3, 0, 15, 0, 0],
        "later": [2, 0, 15, 0, 0],
        "observables": [1, 0, 1, 0, 0],
        "link_targets": [1, 0, 1, 2, 0],
        "link_lengths": [2, 15, 5, 7, 15],
        "link_next": [3, 0, 0, 0, 0],
        "last": [0, 0, 0, 0, 1],
    }
    two_lanes = image_words(IMAGE, CoreConfig(links="runtime", lanes=2, link_rows=3))
    assert two_lanes["link_targets"] == [1 | 2 << 2, 0, 1]
    assert two_lanes["link_lengths"] == [2 | 7 << 4, 0xFF, 5 | 15 << 4]


@pytest.mark.parametrize("links", ["none", "baked", "runtime"])
def test_image_from_words_returns_the_image(links: str) -> None:
    rng = random.Random(f"image_words/{links}")
    graph = random_graph(rng, num_detectors=8, num_edges=20, num_observables=2, correlations=40)
    template = random_image(rng, graph)
    image = random_image(rng, graph)
    config = with_link_rows(CoreConfig(links=links, lanes=3), graph)
    fields = image_words(image, config)
    words = [dict(zip(fields, word, strict=True)) for word in zip(*fields.values(), strict=True)]
    assert len(words) == num_image_words(config, num_edges=graph.num_edges)
    found = image_from_words(words, config, template=template)
    assert np.array_equal(found.first, image.first)
    assert np.array_equal(found.observables, image.observables)
    if links != "none":
        assert np.array_equal(found.later, image.later)
    assert found.links_hash == (image if links == "runtime" else template).links_hash
