"""Noise hook: one strength for everything, put into a noiseless circuit.

In: noiseless circuit with ``TICK`` between layers.   Out: the same with noise.
Next: `quantacore.golden.source.dem`.

After every gate depolarising noise, flips after resets and before measurements, and depolarising
noise on every live qubit that a layer leaves idle. Source: Gidney et al., arXiv:2108.10457 (SD6).
"""

import stim

FLIPS = {"X": "Z_ERROR", "Y": "X_ERROR", "Z": "X_ERROR"}


def uniform_noise(circuit: stim.Circuit, p: float) -> stim.Circuit:
    """Return the circuit with noise of strength ``p``.

    Parameters
    ----------
    circuit : stim.Circuit
        Noiseless; it is flattened.
    p : float
        In [0, 0.5].

    Raises
    ------
    ValueError
        If ``p`` is out of range or the circuit has noise.
    """
    if not 0 <= p <= 0.5:
        raise ValueError(f"Noise strength must be in [0, 0.5], not {p!r}")
    layers = _layers(circuit.flattened())
    made = stim.Circuit()
    alive: set[int] = set()
    for number, layer in enumerate(layers):
        if number:
            made.append("TICK")
        busy: set[int] = set()
        for instruction in layer:
            data = stim.gate_data(instruction.name)
            qubits = [t.value for t in instruction.targets_copy() if t.is_qubit_target]
            if data.is_noisy_gate and not data.produces_measurements:
                raise ValueError(f"Circuit must be noiseless, not with '{instruction}'")
            acts = data.is_unitary or data.is_reset or data.produces_measurements
            if not acts or not qubits:
                made.append(instruction)
                continue
            basis = instruction.name[-1] if instruction.name[-1] in "XYZ" else "Z"
            if data.produces_measurements:
                made.append(FLIPS[basis], qubits, p)
            made.append(instruction)
            if data.is_reset:
                made.append(FLIPS[basis], qubits, p)
            if data.is_unitary:
                made.append("DEPOLARIZE2" if data.is_two_qubit_gate else "DEPOLARIZE1", qubits, p)
            busy.update(qubits)
            ends = data.produces_measurements and not data.is_reset
            alive = alive - set(qubits) if ends else alive | set(qubits)
        idle = sorted(alive - busy)
        if idle and busy:
            made.append("DEPOLARIZE1", idle, p)
    return made


def _layers(circuit: stim.Circuit) -> list[list[stim.CircuitInstruction]]:
    layers: list[list[stim.CircuitInstruction]] = [[]]
    for instruction in circuit:
        if instruction.name == "TICK":
            layers.append([])
        else:
            layers[-1].append(instruction)
    return layers
