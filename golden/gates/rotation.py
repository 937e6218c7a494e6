"""Rotation of a patch: it moves by its size while its X and Z edges change places.

In: distance.   Out: `BuiltGate`.
Next: `quantacore.golden.gates.catalogue`.

Four phases of d rounds: the patch; a patch twice as wide, the right edge of Z now above its new
half; the left edge of Z drawn along below both halves; the old half read out. In every phase, and
from each phase to the next, edges of the same kind stay d data qubits apart. Edges run both ways
here, so no order of four gates keeps hook errors across the grain everywhere. Six layers do: the
last two qubits of a check are opposite ones, and a hook of these shortens no error.

Source: Litinski, arXiv:1808.02892 (corners of patches that move); phases and order are our own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import stim

from quantacore.golden.codes.patches import Position
from quantacore.golden.gates.gate import BuiltGate, DistanceClaim
from quantacore.golden.gates.surgery import Steps, Surgery

NW, NE, SW, SE = (-1, -1), (1, -1), (-1, 1), (1, 1)
DIAGONAL_STEPS: Steps = {
    "x": (NW, SE, NE, SW, None, None),
    "z": (None, None, NE, SW, NW, SE),
}
"""Checks that share two qubits meet them in the same order."""


@dataclass(frozen=True)
class EdgedPatch:
    """Columns of data qubits whose edges have checks of any kinds, piece by piece."""

    columns: range
    height: int
    edge: Callable[[int, int], set[str]]
    """Place on an edge, in units of two -> kinds of all edges it lies on; two at a corner."""

    @property
    def data(self) -> list[Position]:
        """Data qubits, row by row."""
        return [(2 * x + 1, 2 * y + 1) for y in range(self.height) for x in self.columns]

    @property
    def checks(self) -> dict[Position, str]:
        """Place of each check -> ``x`` or ``z``, row by row."""
        found = {}
        for y in range(self.height + 1):
            for x in range(self.columns.start, self.columns.stop + 1):
                kind = "x" if (x + y) % 2 else "z"
                inside = 0 < y < self.height and self.columns.start < x < self.columns.stop
                if inside or self.edge(x, y) == {kind}:
                    found[2 * x, 2 * y] = kind
        return found

    @property
    def qubits(self) -> frozenset[Position]:
        """All qubits."""
        return frozenset(self.data) | frozenset(self.checks)


def phases(distance: int) -> tuple[EdgedPatch, ...]:
    """Return the four patches, one after the other."""
    d = distance

    def edges(columns: range, above: str, below: str, left: str, right: str) -> EdgedPatch:
        """Build a patch; edges above and below have a kind for each half."""

        def edge(x: int, y: int) -> set[str]:
            halves = ([0] if x <= d else []) + ([1] if x >= d else [])
            found = {line[h] for row, line in ((0, above), (d, below)) if y == row for h in halves}
            if x == columns.start:
                found.add(left)
            if x == columns.stop:
                found.add(right)
            return found

        return EdgedPatch(columns, d, edge)

    return (
        edges(range(d), "xx", "xx", "z", "z"),
        edges(range(2 * d), "xz", "xx", "z", "x"),
        edges(range(2 * d), "xz", "zz", "z", "x"),
        edges(range(d, 2 * d), "zz", "zz", "x", "x"),
    )


def patch_rotate(distance: int) -> BuiltGate:
    """Return the rotation; logical Z goes from a row to a column of the patch to the right."""
    bare = _circuit(distance, None)
    circuit = bare.circuit
    first, *_, last = phases(distance)
    flows = [
        *(stim.Flow(input=p) for p in _stabilizers(bare, first)),
        *(stim.Flow(output=p) for p in _stabilizers(bare, last)),
    ]
    logical = {
        kind: stim.Flow(
            input=_pauli(bare, kind, line(first, kind == "z")),
            output=_pauli(bare, kind, line(last, kind == "x")),
        )
        for kind in "xz"
    }
    wanted = [*flows, *logical.values()]
    solved = circuit.solve_flow_measurements(wanted)
    told = [
        stim.Flow(input=flow.input_copy(), output=flow.output_copy(), measurements=records)
        for flow, records in zip(wanted, solved, strict=True)
        if records is not None
    ]
    if len(told) != len(wanted):
        raise ValueError(f"Rotation must tell {len(wanted)} flows, not {len(told)}")
    experiments = {}
    for flow, basis in zip(told[-2:], logical, strict=True):
        made = _circuit(distance, basis)
        read = made.measure(last.data, basis)
        made.close(basis)
        records = {read[place] for place in line(last, basis == "x")}
        made.observable(0, records ^ set(flow.measurements_copy()))
        experiments[basis] = made.circuit
    # Up to 5 the proof over mechanisms of any size takes seconds.
    claim = DistanceClaim(distance=distance, graphlike=distance > 5)
    return BuiltGate(
        circuit=circuit,
        flows=tuple(told),
        experiments=experiments,
        distances=dict.fromkeys(experiments, claim),
    )


def line(patch: EdgedPatch, along: bool) -> list[Position]:
    """Return the first row of data qubits, if ``along``, or the first column."""
    corner = patch.data[0]
    return [place for place in patch.data if place[along] == corner[along]]


def _circuit(distance: int, basis: str | None) -> Surgery:
    """Return all four phases; a basis prepares the input, and asks for detectors."""
    small, grown, turned, rotated = phases(distance)
    made = Surgery([grown, turned], detectors=basis is not None, steps=DIAGONAL_STEPS)
    if basis is not None:
        made.reset(small.data, basis)
    made.rounds([small], distance)
    # |0> extends the edge of Z at the right to the new edge above.
    made.reset(set(grown.data) - set(small.data), "z")
    made.rounds([grown], distance)
    made.rounds([turned], distance)
    # Read in X, the old half extends its edge of X to the new left edge.
    made.measure(small.data, "x")
    made.close("x")
    made.rounds([rotated], distance)
    return made


def _pauli(made: Surgery, kind: str, places: Iterable[Position]) -> stim.PauliString:
    pauli = stim.PauliString(len(made.index))
    for place in places:
        pauli[made.index[place]] = kind.upper()
    return pauli


def _stabilizers(made: Surgery, patch: EdgedPatch) -> list[stim.PauliString]:
    data = set(patch.data)
    return [
        _pauli(made, kind, data & {(x + dx, y + dy) for dx, dy in (NW, NE, SW, SE)})
        for (x, y), kind in patch.checks.items()
    ]
