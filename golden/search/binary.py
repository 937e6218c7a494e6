"""List spans and least weights as arrays: rows are integers, bit q is qubit q.

In: rows, reduced by `quantacore.golden.gates.linear`.   Out: spans, tables of least weights.
Next: `quantacore.golden.search.targets`.
"""

from collections.abc import Sequence

import numpy as np

from quantacore.golden.gates.linear import word_of


def span(rows: Sequence[int]) -> np.ndarray:
    """Return all combinations of independent rows, ``int64``, shape ``(2 ** len(rows),)``.

    Entry ``k`` is the sum of the rows whose bits are set in ``k``.
    """
    found = np.zeros(1, dtype=np.int64)
    for row in rows:
        found = np.concatenate([found, found ^ row])
    return found


def syndrome_columns(checks: Sequence[int], num_bits: int) -> list[int]:
    """Return for each bit the checks that it flips: bit k of entry q is bit q of check k."""
    return [
        word_of(k for k, check in enumerate(checks) if check >> bit & 1) for bit in range(num_bits)
    ]


def least_weights(columns: Sequence[int], num_checks: int) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each syndrome, the least weight of an error that has it, and such an error.

    Parameters
    ----------
    columns : sequence of int
        Syndrome of each single error. They must span all syndromes.
    num_checks : int
        At most 20: the table has ``2 ** num_checks`` entries.

    Returns
    -------
    weights : ndarray
        ``uint8``, shape ``(2 ** num_checks,)``.
    errors : ndarray
        ``int64``, same shape: bit q is an error on qubit q.

    Raises
    ------
    ValueError
        If the checks are too many or not independent.
    """
    if num_checks > 20:
        raise ValueError(f"Number of checks must be at most 20, not {num_checks}")
    unknown = 255
    weights = np.full(1 << num_checks, unknown, dtype=np.uint8)
    errors = np.zeros(1 << num_checks, dtype=np.int64)
    weights[0] = 0
    front = np.zeros(1, dtype=np.int64)
    weight = 0
    while front.size:
        weight += 1
        reached = []
        for qubit, column in enumerate(columns):
            candidates = front ^ column
            fresh = np.unique(candidates[weights[candidates] == unknown])
            weights[fresh] = weight
            errors[fresh] = errors[fresh ^ column] ^ (1 << qubit)
            reached.append(fresh)
        front = np.concatenate(reached) if reached else front[:0]
    if (weights == unknown).any():
        raise ValueError("Checks must be independent")
    return weights, errors
