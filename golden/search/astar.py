"""Prove how few CNOTs prepare a state, by A* over the spans of its X stabilizers.

In: a `Target`.   Out: a `Proof`: the fewest CNOTs, or bounds where time ran out.
Next: `quantacore.golden.search.find`.

A node is the span of the X rows while the circuit is undone; at the end the span is one of single
qubits. The estimate never says too much:

* Qubits that hang together must be joined by the CNOTs that are left: s of them need s - 1.
* With s - 1 the CNOTs are a tree. The last of them joins two states that were made by trees, and
  so the span is series-parallel: it goes to nothing by leaving out one of two qubits that are
  copies of each other, in the span or in its dual. Where that gets stuck, s are needed.

Every qubit may meet every other, so spans that differ by the names of qubits cost the same:
qubits are sorted by what renaming leaves alone, which makes most of such spans one node and never
joins different ones.

Source: Hart, Nilsson & Raphael, IEEE Trans. Syst. Sci. Cybern. 4, 100 (1968). The estimates are
ours; a test holds them against all spans of five qubits.
"""

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, pairwise

import numpy as np

from quantacore.golden.gates.linear import bits_of, pivoted_rows
from quantacore.golden.search.binary import span
from quantacore.golden.search.prepare import Preparation, beam
from quantacore.golden.search.targets import Target

Rows = tuple[int, ...]

MOST_ROWS = 8
"""Of the span or its dual: all words of the smaller one are listed at each node."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What is known of the fewest CNOTs of a preparation."""

    at_least: int
    preparation: Preparation
    """The shortest that was found."""
    num_nodes: int
    """Different spans that were reached."""

    @property
    def is_settled(self) -> bool:
        """The preparation has the fewest CNOTs that there can be."""
        return len(self.preparation.cnots) == self.at_least


def estimate(rows: Rows) -> int:
    """Return a number of CNOTs without which no circuit makes the span.

    Parameters
    ----------
    rows : tuple of int
        Reduced: each has its highest bit alone.

    Examples
    --------
    >>> estimate((0b11, 0b10000))
    1
    """
    entries = {
        (row.bit_length() - 1, q) for row in rows for q in bits_of(row) if q != row.bit_length() - 1
    }
    joined = {q for entry in entries for q in entry}
    return len(joined) - _num_pieces(entries) + _num_pieces(_core(entries))


def _num_pieces(entries: set[tuple[int, int]]) -> int:
    names: dict[int, int] = {}

    def name(q: int) -> int:
        while names.setdefault(q, q) != q:
            q = names[q]
        return q

    for a, b in entries:
        names[name(a)] = name(b)
    return sum(q == other for q, other in names.items())


def _core(entries: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Leave out lines of the matrix that are copies of others or have a single one."""
    while True:
        kept: set[int] = set()
        for side in (0, 1):
            lines: dict[int, set[int]] = {}
            for entry in entries:
                lines.setdefault(entry[side], set()).add(entry[1 - side])
            different = {frozenset(line): q for q, line in lines.items() if len(line) > 1}
            kept = set(different.values())
            fewer = {entry for entry in entries if entry[side] in kept}
            if len(fewer) < len(entries):
                entries = fewer
                break
        else:
            return entries


def _renamed(rows: Rows, num_qubits: int) -> tuple[Rows, tuple[int, ...]]:
    """Return the span with its qubits sorted, and which qubit is now at each place."""
    words = span(rows)[1:]
    bits = (words[:, None] >> np.arange(num_qubits) & 1).astype(np.int64)
    weights = bits.sum(axis=1)
    pairs = np.stack([bits[weights == w].T @ bits[weights == w] for w in range(1, num_qubits + 1)])
    kinds = np.zeros(num_qubits, dtype=np.int64)
    together = pairs.transpose(1, 2, 0).reshape(num_qubits, num_qubits, -1).tolist()
    for _ in range(3):
        marks = [
            (
                kinds[q],
                together[q][q],
                sorted((kinds[o], together[q][o]) for o in range(num_qubits)),
            )
            for q in range(num_qubits)
        ]
        order = sorted(range(num_qubits), key=lambda q: marks[q])
        kinds[order[0]] = 0
        for a, b in pairwise(order):
            kinds[b] = kinds[a] + (marks[a] != marks[b])
    order = sorted(range(num_qubits), key=lambda q: (int(kinds[q]), q))
    place = {q: k for k, q in enumerate(order)}
    moved = (sum(1 << place[q] for q in bits_of(row)) for row in rows)
    return tuple(pivoted_rows(moved).values()), tuple(order)


def _moves(rows: Rows, num_qubits: int) -> Iterator[tuple[tuple[int, int], Rows]]:
    """Yield the CNOTs that change the span, and what they make of it."""
    for control in range(num_qubits):
        for goal in range(num_qubits):
            if control != goal:
                added = (row ^ (row >> control & 1) << goal for row in rows)
                fresh = tuple(pivoted_rows(added).values())
                if fresh != rows:
                    yield (control, goal), fresh


def fewest_cnots(
    target: Target,
    *,
    seconds: float,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Proof:
    """Look for a preparation with fewer CNOTs than the beam finds, until there is none.

    Parameters
    ----------
    target : Target
        With at most `MOST_ROWS` independent X rows.
    seconds : float
    seed : int
        Of the beam.
    progress : callable, optional
        Called with the seconds gone.

    Raises
    ------
    ValueError
        If there are too many X rows.
    """
    if len(target.x_rows) > MOST_ROWS:
        raise ValueError(
            f"X rows must be at most {MOST_ROWS} for A*, not {len(target.x_rows)} as of "
            f"{target.name}: use beam"
        )
    begin = time.monotonic()
    known = beam(target, seed=seed)[0]
    size = target.num_qubits
    start, names = _renamed(tuple(pivoted_rows(target.x_rows).values()), size)
    ticket = count()
    least = {start: 0}
    came: dict[Rows, tuple[Rows, tuple[int, int], tuple[int, ...]]] = {}
    estimates = {start: estimate(start)}
    front = [(estimates[start], 0, next(ticket), start)]
    while front and front[0][0] < len(known.cnots):
        total, minus, _, rows = heapq.heappop(front)
        done = -minus
        gone = time.monotonic() - begin
        if progress is not None:
            progress(gone)
        if gone > seconds:
            return Proof(at_least=total, preparation=known, num_nodes=len(least))
        if done > least[rows]:
            continue
        if not estimates[rows]:
            found = _traced(rows, came, names)
            return Proof(at_least=total, preparation=found, num_nodes=len(least))
        seen: set[Rows] = set()
        for cnot, plain in _moves(rows, size):
            if plain in seen:
                continue
            seen.add(plain)
            # The estimate does not depend on names: what costs too much need not be sorted.
            guess = estimate(plain)
            if done + 1 + guess >= len(known.cnots):
                continue
            fresh, order = _renamed(plain, size)
            if done + 1 < least.get(fresh, len(known.cnots)):
                least[fresh] = done + 1
                estimates[fresh] = guess
                came[fresh] = rows, cnot, order
                heapq.heappush(front, (done + 1 + guess, -done - 1, next(ticket), fresh))
    return Proof(at_least=len(known.cnots), preparation=known, num_nodes=len(least))


def _traced(
    end: Rows,
    came: dict[Rows, tuple[Rows, tuple[int, int], tuple[int, ...]]],
    names: tuple[int, ...],
) -> Preparation:
    """Return the CNOTs on the way to the end, under the qubits' first names."""
    steps = []
    here = end
    while here in came:
        here, cnot, order = came[here]
        steps.append((cnot, order))
    undone = []
    for (control, goal), order in reversed(steps):
        undone.append((names[control], names[goal]))
        names = tuple(names[k] for k in order)
    plus = sorted(names[row.bit_length() - 1] for row in end)
    return Preparation(tuple(plus), tuple(reversed(undone)))
