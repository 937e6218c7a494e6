"""Fold-transversal H and S on the planar surface code: a mirror swaps X and Z.

In: distance.   Out: `BuiltGate`.
Next: `quantacore.golden.gates.catalogue`.

Data qubits lie where column and row of a square grid have the same parity, checks elsewhere: of X
on odd columns, of Z on odd rows. The mirror along the diagonal maps X checks to Z checks.
H is H on every qubit, then the mirror, which only renames qubits when they can be moved. S is CZ
between mirror images and S, S-dagger in turn on the diagonal.

Source: Moussa, arXiv:1603.02286; Breuckmann & Burton, arXiv:2202.06647.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import stim

from quantacore.golden.gates.gate import BuiltGate, DistanceClaim
from quantacore.golden.gates.transversal import logical_y, pauli

Place = tuple[int, int]
MEASUREMENTS = {"x": "MX", "z": "M"}
RESETS = {"x": "RX", "z": "R"}
STEPS = ((0, -1), (-1, 0), (1, 0), (0, 1))


class _Planar:
    """The code: places, checks, logical operators."""

    def __init__(self, distance: int) -> None:
        self.distance = distance
        side = range(2 * distance - 1)
        grid = [(x, y) for y in side for x in side]
        self.data = [place for place in grid if (place[0] + place[1]) % 2 == 0]
        self.checks = {
            place: "x" if place[0] % 2 else "z" for place in grid if (place[0] + place[1]) % 2
        }
        self.index = {place: k for k, place in enumerate(grid)}
        # X checks on odd columns reach over left and right ends: Z runs along rows.
        self.row = [place for place in self.data if place[1] == 0]
        self.column = [place for place in self.data if place[0] == 0]

    def support(self, place: Place) -> list[Place]:
        """Return the data qubits of a check."""
        x, y = place
        near = [(x + dx, y + dy) for dx, dy in STEPS]
        return [each for each in near if each in self.index and (each[0] + each[1]) % 2 == 0]

    def indices(self, places: Iterable[Place]) -> list[int]:
        """Return numbers of qubits."""
        return [self.index[place] for place in places]


@dataclass
class _Memory:
    """Rounds of checks before and after a gate."""

    code: _Planar
    circuit: stim.Circuit
    values: dict[Place, frozenset[int]]
    """Records whose parity is the value that a check must have next; absent: unknown."""
    records: int = 0
    layer: int = 0

    def round(self) -> dict[Place, int]:
        """Measure all checks once."""
        code, circuit = self.code, self.circuit
        for kind, places in self.by_kind():
            circuit.append(RESETS[kind], code.indices(places))
        for step in range(4):
            circuit.append("TICK")
            pairs: list[int] = []
            for place, kind in code.checks.items():
                dx, dy = STEPS[step]
                near = (place[0] + dx, place[1] + dy)
                if near in code.index:
                    ends = code.indices([place, near])
                    pairs += ends if kind == "x" else ends[::-1]
            circuit.append("CX", pairs)
        circuit.append("TICK")
        found = {}
        for kind, places in self.by_kind():
            circuit.append(MEASUREMENTS[kind], code.indices(places))
            for place in places:
                found[place] = self.records
                self.records += 1
        for place, record in found.items():
            if place in self.values:
                self.detector(place, self.values[place] ^ {record})
        self.values = {place: frozenset({record}) for place, record in found.items()}
        circuit.append("TICK")
        self.layer += 1
        return found

    def by_kind(self) -> list[tuple[str, list[Place]]]:
        """Return the places of checks of X and of Z."""
        return [(k, [p for p, kind in self.code.checks.items() if kind == k]) for k in "xz"]

    def detector(self, place: Place, records: Iterable[int]) -> None:
        """Declare a detector."""
        self.circuit.append(
            "DETECTOR",
            [stim.target_rec(record - self.records) for record in sorted(records)],
            (*place, self.layer),
        )


def fold_h(distance: int) -> BuiltGate:
    """Return H and the mirror."""
    code = _Planar(distance)
    circuit = _h_circuit(code)
    size = len(code.index)
    flows = [
        stim.Flow(
            input=pauli(size, **{a: code.indices(before)}),
            output=pauli(size, **{b: code.indices(after)}),
        )
        for a, b, before, after in (
            ("X", "Z", code.column, code.row),
            ("Z", "X", code.row, code.column),
            *(
                (kind.upper(), "ZX"["xz".index(kind)], code.support(p), code.support(p[::-1]))
                for p, kind in code.checks.items()
            ),
        )
    ]
    return _built(code, circuit, flows, _h_circuit, swapped=True)


def short_fold_h(distance: int, basis: str, *, rounds: int) -> stim.Circuit:
    """Return H between fewer rounds than the distance: the smallest decoded gate, for tests."""
    code = _Planar(distance)
    return _experiment(code, _h_circuit, basis, swapped=True, rounds=rounds)


def fold_s(distance: int) -> BuiltGate:
    """Return S: CZ across the diagonal, S and S-dagger in turn on it."""
    code = _Planar(distance)
    circuit = _s_circuit(code)
    size = len(code.index)
    row, column = code.indices(code.row), code.indices(code.column)
    flows = [
        stim.Flow(input=pauli(size, X=column), output=logical_y(size, column, row)),
        stim.Flow(input=pauli(size, Z=row), output=pauli(size, Z=row)),
    ]
    for place, kind in code.checks.items():
        before = pauli(size, **{kind.upper(): code.indices(code.support(place))})
        after = before
        if kind == "x":
            after = before * pauli(size, Z=code.indices(code.support(place[::-1])))
        flows.append(stim.Flow(input=before, output=after))
    return _built(code, circuit, flows, _s_circuit, swapped=False)


def _h_circuit(code: _Planar) -> stim.Circuit:
    circuit = stim.Circuit()
    circuit.append("H", code.indices(code.data))
    circuit.append("TICK")
    pairs = [q for x, y in code.data if x < y for q in code.indices([(x, y), (y, x)])]
    circuit.append("SWAP", pairs)
    return circuit


def _s_circuit(code: _Planar) -> stim.Circuit:
    circuit = stim.Circuit()
    diagonal = [place for place in code.data if place[0] == place[1]]
    circuit.append("S", code.indices(diagonal[::2]))
    circuit.append("S_DAG", code.indices(diagonal[1::2]))
    pairs = [q for x, y in code.data if x < y for q in code.indices([(x, y), (y, x)])]
    circuit.append("CZ", pairs)
    return circuit


def _built(
    code: _Planar,
    circuit: stim.Circuit,
    flows: list[stim.Flow],
    gate: Callable[[_Planar], stim.Circuit],
    *,
    swapped: bool,
) -> BuiltGate:
    """Add experiments: rounds, the gate (S twice: Z, so that readout is fixed), rounds."""
    experiments = {basis: _experiment(code, gate, basis, swapped=swapped) for basis in "zx"}
    return BuiltGate(
        circuit=circuit,
        flows=tuple(flows),
        experiments=experiments,
        # S makes mechanisms of three detectors and more, that matching cannot decode.
        distances={
            name: DistanceClaim(distance=code.distance, graphlike=swapped, decoded=swapped)
            for name in experiments
        },
    )


def _experiment(
    code: _Planar,
    gate: Callable[[_Planar], stim.Circuit],
    basis: str,
    *,
    swapped: bool,
    rounds: int | None = None,
) -> stim.Circuit:
    rounds = code.distance if rounds is None else rounds
    circuit = stim.Circuit()
    for place, number in code.index.items():
        circuit.append("QUBIT_COORDS", [number], place)
    memory = _Memory(code, circuit, {p: frozenset() for p, k in code.checks.items() if k == basis})
    circuit.append(RESETS[basis], code.indices(code.data))
    for _ in range(rounds):
        memory.round()
    for _ in range(1 if swapped else 2):
        circuit += gate(code)
        circuit.append("TICK")
        before = memory.values
        if swapped:
            memory.values = {place: before[place[::-1]] for place in before}
        else:  # X checks pick up their mirror images
            memory.values = {
                place: before[place] ^ (before[place[::-1]] if kind == "x" else frozenset())
                for place, kind in code.checks.items()
            }
        for _ in range(rounds):
            memory.round()
    last = {"x": "z", "z": "x"}[basis] if swapped else basis
    circuit.append(MEASUREMENTS[last], code.indices(code.data))
    read = {place: memory.records + k for k, place in enumerate(code.data)}
    memory.records += len(code.data)
    for place, kind in code.checks.items():
        if kind == last:
            memory.detector(place, memory.values[place] ^ {read[p] for p in code.support(place)})
    line = code.row if last == "z" else code.column
    circuit.append(
        "OBSERVABLE_INCLUDE", [stim.target_rec(read[p] - memory.records) for p in line], 0
    )
    return circuit
