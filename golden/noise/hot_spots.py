"""Noise that is not what the weights were made for: the cases that adaptation is measured on.

In: case, distance, noise strength.   Out: `stim.Circuit`.
Next: `quantacore.sim.experiments.adaptation`.
"""

from enum import Enum

import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.local import data_qubits, with_hot_qubits


class Case(Enum):
    """How the noise differs from what the weights were made for."""

    UNIFORM = "uniform"
    """Not at all."""
    GLOBAL = "global"
    """Twice as strong everywhere; better weights cannot help much."""
    HOT = "hot"
    """One data qubit, in the middle, with 10 % more depolarisation in each round."""
    THREE_HOT = "three_hot"
    """Three of them."""
    ROW = "row"
    """A row of data qubits with 5 % more."""


def circuit_of_case(case: Case, *, distance: int, p: float) -> stim.Circuit:
    """Return the memory experiment whose shots are decoded.

    Parameters
    ----------
    case : Case
    distance : int
        Odd, at least 3; also the number of rounds.
    p : float
        Noise strength of the model, in (0, 0.5].
    """
    if case is Case.GLOBAL:
        return rotated_memory(distance=distance, p=min(2 * p, 0.5))
    circuit = rotated_memory(distance=distance, p=p)
    qubits = data_qubits(circuit)
    middle = qubits[len(qubits) // 2]
    if case is Case.UNIFORM:
        return circuit
    if case is Case.HOT:
        return with_hot_qubits(circuit, {middle: 0.1})
    if case is Case.THREE_HOT:
        hot = (qubits[len(qubits) * k // 4] for k in (1, 2, 3))
        return with_hot_qubits(circuit, dict.fromkeys(hot, 0.1))
    places = circuit.get_final_qubit_coordinates()
    row = [qubit for qubit in qubits if places[qubit][1] == places[middle][1]]
    return with_hot_qubits(circuit, dict.fromkeys(row, 0.05))
