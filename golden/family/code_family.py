"""One core for several memory experiments: the union of their windows, each member an image.

In: `Member` records, from `quantacore.golden.source.member`.   Out: `WindowPlan` of the family,
images of the members.
Next: `quantacore.hdl.generate` (the core), `quantacore.host.family_driver` (switches).

What a member lacks is absent in its image. The core then answers as the member's own core would, to
the bit, because the union keeps what decoding depends on: the order of a member's detectors, hence
that of its edges, by which ties are broken; which detectors are of one component; and the member's
own lengths.
"""

import graphlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quantacore.golden.family.components import connected_components
from quantacore.golden.spec.bits import pack_bits, unpack_bits
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import BOUNDARY, Correlation, DecodingGraph, Detector, Edge
from quantacore.golden.spec.image import DEFAULT_LENGTH_BITS, DEFAULT_NU
from quantacore.golden.spec.link_rows import num_link_rows
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan
from quantacore.golden.spec.window_image import WindowImage, build_window_image

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


class CodeFamily:
    """Memory experiments that share a streaming core.

    Parameters
    ----------
    members : sequence of Member
        With windows of the same size.
    slots : sequence of Place, optional
        Order of the family's slots, e.g. that of the wires. By default the members' own orders,
        merged.

    Attributes
    ----------
    members : dict of str to Member
    slots : tuple of Place
        Where each slot of a round lies.
    plan : WindowPlan
        Of the union: what a core is generated from. Its own priors are those of the member that
        an edge is likeliest in; no member decodes with them.
    joined : dict of str to Place
        Members of which the union joins several components, and where. They decode in one pass:
        of several, each component chooses one for itself, and here it could not.

    Raises
    ------
    ValueError
        If there are no members, two have the same name, windows differ in size, or the order of
        slots is not that of every member.
    """

    def __init__(self, members: Sequence[Member], *, slots: Sequence[Place] | None = None) -> None:
        self.members = {member.name: member for member in members}
        _check_members(members)
        self.slots = _merged_slots(members) if slots is None else tuple(slots)
        parts = [_Part(member, self.slots) for member in members]
        self._parts = {part.member.name: part for part in parts}
        self.plan = _union(parts, num_slots=len(self.slots))
        components = [detector.component for detector in self.plan.graph.detectors]
        found = {part.member.name: _joined_at(part, components, len(self.slots)) for part in parts}
        self.joined = {name: place for name, place in found.items() if place is not None}

    def image(
        self,
        name: str,
        *,
        length_bits: int = DEFAULT_LENGTH_BITS,
        nu: float = DEFAULT_NU,
        with_links: bool = True,
    ) -> WindowImage:
        """Return the image of a member's own priors and correlations: see `build_window_image`.

        Raises
        ------
        ValueError
            If there is no such member, or as `embedded`.
        """
        plan = self._part(name).member.plan
        return self.embedded(
            name, build_window_image(plan, length_bits=length_bits, nu=nu, with_links=with_links)
        )

    def embedded(self, name: str, image: WindowImage) -> WindowImage:
        """Return an image of a member's own core as one of the family's.

        Parameters
        ----------
        name : str
        image : WindowImage
            For the member's plan; e.g. with weights for other noise.

        Raises
        ------
        ValueError
            If there is no such member, the image is not for its plan, or it has links although
            the member is in ``joined``.
        """
        part = self._part(name)
        image.check_plan(part.member.plan)
        if image.num_links and name in self.joined:
            raise ValueError(
                f"Image of member {name} must have no links (one pass): its components are one in "
                f"the family, where other members join them at {self.joined[name]}"
            )
        exists = part.entries != NO_ENTRY
        links, lengths = part.spread_links(image.links, image.link_lengths)

        def of_entries(values: np.ndarray, without: int) -> np.ndarray:
            return np.where(exists, values[part.entries], without).astype(values.dtype)

        return WindowImage(
            plan=self.plan,
            length_bits=image.length_bits,
            unit=image.unit,
            nu=image.nu,
            first=of_entries(image.first, image.absent),
            later=of_entries(image.later, image.absent),
            observables=of_entries(image.observables, 0),
            links=links,
            link_lengths=lengths,
        )

    def config(self, config: CoreConfig | None = None) -> CoreConfig:
        """Return a configuration with room for every member's links.

        Parameters
        ----------
        config : CoreConfig, optional
            By default one with run-time links. Baked links are those of one member only: all
            others would be refused.

        Raises
        ------
        ValueError
            If the links are baked and the family has several members.
        """
        config = config or CoreConfig(links="runtime")
        if config.links == "baked" and len(self.members) > 1:
            raise ValueError(
                "Links of a family must be 'runtime' or 'none', not 'baked': "
                "each member has links of its own"
            )
        if config.links == "none":
            return config
        images = [
            self.image(name, length_bits=config.length_bits)
            for name in self.members
            if name not in self.joined
        ]
        rows = [num_link_rows(image, lanes=config.lanes) for image in images]
        return replace(config, link_rows=max(config.link_rows, self.plan.num_sources, *rows))

    def rounds(self, name: str, rounds: np.ndarray) -> np.ndarray:
        """Return a member's rounds as the family's core takes them.

        Parameters
        ----------
        name : str
        rounds : bool, shape ``(..., number of the member's slots)``

        Returns
        -------
        bool, shape ``(..., number of the family's slots)``
            Slots that the member lacks are False.

        Raises
        ------
        ValueError
            If there is no such member, or it has another number of slots.
        """
        part = self._part(name)
        rounds = np.asarray(rounds)
        if rounds.shape[-1:] != part.slots.shape:
            raise ValueError(
                f"Rounds of member {name} must have {len(part.slots)} slots, "
                f"not shape {rounds.shape}"
            )
        spread = np.zeros((*rounds.shape[:-1], len(self.slots)), np.bool_)
        spread[..., part.slots] = rounds
        return spread

    def corrections(self, name: str, corrections: np.ndarray) -> np.ndarray:
        """Return corrections of the family's core as the member's own core numbers edges.

        Parameters
        ----------
        name : str
        corrections : uint8, shape ``(num_windows, ceil(num_edges / 8))``, little-endian bits
            Of windows that were decoded with the member's image.

        Returns
        -------
        uint8, shape ``(num_windows, ceil(number of the member's edges / 8))``

        Raises
        ------
        ValueError
            If there is no such member, or an edge is corrected that it lacks.
        """
        edges = self._part(name).edges
        chosen = unpack_bits(corrections, num_bits=self.plan.graph.num_edges)
        kept = chosen[:, edges]
        if kept.sum() != chosen.sum():
            raise ValueError(f"Corrections must be of member {name}, not of edges that it lacks")
        return pack_bits(kept)

    def without(self, avoided: Iterable[Place]) -> list[str]:
        """Return the members that use none of some qubits, in the order of the family."""
        unwanted = frozenset(avoided)
        return [name for name, member in self.members.items() if not member.qubits & unwanted]

    def _part(self, name: str) -> "_Part":
        if name not in self._parts:
            raise ValueError(f"Member must be one of {', '.join(self.members)}, not {name!r}")
        return self._parts[name]


class _Part:
    """Where a member lies in its family."""

    def __init__(self, member: Member, slots: Sequence[Place]) -> None:
        self.member = member
        index = {place: slot for slot, place in enumerate(slots)}
        missing = [place for place in member.slots if place not in index]
        if missing or len(index) < len(slots):
            raise ValueError(
                f"Slots of a family must be different places, with {missing or 'no place twice'}"
            )
        self.slots = np.array([index[place] for place in member.slots], np.int64)
        _check_order(member, self.slots)
        ends = member.plan.graph.edge_detectors
        rounds, inside = np.divmod(ends, member.plan.num_slots)
        moved = rounds * len(slots) + self.slots[inside]
        self.ends = [
            (int(low), int(high))[: 1 if far == BOUNDARY else 2]
            for (low, high), far in zip(moved, ends[:, 1], strict=True)
        ]

    def place(self, index_of: Mapping[tuple[int, ...], int], num_starts: int) -> None:
        """Learn the family's edges; lay the member's tables out for them."""
        plan = self.member.plan
        self.edges = np.array([index_of[ends] for ends in self.ends], np.int64)
        kinds = [
            plan.kind(window=start, end=end)
            for start in range(num_starts)
            for end in range(plan.num_rounds + 1)
        ]
        shape = (len(kinds), len(index_of))
        self.table, self.source_table = np.full(shape, NO_ENTRY), np.full(shape, NO_ENTRY)
        self.table[:, self.edges] = plan.tables[kinds]
        self.source_table[:, self.edges] = plan.sources[kinds]

    def learn(self, entries: np.ndarray, sources: np.ndarray) -> None:
        """Learn which of its own entries and link sources each of the family's is to it."""
        self.entries, self.sources = entries, sources

    def spread_links(self, links: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return links between the family's sources and edges, sorted, and what belongs to each."""
        order = np.lexsort((links[:, 1], links[:, 0]))
        begins, ends = (
            np.searchsorted(links[order, 0], self.sources, side=side) for side in ("left", "right")
        )
        found = [order[begin:end] for begin, end in zip(begins, ends, strict=True)]
        own = np.concatenate([np.zeros(0, np.int64), *found])
        sources = np.repeat(np.arange(len(found)), [len(rows) for rows in found])
        spread = np.column_stack([sources, self.edges[links[own, 1]]]).astype(np.int32)
        return spread, values[own]


def _check_members(members: Sequence[Member]) -> None:
    if not members:
        raise ValueError("Family must have at least one member, not 0")
    names = [member.name for member in members]
    if len(set(names)) < len(names):
        raise ValueError(f"Members must have different names, not {names}")
    sizes = {(member.plan.commit_rounds, member.plan.buffer_rounds) for member in members}
    if len(sizes) > 1:
        raise ValueError(
            f"Members must have windows of one size (commit, buffer), not {sorted(sizes)}"
        )
    for member in members:
        if len(member.slots) != member.plan.num_slots:
            raise ValueError(
                f"Member {member.name} must have {member.plan.num_slots} places of slots, "
                f"not {len(member.slots)}"
            )


def _merged_slots(members: Sequence[Member]) -> tuple[Place, ...]:
    """Return an order of all slots that every member's own order is part of."""
    sorter: graphlib.TopologicalSorter[Place] = graphlib.TopologicalSorter()
    for member in members:
        for slot, place in enumerate(member.slots):
            sorter.add(place, *member.slots[max(slot - 1, 0) : slot])
    try:
        return tuple(sorter.static_order())
    except graphlib.CycleError as error:
        raise ValueError(
            f"Members must agree about the order of slots, but not about {error.args[1]}"
        ) from None


def _check_order(member: Member, slots: np.ndarray) -> None:
    """Raise `ValueError` unless the family keeps the order of a member's detectors.

    Roots are the lowest detectors of their clusters and parents the lowest edges: another order
    would break ties in another way, and decode other corrections.
    """
    wrong = np.flatnonzero(np.diff(slots) <= 0)
    if len(wrong):
        first, second = (member.slots[slot] for slot in (wrong[0], wrong[0] + 1))
        raise ValueError(
            f"Slots of the family must be in the order of member {member.name}, "
            f"where {first} comes before {second}"
        )


def _joined_at(part: _Part, components: Sequence[int], num_slots: int) -> Place | None:
    """Return where detectors of several components of a member are of one in the family."""
    plan = part.member.plan
    became: dict[int, int] = {}
    for index, detector in enumerate(plan.graph.detectors):
        layer, slot = divmod(index, plan.num_slots)
        component = components[layer * num_slots + int(part.slots[slot])]
        if became.setdefault(component, detector.component) != detector.component:
            return part.member.slots[slot]
    return None


def _union(parts: Sequence[_Part], *, num_slots: int) -> WindowPlan:
    plans = [part.member.plan for part in parts]
    num_starts = max(plan.num_starts for plan in plans)
    names = sorted(
        {ends for part in parts for ends in part.ends},
        key=lambda ends: (ends[0], ends[1] if len(ends) == 2 else np.inf),
    )
    index_of = {ends: index for index, ends in enumerate(names)}
    for part in parts:
        part.place(index_of, num_starts)
    tables, entries = _refined(np.stack([part.table for part in parts], axis=-1), by_edge=False)
    sources, of_sources = _refined(
        np.stack([part.source_table for part in parts], axis=-1), by_edge=True
    )
    for part, own_entries, own_sources in zip(parts, entries.T, of_sources.T, strict=True):
        part.learn(own_entries, own_sources)
    components = connected_components(names, plans[0].num_rounds * num_slots)
    likeliest = _likeliest(parts)
    links, conditionals = _all_links(parts)
    return WindowPlan(
        graph=_graph(parts, names, components, num_slots),
        num_slots=num_slots,
        commit_rounds=plans[0].commit_rounds,
        buffer_rounds=plans[0].buffer_rounds,
        num_starts=num_starts,
        least_rounds=max(plan.least_rounds for plan in plans),
        entry_priors=np.array([prior for prior, *_ in likeliest]),
        entry_explained=np.array([explained for _, explained, _ in likeliest]),
        entry_observables=np.array([mask for *_, mask in likeliest], np.uint64),
        tables=tables,
        sources=sources,
        links=links,
        link_conditionals=conditionals,
    )


def _refined(tables: np.ndarray, *, by_edge: bool) -> tuple[np.ndarray, np.ndarray]:
    """Give one number to what is the same to every member.

    Parameters
    ----------
    tables : int, shape ``(num_kinds, num_edges, num_members)``
    by_edge : bool
        What belongs to different edges differs, and is numbered edge by edge.

    Returns
    -------
    table : int32, shape ``(num_kinds, num_edges)``
    numbers : int, shape ``(highest number + 1, num_members)``
        What each number is to each member.
    """
    num_kinds, num_edges, _ = tables.shape
    exists = (tables != NO_ENTRY).any(axis=-1)
    rows = tables[exists]
    edges = np.broadcast_to(np.arange(num_edges) if by_edge else 0, (num_kinds, num_edges))
    different, found = np.unique(
        np.column_stack([edges[exists], rows]), axis=0, return_inverse=True
    )
    table = np.full((num_kinds, num_edges), NO_ENTRY, np.int32)
    table[exists] = found.reshape(-1)
    return table, different[:, 1:]


def _likeliest(parts: Sequence[_Part]) -> list[tuple[float, float, int]]:
    """Return prior, explained and observables of each entry, of the member with the best prior."""
    values = []
    for entry in range(len(parts[0].entries)):
        of_members = [
            (
                float(plan.entry_priors[own]),
                float(plan.entry_explained[own]),
                int(plan.entry_observables[own]),
            )
            for plan, own in ((part.member.plan, part.entries[entry]) for part in parts)
            if own != NO_ENTRY
        ]
        values.append(max(of_members))
    return values


def _all_links(parts: Sequence[_Part]) -> tuple[np.ndarray, np.ndarray]:
    """Return the links of all members, each with its largest conditional."""
    largest: dict[tuple[int, int], float] = {}
    for part in parts:
        plan = part.member.plan
        links, conditionals = part.spread_links(plan.links, plan.link_conditionals)
        for link, conditional in zip(map(tuple, links.tolist()), conditionals, strict=True):
            largest[link] = max(largest.get(link, 0.0), float(conditional))
    in_order = sorted(largest)
    return (
        np.array(in_order, np.int32).reshape(-1, 2),
        np.array([largest[link] for link in in_order]),
    )


def _graph(
    parts: Sequence[_Part],
    names: Sequence[tuple[int, ...]],
    components: Sequence[int],
    num_slots: int,
) -> DecodingGraph:
    """Return the union of the members' graphs."""
    edges: dict[int, tuple[float, int]] = {}
    joints: dict[tuple[int, int], float] = {}
    for part in parts:
        graph = part.member.plan.graph
        for index, edge in zip(part.edges.tolist(), graph.edges, strict=True):
            edges[index] = max(edges.get(index, (0.0, 0)), (edge.prior, edge.observables))
        for link in graph.correlations:
            e, f = (int(part.edges[edge]) for edge in link.edges)
            joints[e, f] = max(joints.get((e, f), 0.0), link.joint)
    return DecodingGraph(
        num_observables=max(part.member.plan.graph.num_observables for part in parts),
        detectors=tuple(
            Detector(
                coordinates=(index % num_slots, index // num_slots),
                round=index // num_slots,
                component=component,
            )
            for index, component in enumerate(components)
        ),
        edges=tuple(
            Edge(detectors=ends, prior=edges[index][0], observables=edges[index][1])
            for index, ends in enumerate(names)
        ),
        correlations=tuple(
            Correlation(edges=pair, joint=joint) for pair, joint in sorted(joints.items())
        ),
    )
