"""Honeycomb Floquet code on a torus: nothing but measurements of pairs, as Majorana qubits do.

In: distance.   Out: circuit, `Family`.
Next: `quantacore.golden.codes.families`.

Hexagons have three colours, an edge that of the hexagons at its ends. A round measures all red
edges (XX), then the green ones (YY), then the blue ones (ZZ). Two colours in turn tell the
product of Paulis around the hexagons of the third; a detector compares that with the last time.
The logical observable changes: it takes in each result on a closed line around the torus.

Source: Hastings & Haah, arXiv:2107.02194; circuits, noise of pair measurements and edges with
Paulis by colour as in Gidney, Newman, Fowler & Broughton, arXiv:2108.10457. Majorana hardware:
Paetznick et al., arXiv:2202.11829.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import stim

from quantacore.golden.codes.family import Distances, Family, Resources, check_square
from quantacore.golden.codes.pauli_noise import check_range

PAULIS = "XYZ"
"""Pauli of red, green and blue edges: colours 0, 1 and 2."""

Hexagon = tuple[int, int]
Vertex = tuple[int, int, int]
"""0 or 1, then the column and row of the hexagon that it is counted with."""
Edge = tuple[Vertex, Vertex]


@dataclass(frozen=True, kw_only=True)
class PairNoise:
    """One strength everywhere.

    Raises
    ------
    ValueError
        If the strength is out of range.
    """

    p: float = 0.003
    """Depolarisation of a pair before its measurement, wrong results, and flips after reset and
    before readout. In [0, 0.5]."""

    def __post_init__(self) -> None:
        check_range("Noise strength p", self.p, 0, 0.5)


@dataclass(frozen=True)
class Honeycomb:
    """A torus of ``size`` x ``size`` hexagons; a multiple of 3, or the colours do not fit."""

    size: int

    @cached_property
    def hexagons(self) -> list[Hexagon]:
        """All hexagons, row by row."""
        return [(a, b) for b in range(self.size) for a in range(self.size)]

    @cached_property
    def vertices(self) -> list[Vertex]:
        """All data qubits."""
        return [(kind, a, b) for a, b in self.hexagons for kind in (0, 1)]

    @cached_property
    def edges(self) -> list[list[Edge]]:
        """Colour -> its edges, one at each vertex of kind 0."""
        found: list[list[Edge]] = [[], [], []]
        for a, b in self.hexagons:
            for shift_a, shift_b, colour in ((0, 0, 0), (0, -1, 2), (-1, 0, 1)):
                # Of the hexagons at its ends, (a, b), (a, b + 1) or (a + 1, b).
                end = (1, (a + shift_a) % self.size, (b + shift_b) % self.size)
                found[(colour + a - b) % 3].append(((0, a, b), end))
        return found

    def colour(self, hexagon: Hexagon) -> int:
        """Return the colour of a hexagon."""
        return (hexagon[0] - hexagon[1]) % 3

    def corners(self, hexagon: Hexagon) -> list[Vertex]:
        """Return the six vertices of a hexagon."""
        a, b = hexagon
        shifts = ((0, 0, 0), (0, -1, 0), (0, 0, -1), (1, -1, 0), (1, 0, -1), (1, -1, -1))
        return [(k, (a + da) % self.size, (b + db) % self.size) for k, da, db in shifts]

    def line(self, direction: int) -> list[Edge]:
        """Return the edges of a zigzag line around the torus, in one of two directions."""
        found = []
        for step in range(self.size):
            here, there = [(s, 0) if direction == 0 else (0, s) for s in (step, step + 1)]
            down = (1, *here)
            found += [((0, *here), down), ((0, there[0] % self.size, there[1] % self.size), down)]
        return found


def place_of_vertex(vertex: Vertex) -> tuple[int, int]:
    """Return where a data qubit lies in the plane."""
    kind, a, b = vertex
    return 6 * a + 3 * b + 3 * (1 + kind), 3 * b + 1 + kind


def place_of_hexagon(hexagon: Hexagon) -> tuple[int, int]:
    """Return where the middle of a hexagon lies in the plane."""
    return 6 * hexagon[0] + 3 * hexagon[1], 3 * hexagon[1]


def honeycomb_circuit(size: int, noise: PairNoise, *, rounds: int) -> stim.Circuit:
    """Return a memory experiment; data are read out in Z after an even number of rounds, else in X.

    Parameters
    ----------
    size : int
        Hexagons in a row and in a column; a multiple of 3.
    noise : PairNoise
    rounds : int
        Of three steps each, at least 1; from the third on they are a ``REPEAT``.
    """
    return _Memory(Honeycomb(size), noise).circuit(rounds)


class _Memory:
    """The parts of one experiment. A step is the measurement of one colour."""

    def __init__(self, lattice: Honeycomb, noise: PairNoise) -> None:
        self.lattice = lattice
        self.noise = noise
        self.index = {vertex: index for index, vertex in enumerate(lattice.vertices)}
        self.per_step = len(lattice.hexagons)
        self.slot = {edge: slot for edges in lattice.edges for slot, edge in enumerate(edges)}
        self.lines = [frozenset(lattice.line(direction)) for direction in (0, 1)]

    def circuit(self, rounds: int) -> stim.Circuit:
        made = stim.Circuit()
        for vertex, index in self.index.items():
            made.append("QUBIT_COORDS", [index], place_of_vertex(vertex))
        made.append("R", self.index.values())
        self._noisy(made, "X_ERROR", self.index.values())
        for step in range(3 * min(rounds, 2)):
            made += self._step(step)
        if rounds > 2:
            body = sum((self._step(step) for step in (6, 7, 8)), stim.Circuit())
            made.append(stim.CircuitRepeatBlock(rounds - 2, body))
        self._read_out(made, rounds)
        return made

    def _step(self, step: int) -> stim.Circuit:
        """Return the measurement of a colour, with the detectors that it completes."""
        made = stim.Circuit()
        colour = step % 3
        pairs = self.lattice.edges[colour]
        made.append("TICK")
        self._noisy(made, "DEPOLARIZE2", [self.index[v] for pair in pairs for v in pair])
        for pair in pairs:
            first, second = (stim.target_pauli(self.index[v], PAULIS[colour]) for v in pair)
            made.append("MPP", [first, stim.target_combiner(), second], self._flips())
        for number, line in enumerate(self.lines):
            records = [self._record(edge, 0) for edge in pairs if edge in line]
            made.append("OBSERVABLE_INCLUDE", records, number)
        hexagons = [h for h in self.lattice.hexagons if self.lattice.colour(h) == (step + 1) % 3]
        for hexagon in hexagons:
            if step == 1:  # all blue hexagons are +1 after the reset in Z
                made.append("DETECTOR", self._inferred(hexagon, step, 0), (*self._at(hexagon), 0))
            elif step >= 3:
                records = self._inferred(hexagon, step, 0) + self._inferred(hexagon, step - 3, 3)
                made.append("DETECTOR", records, (*self._at(hexagon), 0))
        made.append("SHIFT_COORDS", [], (0, 0, 1))
        return made

    def _read_out(self, made: stim.Circuit, rounds: int) -> None:
        """Measure the data in Z or X, whichever the observables are in by now."""
        steps = 3 * rounds
        even = rounds % 2 == 0
        data = list(self.index.values())
        self._noisy(made, "X_ERROR" if even else "Z_ERROR", data)
        made.append("M" if even else "MX", data)
        age = {vertex: index - len(data) for vertex, index in self.index.items()}

        def read(vertices: Iterable[Vertex]) -> list[stim.GateTarget]:
            return [stim.target_rec(age[vertex]) for vertex in vertices]

        def inferred(hexagon: Hexagon, step: int) -> list[stim.GateTarget]:
            earlier = self._inferred(hexagon, step, steps - 1 - step)
            return [stim.target_rec(record.value - len(data)) for record in earlier]

        def compare(records: list[stim.GateTarget], place: tuple[int, int]) -> None:
            made.append("DETECTOR", records, (*place, 0))

        for hexagon in self.lattice.hexagons:
            colour = self.lattice.colour(hexagon)
            corners = self.lattice.corners(hexagon)
            if colour == (2 if even else 0):
                last = steps - 2 if even else steps - 1
                compare(read(corners) + inferred(hexagon, last), self._at(hexagon))
            if colour == 1 and not even:
                # As if the red edges had been measured once more, each as two data qubits.
                blue = [
                    stim.target_rec(self._record(edge, 0).value - len(data))
                    for edge in self.lattice.edges[2]
                    if set(edge) <= set(corners)
                ]
                compare(read(corners) + blue + inferred(hexagon, steps - 3), self._at(hexagon))
        if even:
            for edge in self.lattice.edges[2]:
                last_record = self._record(edge, 0).value - len(data)
                compare([*read(edge), stim.target_rec(last_record)], place_of_vertex(edge[0]))
        for number, line in enumerate(self.lines):
            # Z on the red edges of the line, or X on its blue ones.
            chosen = [e for e in self.lattice.edges[0 if even else 2] if e in line]
            made.append("OBSERVABLE_INCLUDE", read(v for edge in chosen for v in edge), number)

    def _inferred(self, hexagon: Hexagon, step: int, ago: int) -> list[stim.GateTarget]:
        """Return the records that tell a hexagon's product after a step, ``ago`` steps before."""
        corners = set(self.lattice.corners(hexagon))
        found = []
        for back in (1, 0):
            if step - back >= 0:  # before the first step, blue edges are +1 without a record
                edges = self.lattice.edges[(step - back) % 3]
                found += [self._record(e, ago + back) for e in edges if set(e) <= corners]
        return found

    def _record(self, edge: Edge, ago: int) -> stim.GateTarget:
        return stim.target_rec(self.slot[edge] - self.per_step * (ago + 1))

    def _at(self, hexagon: Hexagon) -> tuple[int, int]:
        return place_of_hexagon(hexagon)

    def _flips(self) -> list[float]:
        return [self.noise.p] if self.noise.p else []

    def _noisy(self, made: stim.Circuit, name: str, targets: Iterable[int]) -> None:
        if self.noise.p:
            made.append(name, targets, self.noise.p)


def _check(distances: Distances) -> None:
    check_square(distances, least=2)
    if distances[0] % 2:
        raise ValueError(f"Distance must be even for the honeycomb code, not {distances[0]!r}")


def size_of(distance: int) -> int:
    """Return how many hexagons a row of the torus has: three for every two of distance."""
    return 3 * distance // 2


def _build(distances: Distances, rounds: int, noise: Any, basis: str) -> stim.Circuit:
    return honeycomb_circuit(size_of(distances[0]), noise, rounds=rounds)


def _count(distances: Distances) -> Resources:
    hexagons = size_of(distances[0]) ** 2
    return Resources(data=2 * hexagons, ancillas=0, gates=0, measurements=3 * hexagons, layers=3)


HONEYCOMB = Family(
    name="honeycomb",
    summary="honeycomb Floquet code on a torus: pair measurements only, as of Majorana qubits",
    source="Hastings & Haah, arXiv:2107.02194; Gidney et al., arXiv:2108.10457",
    bases=("z",),
    noise=PairNoise,
    check=_check,
    build=_build,
    count=_count,
    faults=lambda distances, basis: distances[0],
    smallest=(2, 2),
)
