"""Transversal gates of the Steane code: CNOT, H and S, one physical gate per qubit or pair.

In: nothing.   Out: `BuiltGate`.
Next: `quantacore.golden.gates.catalogue`.

A gate that touches each qubit of a block once spreads no error inside it. Logical S is S-dagger on
every qubit: the generators have weights divisible by four, logical X has weight 7.

Source: Gottesman, arXiv:0904.2557.
"""

from collections.abc import Iterable

import stim

from quantacore.golden.gates.css_codes import STEANE
from quantacore.golden.gates.gate import BuiltGate, FaultClaim

SIZE = STEANE.num_qubits
ALL = tuple(range(SIZE))
"""Support of logical X and of logical Z."""


def pauli(size: int, **supports: Iterable[int]) -> stim.PauliString:
    """Return a product of X, Y and Z on some qubits.

    Examples
    --------
    >>> pauli(3, X=[0, 1], Z=[2])
    stim.PauliString("+XXZ")
    """
    made = stim.PauliString(size)
    for kind, support in supports.items():
        for qubit in support:
            made[qubit] = kind
    return made


def transversal_cnot(distance: int) -> BuiltGate:
    """Return the CNOT between two Steane blocks."""
    del distance  # the Steane code has one
    circuit = stim.Circuit()
    circuit.append("CX", [q for k in ALL for q in (k, k + SIZE)])
    flows = []
    for support in (ALL, *STEANE.x):
        low, high = support, [q + SIZE for q in support]
        both = [*low, *high]
        for before, after in (
            (pauli(14, X=low), pauli(14, X=both)),
            (pauli(14, X=high), pauli(14, X=high)),
            (pauli(14, Z=low), pauli(14, Z=low)),
            (pauli(14, Z=high), pauli(14, Z=both)),
        ):
            flows.append(stim.Flow(input=before, output=after))
    blocks = (STEANE.block(), STEANE.block(shift=SIZE))
    return BuiltGate(circuit=circuit, flows=tuple(flows), faults=FaultClaim(blocks=blocks))


def transversal_h(distance: int) -> BuiltGate:
    """Return H on a Steane block."""
    del distance
    circuit = stim.Circuit()
    circuit.append("H", ALL)
    flows = [
        stim.Flow(input=pauli(SIZE, **{a: support}), output=pauli(SIZE, **{b: support}))
        for support in (ALL, *STEANE.x)
        for a, b in ("XZ", "ZX")
    ]
    return BuiltGate(
        circuit=circuit, flows=tuple(flows), faults=FaultClaim(blocks=(STEANE.block(),))
    )


def transversal_s(distance: int) -> BuiltGate:
    """Return S on a Steane block."""
    del distance
    circuit = stim.Circuit()
    circuit.append("S_DAG", ALL)
    flows = [stim.Flow(input=pauli(SIZE, X=ALL), output=logical_y(SIZE, ALL, ALL))]
    for support in STEANE.x:
        # X becomes -Y on four qubits: together X Z, with sign +.
        product = pauli(SIZE, X=support) * pauli(SIZE, Z=support)
        flows.append(stim.Flow(input=pauli(SIZE, X=support), output=product))
    flows += [
        stim.Flow(input=pauli(SIZE, Z=support), output=pauli(SIZE, Z=support))
        for support in (ALL, *STEANE.z)
    ]
    return BuiltGate(
        circuit=circuit, flows=tuple(flows), faults=FaultClaim(blocks=(STEANE.block(),))
    )


def logical_y(size: int, x: Iterable[int], z: Iterable[int]) -> stim.PauliString:
    """Return i X Z of a logical qubit, from the supports of its X and Z."""
    return 1j * pauli(size, X=x) * pauli(size, Z=z)
