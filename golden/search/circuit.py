"""Hold a preparation circuit: resets, CNOTs, measurements that must all read zero.

In: CNOTs of the preparation and parity checks.   Out: `Circuit`, stim text with or without noise.
Next: `quantacore.golden.search.faults`.

Data qubits come first, then ancillas. Post-selection keeps the shots whose measurements are all 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import stim

Gate = tuple[str, int, int]
"""Name, qubit (control), target of a CNOT; for the other gates the same qubit twice."""

NAMES = ("R", "RX", "CX", "M", "MX")
MOST_QUBITS = 1000
"""Highest number of a qubit in a circuit that is read."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """Parity of data qubits that an ancilla measures in the middle of a preparation."""

    time: int
    """After so many CNOTs of the preparation."""
    basis: str
    """``"Z"``: sees X errors; ``"X"``: sees Z errors."""
    qubits: tuple[int, ...]
    """Data qubits, in the order of the CNOTs."""
    flags: int = 0
    """0, 1 or 2 more ancillas watch the first between its first and its last CNOT, for hooks."""

    @property
    def num_cnots(self) -> int:
        """CNOTs of the check, those of the flags included."""
        return len(self.qubits) + 2 * self.flags

    @property
    def num_ancillas(self) -> int:
        """Ancillas: a flag is one."""
        return 1 + self.flags


@dataclass(frozen=True, kw_only=True)
class Circuit:
    """Gates in order.

    Raises
    ------
    ValueError
        If a gate is unknown or names a qubit twice.
    """

    num_data: int
    gates: tuple[Gate, ...]

    def __post_init__(self) -> None:
        for name, control, goal in self.gates:
            if name not in NAMES or (name == "CX") != (control != goal):
                raise ValueError(f"Gate must be one of {NAMES}, not {(name, control, goal)!r}")

    @property
    def num_cnots(self) -> int:
        """Two-qubit gates."""
        return sum(name == "CX" for name, _, _ in self.gates)

    @property
    def num_ancillas(self) -> int:
        """Measurements: an ancilla that is used again counts again, as in the publications."""
        return sum(name in ("M", "MX") for name, _, _ in self.gates)

    @property
    def num_qubits(self) -> int:
        """Data qubits and ancillas."""
        return 1 + max([self.num_data - 1, *(q for _, a, b in self.gates for q in (a, b))])

    @property
    def depth(self) -> int:
        """Layers of CNOTs, as early as possible; resets and measurements are not counted."""
        done = [0] * self.num_qubits
        for name, control, goal in self.gates:
            if name == "CX":
                done[control] = done[goal] = max(done[control], done[goal]) + 1
        return max(done)

    def to_stim(self, *, p: float = 0.0) -> stim.Circuit:
        """Return the circuit for stim.

        Parameters
        ----------
        p : float
            Noise, in [0, 1): two-qubit depolarising after each CNOT, a wrong reset, a wrong
            measurement, each with probability ``p``. 0 writes no noise.
        """
        lines = []
        for name, control, goal in self.gates:
            if name == "CX":
                lines.append(f"CX {control} {goal}")
                noise = f"DEPOLARIZE2({p}) {control} {goal}"
            elif name in ("R", "RX"):
                lines.append(f"{name} {control}")
                noise = f"{'X_ERROR' if name == 'R' else 'Z_ERROR'}({p}) {control}"
            else:
                lines.append(f"{name}({p}) {control}" if p else f"{name} {control}")
                continue
            if p:
                lines.append(noise)
        return stim.Circuit("\n".join(lines))


def from_stim(text: str, *, num_data: int) -> Circuit:
    """Read the gates of a circuit without noise.

    Raises
    ------
    ValueError
        If the text is no stim circuit or has other gates than `NAMES`, noise, or targets that are
        no plain qubits.
    """
    gates: list[Gate] = []
    for instruction in stim.Circuit(text):
        name = {"CNOT": "CX", "RZ": "R", "MZ": "M"}.get(instruction.name, instruction.name)
        if name in ("TICK", "QUBIT_COORDS", "DETECTOR"):
            continue
        if name not in NAMES or isinstance(instruction, stim.CircuitRepeatBlock):
            raise ValueError(f"Gate must be one of {', '.join(NAMES)}, not {instruction.name}")
        if instruction.gate_args_copy():
            raise ValueError(f"Gate must be without noise, not {instruction}")
        targets = instruction.targets_copy()
        for each in targets:
            if not each.is_qubit_target or each.is_inverted_result_target:
                raise ValueError(f"Target must be a plain qubit, not {each} of {instruction}")
            if each.value > MOST_QUBITS:
                raise ValueError(f"Qubit must be at most {MOST_QUBITS}, not {each.value}")
        qubits = [each.value for each in targets]
        if name == "CX":
            gates += [("CX", a, b) for a, b in zip(qubits[::2], qubits[1::2], strict=True)]
        else:
            gates += [(name, q, q) for q in qubits]
    return Circuit(num_data=num_data, gates=tuple(gates))


def assemble(
    num_data: int,
    plus: Iterable[int],
    cnots: Sequence[tuple[int, int]],
    checks: Iterable[Check] = (),
) -> Circuit:
    """Put a preparation and its checks together; each check has its own ancilla.

    Parameters
    ----------
    num_data : int
    plus : iterable of int
        Data qubits that start in the plus state; the others start in zero.
    cnots : sequence of (int, int)
        Control and target, in order.
    checks : iterable of Check
        At one time they run in the order given.
    """
    starts = set(plus)
    gates: list[Gate] = [("RX" if q in starts else "R", q, q) for q in range(num_data)]
    ordered = sorted(checks, key=lambda check: check.time)
    ancilla = num_data
    position = 0
    for time in range(len(cnots) + 1):
        while position < len(ordered) and ordered[position].time == time:
            gates += _measurement(ordered[position], ancilla)
            ancilla += ordered[position].num_ancillas
            position += 1
        if time < len(cnots):
            gates.append(("CX", *cnots[time]))
    return Circuit(num_data=num_data, gates=tuple(gates))


def _measurement(check: Check, ancilla: int) -> list[Gate]:
    """Return the gates of a check: in basis Z all CNOTs end at the ancilla, in X they start."""
    z = check.basis == "Z"
    flags = range(ancilla + 1, ancilla + 1 + check.flags)
    couplings, watches = (
        [("CX", q, ancilla) if z else ("CX", ancilla, q) for q in qubits]
        for qubits in (check.qubits, flags)
    )
    (reset, measure), (flag_reset, flag_measure) = (
        (("R", "M"), ("RX", "MX")) if z else (("RX", "MX"), ("R", "M"))
    )
    return [
        (reset, ancilla, ancilla),
        *((flag_reset, flag, flag) for flag in flags),
        *(couplings[:1] + watches + couplings[1:-1] + watches + couplings[-1:]),
        (measure, ancilla, ancilla),
        *((flag_measure, flag, flag) for flag in flags),
    ]
