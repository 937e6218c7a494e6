"""Noise that is stronger on some qubits: every channel of a circuit, multiplied qubit by qubit.

In: `stim.Circuit` with noise, factors by qubit.   Out: `stim.Circuit` with the same detectors.
Next: `quantacore.golden.noise.drift` (where factors come from).
"""

from collections.abc import Callable

import numpy as np
import stim

_FactorOf = Callable[[tuple[int, ...]], float]
"""Qubits that a channel acts on, rising -> what its probability is multiplied by."""

MOST_PROBABILITY = {
    "DEPOLARIZE1": 0.75,
    "DEPOLARIZE2": 15 / 16,
}
"""Beyond these a channel is no noise of its kind any more; 0.5 for all others."""


def with_factors(circuit: stim.Circuit, factors: np.ndarray) -> stim.Circuit:
    """Return the circuit with the probability of each noise channel multiplied.

    A channel on two qubits gets the geometric mean of their factors, and measurements with a
    probability that of their qubits. Probabilities stop at what makes the channel fully random.

    Parameters
    ----------
    circuit : stim.Circuit
    factors : float, shape ``(circuit.num_qubits,)``
        At least 0.

    Raises
    ------
    ValueError
        If shape or numbers do not fit, or a channel has several probabilities.
    """
    factors = np.asarray(factors, np.float64)
    if factors.shape != (circuit.num_qubits,) or not (factors >= 0).all():
        raise ValueError(
            f"Factors must be at least 0 and of shape ({circuit.num_qubits},), not {factors.shape}"
        )
    return _scaled(circuit, lambda qubits: _geometric_mean(factors[list(qubits)]))


def noise_parts(circuit: stim.Circuit) -> tuple[tuple[int, ...], ...]:
    """Return what the noise of a circuit is made of: the sets of qubits that channels act on.

    Returns
    -------
    tuple of tuple of int
        Qubits of each part, rising; parts in the order of their first channels.
    """
    parts: dict[tuple[int, ...], None] = {}

    def note(qubits: tuple[int, ...]) -> float:
        parts.setdefault(qubits)
        return 1.0

    _scaled(circuit, note)
    return tuple(parts)


def with_part_factor(circuit: stim.Circuit, part: tuple[int, ...], factor: float) -> stim.Circuit:
    """Return the circuit with the probability of one part's channels multiplied.

    Parameters
    ----------
    circuit : stim.Circuit
    part : tuple of int
        One of `noise_parts`.
    factor : float
        At least 0.

    Raises
    ------
    ValueError
        If the circuit has no such part, or the factor is below 0.
    """
    if not factor >= 0:
        raise ValueError(f"Factor must be at least 0, not {factor!r}")
    if part not in noise_parts(circuit):
        raise ValueError(f"Part must be one that the circuit's noise has, not {part!r}")
    return _scaled(circuit, lambda qubits: factor if qubits == part else 1.0)


def with_doubled_noise(circuit: stim.Circuit) -> stim.Circuit:
    """Return the circuit with all noise doubled: what a common factor does is seen there."""
    return with_factors(circuit, np.full(circuit.num_qubits, 2.0))


def with_factor_at(circuit: stim.Circuit, place: tuple[float, ...], factor: float) -> stim.Circuit:
    """Return the circuit with the noise of one qubit multiplied: `with_factors`, 1 elsewhere.

    Parameters
    ----------
    circuit : stim.Circuit
        With coordinates of its qubits.
    place : (x, y)
        Where the qubit lies.
    factor : float
        At least 0.

    Raises
    ------
    ValueError
        If no qubit lies there, or as `with_factors`.
    """
    factors = np.ones(circuit.num_qubits)
    places = circuit.get_final_qubit_coordinates()
    found = [qubit for qubit, at in places.items() if tuple(at) == tuple(place)]
    if not found:
        raise ValueError(f"Hot qubit must be one of the circuit, not {place}")
    factors[found] = factor
    return with_factors(circuit, factors)


def factors_of_places(
    circuit: stim.Circuit, factors: np.ndarray, *, onto: stim.Circuit
) -> np.ndarray:
    """Return factors of one circuit's qubits as those of another one that lies on the same lattice.

    Parameters
    ----------
    circuit, onto : stim.Circuit
        With coordinates of their qubits.
    factors : float, shape ``(circuit.num_qubits,)``

    Returns
    -------
    float64, shape ``(onto.num_qubits,)``

    Raises
    ------
    ValueError
        If a qubit of ``onto`` lies where ``circuit`` has none.
    """
    at = {
        tuple(place): factors[qubit]
        for qubit, place in circuit.get_final_qubit_coordinates().items()
    }
    found = np.ones(onto.num_qubits)
    for qubit, place in onto.get_final_qubit_coordinates().items():
        if tuple(place) not in at:
            raise ValueError(f"Qubit at {tuple(place)} must lie in the circuit with the factors")
        found[qubit] = at[tuple(place)]
    return found


def _is_noise(instruction: stim.CircuitInstruction) -> bool:
    return bool(instruction.gate_args_copy()) and stim.gate_data(instruction.name).is_noisy_gate


def _geometric_mean(factors: np.ndarray) -> float:
    return float(np.exp(np.mean(np.log(factors)))) if factors.min() > 0 else 0.0


def _scaled(circuit: stim.Circuit, factor_of: _FactorOf) -> stim.Circuit:
    """Return the circuit with each channel's probability multiplied by what its qubits say."""
    scaled = stim.Circuit()
    for instruction in circuit:
        if isinstance(instruction, stim.CircuitRepeatBlock):
            body = _scaled(instruction.body_copy(), factor_of)
            scaled.append(stim.CircuitRepeatBlock(instruction.repeat_count, body))
        elif _is_noise(instruction):
            _append_scaled(scaled, instruction, factor_of)
        else:
            scaled.append(instruction)
    return scaled


def _append_scaled(
    scaled: stim.Circuit, instruction: stim.CircuitInstruction, factor_of: _FactorOf
) -> None:
    """Append a channel target by target; neighbours of equal probability stay together."""
    arguments = instruction.gate_args_copy()
    if len(arguments) != 1:
        raise ValueError(
            f"Channels must have one probability, but {instruction.name} has {len(arguments)}"
        )
    most = MOST_PROBABILITY.get(instruction.name, 0.5)
    pending: list[stim.GateTarget] = []
    pending_probability = 0.0
    for group in instruction.target_groups():
        qubits = {target.value for target in group if not target.is_combiner}
        probability = min(arguments[0] * factor_of(tuple(sorted(qubits))), most)
        if pending and probability != pending_probability:
            scaled.append(instruction.name, pending, pending_probability)
            pending = []
        pending_probability = probability
        pending += group
    if pending:
        scaled.append(instruction.name, pending, pending_probability)
