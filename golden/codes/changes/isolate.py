"""Go on without a bad data qubit or a bad ancilla.

In: patch, place of the qubit, rounds.   Out: `Change`.
Next: `quantacore.golden.codes.changes.photons`.

* **Data qubit**: its checks go on without it. What is left of them does not commute: those of X
  and those of Z take turns, and only the products of each kind (super-stabilizers) are
  deterministic. At an edge, take the row or the column off instead.
* **Ancilla**: its check is measured in two halves by the ancillas beside it, which leave their own
  checks to every other round. The checks that do not commute with the halves become a
  super-stabilizer, or are given up where there is only one. Of a check of two data qubits, the
  ancilla on their other side measures the whole.

Source: Auger et al., arXiv:1706.04912, and Debroy et al., arXiv:2410.14891 (lent ancillas).
"""

from quantacore.golden.codes.changes.episode import Change, line_of
from quantacore.golden.codes.changes.phases import Gauges, Phase
from quantacore.golden.codes.check_memory import Check, Place
from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.rotated import checks_of


def isolate(patch: Patch, bad: Place, *, rounds: tuple[int, int], basis: str) -> Change:
    """Return the change of a patch to one without a data qubit or an ancilla.

    Parameters
    ----------
    patch : Patch
    bad : Place
        Of the qubit, in stim's coordinates: data qubits at odd ones.
    rounds : (int, int)
        With the qubit, and without it.
    basis : {"x", "z"}
        Of the observable.

    Raises
    ------
    ValueError
        If there is no such qubit, or no line of data qubits is left for the observable.
    """
    checks = checks_of(patch)
    whole: tuple[Place, ...] = tuple(patch.data)
    data = tuple(place for place in whole if place != bad)
    if bad in whole:
        turns, gauges = _without_data(checks, bad)
    elif bad in {check.place for check in checks}:
        turns, gauges = _without_ancilla(checks, bad)
    else:
        raise ValueError(f"Bad qubit must be one of the patch's, not {bad}")
    axis = 1 if basis == "z" else 0
    after = [check for turn in turns for check in turn]
    # Lines are rows or columns of the patch: one with the bad qubit in it is none.
    lines = {place[axis] for place in whole} - ({bad[axis]} if bad in whole else set())
    line = line_of([checks, after], [p for p in data if p[axis] in lines], basis)
    logical = frozenset(place for place in data if place[axis] == line)
    phases = (
        Phase(name="whole", data=whole, turns=(checks,), rounds=rounds[0], logical=logical),
        Phase(
            name=f"without {bad}",
            data=data,
            turns=turns,
            rounds=rounds[1],
            gauges=gauges,
            logical=logical,
        ),
    )
    return Change(kind="isolate", phases=phases)


def _without_data(
    checks: tuple[Check, ...], bad: Place
) -> tuple[tuple[tuple[Check, ...], ...], tuple[Gauges, ...]]:
    others = [check for check in checks if bad not in check.paulis]
    cut = {
        pauli: tuple(
            Check(c.place, tuple(None if s and s[0] == bad else s for s in c.steps))
            for c in checks
            if c.paulis.get(bad) == pauli
        )
        for pauli in "XZ"
    }
    if any(len(parts) != 2 for parts in cut.values()):
        raise ValueError(
            f"Bad data qubit must be inside the patch, not {bad} at its edge: "
            "shrink the patch by its row or column instead"
        )
    turns = tuple((*others, *cut[pauli]) for pauli in "XZ")
    return turns, tuple(Gauges(place=cut[p][0].place, checks=cut[p]) for p in "XZ")


def _without_ancilla(
    checks: tuple[Check, ...], bad: Place
) -> tuple[tuple[tuple[Check, ...], ...], tuple[Gauges, ...]]:
    (check,) = [check for check in checks if check.place == bad]
    others = [other for other in checks if other is not check]
    pauli = next(iter(check.paulis.values()))
    # Halves across the logical operators of their kind leave the distance; those along it exist
    # at every edge.
    across = 1 if pauli == "X" else 0
    parts = _halves(check, across)
    if not parts.keys() <= {other.place for other in others}:
        parts = _halves(check, 1 - across)
    halves = tuple(parts.values())
    clashing = tuple(other for other in others if any(not _commute(other, h) for h in halves))
    lenders = [other for other in others if other.place in parts]
    free = [other for other in others if other not in clashing and other not in lenders]
    gauges = [Gauges(place=bad, checks=halves, lent=True)]
    if len(clashing) > 1:
        gauges.append(Gauges(place=clashing[0].place, checks=clashing))
        return ((*free, *halves), (*free, *lenders, *clashing)), tuple(gauges)
    return ((*free, *halves), (*free, *lenders)), tuple(gauges)


def _halves(check: Check, axis: int) -> dict[Place, Check]:
    """Return the ancillas beside a check, and what each measures of it."""
    parts: dict[Place, Check] = {}
    for side in (-1, 1):
        own = {p for p in check.paulis if (p[axis] - check.place[axis]) * side > 0}
        x, y = check.place
        lender = (x + 2 * side, y) if axis == 0 else (x, y + 2 * side)
        if own:
            steps = tuple(step if step and step[0] in own else None for step in check.steps)
            parts[lender] = Check(lender, steps)
    return parts


def _commute(one: Check, other: Check) -> bool:
    shared = one.paulis.keys() & other.paulis.keys()
    return sum(one.paulis[place] != other.paulis[place] for place in shared) % 2 == 0
