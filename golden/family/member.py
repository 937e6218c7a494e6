"""A member of a family, and where it lies in the union.

In: `WindowPlan` of one memory experiment, places of its slots.   Out: `Member`, `Placement`.
Next: `quantacore.golden.family.union`.
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.spec.window import WindowPlan

Place = tuple[float, ...]
"""Coordinates in space of a detector or a qubit, on the lattice that all members share."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Member:
    """One memory experiment of a family."""

    name: str
    plan: WindowPlan
    """Windows of its own stream."""
    slots: tuple[Place, ...]
    """Where each slot of its rounds lies."""
    qubits: frozenset[Place] = frozenset()
    """Where its qubits lie, for who wants to avoid some of them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Placement:
    """Where a member lies in its family."""

    member: Member
    slots: np.ndarray
    """``int64``, shape ``(number of its slots,)``: the family's slot of each, increasing."""
    edges: np.ndarray
    """``int64``, shape ``(number of its edges,)``: the family's edge of each, increasing."""
    entries: np.ndarray
    """``int64``, shape ``(number of the family's entries,)``: its own entry, or `NO_ENTRY`."""
    sources: np.ndarray
    """``int64``, shape ``(number of the family's link sources,)``: its own, or `NO_ENTRY`."""
    joined_at: Place | None
    """Where the family joins components of the member, if it does."""

    def spread_links(self, links: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return links of the member as links of the family.

        Parameters
        ----------
        links : int32, shape ``(num_links, 2)``
            (link source, edge) of the member.
        values : any type, shape ``(num_links,)``
            What belongs to each.

        Returns
        -------
        links : int32, shape ``(number of the family's links, 2)``, sorted
            Each link once for every source of the family that is its source.
        values : same type
        """
        order = np.lexsort((links[:, 1], links[:, 0]))
        begins, ends = (
            np.searchsorted(links[order, 0], self.sources, side=side) for side in ("left", "right")
        )
        found = [order[begin:end] for begin, end in zip(begins, ends, strict=True)]
        own = np.concatenate([np.zeros(0, np.int64), *found])
        sources = np.repeat(np.arange(len(found)), [len(rows) for rows in found])
        spread = np.column_stack([sources, self.edges[links[own, 1]]]).astype(np.int32)
        return spread, values[own]
