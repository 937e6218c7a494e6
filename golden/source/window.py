"""Derive the windows of an endless stream from a circuit whose rounds repeat.

In: `stim.Circuit` with a REPEAT block.   Out: `WindowPlan`, and where its detectors lie in rounds.
Next: `quantacore.golden.spec.window`.

The circuit is unrolled to shots of several lengths. Their models must agree: first rounds, equal
rounds, last rounds. A window is then cut out of the shot that it would lie in.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import stim

from quantacore.golden.family.components import connected_components
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.spec.graph import Correlation, DecodingGraph, Detector, Edge
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan, check_window

MOST_UNEQUAL = 12
"""Most rounds at each end of a shot that may differ from those in the middle."""

DIGITS = 9
"""Probabilities that agree to so many digits are equal: sums in another order differ more."""

Place = tuple[int, int]
"""Round within the shot, slot."""

Ends = tuple[Place, ...]
"""One place (the other end is the boundary) or two, in increasing order."""


class PlacedEdge(NamedTuple):
    """What a model says of an edge."""

    prior: float
    explained: float
    """Sum of the joint probabilities with other edges."""
    observables: int


class RepeatingCircuit:
    """Shots of any length of one circuit.

    Parameters
    ----------
    circuit : stim.Circuit
        With one REPEAT block at the top level, whose body moves the last coordinate of detectors
        on by 1. How often it repeats only matters for ``num_rounds``.

    Attributes
    ----------
    num_slots : int
        Detectors of a round in the REPEAT block.
    least_rounds : int
        Rounds of a shot without the REPEAT block, or of one repetition if there is no such shot.
    num_rounds : int
        Rounds of a shot of the circuit as it was given.

    Raises
    ------
    ValueError
        If the circuit has no such block, detectors lack coordinates, or rounds do not match.
    """

    def __init__(self, circuit: stim.Circuit) -> None:
        blocks = [
            index
            for index, instruction in enumerate(circuit)
            if isinstance(instruction, stim.CircuitRepeatBlock)
        ]
        if len(blocks) != 1:
            raise ValueError(
                f"Circuit must have one REPEAT block at the top level, not {len(blocks)}: "
                "windows are made of its rounds"
            )
        (self._block,) = blocks
        self._circuit = circuit
        self._graphs: dict[int, DecodingGraph] = {}
        self._models: dict[int, dict[Ends, PlacedEdge]] = {}
        longest = self._unrolled(2 * MOST_UNEQUAL)
        rounds = self._rounds_of(longest)
        grown = len(rounds) - len(self._rounds_of(self._unrolled(2 * MOST_UNEQUAL - 1)))
        if grown != 1:
            raise ValueError(
                f"REPEAT block must make 1 round (last coordinate of detectors), not {grown}"
            )
        self.least_rounds = len(rounds) - 2 * MOST_UNEQUAL
        self.num_rounds = self.least_rounds + circuit[self._block].repeat_count
        middle = rounds[len(rounds) // 2]
        self.num_slots = len(middle)
        self._slots = {coordinates: slot for slot, (_, coordinates) in enumerate(middle)}
        if len(self._slots) < len(middle):
            raise ValueError("Detectors of a round must have different coordinates")
        for index, members in enumerate(rounds):
            for detector, coordinates in members:
                if coordinates not in self._slots:
                    raise ValueError(
                        f"Detector {detector} in round {index} must have the coordinates of one "
                        f"in the REPEAT block, not {coordinates}"
                    )

    @property
    def slot_coordinates(self) -> tuple[tuple[float, ...], ...]:
        """Coordinates in space of each slot."""
        return tuple(self._slots)

    def circuit(self, num_rounds: int) -> stim.Circuit:
        """Return the circuit of a shot with so many rounds (layers of detectors)."""
        repeats = num_rounds - self.least_rounds
        if repeats < 0:
            raise ValueError(
                f"Shot must have at least {self.least_rounds} rounds, not {num_rounds!r}"
            )
        return self._unrolled(repeats)

    def graph(self, num_rounds: int) -> DecodingGraph:
        """Return the decoding graph of a whole shot."""
        if num_rounds not in self._graphs:
            self._graphs[num_rounds] = graph_from_circuit(self.circuit(num_rounds))
        return self._graphs[num_rounds]

    def places(self, num_rounds: int) -> list[Place]:
        """Return (round, slot) of every detector of a shot, in the order of its model."""
        found: dict[int, Place] = {}
        for index, members in enumerate(self._rounds_of(self.circuit(num_rounds))):
            for detector, coordinates in members:
                found[detector] = (index, self._slots[coordinates])
        return [found[detector] for detector in range(len(found))]

    def model(self, num_rounds: int) -> dict[Ends, PlacedEdge]:
        """Return the edges of a whole shot by the places of their ends."""
        if num_rounds not in self._models:
            self._models[num_rounds] = placed_model(
                self.graph(num_rounds), self.edge_places(num_rounds)
            )
        return self._models[num_rounds]

    def edge_places(self, num_rounds: int) -> list[Ends]:
        """Return the places of each edge's ends, in the order of the graph."""
        places = self.places(num_rounds)
        return [
            tuple(sorted(places[detector] for detector in edge.detectors))
            for edge in self.graph(num_rounds).edges
        ]

    @cached_property
    def unequal_rounds(self) -> tuple[int, int]:
        """Rounds at the beginning and at the end of a long shot that differ from the middle."""
        first, last = self._unequal(2 * MOST_UNEQUAL)
        if (first, last) != self._unequal(2 * MOST_UNEQUAL + 3):
            raise ValueError("Rounds must repeat in shots of every length")
        return first, last

    def _unequal(self, repeats: int) -> tuple[int, int]:
        num_rounds = self.least_rounds + repeats
        rounds: list[set[tuple]] = [set() for _ in range(num_rounds)]
        for ends, edge in self.model(num_rounds).items():
            base = ends[0][0]
            shape = tuple((index - base, slot) for index, slot in ends)
            rounds[base].add((shape, *_rounded(edge)))
        middle = rounds[num_rounds // 2]
        equal = [contents == middle for contents in rounds]
        first = equal.index(True)
        last = equal[::-1].index(True)
        for index in range(first, num_rounds - last):
            if not equal[index]:
                shape, prior, *_ = min(rounds[index] ^ middle)
                raise ValueError(
                    f"Rounds must repeat, but round {index} differs from round "
                    f"{num_rounds // 2} in the edge {shape} with probability {prior}"
                )
        if first > MOST_UNEQUAL or last > MOST_UNEQUAL:
            raise ValueError(
                f"Rounds must repeat after {MOST_UNEQUAL} at the most, "
                f"not after {first} at the beginning and {last} at the end"
            )
        return first, last

    def _unrolled(self, repeats: int) -> stim.Circuit:
        block = self._circuit[self._block]
        unrolled = self._circuit[: self._block]
        if repeats:
            unrolled.append(stim.CircuitRepeatBlock(repeats, block.body_copy()))
        return unrolled + self._circuit[self._block + 1 :]

    @staticmethod
    def _rounds_of(circuit: stim.Circuit) -> list[list[tuple[int, tuple[float, ...]]]]:
        """Return the detectors of each round with their coordinates in space."""
        rounds: dict[int, list[tuple[int, tuple[float, ...]]]] = {}
        for detector, coordinates in sorted(circuit.get_detector_coordinates().items()):
            if not coordinates:
                raise ValueError(
                    f"Detector {detector} must have coordinates, the last one its round"
                )
            index = int(np.floor(coordinates[-1]))
            rounds.setdefault(index, []).append((detector, tuple(coordinates[:-1])))
        indices = sorted(rounds)
        if indices != list(range(indices[0], indices[0] + len(indices))):
            raise ValueError("Rounds must follow one another without gaps")
        return [rounds[index] for index in indices]


def placed_model(graph: DecodingGraph, ends_of: Sequence[Ends]) -> dict[Ends, PlacedEdge]:
    """Return the edges of a shot by the places of their ends."""
    explained = np.zeros(graph.num_edges)
    for link in graph.correlations:
        explained[list(link.edges)] += link.joint
    return {
        ends: PlacedEdge(edge.prior, float(explained[index]), edge.observables)
        for index, (ends, edge) in enumerate(zip(ends_of, graph.edges, strict=True))
    }


def window_plan(source: RepeatingCircuit, *, commit_rounds: int, buffer_rounds: int) -> WindowPlan:
    """Return the windows of a circuit's stream.

    Parameters
    ----------
    source : RepeatingCircuit
    commit_rounds, buffer_rounds : int
        At least 1 each; the buffer at least as many rounds as the farthest edge spans.

    Raises
    ------
    ValueError
        If the rounds do not repeat, or the window does not suit the circuit.
    """
    check_window(commit_rounds=commit_rounds, buffer_rounds=buffer_rounds)
    first, last = source.unequal_rounds
    size = commit_rounds + buffer_rounds
    # A window that begins behind the first rounds, and far from the end, stands for all of them.
    num_starts = -(-first // commit_rounds) + 1
    cuts: dict[int, Cut] = {}
    for start in range(num_starts):
        base = start * commit_rounds
        for end in range(size + 1):
            num_rounds = base + end if end else base + size + last + 1
            if num_rounds >= source.least_rounds and (start == 0 or not end or end > buffer_rounds):
                cuts[start * (size + 1) + end] = Cut(source, num_rounds, base, size)
    span = max(ends[-1][0] - ends[0][0] for cut in cuts.values() for ends in cut.edges)
    if buffer_rounds < span:
        raise ValueError(f"Buffer must be at least {span} rounds here, not {buffer_rounds}")
    return assembled_plan(source, cuts, commit_rounds, buffer_rounds, num_starts)


class ModelSource(Protocol):
    """Shots whose models windows are cut out of."""

    @property
    def num_slots(self) -> int: ...

    @property
    def least_rounds(self) -> int: ...

    def graph(self, num_rounds: int) -> DecodingGraph: ...

    def model(self, num_rounds: int) -> dict[Ends, PlacedEdge]: ...


class Cut:
    """A window cut out of a shot: places count from its first round."""

    def __init__(self, source: ModelSource, num_rounds: int, base: int, size: int) -> None:
        self.edges: dict[Ends, PlacedEdge] = {}
        renamed: list[Ends | None] = []
        for ends, edge in source.model(num_rounds).items():
            inside = tuple((index - base, slot) for index, slot in ends if index - base < size)
            # What leads into the past is decided; what leads into the future ends at the boundary.
            name = inside if inside and ends[0][0] >= base else None
            renamed.append(name)
            if name:
                self.edges[name] = _merged(self.edges[name], edge) if name in self.edges else edge
        self.joint: dict[tuple[Ends, Ends], float] = {}
        for link in source.graph(num_rounds).correlations:
            e, f = (renamed[index] for index in link.edges)
            if e and f and e != f:
                pair = (min(e, f), max(e, f))
                self.joint[pair] = _either(self.joint.get(pair, 0.0), link.joint)


def assembled_plan(
    source: ModelSource,
    cuts: dict[int, Cut],
    commit_rounds: int,
    buffer_rounds: int,
    num_starts: int,
) -> WindowPlan:
    """Return the plan of windows that were cut out, by their kinds."""
    num_slots = source.num_slots
    size = commit_rounds + buffer_rounds
    # The steady kind comes first: where kinds disagree about a link, it is right.
    steady = (num_starts - 1) * (size + 1)
    in_order = [steady, *(kind for kind in cuts if kind != steady)]
    names = sorted({ends for cut in cuts.values() for ends in cut.edges}, key=_sort_key)
    index_of = {ends: index for index, ends in enumerate(names)}
    entries: dict[tuple, int] = {}
    values: list[PlacedEdge] = []
    tables = np.full((num_starts * (size + 1), len(names)), NO_ENTRY, np.int32)
    largest: dict[Ends, PlacedEdge] = {}
    for kind in in_order:
        for ends, edge in cuts[kind].edges.items():
            base = ends[0][0]
            shape = tuple((index - base, slot) for index, slot in ends)
            entry = entries.setdefault((shape, *_rounded(edge)), len(values))
            if entry == len(values):
                values.append(edge)
            tables[kind, index_of[ends]] = entry
            largest[ends] = max(largest.get(ends, edge), edge)
    joints: dict[tuple[int, int], float] = {}
    for kind in in_order:
        for pair, joint in cuts[kind].joint.items():
            joints.setdefault((index_of[pair[0]], index_of[pair[1]]), joint)
    sources, links = _link_sources(cuts, in_order, index_of, tables.shape)
    graph = _graph(source, names, largest, joints, num_detectors=size * num_slots)
    return WindowPlan(
        graph=graph,
        num_slots=num_slots,
        commit_rounds=commit_rounds,
        buffer_rounds=buffer_rounds,
        num_starts=num_starts,
        least_rounds=source.least_rounds,
        entry_priors=np.array([edge.prior for edge in values]),
        entry_explained=np.array([edge.explained for edge in values]),
        entry_observables=np.array([edge.observables for edge in values], np.uint64),
        tables=tables,
        sources=sources,
        links=np.array([link[:2] for link in links], np.int32).reshape(-1, 2),
        link_conditionals=np.array([conditional for *_, conditional in links]),
    )


def _link_sources(
    cuts: dict[int, Cut],
    in_order: list[int],
    index_of: dict[Ends, int],
    shape: tuple[int, int],
) -> tuple[np.ndarray, list[tuple[int, int, float]]]:
    """Return `WindowPlan.sources`, and (source, target, conditional) of every link.

    Kinds share the source of an edge if they agree about all targets that exist in both.
    """
    partners: dict[Ends, set[Ends]] = {ends: set() for ends in index_of}
    for cut in cuts.values():
        for e, f in cut.joint:
            partners[e].add(f)
            partners[f].add(e)
    versions: dict[Ends, list[dict[Ends, float]]] = {ends: [] for ends in index_of}
    chosen = np.full(shape, NO_ENTRY, np.int32)
    for kind in in_order:
        cut = cuts[kind]
        for e, edge in cut.edges.items():
            told = {
                f: cut.joint.get((min(e, f), max(e, f)), 0.0) / edge.prior
                for f in partners[e]
                if f in cut.edges
            }
            chosen[kind, index_of[e]] = _version_of(told, versions[e])
    links: list[tuple[int, int, float]] = []
    first = 0
    for e, index in index_of.items():
        column = chosen[:, index]
        column[column != NO_ENTRY] += first
        for source, known in enumerate(versions[e], first):
            links += sorted((source, index_of[f], value) for f, value in known.items() if value)
        first += len(versions[e])
    return chosen, links


def _graph(
    source: ModelSource,
    names: list[Ends],
    edges: dict[Ends, PlacedEdge],
    joints: dict[tuple[int, int], float],
    *,
    num_detectors: int,
) -> DecodingGraph:
    """Return the union of all windows."""
    num_slots = source.num_slots
    ends_of = [tuple(index * num_slots + slot for index, slot in ends) for ends in names]
    components = connected_components(ends_of, num_detectors)
    return DecodingGraph(
        num_observables=source.graph(source.least_rounds + 1).num_observables,
        detectors=tuple(
            Detector(
                coordinates=(index % num_slots, index // num_slots),
                round=index // num_slots,
                component=component,
            )
            for index, component in enumerate(components)
        ),
        edges=tuple(
            Edge(detectors=ends, prior=edges[name].prior, observables=edges[name].observables)
            for ends, name in zip(ends_of, names, strict=True)
        ),
        correlations=tuple(
            Correlation(edges=pair, joint=joint) for pair, joint in sorted(joints.items())
        ),
    )


def _sort_key(ends: Ends) -> tuple:
    """Put edges in canonical order: by detectors, the boundary behind every detector."""
    return (ends[0], ends[1] if len(ends) == 2 else (float("inf"), 0))


def _rounded(edge: PlacedEdge) -> tuple[str, str, int]:
    return f"{edge.prior:.{DIGITS}e}", f"{edge.explained:.{DIGITS}e}", edge.observables


def _merged(one: PlacedEdge, other: PlacedEdge) -> PlacedEdge:
    likelier = one if one.prior >= other.prior else other
    return PlacedEdge(
        _either(one.prior, other.prior), one.explained + other.explained, likelier.observables
    )


def _version_of(told: dict[Ends, float], versions: list[dict[Ends, float]]) -> int:
    """Return the number of the first version that agrees, or of a new one, and add to it."""
    for number, known in enumerate(versions):
        if all(_agree(known.get(f, value), value) for f, value in told.items()):
            known.update(told | known)
            return number
    versions.append(told)
    return len(versions) - 1


def _agree(p1: float, p2: float) -> bool:
    return p1 == p2 or f"{p1:.{DIGITS}e}" == f"{p2:.{DIGITS}e}"


def _either(p1: float, p2: float) -> float:
    """Probability that exactly one of two independent mechanisms fires."""
    return p1 * (1 - p2) + p2 * (1 - p1)
