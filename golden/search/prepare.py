"""Find short CNOT circuits that prepare a state, by greedy and beam search.

In: a `Target`.   Out: `Preparation`s: plus qubits and CNOTs, without verification.
Next: `quantacore.golden.search.cover`.

The X rows of the state, reduced, are ``[1 | A]`` up to the order of qubits. Undoing the circuit
means to bring A to zero. A CNOT from a pivot to another qubit flips one entry; between two pivots
it adds a row of A to another, between two other qubits a column to another; a different choice of
pivots costs nothing. So what is left costs at most the number of ones, which is the score.
Elimination by CNOTs: Peham et al., arXiv:2408.11894; ours adds free pivots and a beam.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.gates.linear import bits_of, pivoted_rows
from quantacore.golden.search.targets import Target


@dataclass(frozen=True)
class Preparation:
    """Plus qubits and CNOTs that make a state out of a product state."""

    plus: tuple[int, ...]
    cnots: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Node:
    """Matrix on the way to zero."""

    matrix: np.ndarray
    """``uint8``, shape ``(rows, columns)``."""
    pivots: tuple[int, ...]
    """Qubit of each row."""
    others: tuple[int, ...]
    """Qubit of each column."""
    undone: tuple[tuple[int, int], ...]
    """CNOTs applied so far, the last ones of the circuit first."""

    @property
    def bound(self) -> int:
        return len(self.undone) + int(self.matrix.sum())

    def key(self) -> tuple[bytes, tuple[int, ...]]:
        """Return the same for the same subspace only (up to the choice of pivots)."""
        return self.matrix.tobytes(), self.pivots + self.others


def _root(target: Target, rng: random.Random) -> _Node:
    """Return the reduced rows with qubits in random order, so that other pivots come first."""
    order = list(range(target.num_qubits))
    rng.shuffle(order)
    place = {qubit: k for k, qubit in enumerate(order)}
    rows = [sum(1 << place[q] for q in bits_of(row)) for row in target.x_rows]
    basis = pivoted_rows(rows, lowest=True)
    pivots = tuple(order[k] for k in basis)
    others = tuple(q for q in order if q not in pivots)
    matrix = np.array([[row >> place[q] & 1 for q in others] for row in basis.values()])
    return _Node(matrix.astype(np.uint8), pivots, others, ())


def _pivoted(node: _Node, row: int, column: int) -> _Node:
    """Exchange the pivot of a row with another qubit in which the row is 1."""
    matrix = node.matrix
    below = matrix[:, column].copy()
    below[row] = 0
    fresh = matrix ^ np.outer(below, matrix[row])
    fresh[:, column] = below
    fresh[row, column] = 1
    pivots, others = list(node.pivots), list(node.others)
    pivots[row], others[column] = others[column], pivots[row]
    return _Node(fresh, tuple(pivots), tuple(others), node.undone)


def lightest(node: _Node, rng: random.Random) -> _Node:
    """Change pivots for as long as the number of ones falls."""
    while True:
        best, least = None, int(node.matrix.sum())
        places = np.argwhere(node.matrix).tolist()
        rng.shuffle(places)
        for row, column in places:
            below = node.matrix[:, column].astype(bool).copy()
            below[row] = False
            # The addition clears the column in the changed rows; as no pivot it is 1 there again.
            ones = int((node.matrix[below] ^ node.matrix[row]).sum()) + int(below.sum())
            ones += int(node.matrix[~below].sum())
            if ones < least:
                best, least = (row, column), ones
        if best is None:
            return node
        node = _pivoted(node, *best)


def _additions(node: _Node) -> list[tuple[int, str, int, int]]:
    """Return all additions of rows and columns as ``(change of ones, kind, from, to)``."""
    found = []
    for kind, lines in (("row", node.matrix), ("column", node.matrix.T)):
        wide = lines.astype(np.int32)
        overlap = wide @ wide.T
        sizes = wide.sum(axis=1)
        change = sizes[:, None] - 2 * overlap  # from k to i
        for source, goal in np.argwhere(~np.eye(len(lines), dtype=bool)).tolist():
            if overlap[source, goal]:
                found.append((int(change[source, goal]), kind, source, goal))
    return found


def _added(node: _Node, kind: str, source: int, goal: int) -> _Node:
    matrix = node.matrix.copy()
    if kind == "row":
        matrix[goal] ^= matrix[source]
        cnot = node.pivots[goal], node.pivots[source]
    else:
        matrix[:, goal] ^= matrix[:, source]
        cnot = node.others[source], node.others[goal]
    return _Node(matrix, node.pivots, node.others, (*node.undone, cnot))


def _finished(node: _Node, rng: random.Random) -> Preparation:
    """Clear what is left, one CNOT for each one, in random order."""
    rest = [
        (node.pivots[row], node.others[column]) for row, column in np.argwhere(node.matrix).tolist()
    ]
    rng.shuffle(rest)
    return Preparation(tuple(sorted(node.pivots)), tuple(reversed((*node.undone, *rest))))


def beam(
    target: Target, *, width: int = 64, patience: int = 3, slack: int = 0, seed: int = 0
) -> list[Preparation]:
    """Return preparations of few CNOTs, different ones, the shortest first.

    Parameters
    ----------
    target : Target
    width : int
        Matrices kept after each addition; 1 is the greedy search.
    patience : int
        Additions without a better bound after which it ends.
    slack : int
        Also return those with so many CNOTs more than the shortest.
    seed : int
        Of the orders in which equal choices are tried.
    """
    rng = random.Random(f"beam/{target.name}/{seed}")
    starts = {}
    for _ in range(width):
        node = lightest(_root(target, rng), rng)
        starts[node.key()] = node
    front = sorted(starts.values(), key=lambda node: node.bound)[:width]
    seen = dict.fromkeys(starts)
    results = list(front)
    least, waited = front[0].bound, 0
    while front and waited < patience:
        ideas = [
            (node.bound + change + 1, rng.random(), number, kind, source, goal)
            for number, node in enumerate(front)
            for change, kind, source, goal in _additions(node)
        ]
        fresh: list[_Node] = []
        for _, _, number, kind, source, goal in heapq.nsmallest(3 * width, ideas):
            node = lightest(_added(front[number], kind, source, goal), rng)
            if node.key() not in seen:
                seen[node.key()] = None
                fresh.append(node)
        front = sorted(fresh, key=lambda node: node.bound)[:width]
        results += front
        if front and front[0].bound < least:
            least, waited = front[0].bound, 0
        else:
            waited += 1
    chosen = sorted(
        (node for node in results if node.bound <= least + slack), key=lambda node: node.bound
    )
    different = dict.fromkeys(_finished(node, rng) for node in chosen)
    return list(different)


def greedy(target: Target, *, seed: int = 0) -> Preparation:
    """Return the preparation of the greedy search: always the addition that clears most ones."""
    return beam(target, width=1, patience=1, seed=seed)[0]


def prepares(target: Target, plus: Sequence[int], cnots: Sequence[tuple[int, int]]) -> bool:
    """Tell whether CNOTs on plus qubits and zeros make the state."""
    columns = {q: 1 << k for k, q in enumerate(plus)}
    for control, goal in cnots:
        columns[goal] = columns.get(goal, 0) ^ columns.get(control, 0)
    rows = [
        sum(1 << q for q, column in columns.items() if column >> k & 1) for k in range(len(plus))
    ]
    return pivoted_rows(rows) == pivoted_rows(target.x_rows)
