"""Braids of Majorana zero modes (Ising anyons): matrices, and the group that they generate.

In: number of Majorana operators.   Out: matrices, groups as signed permutations of Paulis.
Next: `quantacore.golden.anyons.gaussian`.

Majorana operators g_0 .. g_{m-1} square to 1 and anticommute. Exchanging g_i and g_j is
``(1 + g_i g_j) / sqrt 2``; it takes g_i to -g_j and g_j to g_i. With total parity fixed, m of them
hold m/2 - 1 qubits (dense encoding); a tetron is m = 4, one qubit.

Source: Ivanov, arXiv:cond-mat/0005069; Ahlbrecht, Georgiev & Werner, arXiv:0812.2338 (two qubits:
all Clifford gates, three: not).
"""

import itertools
from collections.abc import Sequence
from functools import reduce

import numpy as np

X = np.array([[0, 1], [1, 0]], complex)
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1, -1]).astype(complex)
ONE = np.eye(2, dtype=complex)


def majorana_operators(number: int) -> list[np.ndarray]:
    """Return Majorana operators as matrices (Jordan and Wigner), ``i g_{2k} g_{2k+1} = -Z_k``.

    Parameters
    ----------
    number : int
        Even, at least 2.

    Raises
    ------
    ValueError
        If the number is odd or too small.
    """
    if number < 2 or number % 2:
        raise ValueError(f"Number of Majorana operators must be even, at least 2, not {number!r}")
    modes = number // 2
    return [
        reduce(np.kron, [Z] * mode + [pauli] + [ONE] * (modes - mode - 1))
        for mode in range(modes)
        for pauli in (X, Y)
    ]


def exchange(operators: Sequence[np.ndarray], i: int, j: int) -> np.ndarray:
    """Return ``(1 + g_i g_j) / sqrt 2``."""
    return (np.eye(len(operators[0])) + operators[i] @ operators[j]) / np.sqrt(2)


def even_sector(number: int) -> np.ndarray:
    """Return the isometry from qubits to the states of even parity.

    Returns
    -------
    complex128, shape ``(2 ** (number // 2), 2 ** (number // 2 - 1))``
        Qubit k is the occupation of mode k; that of the last mode makes the parity even.
    """
    size = 2 ** (number // 2)
    even = [state for state in range(size) if state.bit_count() % 2 == 0]
    isometry = np.zeros((size, len(even)), complex)
    isometry[even, range(len(even))] = 1
    return isometry


def braid_generators(number: int) -> list[np.ndarray]:
    """Return the exchanges of neighbours as matrices on the qubits of the dense encoding."""
    operators, sector = majorana_operators(number), even_sector(number)
    return [sector.conj().T @ exchange(operators, i, i + 1) @ sector for i in range(number - 1)]


def paulis(qubits: int) -> list[np.ndarray]:
    """Return all Paulis but the identity."""
    products = itertools.product((ONE, X, Y, Z), repeat=qubits)
    return [reduce(np.kron, factors) for factors in products][1:]


def pauli_action(gate: np.ndarray) -> np.ndarray:
    """Return what a Clifford gate makes of every Pauli: 1 + its index, negative with a minus sign.

    Parameters
    ----------
    gate : complex128, shape ``(2 ** qubits, 2 ** qubits)``

    Returns
    -------
    int16, shape ``(4 ** qubits - 1,)``
        It determines the gate up to its phase.

    Raises
    ------
    ValueError
        If the gate is no Clifford gate.
    """
    table = np.array(paulis(len(gate).bit_length() - 1))
    images = gate @ table @ gate.conj().T
    overlaps = np.einsum("aij,bji->ab", images, table).real / len(gate)
    index = np.argmax(np.abs(overlaps), axis=1)
    signs = overlaps[np.arange(len(table)), index]
    if not np.allclose(np.abs(signs), 1):
        raise ValueError("Gate must take Paulis to Paulis to be a Clifford gate")
    return ((index + 1) * np.rint(signs)).astype(np.int16)


def generated_group(gates: Sequence[np.ndarray]) -> np.ndarray:
    """Return the group that Clifford gates generate, up to phase, as sorted Pauli actions.

    Returns
    -------
    int16, shape ``(order, 4 ** qubits - 1)``
    """
    generators = [pauli_action(gate) for gate in gates]
    latest = np.arange(1, len(generators[0]) + 1, dtype=np.int16)[np.newaxis]
    found = latest
    seen = {latest.tobytes()}
    while len(latest):
        # First what is found, then a generator: the generator acts on the images.
        grown = np.concatenate([np.sign(latest) * g[np.abs(latest) - 1] for g in generators])
        rows = []
        for row in np.unique(grown.astype(np.int16), axis=0):
            if (key := row.tobytes()) not in seen:
                seen.add(key)
                rows.append(row)
        latest = np.array(rows, np.int16).reshape(-1, found.shape[1])
        found = np.concatenate([found, latest])
    return np.unique(found, axis=0)


def clifford_generators(qubits: int) -> list[np.ndarray]:
    """Return H and S of every qubit and controlled X of neighbours."""

    def at(qubit: int, gate: np.ndarray) -> np.ndarray:
        width = len(gate).bit_length() - 1
        return reduce(np.kron, [ONE] * qubit + [gate] + [ONE] * (qubits - qubit - width))

    hadamard, phase = (X + Z) / np.sqrt(2), np.diag([1, 1j])
    controlled = np.eye(4, dtype=complex)[[0, 1, 3, 2]]
    single = [at(q, gate) for q in range(qubits) for gate in (hadamard, phase)]
    return single + [at(q, controlled) for q in range(qubits - 1)]


def tetron_pair_generators() -> list[np.ndarray]:
    """Return the braids of two tetrons that keep the parity of each, as two-qubit gates.

    Such a braid takes the four operators of a tetron to four of a tetron: it braids within both, or
    also swaps them.
    """
    inner = braid_generators(4)
    swap = np.eye(4, dtype=complex)[[0, 2, 1, 3]]
    return [np.kron(gate, ONE) for gate in inner] + [np.kron(ONE, gate) for gate in inner] + [swap]


def braid_group_order(number: int) -> int:
    """Return the order, up to phase, of the group of braids with total parity fixed.

    Braids are the signed permutations of determinant 1; that which changes all signs is the parity
    and does nothing. With four operators also g_0 g_1 and g_2 g_3 are the same up to sign, so four
    times fewer are different.

    Examples
    --------
    >>> braid_group_order(4), braid_group_order(6), braid_group_order(8)
    (24, 11520, 2580480)
    """
    if number < 4 or number % 2:
        raise ValueError(f"Number of Majorana operators must be even, at least 4, not {number!r}")
    order = 2 ** (number - 2)
    for factor in range(2, number + 1):
        order *= factor
    return order // 4 if number == 4 else order


def clifford_group_order(qubits: int) -> int:
    """Return the order of the Clifford group up to phase.

    Examples
    --------
    >>> clifford_group_order(1), clifford_group_order(2), clifford_group_order(3)
    (24, 11520, 92897280)
    """
    order = 2 ** (qubits * qubits + 2 * qubits)
    for j in range(1, qubits + 1):
        order *= 4**j - 1
    return order
