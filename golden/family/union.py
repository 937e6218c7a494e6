"""The union of the windows of several experiments.

In: `Member` records, order of slots.   Out: `WindowPlan` of the family, `Placement` of each member.
Next: `quantacore.golden.family.code_family`.

The union keeps the order of a member's detectors, hence that of its edges: ties are broken by it.
Entries and link sources are numbered by what they are to every member, so that the weights of each
can be written into an image of the family.
"""

import graphlib
from collections.abc import Sequence

import numpy as np

from quantacore.golden.family.components import connected_components
from quantacore.golden.family.member import Member, Place, Placement
from quantacore.golden.spec.graph import BOUNDARY, Correlation, DecodingGraph, Detector, Edge
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan

Ends = tuple[int, ...]
"""Detectors of the family: one (the other end is the boundary) or two, in increasing order."""


def merged_slots(members: Sequence[Member]) -> tuple[Place, ...]:
    """Return an order of all slots that every member's own order is part of.

    Raises
    ------
    ValueError
        If two members contradict each other.
    """
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


def unite(
    members: Sequence[Member], slots: Sequence[Place]
) -> tuple[WindowPlan, dict[str, Placement]]:
    """Return the plan of the union, and where each member lies in it.

    Parameters
    ----------
    members : sequence of Member
        With windows of the same size.
    slots : sequence of Place
        The family's, in order.

    Raises
    ------
    ValueError
        If a place is missing or twice there, or the order is not that of a member.
    """
    plans = [member.plan for member in members]
    placed = [_placed_slots(member, slots) for member in members]
    ends_of = [_moved_ends(plan, to, len(slots)) for plan, to in zip(plans, placed, strict=True)]
    names = sorted({ends for moved in ends_of for ends in moved}, key=_sort_key)
    index_of = {ends: index for index, ends in enumerate(names)}
    edges = [np.array([index_of[ends] for ends in moved], np.int64) for moved in ends_of]
    num_starts = max(plan.num_starts for plan in plans)

    def laid_out(name: str) -> np.ndarray:
        """Return a table of all members: (num_kinds, num_edges, num_members)."""
        tables = [
            _table(plan, getattr(plan, name), to, num_starts, len(names))
            for plan, to in zip(plans, edges, strict=True)
        ]
        return np.stack(tables, axis=-1)

    tables, entries = _refined(laid_out("tables"), by_edge=False)
    sources, of_sources = _refined(laid_out("sources"), by_edge=True)
    components = connected_components(names, plans[0].num_rounds * len(slots))
    placements = [
        Placement(
            member=member,
            slots=placed[index],
            edges=edges[index],
            entries=entries[:, index],
            sources=of_sources[:, index],
            joined_at=_joined_at(member, placed[index], components, len(slots)),
        )
        for index, member in enumerate(members)
    ]
    likeliest = [_likeliest(plans, row) for row in entries]
    links, conditionals = _all_links(placements)
    plan = WindowPlan(
        graph=_graph(placements, names, components, len(slots)),
        num_slots=len(slots),
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
    return plan, {placement.member.name: placement for placement in placements}


def _placed_slots(member: Member, slots: Sequence[Place]) -> np.ndarray:
    index = {place: slot for slot, place in enumerate(slots)}
    missing = [place for place in member.slots if place not in index]
    if missing or len(index) < len(slots):
        raise ValueError(
            f"Slots of a family must be different places, with {missing or 'no place twice'}"
        )
    placed = np.array([index[place] for place in member.slots], np.int64)
    _check_order(member, placed)
    return placed


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


def _moved_ends(plan: WindowPlan, slots: np.ndarray, num_slots: int) -> list[Ends]:
    """Return the ends of a member's edges as detectors of the family."""
    ends = plan.graph.edge_detectors
    rounds, inside = np.divmod(ends, plan.num_slots)
    moved = rounds * num_slots + slots[inside]
    return [
        (int(low),) if far == BOUNDARY else (int(low), int(high))
        for (low, high), far in zip(moved, ends[:, 1], strict=True)
    ]


def _sort_key(ends: Ends) -> tuple[float, ...]:
    """Put edges in canonical order: by detectors, the boundary behind every detector."""
    return (ends[0], ends[1] if len(ends) == 2 else np.inf)


def _table(
    plan: WindowPlan, table: np.ndarray, edges: np.ndarray, num_starts: int, num_edges: int
) -> np.ndarray:
    """Return a member's table for the kinds and edges of the family."""
    kinds = [
        plan.kind(window=start, end=end)
        for start in range(num_starts)
        for end in range(plan.num_rounds + 1)
    ]
    laid_out = np.full((len(kinds), num_edges), NO_ENTRY)
    laid_out[:, edges] = table[kinds]
    return laid_out


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


def _joined_at(
    member: Member, slots: np.ndarray, components: Sequence[int], num_slots: int
) -> Place | None:
    """Return where detectors of several components of a member are of one in the family."""
    plan = member.plan
    became: dict[int, int] = {}
    ends = plan.graph.edge_detectors
    used = set(ends[ends != BOUNDARY].tolist())
    for index, detector in enumerate(plan.graph.detectors):
        # One without edges is no detector of the member's: it is never a defect.
        if index not in used:
            continue
        layer, slot = divmod(index, plan.num_slots)
        component = components[layer * num_slots + int(slots[slot])]
        if became.setdefault(component, detector.component) != detector.component:
            return member.slots[slot]
    return None


def _likeliest(plans: Sequence[WindowPlan], entries: np.ndarray) -> tuple[float, float, int]:
    """Return prior, explained and observables of an entry, of the member with the best prior."""
    return max(
        (
            float(plan.entry_priors[own]),
            float(plan.entry_explained[own]),
            int(plan.entry_observables[own]),
        )
        for plan, own in zip(plans, entries.tolist(), strict=True)
        if own != NO_ENTRY
    )


def _all_links(placements: Sequence[Placement]) -> tuple[np.ndarray, np.ndarray]:
    """Return the links of all members, each with its largest conditional."""
    largest: dict[tuple[int, int], float] = {}
    for placement in placements:
        plan = placement.member.plan
        links, conditionals = placement.spread_links(plan.links, plan.link_conditionals)
        for (source, edge), conditional in zip(links.tolist(), conditionals, strict=True):
            link = (source, edge)
            largest[link] = max(largest.get(link, 0.0), float(conditional))
    in_order = sorted(largest)
    return (
        np.array(in_order, np.int32).reshape(-1, 2),
        np.array([largest[link] for link in in_order]),
    )


def _graph(
    placements: Sequence[Placement],
    names: Sequence[Ends],
    components: Sequence[int],
    num_slots: int,
) -> DecodingGraph:
    """Return the union of the members' graphs."""
    edges: dict[int, tuple[float, int]] = {}
    joints: dict[tuple[int, int], float] = {}
    for placement in placements:
        graph = placement.member.plan.graph
        for index, edge in zip(placement.edges.tolist(), graph.edges, strict=True):
            edges[index] = max(edges.get(index, (0.0, 0)), (edge.prior, edge.observables))
        for link in graph.correlations:
            e, f = (int(placement.edges[edge]) for edge in link.edges)
            joints[e, f] = max(joints.get((e, f), 0.0), link.joint)
    return DecodingGraph(
        num_observables=max(
            placement.member.plan.graph.num_observables for placement in placements
        ),
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
