"""Weight images: every number of a core that can change while it runs.

In: `DecodingGraph`, length width, ``nu``.   Out: `WeightImage` (lengths, links, observables).
Next: `quantacore.golden.decode.passes` (who reads it), `quantacore.golden.spec.image_json` (files).

Source: lengths are quantised weights (Huang, Newman & Brown, arXiv:2004.04693). Later passes start
from priors less what correlated partners explain, and are lowered by the partners that fired;
the idea is that of correlated matching (Fowler, arXiv:1310.0863), with integer lengths here.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from quantacore.golden.spec.graph import MAX_OBSERVABLES, DecodingGraph
from quantacore.golden.spec.lengths import (
    FUSED_LENGTH,
    absent_length,
    check_length_bits,
    longest_length,
    quantise_weights,
    weight_from_prior,
)

DEFAULT_LENGTH_BITS = 4
DEFAULT_NU = 0.65
"""Fraction of a partner's joint probability that later passes take off the prior."""

LARGEST_CONDITIONAL = 0.5 - 1e-9
"""Cap of P(f fires | e fires): a correlation makes an edge likely, never fused."""

SMALLEST_FRACTION = 1 / 50
"""A later-pass prior never falls below this fraction of the first-pass prior."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightImage:
    """One full set of lengths, correlation lengths and observable masks for a core.

    Raises
    ------
    ValueError
        If shapes disagree or a length is out of range.
    """

    topology_hash: str
    """`DecodingGraph.topology_hash` of the graphs that this image fits."""
    num_observables: int
    length_bits: int
    """Width of every length, 2 .. 8."""
    unit: float
    """Nats per growth step, above 0."""
    nu: float
    first: np.ndarray
    """``uint8``, shape ``(num_edges,)``: lengths of pass 1."""
    later: np.ndarray
    """``uint8``, shape ``(num_edges,)``: lengths that passes 2, 3, ... start from."""
    link_sources: np.ndarray
    """``int32``, shape ``(num_links,)``: edge whose being in a correction lowers another."""
    link_targets: np.ndarray
    """``int32``, shape ``(num_links,)``: edge that is lowered. Sorted by (source, target)."""
    link_lengths: np.ndarray
    """``uint8``, shape ``(num_links,)``: the length it is lowered to, 1 .. ``2**b - 2``."""
    observables: np.ndarray
    """``uint64``, shape ``(num_edges,)``: observable masks."""

    def __post_init__(self) -> None:
        _check_image(self)

    @property
    def num_edges(self) -> int:
        return len(self.first)

    @property
    def num_sources(self) -> int:
        """Number of edges: each is the source of its links."""
        return self.num_edges

    @property
    def num_links(self) -> int:
        return len(self.link_sources)

    @property
    def absent(self) -> int:
        """Length code of edges that do not exist in this image."""
        return absent_length(self.length_bits)

    @cached_property
    def links_hash(self) -> str:
        """SHA-256 (hex) of the links: a core with baked links fits images of one hash only."""
        return links_digest(self.link_sources, self.link_targets, self.link_lengths)

    @cached_property
    def link_starts(self) -> np.ndarray:
        """``int32``, shape ``(num_edges + 1,)``: links of source e are ``[e] .. [e + 1]``."""
        return starts_of_sources(self.link_sources, self.num_edges)


def links_digest(*arrays: np.ndarray) -> str:
    """Return the SHA-256 (hex) of the sources, targets and lengths of links."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array, "<i4").tobytes())
    return digest.hexdigest()


def starts_of_sources(link_sources: np.ndarray, num_sources: int) -> np.ndarray:
    """Return where the links of each source begin, and behind the last one where they end."""
    counts = np.bincount(link_sources, minlength=num_sources)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def build_image(
    graph: DecodingGraph,
    *,
    length_bits: int = DEFAULT_LENGTH_BITS,
    nu: float = DEFAULT_NU,
    absent_edges: Iterable[int] = (),
) -> WeightImage:
    """Return the weight image of a graph's own priors and correlations.

    Parameters
    ----------
    graph : DecodingGraph
    length_bits : int
        Width of a length, 2 .. 8.
    nu : float
        Fraction of the joint probabilities taken off the prior for later passes, in [0, 1].
    absent_edges : iterable of int
        Edges to leave out of this image (dead qubit, smaller code on the same core).

    Returns
    -------
    WeightImage
        The largest first-pass weight has length ``2**b - 2``; heavier later-pass and
        correlation weights are clamped to it. An edge of prior 0.5 is fused from the start.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_length_bits(length_bits)
    if not 0 <= nu <= 1:
        raise ValueError(f"nu must be in [0, 1], not {nu!r}")
    priors = np.array([edge.prior for edge in graph.edges], dtype=np.float64)
    pairs = np.array([link.edges for link in graph.correlations], dtype=np.int32).reshape(-1, 2)
    joint = np.array([link.joint for link in graph.correlations], dtype=np.float64)
    absent = np.array(sorted(set(absent_edges)), dtype=np.int64)
    if len(absent) and not 0 <= absent[0] <= absent[-1] < graph.num_edges:
        raise ValueError(f"Absent edges must be below {graph.num_edges}, not {absent.tolist()}")

    explained = np.bincount(pairs.ravel(), np.repeat(joint, 2), minlength=len(priors))
    later_priors = np.maximum(priors - nu * explained, priors * SMALLEST_FRACTION)
    largest = max((weight_from_prior(p) for p in priors), default=0.0)
    unit = largest / longest_length(length_bits) or 1.0

    def lengths_of(some_priors: np.ndarray) -> np.ndarray:
        weights = np.log1p(-some_priors) - np.log(some_priors)
        lengths = quantise_weights(weights, unit=unit, length_bits=length_bits)
        lengths[priors >= 0.5] = FUSED_LENGTH
        lengths[absent] = absent_length(length_bits)
        return lengths

    sources = pairs.ravel()
    targets = pairs[:, ::-1].ravel()
    order = np.lexsort((targets, sources))
    conditional = np.minimum(np.repeat(joint, 2) / priors[sources], LARGEST_CONDITIONAL)
    link_lengths = quantise_weights(
        np.log((1 - conditional) / conditional), unit=unit, length_bits=length_bits
    )
    return WeightImage(
        topology_hash=graph.topology_hash,
        num_observables=graph.num_observables,
        length_bits=length_bits,
        unit=unit,
        nu=nu,
        first=lengths_of(priors),
        later=lengths_of(later_priors),
        link_sources=sources[order],
        link_targets=targets[order],
        link_lengths=link_lengths[order],
        observables=np.array([edge.observables for edge in graph.edges], dtype=np.uint64),
    )


def uniform_image(
    graph: DecodingGraph, *, length: int, length_bits: int = DEFAULT_LENGTH_BITS
) -> WeightImage:
    """Return an image without links in which every edge has the same length.

    Parameters
    ----------
    graph : DecodingGraph
    length : int
        Growth steps, 1 .. ``2**length_bits - 2``. Length 2 is the unweighted union-find decoder of
        Delfosse & Nickerson, arXiv:1709.06218, which grows by half edges.
    length_bits : int
        Width of a length, 2 .. 8.
    """
    check_length_bits(length_bits)
    if not 1 <= length <= longest_length(length_bits):
        raise ValueError(f"Length must be 1 to {longest_length(length_bits)}, not {length!r}")
    lengths = np.full(graph.num_edges, length, np.uint8)
    none = np.zeros(0, np.int32)
    return WeightImage(
        topology_hash=graph.topology_hash,
        num_observables=graph.num_observables,
        length_bits=length_bits,
        unit=1.0,
        nu=0.0,
        first=lengths,
        later=lengths,
        link_sources=none,
        link_targets=none,
        link_lengths=np.zeros(0, np.uint8),
        observables=np.array([edge.observables for edge in graph.edges], dtype=np.uint64),
    )


def check_image_fits(image: WeightImage, graph: DecodingGraph) -> None:
    """Raise `ValueError` unless the image was made for this graph's topology and has its sizes."""
    if image.topology_hash != graph.topology_hash:
        raise ValueError(
            f"Image must be made for the graph {graph.topology_hash[:16]}, "
            f"not {image.topology_hash[:16]}"
        )
    if image.num_edges != graph.num_edges:
        raise ValueError(f"Image must have {graph.num_edges} edges, not {image.num_edges}")
    if image.num_observables != graph.num_observables:
        raise ValueError(
            f"Image must have {graph.num_observables} observables, not {image.num_observables}"
        )


def _check_image(image: WeightImage) -> None:
    check_length_bits(image.length_bits)
    if not (math.isfinite(image.unit) and image.unit > 0):
        raise ValueError(f"Unit must be finite and above 0, not {image.unit!r}")
    if not 0 <= image.nu <= 1:
        raise ValueError(f"nu must be in [0, 1], not {image.nu!r}")
    if not 0 <= image.num_observables <= MAX_OBSERVABLES:
        raise ValueError(
            f"Number of observables must be 0 to {MAX_OBSERVABLES}, not {image.num_observables!r}"
        )
    num_edges = len(image.first)
    for name in ("later", "observables"):
        if len(getattr(image, name)) != num_edges:
            raise ValueError(
                f"Image field {name!r} must have {num_edges} entries, "
                f"not {len(getattr(image, name))}"
            )
    for name in ("first", "later"):
        lengths = getattr(image, name)
        if num_edges and lengths.max() > image.absent:
            edge = int(lengths.argmax())
            raise ValueError(
                f"Length of edge {edge} in {name!r} must be 0 to {image.absent} "
                f"({image.length_bits} bits), not {int(lengths[edge])}"
            )
    for name, code in (("fused", FUSED_LENGTH), ("absent", image.absent)):
        differ = np.flatnonzero((image.first == code) != (image.later == code))
        if len(differ):
            raise ValueError(f"Edge {int(differ[0])} must be {name} in both passes or in neither")
    if num_edges and int(image.observables.max()) >> image.num_observables:
        edge = int(image.observables.argmax())
        raise ValueError(
            f"Observables of edge {edge} must be a mask of {image.num_observables} bits, "
            f"not {int(image.observables[edge]):#x}"
        )
    _check_links(image, num_edges)


def _check_links(image: WeightImage, num_edges: int) -> None:
    sources, targets, lengths = image.link_sources, image.link_targets, image.link_lengths
    if not len(sources) == len(targets) == len(lengths):
        raise ValueError("Link sources, targets and lengths must be equally many")
    if not len(sources):
        return
    ends = np.concatenate([sources, targets])
    if ends.min() < 0 or ends.max() >= num_edges:
        raise ValueError(f"Links must join edges below {num_edges}, not {int(ends.max())}")
    rank = sources.astype(np.int64) * num_edges + targets
    if (np.diff(rank) <= 0).any() or (sources == targets).any():
        raise ValueError("Links must be sorted by (source, target) without repeats or self-links")
    longest = longest_length(image.length_bits)
    if lengths.min() < 1 or lengths.max() > longest:
        raise ValueError(f"Link lengths must be 1 to {longest}, not {int(lengths.max())}")
