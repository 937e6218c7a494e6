"""Lay out the links of an image as rows of block RAM, for cores with run-time links.

In: an image, number of lanes.   Out: `LinkRows`; `CoreConfig` with room for them.
Next: `quantacore.golden.spec.image_words`.   Hardware twin: `quantacore.hdl.link_walk`.

A row holds up to ``lanes`` links of one source, and which row goes on with the links of that
source. In an image of whole shots each edge is one source; in an image of windows an edge may be
several (`quantacore.golden.spec.window.WindowPlan.sources`). Row k is the first of source k, so
that a source needs no pointer to its rows; rows that go on follow behind the first rows. No source
has a target twice, so the targets within a row differ.
"""

import dataclasses
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image, check_image_fits

LAST_ROW = 0
"""What a row names as the next one if there is none: row 0 goes on with nothing."""


class Linked(Protocol):
    """What has links: `WeightImage` and `quantacore.golden.spec.window_image.WindowImage`."""

    @property
    def length_bits(self) -> int: ...
    @property
    def num_sources(self) -> int: ...
    @property
    def num_links(self) -> int: ...
    @property
    def absent(self) -> int: ...
    @property
    def link_sources(self) -> np.ndarray: ...
    @property
    def link_targets(self) -> np.ndarray: ...
    @property
    def link_lengths(self) -> np.ndarray: ...
    @property
    def link_starts(self) -> np.ndarray: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class LinkRows:
    """Links of one image as the hardware keeps them."""

    targets: np.ndarray
    """``int32``, shape ``(num_rows, lanes)``: edges that are lowered; 0 where there is no link."""
    lengths: np.ndarray
    """``uint8``, shape ``(num_rows, lanes)``: what to; all ones, which lowers nothing, where there
    is no link."""
    next_rows: np.ndarray
    """``int32``, shape ``(num_rows,)``: row with further links of that source, or `LAST_ROW`."""


def num_link_rows(image: Linked, *, lanes: int) -> int:
    """Return how many rows the links of an image take; at least one for each source."""
    return int(_rows_per_source(image, lanes).sum())


def pack_link_rows(image: Linked, *, lanes: int, link_rows: int) -> LinkRows:
    """Return the rows of an image.

    Parameters
    ----------
    image : WeightImage or WindowImage
    lanes : int
        Links in a row, at least 1.
    link_rows : int
        Rows to return; those that the image does not need are empty.

    Raises
    ------
    ValueError
        If the image needs more rows.
    """
    check_link_rows(image, lanes=lanes, link_rows=link_rows)
    per_source = _rows_per_source(image, lanes)
    # Row r > 0 of a source comes behind the first rows, and behind further rows of those before it.
    second = image.num_sources + np.cumsum(per_source - 1) - (per_source - 1)
    position = np.arange(image.num_links) - image.link_starts[image.link_sources]
    ordinal, lane = position // lanes, position % lanes
    sources = image.link_sources
    row = np.where(ordinal == 0, sources, second[sources] + ordinal - 1)

    targets = np.zeros((link_rows, lanes), np.int32)
    lengths = np.full((link_rows, lanes), image.absent, np.uint8)
    next_rows = np.full(link_rows, LAST_ROW, np.int32)
    targets[row, lane] = image.link_targets
    lengths[row, lane] = image.link_lengths
    goes_on = ordinal + 1 < per_source[sources]
    next_rows[row[goes_on]] = (second[sources] + ordinal)[goes_on]
    return LinkRows(targets=targets, lengths=lengths, next_rows=next_rows)


def unpack_link_rows(
    rows: LinkRows, *, num_edges: int, absent: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the sources, targets and lengths of the links in some rows, as in `WeightImage`."""
    links = []
    for edge in range(num_edges):
        row = edge
        while True:
            links += [
                (edge, int(target), int(length))
                for target, length in zip(rows.targets[row], rows.lengths[row], strict=True)
                if length != absent
            ]
            row = int(rows.next_rows[row])
            if row == LAST_ROW:
                break
    table = np.array(sorted(links), np.int32).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.uint8)


def check_link_rows(image: Linked, *, lanes: int, link_rows: int) -> None:
    """Raise `ValueError` if an image needs more rows than a core has."""
    needed = num_link_rows(image, lanes=lanes)
    if needed > link_rows:
        raise ValueError(
            f"Image must have at most {link_rows} rows of {lanes} links, which is what the core "
            f"holds, not {needed}: generate a core with more link rows"
        )


def check_row_number(link_rows: int, *, least: int, what: str) -> None:
    """Raise `ValueError` if there is not a row for each source."""
    if link_rows < least:
        raise ValueError(
            f"Number of link rows must be at least {least}, one for each {what}, not {link_rows}"
        )


def with_link_rows(
    config: CoreConfig, graph: DecodingGraph, image: WeightImage | None = None
) -> CoreConfig:
    """Return the configuration with its number of link rows settled.

    If it leaves the number open, it is what ``image`` needs or, if none is given, what the
    graph's own correlations need: all images of one circuit family take equally many.

    Raises
    ------
    ValueError
        If the number is given and below one row for each edge, or the image is for another graph.
    """
    if config.links != "runtime":
        return config
    if config.link_rows:
        check_row_number(config.link_rows, least=graph.num_edges, what="edge")
        return config
    if image is None:
        image = build_image(graph, length_bits=config.length_bits)
    check_image_fits(image, graph)
    return dataclasses.replace(config, link_rows=num_link_rows(image, lanes=config.lanes))


def _rows_per_source(image: Linked, lanes: int) -> np.ndarray:
    """Return ``int64``, shape ``(num_sources,)``: a source without links has one empty row."""
    num_links = np.diff(image.link_starts).astype(np.int64)
    return np.maximum(1, -(-num_links // lanes))
