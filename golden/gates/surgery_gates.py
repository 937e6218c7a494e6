"""Gates made by lattice surgery: ZZ and XX merges, the CNOT made of them, a move, an injection.

In: distance.   Out: `BuiltGate`.
Next: `quantacore.golden.gates.catalogue`.

Patches lie on one lattice: the control above the ancilla, the target to the right of the ancilla,
one line of data qubits between. Logical Z is a row, logical X a column, so that patches above each
other measure ZZ, and those beside each other XX. Every phase has as many rounds as the distance.

Sources: Horsman et al., arXiv:1111.4022 (merges, CNOT); Li, arXiv:1410.7808 (injection).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import stim

from quantacore.golden.codes.patches import Patch, Position
from quantacore.golden.gates.gate import BuiltGate, DistanceClaim
from quantacore.golden.gates.surgery import Surgery

UPPER, LOWER, RIGHT = "upper", "lower", "right"
"""Places of patches: the control, the ancilla, the target."""


@dataclass(frozen=True)
class _Term:
    """A logical Pauli at one end of a circuit."""

    kind: str
    places: tuple[Position, ...]


_Logical = tuple[list[_Term], list[_Term], set[int]]
"""Product of inputs, product of outputs, and records whose parity is the sign between them."""


class _Layout:
    """Three patches and the two seams between them."""

    def __init__(self, distance: int, rounds: int | None = None) -> None:
        d = distance
        self.rounds = distance if rounds is None else rounds
        """Of a phase."""
        corners = {UPPER: (0, 0), LOWER: (0, d + 1), RIGHT: (d + 1, d + 1)}
        self.patches = {
            name: Patch(width=d, height=d, corner=corner) for name, corner in corners.items()
        }
        self.tall = Patch(width=d, height=2 * d + 1)
        self.wide = Patch(width=2 * d + 1, height=d, corner=(0, d + 1))
        self.across = [place for place in self.tall.data if place[1] == 2 * d + 1]
        """Data qubits between upper and lower patch."""
        self.along = [place for place in self.wide.data if place[0] == 2 * d + 1]
        """Data qubits between lower and right patch."""
        # Logical operators beside the seams that measure them.
        last = 2 * d - 1
        self.x_column = {UPPER: last, LOWER: last, RIGHT: 2 * (d + 1) + 1}
        self.z_row = {UPPER: last, LOWER: 2 * (d + 1) + 1, RIGHT: 2 * (d + 1) + 1}

    def logical(self, name: str, kind: str) -> tuple[Position, ...]:
        """Return the qubits of a logical operator."""
        return self.in_line(self.patches[name].data, name, kind)

    def in_line(self, places: Iterable[Position], name: str, kind: str) -> tuple[Position, ...]:
        """Return those of some places that lie in the line of a logical operator."""
        if kind == "x":
            return tuple(place for place in places if place[0] == self.x_column[name])
        return tuple(place for place in places if place[1] == self.z_row[name])


class _Experiment:
    """One circuit: from inputs, prepared or not, to outputs, read out or not."""

    def __init__(self, layout: _Layout, regions: Sequence[Patch], basis: str | None) -> None:
        self.layout = layout
        self.basis = basis
        self.surgery = Surgery(regions, detectors=basis is not None)
        self.flows: list[stim.Flow] = []
        self.inputs: list[str] = []

    def start(self, names: Sequence[str]) -> None:
        """Prepare inputs in the basis, or leave them as they are."""
        self.inputs = list(names)
        if self.basis is not None:
            data = [place for name in names for place in self.layout.patches[name].data]
            self.surgery.reset(data, self.basis)

    def rounds(self, *patches: Patch) -> None:
        """Measure checks for a phase; the first of a gate tells the stabilizers of its inputs."""
        surgery, before = self.surgery, self.surgery.num_rounds
        if self.basis is None and before == 0:
            surgery.rounds(patches, 1)
            for kind, support, told in self._checks(self.inputs):
                flow = stim.Flow(input=self.pauli(kind, support), measurements=told)
                self.flows.append(flow)
            surgery.rounds(patches, self.layout.rounds - 1)
        else:
            surgery.rounds(patches, self.layout.rounds)

    def seam(self, kind: str, line: Iterable[Position]) -> set[int]:
        """Return the records of the new checks on a line: their parity is the merged logical."""
        near = {(x + dx, y + dy) for x, y in line for dx in (-1, 1) for dy in (-1, 1)}
        first = self.surgery.first.items()
        return {record for (each, place), record in first if each == kind and place in near}

    def finish(self, names: Sequence[str], flows: Sequence[_Logical]) -> None:
        """Read outputs out and declare observables; or, of a gate, declare its flows."""
        surgery = self.surgery
        if self.basis is None:
            for kind, support, told in self._checks(names):
                self.flows.append(stim.Flow(output=self.pauli(kind, support), measurements=told))
            for before, after, records in flows:
                self.flows.append(
                    stim.Flow(
                        input=self.product(before),
                        output=self.product(after),
                        measurements=sorted(records),
                    )
                )
            return
        data = [place for name in names for place in self.layout.patches[name].data]
        read = surgery.measure(data, self.basis)
        surgery.close(self.basis)
        chosen = [flow for flow in flows if _kinds(flow) == {self.basis}]
        for number, (_, after, records) in enumerate(chosen):
            total = set(records)
            for term in after:
                total ^= {read[place] for place in term.places}
            surgery.observable(number, total)

    def pauli(self, kind: str, places: Iterable[Position]) -> stim.PauliString:
        """Return a product of one Pauli."""
        made = stim.PauliString(len(self.surgery.index))
        for place in places:
            made[self.surgery.index[place]] = kind.upper()
        return made

    def product(self, terms: Iterable[_Term]) -> stim.PauliString:
        """Return a product of logical operators."""
        made = stim.PauliString(len(self.surgery.index))
        for term in terms:
            made *= self.pauli(term.kind, term.places)
        return made

    def _checks(self, names: Iterable[str]) -> list[tuple[str, frozenset[Position], list[int]]]:
        """Return the last records of the checks of some patches."""
        found = []
        for name in names:
            for place, kind in self.layout.patches[name].checks.items():
                support, records = self.surgery.known[kind, place]
                found.append((kind, support, sorted(records)))
        return found


def _kinds(flow: _Logical) -> set[str]:
    before, after, _ = flow
    return {term.kind for term in (*before, *after)}


def _gate(
    build: Callable[[int, str | None], _Experiment], distance: int, *, fewest: int | None = None
) -> BuiltGate:
    """Build the gate and both experiments; ``fewest`` faults do harm, if fewer than the distance.

    What one fault can harm is not decoded: runs with a detection event are thrown away.
    """
    gate = build(distance, None)
    claim = DistanceClaim(distance=fewest or distance, decoded=fewest is None)
    return BuiltGate(
        circuit=gate.surgery.circuit,
        flows=tuple(gate.flows),
        experiments={basis: build(distance, basis).surgery.circuit for basis in "zx"},
        distances=dict.fromkeys("zx", claim),
    )


def merge_zz(distance: int) -> BuiltGate:
    """Return the measurement of ZZ of two patches above each other."""
    return _gate(_merge_zz, distance)


def merge_xx(distance: int) -> BuiltGate:
    """Return the measurement of XX of two patches beside each other."""
    return _gate(_merge_xx, distance)


def surgery_cnot(distance: int) -> BuiltGate:
    """Return the CNOT from the upper to the right patch, through an ancilla patch."""
    return _gate(_cnot, distance)


def patch_move(distance: int) -> BuiltGate:
    """Return the move of a patch to the right by its size and one."""
    return _gate(_move, distance)


def short_merge(distance: int, basis: str, *, rounds: int) -> stim.Circuit:
    """Return the experiment of `merge_zz` with phases of any length: a small model for a core."""
    return _merge_zz(distance, basis, rounds).surgery.circuit


def short_cnot(distance: int, basis: str, *, rounds: int) -> stim.Circuit:
    """Return the experiment of `surgery_cnot` with phases of any length."""
    return _cnot(distance, basis, rounds).surgery.circuit


def injection(distance: int) -> BuiltGate:
    """Return the growth of a patch from the one qubit in its corner: not fault-tolerant."""
    return _gate(_injection, distance, fewest=1)


def _merge_zz(distance: int, basis: str | None, rounds: int | None = None) -> _Experiment:
    layout = _Layout(distance, rounds)
    return _merged(layout, (UPPER, LOWER), "z", layout.across, layout.tall, basis)


def _merge_xx(distance: int, basis: str | None) -> _Experiment:
    layout = _Layout(distance)
    return _merged(layout, (LOWER, RIGHT), "x", layout.along, layout.wide, basis)


def _merged(
    layout: _Layout,
    names: tuple[str, str],
    kind: str,
    line: Sequence[Position],
    region: Patch,
    basis: str | None,
) -> _Experiment:
    """Measure the product of a kind of logical Paulis of two patches."""
    other = "zx"["xz".index(kind)]
    patches = [layout.patches[name] for name in names]
    made = _Experiment(layout, [region], basis)
    made.start(names)
    made.rounds(*patches)
    between = _merge(made, line, other, region)
    parity = made.seam(kind, line)
    made.rounds(*patches)
    same = [_Term(kind, layout.logical(name, kind)) for name in names]
    across = [_Term(other, layout.logical(name, other)) for name in names]
    records = {between[place] for place in layout.in_line(line, names[0], other)}
    made.finish(
        names,
        [
            (same, [], parity),
            (same[:1], same[:1], set()),
            (same, same, set()),
            (across, across, records),
        ],
    )
    return made


def _merge(
    made: _Experiment, line: Sequence[Position], kind: str, *patches: Patch
) -> dict[Position, int]:
    """Merge along a line of new data qubits, and split again; return their records."""
    made.surgery.reset(line, kind)
    made.rounds(*patches)
    return made.surgery.measure(line, kind)


def _cnot(distance: int, basis: str | None, rounds: int | None = None) -> _Experiment:
    layout = _Layout(distance, rounds)
    upper, lower, right = (layout.patches[name] for name in (UPPER, LOWER, RIGHT))
    made = _Experiment(layout, [layout.tall, layout.wide], basis)
    made.start([UPPER, RIGHT])
    made.surgery.reset(lower.data, "x")
    made.rounds(upper, lower, right)
    across = _merge(made, layout.across, "x", layout.tall, right)
    zz = made.seam("z", layout.across)
    along = _merge(made, layout.along, "z", upper, layout.wide)
    xx = made.seam("x", layout.along)
    gone = made.surgery.measure(lower.data, "z")
    made.surgery.close("z")
    made.rounds(upper, right)
    control_x, target_x = (_Term("x", layout.logical(name, "x")) for name in (UPPER, RIGHT))
    control_z, target_z = (_Term("z", layout.logical(name, "z")) for name in (UPPER, RIGHT))
    column = {across[place] for place in layout.in_line(layout.across, UPPER, "x")}
    row = {along[place] for place in layout.in_line(layout.along, RIGHT, "z")}
    ancilla = {gone[place] for place in layout.logical(LOWER, "z")}
    made.finish(
        [UPPER, RIGHT],
        [
            ([control_x], [control_x, target_x], column ^ xx),
            ([target_x], [target_x], set()),
            ([control_z], [control_z], set()),
            ([target_z], [control_z, target_z], zz ^ row ^ ancilla),
        ],
    )
    return made


def _move(distance: int, basis: str | None) -> _Experiment:
    layout = _Layout(distance)
    lower, right = layout.patches[LOWER], layout.patches[RIGHT]
    made = _Experiment(layout, [layout.wide], basis)
    made.start([LOWER])
    made.rounds(lower)
    made.surgery.reset(right.data, "z")
    along = _merge(made, layout.along, "z", layout.wide)
    column = made.seam("x", layout.along)
    gone = made.surgery.measure(lower.data, "z")
    made.surgery.close("z")
    made.rounds(right)
    row = {along[place] for place in layout.in_line(layout.along, RIGHT, "z")}
    row |= {gone[place] for place in layout.logical(LOWER, "z")}
    before, after = (
        {kind: [_Term(kind, layout.logical(name, kind))] for kind in "xz"}
        for name in (LOWER, RIGHT)
    )
    made.finish([RIGHT], [(before["x"], after["x"], column), (before["z"], after["z"], row)])
    return made


def _injection(distance: int, basis: str | None) -> _Experiment:
    layout = _Layout(distance)
    patch = layout.patches[UPPER]
    made = _Experiment(layout, [patch], basis)
    corner = (2 * distance - 1, 2 * distance - 1)  # where the logical row and column meet
    if basis is not None:
        made.surgery.reset([corner], basis)
    rest = [place for place in patch.data if place != corner]
    made.surgery.reset([p for p in rest if p[0] < p[1]], "z")
    made.surgery.reset([p for p in rest if p[0] >= p[1]], "x")
    made.rounds(patch)
    flows: list[_Logical] = [
        ([_Term(kind, (corner,))], [_Term(kind, layout.logical(UPPER, kind))], set())
        for kind in "xz"
    ]
    made.finish([UPPER], flows)
    return made
