"""Check that no small number of faults does harm unseen: the fault-tolerance of a circuit.

In: noiseless stim circuit, blocks of code qubits with their stabilizers, post-selected records.
Out: how many faults there are, how many are seen, harmless, harmful.
Next: `quantacore.golden.gates.certificate`.

A fault is a Pauli on the qubits of one gate (3 or 15 of them), a flip after a reset, a Pauli before
a measurement, or a wrong record. Effects are found by pulling each Pauli back through the circuit,
from the end, so that all faults cost one walk; nothing is taken from whoever built the circuit.

Criterion: of ``k`` faults, ``k`` up to the order, those that flip no post-selected parity must
leave in each block an X part and a Z part of weight at most ``k``, up to stabilizers. A code of
distance ``2 order + 1`` corrects those (Gottesman, arXiv:0904.2557, for CSS codes, which correct X
and Z apart).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import stim

from quantacore.golden.gates.linear import checks_of_span, word_of

MAX_BITS = 64
"""Of qubits in a block, and of post-selected parities: one machine word each."""
MAX_ORDER = 2


@dataclass(frozen=True, kw_only=True)
class Block:
    """Qubits of one code block at the end of a circuit, and what acts trivially on them.

    Raises
    ------
    ValueError
        If there are more than 64 qubits, or a stabilizer has others.
    """

    qubits: tuple[int, ...]
    x_stabilizers: tuple[tuple[int, ...], ...]
    """Supports of X-type generators; of a prepared state, with the logical ones that fix it."""
    z_stabilizers: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.qubits) <= MAX_BITS:
            raise ValueError(f"Block must have 1 to {MAX_BITS} qubits, not {len(self.qubits)}")
        for support in (*self.x_stabilizers, *self.z_stabilizers):
            if not set(support) <= set(self.qubits):
                raise ValueError(f"Stabilizer must be on qubits of its block, not {support}")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One elementary fault and its effect at the end."""

    where: str
    """Place and Pauli, for people."""
    flags: int
    """Bit mask of the post-selected parities that it flips."""
    errors: tuple[tuple[int, int], ...]
    """In each block, bit masks of X and Z on its qubits, by position in the block."""


@dataclass(frozen=True, kw_only=True)
class FaultReport:
    """What an exhaustive enumeration found."""

    order: int
    faults: int
    """Elementary faults, each once for every place where it may happen."""
    distinct: int
    """Different effects among them, the trivial one left out."""
    detected: int
    """Sets of 1 .. order distinct effects that flip a post-selected parity."""
    harmless: int
    """Undetected sets that leave no more errors than faults."""
    harmful: int
    """Undetected sets that leave more."""
    examples: tuple[str, ...]
    """A few of the harmful ones."""

    @property
    def fault_tolerant(self) -> bool:
        """Tell whether nothing harmful goes undetected."""
        return self.harmful == 0


def check_faults(
    circuit: stim.Circuit,
    *,
    blocks: Sequence[Block],
    postselected: Sequence[Sequence[int]] = (),
    order: int = 1,
) -> FaultReport:
    """Tell whether every set of up to ``order`` faults is detected or harmless.

    Parameters
    ----------
    circuit : stim.Circuit
        Clifford gates, resets, single-qubit measurements, feedback from records.
    blocks : sequence of Block
        Code blocks that the circuit hands on. Errors elsewhere are not looked at.
    postselected : sequence of sequence of int
        Parities of measurement records, counted from 0; a run is thrown away if one is flipped.
    order : int
        1 or 2.

    Raises
    ------
    ValueError
        If an argument is out of range or an instruction is not one of those above.
    """
    if not 1 <= order <= MAX_ORDER:
        raise ValueError(f"Order must be 1 to {MAX_ORDER}, not {order!r}")
    faults = enumerate_faults(circuit, blocks=blocks, postselected=postselected)
    first = {(fault.flags, fault.errors): fault.where for fault in reversed(faults)}
    first.pop((0, ((0, 0),) * len(blocks)), None)
    effects = list(first)
    where = list(first.values())
    flags = np.array([flag for flag, _ in effects], np.uint64)
    cosets = [_Cosets(block) for block in blocks]
    parts = [
        np.array([errors[number][kind] for _, errors in effects], np.uint64)
        for number in range(len(blocks))
        for kind in range(2)
    ]
    tables = [table for coset in cosets for table in (coset.x, coset.z)]
    counts = np.zeros(3, np.int64)
    examples: list[str] = []
    singles = [table.classes(part) for table, part in zip(tables, parts, strict=True)]
    for size in range(1, order + 1):
        allowed = [table.light(size) for table in tables]
        for chosen in _sets_of(len(effects), size):
            seen = np.bitwise_xor.reduce(flags[chosen], axis=0) != 0
            good = np.ones(chosen.shape[1], bool)
            for light, classes in zip(allowed, singles, strict=True):
                good &= light[np.bitwise_xor.reduce(classes[chosen], axis=0)]
            bad = ~seen & ~good
            counts += (seen.sum(), (~seen & good).sum(), bad.sum())
            for column in np.flatnonzero(bad)[: max(0, 3 - len(examples))]:
                examples.append(" and ".join(where[k] for k in chosen[:, column]))
    return FaultReport(
        order=order,
        faults=len(faults),
        distinct=len(effects),
        detected=int(counts[0]),
        harmless=int(counts[1]),
        harmful=int(counts[2]),
        examples=tuple(examples),
    )


def enumerate_faults(
    circuit: stim.Circuit, *, blocks: Sequence[Block], postselected: Sequence[Sequence[int]] = ()
) -> list[Fault]:
    """Return every elementary fault with its effect, last place first; arguments as above."""
    if len(postselected) > MAX_BITS:
        raise ValueError(
            f"Post-selected parities must be at most {MAX_BITS}, not {len(postselected)}"
        )
    return _Walk(circuit, blocks, postselected).faults()


def block_from_stabilizers(stabilizers: Iterable[stim.PauliString]) -> Block:
    """Return one block from CSS generators given as Pauli strings.

    Raises
    ------
    ValueError
        If a generator mixes X and Z, or there is none.
    """
    supports: dict[str, list[tuple[int, ...]]] = {"X": [], "Z": []}
    for pauli in stabilizers:
        kinds = {kind for kind in "XYZ" if pauli.pauli_indices(kind)}
        if len(kinds) != 1 or kinds == {"Y"}:
            raise ValueError(f"Stabilizer must be all X or all Z, not {pauli}")
        supports[kinds.pop()].append(tuple(pauli.pauli_indices()))
    qubits = sorted({qubit for group in supports.values() for each in group for qubit in each})
    return Block(
        qubits=tuple(qubits),
        x_stabilizers=tuple(supports["X"]),
        z_stabilizers=tuple(supports["Z"]),
    )


def _sets_of(count: int, size: int) -> Iterable[np.ndarray]:
    """Return all sets of so many indices, in arrays of shape ``(size, sets)``."""
    if size == 1:
        yield np.arange(count)[None, :]
        return
    for first in range(count - 1):
        others = np.arange(first + 1, count)
        yield np.stack([np.full_like(others, first), others])


class _Cosets:
    """Classes of the errors of a block."""

    def __init__(self, block: Block) -> None:
        place = {qubit: k for k, qubit in enumerate(block.qubits)}
        self.x, self.z = (
            _Table([word_of(place[q] for q in support) for support in group], len(place))
            for group in (block.x_stabilizers, block.z_stabilizers)
        )


class _Table:
    """Cosets of a span of words, numbered by their overlaps with its dual."""

    def __init__(self, rows: list[int], num_bits: int) -> None:
        self.checks = checks_of_span(rows, num_bits)
        self.num_bits = num_bits
        if len(self.checks) > 24:
            raise ValueError(f"Classes of errors must be at most 2^24, not 2^{len(self.checks)}")

    def classes(self, words: np.ndarray) -> np.ndarray:
        """Return the number of each word's class."""
        found = np.zeros(len(words), np.int64)
        for k, check in enumerate(self.checks):
            overlap = np.bitwise_count(words & np.uint64(check)) & 1
            found |= overlap.astype(np.int64) << k
        return found

    def light(self, weight: int) -> np.ndarray:
        """Tell of each class whether a word of at most this weight is in it."""
        words = [
            word_of(chosen)
            for size in range(weight + 1)
            for chosen in combinations(range(self.num_bits), size)
        ]
        found = np.zeros(1 << len(self.checks), bool)
        found[self.classes(np.array(words, np.uint64))] = True
        return found


class _Walk:
    """Pulls Paulis back from the end: ``x[q]`` is the effect of X on qubit q at this moment.

    An effect is a mask: the post-selected parities, then X and Z of each block's qubits.
    """

    def __init__(
        self,
        circuit: stim.Circuit,
        blocks: Sequence[Block],
        postselected: Sequence[Sequence[int]],
    ) -> None:
        self.instructions = list(circuit.flattened())
        self.record = circuit.num_measurements
        self.x = [0] * circuit.num_qubits
        self.z = [0] * circuit.num_qubits
        self.records = [0] * self.record
        for k, parity in enumerate(postselected):
            for index in parity:
                if not 0 <= index < self.record:
                    raise ValueError(f"Record must be 0 to {self.record - 1}, not {index!r}")
                self.records[index] ^= 1 << k
        self.num_flags = shift = len(postselected)
        self.sizes = [len(block.qubits) for block in blocks]
        for block in blocks:
            if max(block.qubits) >= circuit.num_qubits:
                raise ValueError(f"Qubit of a block must be in the circuit, not {block.qubits}")
            for k, qubit in enumerate(block.qubits):
                self.x[qubit] |= 1 << (shift + k)
                self.z[qubit] |= 1 << (shift + len(block.qubits) + k)
            shift += 2 * len(block.qubits)
        self.found: list[Fault] = []

    def faults(self) -> list[Fault]:
        for number in range(len(self.instructions) - 1, -1, -1):
            instruction = self.instructions[number]
            data = stim.gate_data(instruction.name)
            if data.is_unitary:
                for group in reversed(instruction.target_groups()):
                    self._unitary(number, instruction.name, group, data.tableau)
            elif data.produces_measurements or data.is_reset:
                if data.is_noisy_gate and instruction.gate_args_copy():
                    raise ValueError(f"Circuit must be noiseless, not with '{instruction}'")
                for target in reversed(instruction.targets_copy()):
                    self._collapse(number, instruction.name, data, target)
            elif data.is_noisy_gate:
                raise ValueError(f"Circuit must be noiseless, not with '{instruction}'")
        return self.found

    def _unitary(
        self, number: int, name: str, group: list[stim.GateTarget], tableau: stim.Tableau
    ) -> None:
        if any(target.is_measurement_record_target for target in group):
            control, target = group
            if not control.is_measurement_record_target or name not in ("CX", "CZ", "CY"):
                raise ValueError(f"Feedback must be CX, CY or CZ from a record, not {name}")
            flips = (self.x[target.value] if name != "CZ" else 0) ^ (
                self.z[target.value] if name != "CX" else 0
            )
            self.records[self.record + control.value] ^= flips
            return
        qubits = [target.value for target in group]
        for paulis in product("IXYZ", repeat=len(qubits)):
            if set(paulis) != {"I"}:
                effect = 0
                for pauli, qubit in zip(paulis, qubits, strict=True):
                    effect ^= self._effect(pauli, qubit)
                self._add(number, name, "".join(paulis), qubits, effect)
        after = [(self.x[qubit], self.z[qubit]) for qubit in qubits]

        def pulled(pauli: stim.PauliString) -> int:
            effect = 0
            for k, (x, z) in enumerate(after):
                effect ^= (x if pauli[k] in (1, 2) else 0) ^ (z if pauli[k] in (2, 3) else 0)
            return effect

        for k, qubit in enumerate(qubits):
            self.x[qubit] = pulled(tableau.x_output(k))
            self.z[qubit] = pulled(tableau.z_output(k))

    def _collapse(
        self, number: int, name: str, data: stim.GateData, target: stim.GateTarget
    ) -> None:
        if not target.is_qubit_target:
            raise ValueError(f"Measurement must be of single qubits, not {name} {target}")
        qubit = target.value
        basis = name[-1] if name[-1] in "XYZ" else "Z"
        if data.is_reset:
            flip = "X" if basis == "Z" else "Z"
            self._add(number, name, flip, [qubit], self._effect(flip, qubit))
            self.x[qubit] = self.z[qubit] = 0
        if data.produces_measurements:
            self.record -= 1
            effect = self.records[self.record]
            self._add(number, name, "wrong record", [qubit], effect)
            if basis != "X":
                self.x[qubit] ^= effect
            if basis != "Z":
                self.z[qubit] ^= effect
            for pauli in "XYZ":
                self._add(number, name, f"{pauli} before", [qubit], self._effect(pauli, qubit))

    def _effect(self, pauli: str, qubit: int) -> int:
        return (self.x[qubit] if pauli in "XY" else 0) ^ (self.z[qubit] if pauli in "YZ" else 0)

    def _add(self, number: int, name: str, what: str, qubits: list[int], effect: int) -> None:
        shift = self.num_flags
        errors = []
        for size in self.sizes:
            ones = (1 << size) - 1
            errors.append((effect >> shift & ones, effect >> (shift + size) & ones))
            shift += 2 * size
        self.found.append(
            Fault(
                where=f"{what} at instruction {number}, {name} {' '.join(map(str, qubits))}",
                flags=effect & ((1 << self.num_flags) - 1),
                errors=tuple(errors),
            )
        )
