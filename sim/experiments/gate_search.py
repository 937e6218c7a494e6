"""Measure found preparation circuits: acceptance, logical error rate, cost, proof.

In: a circuit and its target.   Out: a `SearchRow` of the leaderboard.
Next: `quantacore.sim.cli.gates_search`.

Errors of the accepted states are decoded by the least weight that explains their syndrome; what
counts is an X error for a zero state, a Z error for a plus state, on any logical qubit.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import stim

from quantacore.golden.gates.faults import Block
from quantacore.golden.gates.faults import check_faults as check_gate_faults
from quantacore.golden.gates.linear import bits_of, rank
from quantacore.golden.metrics import Interval, error_rate
from quantacore.golden.search.binary import least_weights, syndrome_columns
from quantacore.golden.search.circuit import Circuit
from quantacore.golden.search.faults import check_faults
from quantacore.golden.search.targets import PUBLISHED, Target

BATCH = 100_000


@dataclass(frozen=True, kw_only=True)
class SearchRow:
    """One line of the leaderboard."""

    state: str
    connectivity: str
    method: str
    cnots: int
    ancillas: int
    depth: int
    accepted: int
    shots: int
    errors: int
    """Of the accepted shots."""
    p: float
    certified: bool
    seconds: float
    """Of the search until this circuit was found."""

    @property
    def acceptance(self) -> Interval:
        """Share of the shots that are kept, with its 95 % interval."""
        return error_rate(errors=self.accepted, shots=self.shots)

    @property
    def error_rate(self) -> Interval:
        """Logical errors of the kept shots, with their 95 % interval; as of one if none is kept."""
        return error_rate(errors=self.errors, shots=max(1, self.accepted))

    @property
    def published(self) -> tuple[int, int] | None:
        """CNOTs and ancillas to beat, if known; all qubits connected."""
        return PUBLISHED.get(self.state)

    def record(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return asdict(self)


def sample(circuit: Circuit, target: Target, *, p: float, shots: int, seed: int) -> tuple[int, int]:
    """Run a noisy preparation with a noiseless readout.

    Parameters
    ----------
    circuit : Circuit
    target : Target
    p : float
        Noise of `Circuit.to_stim`, in [0, 1).
    shots : int
        At least 1.
    seed : int

    Returns
    -------
    accepted : int
    errors : int
        Of the accepted ones.
    """
    num_data, zero = target.num_qubits, target.basis == "zero"
    rows = list(target.seen_rows)
    state_rows = target.z_rows if zero else target.x_rows
    logical: list[int] = []
    for row in state_rows:
        if rank([*rows, *logical, row]) > len(rows) + len(logical):
            logical.append(row)
    table = least_weights(syndrome_columns(rows, num_data), len(rows))[1]
    noisy = circuit.to_stim(p=p)
    noisy += stim.Circuit(f"{'M' if zero else 'MX'} " + " ".join(map(str, range(num_data))))
    sampler = noisy.compile_sampler(seed=seed)
    accepted = errors = 0
    for first in range(0, shots, BATCH):
        bits = sampler.sample(min(BATCH, shots - first))
        kept = bits[~bits[:, : circuit.num_ancillas].any(axis=1), circuit.num_ancillas :]
        words = kept.astype(np.int64) @ (1 << np.arange(num_data))
        syndromes = sum(
            (np.bitwise_count(words & row) & 1).astype(np.int64) << k for k, row in enumerate(rows)
        )
        words ^= table[syndromes]
        wrong = np.zeros(len(words), dtype=bool)
        for row in logical:
            wrong |= (np.bitwise_count(words & row) & 1).astype(bool)
        accepted += len(words)
        errors += int(wrong.sum())
    return accepted, errors


def is_certified(circuit: Circuit, target: Target) -> bool:
    """Tell whether both exhaustive checkers agree that a circuit is fault-tolerant.

    They share no code: ours walks effects backwards, that of the gate library forwards from stim's
    own text of the circuit.
    """
    block = Block(
        qubits=tuple(range(target.num_qubits)),
        x_stabilizers=tuple(tuple(bits_of(row)) for row in target.x_rows),
        z_stabilizers=tuple(tuple(bits_of(row)) for row in target.z_rows),
    )
    report = check_gate_faults(
        circuit.to_stim(),
        blocks=[block],
        postselected=[[k] for k in range(circuit.num_ancillas)],
        order=target.num_faults,
    )
    return report.fault_tolerant and check_faults(circuit, target).is_fault_tolerant


def measured(
    circuit: Circuit,
    target: Target,
    *,
    connectivity: str,
    method: str,
    seconds: float,
    p: float,
    shots: int,
    seed: int,
) -> SearchRow:
    """Check and sample one circuit."""
    accepted, errors = sample(circuit, target, p=p, shots=shots, seed=seed)
    return SearchRow(
        state=target.name,
        connectivity=connectivity,
        method=method,
        cnots=circuit.num_cnots,
        ancillas=circuit.num_ancillas,
        depth=circuit.depth,
        accepted=accepted,
        shots=shots,
        errors=errors,
        p=p,
        certified=is_certified(circuit, target),
        seconds=seconds,
    )
