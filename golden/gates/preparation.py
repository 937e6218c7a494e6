"""Fault-tolerant preparation of all-zero and all-plus: an encoder, then checks that post-select.

In: CSS code, basis.   Out: circuit, flows, claim.
Next: `quantacore.golden.gates.catalogue`.

Encoders: columns of the X generators are cleared by CNOTs, the lightest matrix first, ties by a
seeded choice. Checks: the fewest and lightest stabilizers that see every error of too high weight
that one fault (or two) leaves; where a check's hook errors do harm, it gets a flag. All of it is
tried with many seeds, and the cheapest circuit that `check_faults` accepts is kept.

Sources: Goto, Sci. Rep. 6, 19578 (Steane, 11 CNOTs, one ancilla); Peham et al., arXiv:2408.11894
(verification by covering the errors that propagate); Chamberland & Beverland, arXiv:1708.02246
(flags).
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import stim

from quantacore.golden.gates.css_codes import CssCode, Supports
from quantacore.golden.gates.faults import FaultReport, check_faults, enumerate_faults
from quantacore.golden.gates.gate import BuiltGate, FaultClaim
from quantacore.golden.gates.layers import Operation, layered_circuit
from quantacore.golden.gates.linear import bits_of, checks_of_span, reduced_rows, span, word_of

Pairs = tuple[tuple[int, int], ...]
OTHER = {"x": "z", "z": "x"}


@dataclass(frozen=True, kw_only=True)
class Check:
    """A stabilizer that is measured with one ancilla, and perhaps a flag."""

    kind: str
    """``"x"`` or ``"z"``: what it measures."""
    qubits: tuple[int, ...]
    """In the order of the gates."""
    flagged: bool = False
    """A second ancilla watches the first between its first and last gate."""

    def gates(self, ancilla: int) -> list[Operation]:
        """Return its gates; a flag is the qubit after the ancilla."""
        of_z = self.kind == "z"
        flag, last = ancilla + 1, len(self.qubits) - 1
        watch: Operation = ("CX", (flag, ancilla) if of_z else (ancilla, flag))
        made: list[Operation] = [("R" if of_z else "RX", [ancilla])]
        if self.flagged:
            made.append(("RX" if of_z else "R", [flag]))
        for k, qubit in enumerate(self.qubits):
            if self.flagged and k == last:
                made.append(watch)
            made.append(("CX", (qubit, ancilla) if of_z else (ancilla, qubit)))
            if self.flagged and k == 0:
                made.append(watch)
        made.append(("M" if of_z else "MX", [ancilla]))
        if self.flagged:
            made.append(("MX" if of_z else "M", [flag]))
        return made


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """An encoder and its checks, before they are a circuit."""

    num_qubits: int
    plus: tuple[int, ...]
    """Qubits that start in |+>; the others start in |0>."""
    encoder: Pairs
    """CNOTs, control first."""
    checks: tuple[Check, ...] = ()

    @property
    def cnots(self) -> int:
        """Two-qubit gates."""
        return len(self.encoder) + sum(len(c.qubits) + 2 * c.flagged for c in self.checks)

    def circuit(self) -> stim.Circuit:
        """Return the noiseless circuit; every record must be 0."""
        gates: list[Operation] = [
            ("RX" if qubit in self.plus else "R", [qubit]) for qubit in range(self.num_qubits)
        ]
        gates += [("CX", pair) for pair in self.encoder]
        ancilla = self.num_qubits
        for check in self.checks:
            gates += check.gates(ancilla)
            ancilla += 1 + check.flagged
        return layered_circuit(gates)


def prepared_gate(code: CssCode, basis: str, circuit: stim.Circuit, *, order: int) -> BuiltGate:
    """Return the gate of a preparation: one flow per generator of the state, one per record.

    Parameters
    ----------
    code : CssCode
        On the first qubits of the circuit.
    basis : {"x", "z"}
    circuit : stim.Circuit
        Every record of it must be 0.
    order : int
        Faults that must do no harm.
    """
    flows = []
    for kind, group in zip("XZ", code.state(basis), strict=True):
        for support in group:
            pauli = stim.PauliString(circuit.num_qubits)
            for qubit in support:
                pauli[qubit] = kind
            flows.append(stim.Flow(output=pauli))
    records = range(circuit.num_measurements)
    flows += [stim.Flow(measurements=[record]) for record in records]
    claim = FaultClaim(
        blocks=(code.block(basis=basis),),
        postselected=tuple((record,) for record in records),
        order=order,
    )
    return BuiltGate(circuit=circuit, flows=tuple(flows), faults=claim)


def find_preparation(
    code: CssCode, basis: str, *, order: int = 1, tries: int = 50, seed: int = 0, first: int = 0
) -> Preparation:
    """Return the cheapest fault-tolerant preparation among so many tries.

    Parameters
    ----------
    code : CssCode
    basis : {"x", "z"}
        ``"z"``: zero; ``"x"``: plus.
    order : int
        Faults that must do no harm: 1 or 2.
    tries, seed, first : int
        Random choices of try ``first`` .. ``first + tries - 1`` depend on seed and number alone.

    Raises
    ------
    ValueError
        If none of them is fault-tolerant.
    """
    best: Preparation | None = None
    for number in range(first, first + tries):
        rng = random.Random(f"preparation/{code.name}/{basis}/{order}/{seed}/{number}")
        found = _Search(code, basis, order, rng).run(None if best is None else best.cnots)
        if found is not None:
            best = found
    if best is None:
        raise ValueError(
            f"Preparation of {code.name} in basis {basis} must be found in {tries} tries, but none "
            "was fault-tolerant: try more"
        )
    return best


def find_encoder(
    supports: Supports, num_qubits: int, rng: random.Random
) -> tuple[tuple[int, ...], Pairs]:
    """Return the qubits that start in |+> and the CNOTs that make a state with these X generators.

    Parameters
    ----------
    supports : supports of X-type generators
    num_qubits : int
    rng : random.Random
        Chooses among equals.
    """
    rows = reduced_rows(map(word_of, supports))
    for _ in range(3 * len(rows)):  # another basis of the same span
        a, b = rng.sample(range(len(rows)), 2) if len(rows) > 1 else (0, 0)
        if a != b and (rows[a] ^ rows[b]).bit_count() <= rows[a].bit_count():
            rows[a] ^= rows[b]
    columns = [sum((row >> q & 1) << k for k, row in enumerate(rows)) for q in range(num_qubits)]
    pairs: list[tuple[int, int]] = []
    while sum(map(bool, columns)) > len(rows):
        gains = [
            ((columns[c] ^ columns[t]).bit_count() - columns[t].bit_count(), rng.random(), c, t)
            for c in range(num_qubits)
            for t in range(num_qubits)
            if c != t and columns[c] and columns[t]
        ]
        gain, _, control, target = min(gains)
        if gain >= 0:  # a basis where nothing gets lighter: make it a sum of two
            gain, _, control, target = rng.choice(gains)
        columns[target] ^= columns[control]
        pairs.append((control, target))
    plus = tuple(q for q in range(num_qubits) if columns[q])
    return plus, tuple(reversed(pairs))


class _Search:
    """One try: an encoder, then checks until nothing harmful is left."""

    def __init__(self, code: CssCode, basis: str, order: int, rng: random.Random) -> None:
        self.code, self.order, self.rng = code, order, rng
        self.block = code.block(basis=basis)
        self.x, self.z = code.state(basis)
        self.words = {
            "x": span(map(word_of, self.x))[1:],
            "z": span(map(word_of, self.z))[1:],
        }

    def run(self, limit: int | None) -> Preparation | None:
        plus, encoder = find_encoder(self.x, self.code.num_qubits, self.rng)
        made = Preparation(num_qubits=self.code.num_qubits, plus=plus, encoder=encoder)
        checks: list[Check] = []
        flagged = self.order > 1  # hook errors and another fault are too much for distance 5
        for kind in ("z", "x", "z") if self.order == 1 else ("z", "x") * 3:
            for word in self._cover(made, kind):
                qubits = bits_of(word)
                self.rng.shuffle(qubits)
                checks.append(Check(kind=kind, qubits=tuple(qubits), flagged=flagged))
                made = self._with(made, checks)
                if limit is not None and made.cnots - 2 * len(checks) * flagged >= limit:
                    return None
        if self.order > 1:
            return self._unflagged(made, checks)
        if self._report(made).fault_tolerant:
            return made
        return self._flagged(made, checks, limit)

    def _unflagged(self, made: Preparation, checks: list[Check]) -> Preparation | None:
        """Leave out flags, and whole checks, that are not needed."""
        if not self._report(made).fault_tolerant:
            return None
        for k in range(len(checks) - 1, -1, -1):
            plain = replace(checks[k], flagged=False)
            for fewer in ([*checks[:k], *checks[k + 1 :]], [*checks[:k], plain, *checks[k + 1 :]]):
                candidate = self._with(made, fewer)
                if self._report(candidate).fault_tolerant:
                    made, checks = candidate, fewer
                    break
        return made

    def _flagged(
        self, made: Preparation, checks: list[Check], limit: int | None
    ) -> Preparation | None:
        """Try other orders of the gates, then flags, last check first."""
        for flags in range(len(checks) + 1):
            for _ in range(6):
                tried = []
                marked = set(self.rng.sample(range(len(checks)), flags))
                for k, check in enumerate(checks):
                    qubits = list(check.qubits)
                    self.rng.shuffle(qubits)
                    tried.append(Check(kind=check.kind, qubits=tuple(qubits), flagged=k in marked))
                candidate = self._with(made, tried)
                if limit is not None and candidate.cnots >= limit:
                    return None
                if self._report(candidate).fault_tolerant:
                    return candidate
        return None

    def _with(self, made: Preparation, checks: Sequence[Check]) -> Preparation:
        return Preparation(
            num_qubits=made.num_qubits,
            plus=made.plus,
            encoder=made.encoder,
            checks=tuple(checks),
        )

    def _report(self, made: Preparation) -> FaultReport:
        circuit = made.circuit()
        records = [(record,) for record in range(circuit.num_measurements)]
        return check_faults(circuit, blocks=(self.block,), postselected=records, order=self.order)

    def _cover(self, made: Preparation, kind: str) -> list[int]:
        """Return stabilizers of a kind that see all that is harmful and unseen so far."""
        bad = self._dangerous(made, kind)
        chosen: list[int] = []
        words = self.words[kind]
        order = list(range(len(words)))
        self.rng.shuffle(order)
        while bad:

            def worth(k: int, bad: list[int] = bad) -> tuple[float, int]:
                seen = sum((words[k] & error).bit_count() & 1 for error in bad)
                weight = words[k].bit_count()
                return seen / (weight + self.exponent), -weight

            best = words[max(order, key=worth)]
            left = [error for error in bad if not (best & error).bit_count() & 1]
            if len(left) == len(bad):
                return chosen
            chosen.append(best)
            bad = left
        return chosen

    @property
    def exponent(self) -> float:
        """Return how much a check costs besides its gates."""
        return self.rng.choice((0.0, 1.0, 3.0))

    def _dangerous(self, made: Preparation, kind: str) -> list[int]:
        """Return the unseen errors that are too heavy: those that a check of this kind can see."""
        circuit = made.circuit()
        records = [(record,) for record in range(circuit.num_measurements)]
        which = 0 if kind == "z" else 1
        faults = enumerate_faults(circuit, blocks=(self.block,), postselected=records)
        group = self.x if which == 0 else self.z
        light = _light_words(group, self.code.num_qubits, self.order)
        effects = {(fault.flags, fault.errors[0][which]) for fault in faults}
        bad = {error for flags, error in effects if not flags and not light(error, 1)}
        if self.order == 2:
            by_flags = defaultdict(list)
            for flags, error in effects:
                by_flags[flags].append(error)
            for errors in by_flags.values():
                pairs = {first ^ second for first, second in combinations(errors, 2)}
                bad |= {error for error in pairs if not light(error, 2)}
        return sorted(bad)


class _light_words:  # noqa: N801  # a function with a table
    """Tells whether an error is of low weight, up to stabilizers."""

    def __init__(self, group: Supports, num_qubits: int, order: int) -> None:
        self.checks = checks_of_span(map(word_of, group), num_qubits)
        self.columns = [
            sum((check >> q & 1) << k for k, check in enumerate(self.checks))
            for q in range(num_qubits)
        ]
        self.least = {0: 0}
        for weight in range(1, order + 1):
            for known in list(self.least):
                for column in self.columns:
                    self.least.setdefault(known ^ column, weight)

    def __call__(self, error: int, weight: int) -> bool:
        number = 0
        for qubit in bits_of(error):
            number ^= self.columns[qubit]
        return self.least.get(number, weight + 1) <= weight


@cache
def cached_preparation(
    code: CssCode, basis: str, order: int = 1, *, seed: int = 0, number: int = 0
) -> Preparation:
    """Return `find_preparation` of one try, once per process."""
    return find_preparation(code, basis, order=order, tries=1, seed=seed, first=number)
