"""The decoding graph: the contract between golden model, hardware and host.

In: detectors, edges and correlations from `quantacore.golden.source.dem`.
Out: an immutable `DecodingGraph` with canonical order and hashes.
Next: `quantacore.golden.spec.image` (lengths), `quantacore.golden.spec.graph_json` (files).
"""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

MAX_OBSERVABLES = 64
"""Observable masks are 64-bit words in every engine."""

LEAST_PRIOR = 1e-300
"""Below it, weights lose precision; nothing that a device does is as rare."""

BOUNDARY = -1
"""Stands for the boundary in arrays of detector indices."""


@dataclass(frozen=True, kw_only=True)
class Detector:
    """Parity of measurements that is deterministic without noise."""

    coordinates: tuple[float, ...] = ()
    """As declared in the model; empty if it declares none."""
    round: int = 0
    """Last coordinate, rounded down; 0 if there are no coordinates."""
    component: int = 0
    """Index of its connected component in the graph without the boundary."""


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Error mechanism, or part of one, that flips one or two detectors."""

    detectors: tuple[int, ...]
    """One index (the other end is the boundary) or two, in increasing order."""
    prior: float
    """Probability that the mechanism fires in one shot, in [1e-300, 0.5]."""
    observables: int = 0
    """Bit mask: bit k is set if the mechanism flips observable k."""

    @property
    def sort_key(self) -> tuple[float, ...]:
        """Detectors with the boundary after every detector: the canonical order of edges."""
        return self.detectors if len(self.detectors) == 2 else (self.detectors[0], float("inf"))


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """Two edges that are parts of common error mechanisms."""

    edges: tuple[int, int]
    """Edge indices in increasing order."""
    joint: float
    """Probability that a mechanism with both parts fires, in (0, 0.5]."""


@dataclass(frozen=True, kw_only=True)
class GraphReport:
    """What was lost or decided while the graph was built; shown to the user."""

    conflicting_observables: int = 0
    """Edges made of mechanisms with the same detectors but different observables: the mask of
    the likelier was kept."""
    undetectable: int = 0
    """Mechanism parts that flip observables but no detector: no decoder can see them."""
    zero_probability: int = 0
    """Mechanisms with probability 0, left out."""
    joined_parts: int = 0
    """Times that two parts of a mechanism were joined into another edge of the model."""


@dataclass(frozen=True, kw_only=True)
class DecodingGraph:
    """Detectors, edges in canonical order, and correlations between edges.

    An edge's index in ``edges`` is its identity everywhere: in corrections, images and hardware.

    Raises
    ------
    ValueError
        If the parts contradict each other or are not in canonical order.
    """

    num_observables: int
    """Number of logical observables, 0 .. 64."""
    detectors: tuple[Detector, ...]
    edges: tuple[Edge, ...]
    """Sorted by detectors, the boundary after every detector; no two with the same detectors."""
    correlations: tuple[Correlation, ...] = ()
    """Sorted by edge indices; each unordered pair at most once."""
    report: GraphReport = field(default_factory=GraphReport, compare=False)

    def __post_init__(self) -> None:
        _check_graph(self)

    @property
    def num_detectors(self) -> int:
        return len(self.detectors)

    @property
    def num_edges(self) -> int:
        return len(self.edges)

    @property
    def num_components(self) -> int:
        return 1 + max(detector.component for detector in self.detectors)

    @cached_property
    def edge_detectors(self) -> np.ndarray:
        """``int32``, shape ``(num_edges, 2)``: the ends of each edge; `BOUNDARY` as second end."""
        ends = [(*edge.detectors, BOUNDARY)[:2] for edge in self.edges]
        return np.array(ends, dtype=np.int32).reshape(-1, 2)

    @cached_property
    def incident_edges(self) -> tuple[tuple[int, ...], ...]:
        """For each detector the indices of its edges, in increasing order."""
        incident: list[list[int]] = [[] for _ in self.detectors]
        for index, edge in enumerate(self.edges):
            for detector in edge.detectors:
                incident[detector].append(index)
        return tuple(tuple(indices) for indices in incident)

    @cached_property
    def topology_hash(self) -> str:
        """SHA-256 (hex) of what is baked into a core: detectors, edge ends, observable count.

        Priors, observable masks and correlations are run-time data: two graphs that differ only
        there fit the same core.
        """
        return _sha256(
            {
                "num_detectors": self.num_detectors,
                "num_observables": self.num_observables,
                "edges": [list(edge.detectors) for edge in self.edges],
            }
        )

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) of everything that decoding depends on, priors included."""
        return _sha256(
            {
                "topology": self.topology_hash,
                "edges": [[edge.prior, edge.observables] for edge in self.edges],
                "correlations": [[*link.edges, link.joint] for link in self.correlations],
            }
        )


def _sha256(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _check_graph(graph: DecodingGraph) -> None:
    if not graph.detectors:
        raise ValueError("Decoding graph must have at least one detector, not 0")
    if not 0 <= graph.num_observables <= MAX_OBSERVABLES:
        raise ValueError(
            f"Number of observables must be 0 to {MAX_OBSERVABLES}, not {graph.num_observables!r}"
        )
    previous: tuple[float, ...] = ()
    for index, edge in enumerate(graph.edges):
        ends = edge.detectors
        if len(ends) not in (1, 2) or list(ends) != sorted(set(ends)):
            raise ValueError(f"Edge {index} must have one or two increasing detectors, not {ends}")
        if not (ends[0] >= 0 and ends[-1] < graph.num_detectors):
            raise ValueError(
                f"Edge {index} must have detectors below {graph.num_detectors}, not {ends}"
            )
        if len({graph.detectors[detector].component for detector in ends}) > 1:
            raise ValueError(f"Edge {index} must join detectors of one component, not {ends}")
        if not LEAST_PRIOR <= edge.prior <= 0.5:
            raise ValueError(
                f"Prior of edge {index} must be in [{LEAST_PRIOR}, 0.5], not {edge.prior!r}"
            )
        if edge.observables < 0 or edge.observables >> graph.num_observables:
            raise ValueError(
                f"Observables of edge {index} must be a mask of {graph.num_observables} bits, "
                f"not {edge.observables:#x}"
            )
        if edge.sort_key <= previous:
            raise ValueError(f"Edges must be sorted by detectors without repeats, edge {index} not")
        previous = edge.sort_key
    last = (-1, -1)
    for link in graph.correlations:
        e, f = link.edges
        if not 0 <= e < f < graph.num_edges or (e, f) <= last:
            raise ValueError(
                f"Correlations must be sorted pairs of edges below {graph.num_edges}, not {(e, f)}"
            )
        if not 0 < link.joint <= 0.5:
            raise ValueError(
                f"Joint probability of {(e, f)} must be in (0, 0.5], not {link.joint!r}"
            )
        last = (e, f)
