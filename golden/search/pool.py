"""List the parity checks that could verify a preparation, and what each of them would see.

In: a `Preparation` and its `Target`.   Out: a `CheckPool`.
Next: `quantacore.golden.search.cover`.

A check may run after any CNOT, not only at the end: the state has stabilizers at all times, the
early ones are light, and a check of at most three qubits spreads no error that the preparation
could not make itself. X and Z errors are treated apart, which asks for more than is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.gates.linear import bits_of
from quantacore.golden.search.binary import span
from quantacore.golden.search.circuit import Check
from quantacore.golden.search.prepare import Preparation
from quantacore.golden.search.targets import Target

SIDES = ("X", "Z")
"""Kinds of errors; X errors are seen by checks of basis Z and the other way round."""


@dataclass(frozen=True)
class Fault:
    """Error of one kind that one fault leaves on the data qubits."""

    side: str
    time: int
    """CNOTs of the preparation before it."""
    error: int
    """Bit q: the error on data qubit q at that time."""
    owner: int = -1
    """Check whose gates make it, by its number in the pool; -1 for the preparation."""
    flips: int = 0
    """Bits of the owner's outcome, or for errors of its own basis of its flags; the two are never
    mixed up, because X and Z errors are treated apart."""


class CheckPool:
    """Checks for one preparation.

    Parameters
    ----------
    target : Target
    preparation : Preparation
    early_weight : int
        Most qubits of a check before the last CNOT; 0 for none.
    final_weight : int
        Most qubits of a check after it.
    allowed : sequence of Check, optional
        These checks instead of all.

    Attributes
    ----------
    checks : list of Check
        In the order in which they run, if chosen.
    costs : ndarray
        ``int64``: CNOTs of each check.
    """

    def __init__(
        self,
        target: Target,
        preparation: Preparation,
        *,
        early_weight: int = 3,
        final_weight: int = 6,
        allowed: Sequence[Check] | None = None,
    ):
        self.target = target
        self.preparation = preparation
        self.num_times = len(preparation.cnots) + 1
        self.prepared = self._prepared_faults()
        self.checks = sorted(
            self._candidates(early_weight, final_weight) if allowed is None else allowed,
            key=lambda check: check.time,
        )
        self.costs = np.array([check.num_cnots for check in self.checks], dtype=np.int64)
        self.num_ancillas = np.array([check.num_ancillas for check in self.checks], dtype=np.int64)
        self._times = np.array([check.time for check in self.checks], dtype=np.int64)
        self._rows = np.array(
            [sum(1 << q for q in check.qubits) for check in self.checks], dtype=np.int64
        )
        self._sees = {
            side: np.array([check.basis != side for check in self.checks], dtype=np.uint8)
            for side in SIDES
        }
        self._known: dict[Fault, tuple[np.ndarray, int]] = {}

    def trace(self, side: str, error: int, time: int) -> list[int]:
        """Return the error at all later times: entry 0 is at ``time``."""
        errors = [error]
        for control, goal in self.preparation.cnots[time:]:
            source, reached = (control, goal) if side == "X" else (goal, control)
            error ^= (error >> source & 1) << reached
            errors.append(error)
        return errors

    def seen_by(self, fault: Fault) -> tuple[np.ndarray, int]:
        """Return which checks see a fault and the error at the end.

        Returns
        -------
        seen : ndarray
            ``uint8``, one for each check: 1 if it does; for the owner, the bits that flip.
        error : int
        """
        if fault not in self._known:
            errors = self.trace(fault.side, fault.error, fault.time)
            history = np.zeros(self.num_times, dtype=np.int64)
            history[fault.time :] = errors
            seen = np.bitwise_count(history[self._times] & self._rows) & np.uint8(1)
            seen &= self._sees[fault.side]
            if fault.owner >= 0:
                seen[: fault.owner] = 0
                seen[fault.owner] = fault.flips
            if fault.owner >= 0:
                return seen, errors[-1]  # of all checks together they would not fit in memory
            self._known[fault] = seen, errors[-1]
        return self._known[fault]

    def faults_of(self, number: int) -> list[Fault]:
        """Return the faults that check ``number`` itself can make."""
        check = self.checks[number]
        seen_side, hook_side = ("X", "Z") if check.basis == "Z" else ("Z", "X")
        every = (1 << check.flags) - 1
        found = [Fault(seen_side, check.time, 0, number, 1)]
        found += [Fault(hook_side, check.time, 0, number, bits) for bits in range(1, every + 1)]
        rest = 0
        for left, q in enumerate(reversed(check.qubits)):
            single = 1 << q
            found += [Fault(seen_side, check.time, single, number, bit) for bit in (0, 1)]
            found.append(Fault(hook_side, check.time, single, number))
            # On the ancilla after the CNOT of q. Near the first and last one, where flags begin
            # and end, some see it and some do not.
            inside = 0 < left < len(check.qubits) - 1
            errors = {rest, rest | single} - {0}
            found += [
                Fault(hook_side, check.time, error, number, every * inside) for error in errors
            ]
            rest |= single
            if check.flags and left in (0, len(check.qubits) - 2):
                found += [
                    Fault(hook_side, check.time, rest, number, bits) for bits in range(every + 1)
                ]
        return found

    def _prepared_faults(self) -> list[Fault]:
        plus = set(self.preparation.plus)
        found = [Fault("Z" if q in plus else "X", 0, 1 << q) for q in range(self.target.num_qubits)]
        for time, (control, goal) in enumerate(self.preparation.cnots, start=1):
            for side in SIDES:
                found += [
                    Fault(side, time, error)
                    for error in (1 << control, 1 << goal, 1 << control | 1 << goal)
                ]
        return found

    def _candidates(self, early_weight: int, final_weight: int) -> list[Check]:
        """Return the checks of each time, one of each kind that sees the same, the lightest."""
        lightest: dict[object, Check] = {}
        faults = {side: [f for f in self.prepared if f.side == side] for side in SIDES}
        histories = {}
        for side in SIDES:
            history = np.zeros((self.num_times, len(faults[side])), dtype=np.int64)
            for k, fault in enumerate(faults[side]):
                history[fault.time :, k] = self.trace(side, fault.error, fault.time)
            histories[side] = history
        stabilizers = self._stabilizers()
        for time in range(self.num_times):
            is_last = time == self.num_times - 1
            most_weight = final_weight if is_last else early_weight
            # At the end twice each: a check of either kind may have to look for the other's hooks.
            for layer, (basis, side) in enumerate((("Z", "X"), ("X", "Z")) * (1 + is_last)):
                rows = span(stabilizers[time][basis])[1:]
                rows = rows[np.bitwise_count(rows) <= most_weight]
                seen = np.bitwise_count(rows[:, None] & histories[side][time]) & 1
                for row, pattern in zip(rows.tolist(), seen.astype(np.uint8), strict=True):
                    if not (pattern.any() or is_last):
                        continue
                    for check in _ways(time, basis, tuple(bits_of(row))):
                        key = is_last, layer, basis, check.flags, _hook(check), pattern.tobytes()
                        known = lightest.get(key)
                        if known is None or check.num_cnots < known.num_cnots:
                            lightest[key] = check
        return list(lightest.values())

    def _stabilizers(self) -> list[dict[str, list[int]]]:
        """Return the stabilizers at each time, undoing the CNOTs from the end."""
        x_rows, z_rows = list(self.target.x_rows), list(self.target.z_rows)
        found = [{"X": list(x_rows), "Z": list(z_rows)}]
        for control, goal in reversed(self.preparation.cnots):
            x_rows = [row ^ (row >> control & 1) << goal for row in x_rows]
            z_rows = [row ^ (row >> goal & 1) << control for row in z_rows]
            found.append({"X": list(x_rows), "Z": list(z_rows)})
        return found[::-1]


def _ways(time: int, basis: str, qubits: tuple[int, ...]) -> list[Check]:
    """Return a check plain, from four on with flags too; of four, in all orders that differ."""
    if len(qubits) < 4:
        return [Check(time=time, basis=basis, qubits=qubits)]
    orders = [qubits]
    if len(qubits) == 4:
        a, b, c, d = qubits
        orders += [(a, c, b, d), (a, d, b, c)]
    plain = [Check(time=time, basis=basis, qubits=order) for order in orders]
    flags = (1,) if len(qubits) < 6 else (1, 2)
    return [*plain, *(Check(time=time, basis=basis, qubits=qubits, flags=k) for k in flags)]


def _hook(check: Check) -> frozenset[int] | None:
    """Return what tells the orders of a plain check of four qubits apart: the first two."""
    if check.flags or len(check.qubits) < 4:
        return None
    return frozenset(check.qubits[:2])
