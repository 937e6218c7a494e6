"""Play preparation and verification as a game, for gymnasium.

In: a `Target` and a device.   Out: observations, rewards, masks of legal moves.
Next: `quantacore.golden.search.learn`.

First the state is undone: a move is a CNOT, until a product state is left. Then a move is a check
of a light final stabilizer, until no dangerous set of faults goes unseen. A CNOT costs 1, an
ancilla `ANCILLA_PRICE`. The idea of learning both in one game: Zen et al., arXiv:2402.17761.
"""

from itertools import permutations
from typing import Any

import gymnasium
import numpy as np

from quantacore.golden.gates.linear import bits_of, pivoted_rows
from quantacore.golden.search.binary import span
from quantacore.golden.search.circuit import Check, Circuit, assemble
from quantacore.golden.search.connectivity import Placement, device
from quantacore.golden.search.cover import demands_of, unseen_sets
from quantacore.golden.search.faults import weights_of
from quantacore.golden.search.pool import CheckPool, Fault
from quantacore.golden.search.prepare import Preparation
from quantacore.golden.search.targets import Target

ANCILLA_PRICE = 0.5
MOST_CHECKS = 48
"""Final stabilizers offered as moves, the lightest ones."""


class PreparationGame(gymnasium.Env):
    """One preparation with its checks is one episode.

    Parameters
    ----------
    target : Target
    connectivity : str
        A device of `connectivity.DEVICES`; data qubit q is at site q.
    most_moves : int
        After so many moves the episode is lost.
    """

    def __init__(self, target: Target, connectivity: str = "all", *, most_moves: int = 40):
        self.target = target
        self.most_moves = most_moves
        num = target.num_qubits
        self._weights = weights_of(target)
        place = Placement(device(connectivity, 2 * num + 2), tuple(range(num)))
        self.pairs = [
            (a, b)
            for a, b in permutations(range(num), 2)
            if connectivity == "all" or b in place.links[a]
        ]
        rows = [
            (basis, int(row))
            for basis, generators in (("Z", target.z_rows), ("X", target.x_rows))
            for row in span(generators)[1:]
        ]
        offered = [
            Check(time=0, basis=basis, qubits=tuple(bits_of(row)))
            for basis, row in sorted(rows, key=lambda each: (each[1].bit_count(), each))
        ]
        self.offered = [c for c in offered if connectivity == "all" or place.fits(c)][:MOST_CHECKS]
        size = len(target.x_rows) * num + len(self.offered) + 2
        self.observation_space = gymnasium.spaces.Box(0.0, 1.0, (size,), np.float32)
        self.action_space = gymnasium.spaces.Discrete(len(self.pairs) + len(self.offered))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        super().reset(seed=seed, options=options)
        self._rows = list(pivoted_rows(self.target.x_rows, lowest=True).values())
        self._undone: list[tuple[int, int]] = []
        self._taken: list[int] = []
        self._pool: CheckPool | None = None
        self._num_moves = 0
        self._unseen: list[tuple[Fault, ...]] = []
        return self._observation(), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        self._num_moves += 1
        before = self._left()
        if self._pool is None:
            control, goal = self.pairs[action]
            self._undone.append((control, goal))
            self._rows = _moved(self._rows, control, goal)
            reward = before - self._left() - 1.0
            if self._left() == 0:
                self._begin_checks()
        else:
            number = action - len(self.pairs)
            self._taken.append(number)
            self._unseen = unseen_sets(self._pool, self._weights, self._taken)
            reward = before - self._left() - len(self.offered[number].qubits) - ANCILLA_PRICE
        done = self._pool is not None and not self._unseen
        lost = not done and (self._num_moves >= self.most_moves or not self.action_masks().any())
        if lost:
            reward -= 20.0
        info = {"circuit": self.circuit()} if done else {}
        return self._observation(), reward, done, lost, info

    def action_masks(self) -> np.ndarray:
        """Return the legal moves, ``bool``.

        A CNOT must bring the state nearer, if any does, and a check must see what is unseen.
        """
        mask = np.zeros(len(self.pairs) + len(self.offered), dtype=bool)
        if self._pool is None:
            changes = np.array([self._left_after(pair) for pair in self.pairs]) - self._left()
            nearer = changes < 0
            mask[: len(self.pairs)] = nearer if nearer.any() else changes == changes.min()
        else:
            wanted = demands_of(self._pool, self._unseen)
            mask[len(self.pairs) :] = np.any([demand.seen for demand in wanted], axis=0)
            mask[[len(self.pairs) + k for k in self._taken]] = False
        return mask

    def circuit(self) -> Circuit:
        """Return the circuit so far; whole at the end of an episode."""
        assert self._pool is not None
        checks = [self._pool.checks[k] for k in sorted(self._taken)]
        plan = self._pool.preparation
        return assemble(self.target.num_qubits, plan.plus, plan.cnots, checks)

    def _left(self) -> float:
        """Return about what the rest costs: ones to clear, or dangerous sets (10 at most)."""
        if self._pool is None:
            return _ones(self._rows)
        return float(min(10, len(self._unseen)))

    def _left_after(self, pair: tuple[int, int]) -> float:
        return _ones(_moved(self._rows, *pair))

    def _begin_checks(self) -> None:
        plus = tuple(bits_of(sum(self._rows)))
        plan = Preparation(plus, tuple(reversed(self._undone)))
        checks = [
            Check(time=len(plan.cnots), basis=each.basis, qubits=each.qubits)
            for each in self.offered
        ]
        self._pool = CheckPool(self.target, plan, allowed=checks)
        self._unseen = unseen_sets(self._pool, self._weights, [])

    def _observation(self) -> np.ndarray:
        bits = [row >> q & 1 for row in self._rows for q in range(self.target.num_qubits)]
        taken = [float(k in self._taken) for k in range(len(self.offered))]
        phase = [float(self._pool is not None), min(1.0, len(self._unseen) / 10)]
        return np.array([*bits, *taken, *phase], dtype=np.float32)


def _moved(rows: list[int], control: int, goal: int) -> list[int]:
    """Return the reduced rows after a CNOT."""
    added = (row ^ (row >> control & 1) << goal for row in rows)
    return list(pivoted_rows(added, lowest=True).values())


def _ones(rows: list[int]) -> float:
    """Return the ones outside the pivots."""
    return float(sum(row.bit_count() for row in rows) - len(rows))
