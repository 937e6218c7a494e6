"""Magic: CCZ of the [[8,3,2]] code, 15-to-1 distillation, a checked magic state at distance 3.

In: nothing.   Out: `BuiltGate`; rates.
Next: `quantacore.golden.gates.catalogue`.

stim has no T: an S with tag ``T`` stands for it. What T does is proved by the phases of all words
of all logical states (`DiagonalClaim`); what noise does is found with S, whose faults spread alike.

Sources: Bravyi & Kitaev, quant-ph/0403025 (15-to-1); Campbell, "The smallest interesting colour
code" ([[8,3,2]]); Gidney, Shutty & Jones, arXiv:2409.17595 (cultivation; its S-state proxy).
"""

from collections.abc import Iterable

import numpy as np
import stim

from quantacore.golden.gates.css_codes import CODES, STEANE
from quantacore.golden.gates.faults import Block
from quantacore.golden.gates.gate import BuiltGate, DiagonalClaim, DistanceClaim, FaultClaim
from quantacore.golden.gates.layers import Operation, layered_circuit
from quantacore.golden.gates.linear import bits_of, reduced_rows, residue, word_of
from quantacore.golden.gates.preparation import Check
from quantacore.golden.gates.transversal import pauli

CUBE = range(8)
TETRAHEDRAL = CODES["tetrahedral"]


def ccz_832(distance: int) -> BuiltGate:
    """Return T and T-dagger on the corners of a cube: logical CCZ."""
    del distance
    faces = tuple(tuple(v for v in CUBE if not v >> axis & 1) for axis in range(3))
    eighths = tuple(-1 if v.bit_count() % 2 else 1 for v in CUBE)
    circuit = stim.Circuit()
    circuit.append("S", [v for v in CUBE if eighths[v] == 1], tag="T")
    circuit.append("S_DAG", [v for v in CUBE if eighths[v] == -1], tag="T")
    whole = tuple(CUBE)
    z = (*faces, whole)
    return BuiltGate(
        circuit=circuit,
        flows=(),
        diagonal=DiagonalClaim(
            eighths=eighths,
            x_stabilizers=(whole,),
            x_logicals=faces,
            phases=(0, 0, 0, 0, 0, 0, 0, 4),
            lightest=(2, 28),
        ),
        faults=FaultClaim(blocks=(Block(qubits=whole, x_stabilizers=(whole,), z_stabilizers=z),)),
    )


def distill_15(distance: int) -> BuiltGate:
    """Return T-dagger on the 15 qubits of half a Bell pair, read out in X: T on the other half.

    The block comes in with qubit 15 as a Bell pair of the logical qubit and that qubit. Parities of
    the X stabilizers are post-selected, that of all fifteen is the sign of the output.
    """
    del distance
    size = TETRAHEDRAL.num_qubits
    whole = tuple(range(size))
    circuit = stim.Circuit()
    circuit.append("S_DAG", whole, tag="T")
    circuit.append("TICK")
    circuit.append("MX", whole)
    flows = [
        stim.Flow(input=pauli(size + 1, Y=support), measurements=support)
        for support in TETRAHEDRAL.x
    ]
    both, kept = pauli(size + 1, Y=range(size + 1)), pauli(size + 1, Y=[size])
    flows.append(stim.Flow(input=both, output=kept, measurements=whole))
    return BuiltGate(
        circuit=circuit,
        flows=tuple(flows),
        diagonal=DiagonalClaim(
            eighths=(-1,) * size,
            x_stabilizers=TETRAHEDRAL.x,
            x_logicals=(whole,),
            phases=(0, 1),
            lightest=(3, 35),
        ),
    )


def distillation_rates(p: float) -> tuple[float, float]:
    """Return how often 15-to-1 accepts, and how often what it accepts is wrong; exact.

    Parameters
    ----------
    p : float
        Probability of a Z on each T state, in [0, 1]; all else is perfect.

    Examples
    --------
    >>> accepted, wrong = distillation_rates(1e-3)
    >>> round(wrong / 35e-9, 2)
    1.0
    """
    if not 0 <= p <= 1:
        raise ValueError(f"Probability must be in [0, 1], not {p!r}")
    size = TETRAHEDRAL.num_qubits
    words = np.arange(1 << size, dtype=np.uint32)
    seen = np.zeros(len(words), bool)
    for support in TETRAHEDRAL.x:
        seen |= np.bitwise_count(words & np.uint32(word_of(support))) % 2 == 1
    weights = np.bitwise_count(words[~seen]).astype(np.int64)
    chances = p**weights * (1 - p) ** (size - weights)
    accepted = float(chances.sum())
    return accepted, float(chances[weights % 2 == 1].sum()) / accepted


def cultivate_3(distance: int) -> BuiltGate:
    """Return a magic state in the Steane code, its logical H_XY measured twice; S-state proxy.

    One qubit in the T state is encoded, and the stabilizers are measured with flags; then T-dagger,
    the parity of X through one ancilla, T, twice; a perfect round of stabilizers ends the
    experiment. All qubits are taken to reach each other.
    """
    del distance
    rows = reduced_rows(map(word_of, STEANE.x))
    pivots = [row.bit_length() - 1 for row in rows]
    logical = bits_of(residue((1 << 7) - 1, rows))  # zero on the pivots
    source, *rest = logical
    gates: list[Operation] = [
        ("RX" if qubit in (*pivots, source) else "R", [qubit]) for qubit in range(7)
    ]
    gates.append(("S_DAG[T]", [source]))
    gates += [("CX", (source, qubit)) for qubit in rest]
    gates += [
        ("CX", (pivot, qubit))
        for row, pivot in zip(rows, pivots, strict=True)
        for qubit in bits_of(row)
        if qubit != pivot
    ]
    ancilla = 7
    for kind in "xz":  # the encoder's own pairs of errors, which the parity would not see
        for support in STEANE.x:
            gates += Check(kind=kind, qubits=support, flagged=True).gates(ancilla)
            ancilla += 2
    for parity in (ancilla, ancilla + 1):
        gates.append(("RX", [parity]))
        gates += [("S_DAG[T]", [qubit]) for qubit in range(7)]
        gates += [("CX", (parity, qubit)) for qubit in range(7)]
        gates += [("S[T]", [qubit]) for qubit in range(7)]
        gates.append(("MX", [parity]))
    circuit = layered_circuit(gates)
    return BuiltGate(
        circuit=circuit,
        flows=tuple(_magic_flows(circuit.num_qubits)),
        experiments={"magic": _watched(circuit)},
        distances={"magic": DistanceClaim(distance=3, graphlike=False, decoded=False)},
    )


def _magic_flows(size: int) -> list[stim.Flow]:
    """Return stabilizers of the state, and the records, which are fixed."""
    flows = [
        stim.Flow(output=pauli(size, **{kind: support})) for kind in "XZ" for support in STEANE.x
    ]
    return [*flows, stim.Flow(output=pauli(size, Y=range(7))), *map(_fixed, range(14))]


def _fixed(record: int) -> stim.Flow:
    return stim.Flow(measurements=[record])


def _watched(circuit: stim.Circuit) -> stim.Circuit:
    """Return the experiment: a perfect round of checks, and the logical Y as the observable."""
    made = circuit.copy()
    for kind in "XZ":
        for support in STEANE.x:
            _measure(made, kind, support)
    _measure(made, "Y", range(7))
    for age in range(2, made.num_measurements + 1):
        made.append("DETECTOR", [stim.target_rec(-age)])
    made.append("OBSERVABLE_INCLUDE", [stim.target_rec(-1)], 0)
    return made


def _measure(made: stim.Circuit, kind: str, support: Iterable[int]) -> None:
    targets: list[stim.GateTarget] = []
    for qubit in support:
        targets += [stim.target_pauli(qubit, kind), stim.target_combiner()]
    made.append("MPP", targets[:-1])
