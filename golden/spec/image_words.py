"""The words of an image's packet: what goes through the image stream of a core.

In: `WeightImage`, `CoreConfig`.   Out: the fields of each word.
Next: `quantacore.sim.batch`, `quantacore.sim.waves`, `quantacore.sim.bench` (who send them).

Word k carries the weights of edge k, as far as there is one, and link row k in cores with run-time
links. Every image of a core has equally many words.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.link_rows import Linked, LinkRows, pack_link_rows, unpack_link_rows


def num_image_words(config: CoreConfig, *, num_edges: int) -> int:
    """Return the number of words of an image; the configuration's link rows must be settled."""
    return max(num_edges, config.link_rows) if config.links == "runtime" else num_edges


def edge_index_bits(num_edges: int) -> int:
    """Return the width of an edge's index in a link, at least 1."""
    return max(1, (num_edges - 1).bit_length())


def image_field_widths(
    config: CoreConfig, *, num_edges: int, num_observables: int
) -> dict[str, int]:
    """Return the fields of an image's word, the lowest bits first, and their bits.

    Parameters
    ----------
    config : CoreConfig
        Its link rows settled.
    num_edges, num_observables : int
        Of the graph.
    """
    widths = {"length": config.length_bits}
    if config.has_later:
        widths["later"] = config.length_bits
    widths["observables"] = num_observables
    if config.links == "runtime":
        widths["link_targets"] = config.lanes * edge_index_bits(num_edges)
        widths["link_lengths"] = config.lanes * config.length_bits
        widths["link_next"] = max(0, config.link_rows - 1).bit_length()
    return widths | {"last": 1}


def image_words(image: WeightImage, config: CoreConfig) -> dict[str, list[int]]:
    """Return the fields of an image's words.

    Parameters
    ----------
    image : WeightImage
    config : CoreConfig
        Of a core that the image fits, its link rows settled.

    Returns
    -------
    dict of str to list of int
        Name of the port without ``image_`` -> its value in each word: ``length``; ``observables``
        if there are any; ``later`` if the core has later passes; with run-time links also
        ``link_targets``, ``link_lengths`` (lane 0 in the lowest bits) and ``link_next``; ``last``.

    Raises
    ------
    ValueError
        If the image has more links than the core holds.
    """
    num_words = num_image_words(config, num_edges=image.num_edges)
    padding = [0] * (num_words - image.num_edges)
    fields = {"length": image.first.tolist() + padding}
    if config.has_later:
        fields["later"] = image.later.tolist() + padding
    if image.num_observables:
        fields["observables"] = image.observables.tolist() + padding
    if config.links == "runtime":
        fields |= link_row_fields(image, config, num_edges=image.num_edges)
    fields["last"] = [0] * (num_words - 1) + [1]
    return fields


def link_row_fields(image: Linked, config: CoreConfig, *, num_edges: int) -> dict[str, list[int]]:
    """Return the fields of an image's words that carry its links, one row a word.

    Parameters
    ----------
    image : WeightImage or WindowImage
    config : CoreConfig
        With run-time links, its link rows settled.
    num_edges : int
        Of the graph.
    """
    rows = pack_link_rows(image, lanes=config.lanes, link_rows=config.link_rows)
    return {
        "link_targets": _join_lanes(rows.targets, edge_index_bits(num_edges)),
        "link_lengths": _join_lanes(rows.lengths, config.length_bits),
        "link_next": rows.next_rows.tolist(),
    }


def image_from_words(
    words: Sequence[Mapping[str, int]], config: CoreConfig, *, template: WeightImage
) -> WeightImage:
    """Return the image that some words carry; the inverse of `image_words`.

    Parameters
    ----------
    words : sequence of mapping of str to int
        Fields of each word, as many words as the core's images have.
    config : CoreConfig
    template : WeightImage
        For everything that is not in the words; without run-time links that is the links.
    """
    edges = words[: template.num_edges]
    image = dataclasses.replace(
        template,
        first=np.array([word["length"] for word in edges], np.uint8),
        later=np.array([word.get("later", word["length"]) for word in edges], np.uint8),
        observables=np.array([word.get("observables", 0) for word in edges], np.uint64),
    )
    if config.links != "runtime":
        return image
    target_bits = edge_index_bits(image.num_edges)
    rows = LinkRows(
        targets=_split_lanes([word["link_targets"] for word in words], target_bits, config.lanes),
        lengths=_split_lanes(
            [word["link_lengths"] for word in words], config.length_bits, config.lanes
        ),
        next_rows=np.array([word["link_next"] for word in words], np.int32),
    )
    sources, targets, lengths = unpack_link_rows(
        rows, num_edges=image.num_edges, absent=image.absent
    )
    return dataclasses.replace(
        image, link_sources=sources, link_targets=targets, link_lengths=lengths
    )


def _join_lanes(values: np.ndarray, bits: int) -> list[int]:
    return [sum(value << lane * bits for lane, value in enumerate(row)) for row in values.tolist()]


def _split_lanes(words: list[int], bits: int, lanes: int) -> np.ndarray:
    mask = (1 << bits) - 1
    rows = [[word >> lane * bits & mask for lane in range(lanes)] for word in words]
    return np.array(rows, np.int32)
