"""What a window of an endless stream is: its graph, which edges exist, and with which weights.

In: the parts that repeat, from `quantacore.golden.source.window`.   Out: `WindowPlan`.
Next: `quantacore.golden.spec.window_image` (lengths), `quantacore.golden.decode.window`.

Source: Skoric et al., arXiv:2209.08552 (sliding windows that commit and carry). Here the graph of
every window is one mesh, and first and last rounds are other weights on it.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from quantacore.golden.spec.graph import DecodingGraph

NO_ENTRY = -1
"""Stands in `WindowPlan.tables` for an edge that does not exist in windows of that kind."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WindowPlan:
    """Sliding windows over rounds of equal size.

    A round is one layer of detectors; all have ``num_slots`` *slots*, of which the first and the
    last rounds of a shot may leave some empty. Detector ``j * num_slots + k`` of the graph is slot
    k of the window's round j.

    The **kind** of a window is a number: ``start * (num_rounds + 1) + end``. ``start`` is w for a
    shot's window w, counted from 0, but at most ``num_starts - 1``: from then on all are alike.
    ``end`` is the number of rounds in a shot's final window, and 0 for any other window.

    Edges that have the same weight in all models of the circuit share an **entry**, wherever in
    the window they lie: what repeats is stored once.
    """

    graph: DecodingGraph
    """Union of the windows of all kinds."""
    num_slots: int
    commit_rounds: int
    """Rounds that a window decides for good, at least 1."""
    buffer_rounds: int
    """Rounds that it looks ahead, at least 1."""
    num_starts: int
    """At least 1."""
    least_rounds: int
    """Rounds of the shortest shot."""
    entry_priors: np.ndarray
    """``float64``, shape ``(num_entries,)``."""
    entry_explained: np.ndarray
    """``float64``, shape ``(num_entries,)``: sum of the joint probabilities with other edges."""
    entry_observables: np.ndarray
    """``uint64``, shape ``(num_entries,)``: observable masks."""
    tables: np.ndarray
    """``int32``, shape ``(num_kinds, num_edges)``: the entry of each edge, or `NO_ENTRY`."""
    sources: np.ndarray
    """``int32``, shape ``(num_kinds, num_edges)``: the link source that each edge is, or
    `NO_ENTRY`. An edge is several if its links differ between kinds, as beside a last round."""
    links: np.ndarray
    """``int32``, shape ``(num_links, 2)``: (link source, edge that fires with it), sorted."""
    link_conditionals: np.ndarray
    """``float64``, shape ``(num_links,)``: P(that edge fires | the source's edge fires)."""

    @property
    def num_rounds(self) -> int:
        """Rounds of a window: those it commits and those it looks ahead."""
        return self.commit_rounds + self.buffer_rounds

    @property
    def num_kinds(self) -> int:
        return self.num_starts * (self.num_rounds + 1)

    @property
    def num_entries(self) -> int:
        return len(self.entry_priors)

    @cached_property
    def source_edges(self) -> np.ndarray:
        """``int32``, shape ``(num_sources,)``: the edge of each link source, increasing."""
        kinds, edges = np.nonzero(self.sources != NO_ENTRY)
        sources = self.sources[kinds, edges]
        found = np.zeros(sources.max(initial=-1) + 1, np.int32)
        found[sources] = edges
        return found

    @property
    def num_sources(self) -> int:
        return len(self.source_edges)

    def kind(self, *, window: int, end: int) -> int:
        """Return the kind of a shot's window; ``end``: rounds in the final one, 0 in others."""
        return min(window, self.num_starts - 1) * (self.num_rounds + 1) + end

    def is_final(self, kind: int) -> bool:
        """Tell whether windows of a kind are the final ones of their shots."""
        return kind % (self.num_rounds + 1) != 0

    def num_windows(self, num_rounds: int) -> int:
        """Return how many windows a shot takes.

        Parameters
        ----------
        num_rounds : int
            Rounds of the shot, at least 1.
        """
        return 1 + max(0, -(-(num_rounds - self.num_rounds) // self.commit_rounds))

    @cached_property
    def committed(self) -> np.ndarray:
        """``bool``, shape ``(num_edges,)``: kept by a window that is not final.

        These are the edges with an end in the rounds that it commits.
        """
        return self.graph.edge_detectors[:, 0] < self.commit_rounds * self.num_slots

    @cached_property
    def carries(self) -> np.ndarray:
        """``int32``, shape ``(num_edges,)``: the detector of the next window that an edge flips.

        When a window that is not final commits the edge. -1: none.
        """
        far = self.graph.edge_detectors[:, 1] - self.commit_rounds * self.num_slots
        return np.where(self.committed & (far >= 0), far, -1).astype(np.int32)

    @cached_property
    def plan_hash(self) -> str:
        """SHA-256 (hex) of what is baked into a core: the graph's topology, kinds and commits."""
        sizes = (self.num_slots, self.commit_rounds, self.buffer_rounds, self.num_starts)
        digest = hashlib.sha256(f"{self.graph.topology_hash} {sizes}".encode())
        for table in (self.tables, self.sources):
            digest.update(np.ascontiguousarray(table, "<i4").tobytes())
        return digest.hexdigest()


def check_window(*, commit_rounds: int, buffer_rounds: int) -> None:
    """Raise `ValueError` unless both are integers of at least 1."""
    for name, rounds in (("Commit", commit_rounds), ("Buffer", buffer_rounds)):
        if not isinstance(rounds, (int, np.integer)) or rounds < 1:
            raise ValueError(f"{name} must be at least 1 round, not {rounds!r}")
