"""Prove that a preparation is fault-tolerant: try every single fault, and every pair.

In: a `Circuit` and its `Target`.   Out: a `Verdict`, with an example of what is wrong.
Next: `quantacore.golden.search.cover`.

Criterion: k faults with k at most `Target.num_faults` that no measurement sees leave an X error
of weight at most k modulo the X stabilizers of the state, and a Z error likewise. A fault is any
of the 15 Pauli errors after a CNOT, a wrong reset, or a wrong measurement; an idling qubit's error
equals one of these. It is the criterion "strictly fault-tolerant" of Peham et al.,
arXiv:2408.11894, here on whole circuits, the measurements' own faults included.

An effect is one integer: X syndrome (bits of the state's Z rows), Z syndrome (X rows), then one
bit for each measurement. Effects of faults add up, so the circuit is walked backwards once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.search.binary import least_weights, syndrome_columns
from quantacore.golden.search.circuit import Circuit
from quantacore.golden.search.targets import Target

MOST_MEASUREMENTS = 36


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Result of the exhaustive check."""

    prepares_target: bool
    """Without faults the state is right and all measurements read 0."""
    num_faults: int
    """Different effects of single faults."""
    num_dangerous: tuple[int, ...]
    """Entry k - 1: sets of k faults, different in effect, that are unseen and too heavy."""
    example: tuple[int, ...] = ()
    """Effects of the first dangerous set; empty if there is none."""

    @property
    def is_fault_tolerant(self) -> bool:
        """Right, and nothing dangerous."""
        return self.prepares_target and not any(self.num_dangerous)


@dataclass(frozen=True)
class Weights:
    """Least weights of the errors of one state, by syndrome."""

    target: Target
    x_columns: tuple[int, ...]
    """Syndrome of X on each data qubit."""
    z_columns: tuple[int, ...]
    x_weights: np.ndarray
    """``uint8``, shape ``(2 ** number of Z rows,)``."""
    z_weights: np.ndarray
    """``uint8``, shape ``(2 ** number of X rows,)``."""

    @property
    def num_x_bits(self) -> int:
        """Bits of an X syndrome."""
        return len(self.target.z_rows)

    def syndrome(self, side: str, error: int) -> int:
        """Return the X or Z syndrome of an error of that kind; bit q of it is data qubit q."""
        syndrome = 0
        for qubit, column in enumerate(self.x_columns if side == "X" else self.z_columns):
            if error >> qubit & 1:
                syndrome ^= column
        return syndrome

    def of_syndrome(self, side: str, syndrome: int) -> int:
        """Return the least weight of an X or Z error with this syndrome."""
        return int((self.x_weights if side == "X" else self.z_weights)[syndrome])

    def heaviest(self, syndromes: np.ndarray) -> np.ndarray:
        """Return the larger one of X and Z weight; syndromes as in effects, ``int64``."""
        x = syndromes & ((1 << self.num_x_bits) - 1)
        z = (syndromes >> self.num_x_bits) & ((1 << len(self.target.x_rows)) - 1)
        heaviest: np.ndarray = np.maximum(self.x_weights[x], self.z_weights[z])
        return heaviest


def weights_of(target: Target) -> Weights:
    """Return the tables of a state: seconds for 20 checks, milliseconds for 12."""
    x_columns = syndrome_columns(target.z_rows, target.num_qubits)
    z_columns = syndrome_columns(target.x_rows, target.num_qubits)
    return Weights(
        target=target,
        x_columns=tuple(x_columns),
        z_columns=tuple(z_columns),
        x_weights=least_weights(x_columns, len(target.z_rows))[0],
        z_weights=least_weights(z_columns, len(target.x_rows))[0],
    )


def fault_effects(circuit: Circuit, weights: Weights) -> tuple[np.ndarray, bool]:
    """Return the different effects of single faults, and whether the circuit is right.

    Returns
    -------
    effects : ndarray
        ``int64``, sorted, without the effect 0.
    prepares_target : bool

    Raises
    ------
    ValueError
        If there are more than `MOST_MEASUREMENTS` measurements.
    """
    num_data = circuit.num_data
    if circuit.num_ancillas > MOST_MEASUREMENTS:
        raise ValueError(f"Measurements must be at most {MOST_MEASUREMENTS}")
    effect_x = [0] * circuit.num_qubits
    effect_z = [0] * circuit.num_qubits
    effect_x[:num_data] = weights.x_columns
    effect_z[:num_data] = [column << weights.num_x_bits for column in weights.z_columns]
    bit = 1 << num_data  # X and Z syndromes take num_data bits together
    found: set[int] = set()
    right = True
    for name, q, goal in reversed(circuit.gates):
        if name == "CX":
            a, b, c, d = effect_x[q], effect_z[q], effect_x[goal], effect_z[goal]
            for control in (0, a, b, a ^ b):
                found.update(control ^ other for other in (0, c, d, c ^ d))
            effect_x[q] ^= c
            effect_z[goal] ^= b
        elif name in ("M", "MX"):
            found.add(bit)
            effect_x[q], effect_z[q] = (bit, 0) if name == "M" else (0, bit)
            bit <<= 1
        else:
            # A reset to zero is right if Z there has no effect.
            found.add(effect_x[q] if name == "R" else effect_z[q])
            right &= (effect_z[q] if name == "R" else effect_x[q]) == 0
            effect_x[q] = effect_z[q] = 0
    right &= not any(effect_x[:num_data]) and not any(effect_z[:num_data])
    found.discard(0)
    return np.array(sorted(found), dtype=np.int64), right


def check_faults(circuit: Circuit, target: Target, *, weights: Weights | None = None) -> Verdict:
    """Try all sets of up to `Target.num_faults` faults.

    Parameters
    ----------
    circuit : Circuit
        Its data qubits are those of the target.
    target : Target
        Of distance at most 6: pairs are tried, triples are not.
    weights : Weights, optional
        ``weights_of(target)``, if it is at hand.

    Raises
    ------
    ValueError
        If the number of data qubits differs, or three faults would have to be tried.
    """
    if circuit.num_data != target.num_qubits:
        raise ValueError(f"Circuit must have {target.num_qubits} data qubits")
    if target.num_faults > 2:
        raise ValueError(f"Distance must be at most 6, not {target.distance}")
    weights = weights or weights_of(target)
    effects, right = fault_effects(circuit, weights)
    low = (1 << circuit.num_data) - 1
    unseen = effects[effects <= low]
    bad = unseen[weights.heaviest(unseen) > 1]
    counts = [len(bad)]
    example: Sequence[int] = [int(bad[0])] if len(bad) else ()
    if target.num_faults == 2:
        pairs = 0
        for a, b in unseen_pairs(effects, circuit.num_data):
            wrong = np.flatnonzero(weights.heaviest((a ^ b) & low) > 2)
            pairs += len(wrong)
            if len(wrong) and not len(example):
                example = [int(a[wrong[0]]), int(b[wrong[0]])]
        counts.append(pairs)
    return Verdict(
        prepares_target=right,
        num_faults=len(effects),
        num_dangerous=tuple(counts),
        example=tuple(example),
    )


def unseen_pairs(effects: np.ndarray, num_data: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return all pairs of effects with equal measurements: together no measurement sees them."""
    seen = effects >> num_data
    order = np.argsort(seen, kind="stable")
    cuts = np.flatnonzero(np.diff(seen[order])) + 1
    found = []
    for group in np.split(order, cuts):
        first, second = np.triu_indices(len(group), k=1)
        found.append((effects[group[first]], effects[group[second]]))
    return found
