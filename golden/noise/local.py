"""Noise that differs from qubit to qubit, put into a circuit.

In: `stim.Circuit` with noise, factors or extra channels by qubit.   Out: `stim.Circuit`.
Next: `quantacore.golden.source.dem`; the same detectors, so that the graph has the same topology.
"""

from collections.abc import Mapping

import stim


def data_qubits(circuit: stim.Circuit) -> list[int]:
    """Return the qubits that the last measurement of a memory reads, in its order."""
    last: list[int] = []
    for instruction in circuit.flattened():
        if stim.gate_data(instruction.name).produces_measurements:
            last = [target.value for target in instruction.targets_copy()]
    if not last:
        raise ValueError("Circuit must measure something, but does not")
    return last


def with_hot_qubits(circuit: stim.Circuit, extra: Mapping[int, float]) -> stim.Circuit:
    """Return the circuit with extra depolarisation of some data qubits in every round.

    It comes where the circuit depolarises all its data qubits, as stim's generated circuits do
    before each round with ``before_round_data_depolarization``.

    Parameters
    ----------
    circuit : stim.Circuit
    extra : mapping of int to float
        Data qubit -> probability of the channel, in (0, 0.75].

    Raises
    ------
    ValueError
        If a qubit is no data qubit, or there is no such place.
    """
    data = set(data_qubits(circuit))
    strange = set(extra) - data
    if strange:
        raise ValueError(f"Hot qubits must be data qubits, not {sorted(strange)}")
    changed, places = _with_hot_qubits(circuit, extra, data)
    if extra and not places:
        raise ValueError("Circuit must depolarise its data qubits once a round, but does not")
    return changed


def _with_hot_qubits(
    circuit: stim.Circuit, extra: Mapping[int, float], data: set[int]
) -> tuple[stim.Circuit, int]:
    changed, places = stim.Circuit(), 0
    for instruction in circuit:
        if isinstance(instruction, stim.CircuitRepeatBlock):
            body, found = _with_hot_qubits(instruction.body_copy(), extra, data)
            changed.append(stim.CircuitRepeatBlock(instruction.repeat_count, body))
            places += found
            continue
        changed.append(instruction)
        targets = [target.value for target in instruction.targets_copy()]
        if instruction.name == "DEPOLARIZE1" and set(targets) == data:
            places += 1
            for qubit, probability in extra.items():
                changed.append("DEPOLARIZE1", [qubit], probability)
    return changed, places
