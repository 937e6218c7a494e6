"""Choose checks that see every dangerous set of faults, those of the checks themselves included.

In: a `CheckPool`.   Out: numbers of the chosen checks.
Next: `quantacore.golden.search.exact_cover`, `quantacore.golden.search.faults`.

Demands are made as they are found: choose, list the sets of faults that nobody sees, demand that
some check sees them as long as the checks that make them are chosen, choose again.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.search.faults import Weights
from quantacore.golden.search.pool import SIDES, CheckPool, Fault

MOST_DEMANDS = 400
"""New demands of one round, chosen at random: many demand the same."""

NUM_TRIED = 12
"""Checks with the best score whose own faults are looked at before one is added."""


@dataclass(frozen=True)
class Demand:
    """One of ``seen`` must be chosen unless one of ``owners`` is not."""

    owners: frozenset[int]
    seen: np.ndarray
    """``bool``, one for each check of the pool."""


def unseen_sets(
    pool: CheckPool, weights: Weights, chosen: Sequence[int]
) -> list[tuple[Fault, ...]]:
    """Return the sets of faults that are dangerous and that no chosen check sees."""
    target = pool.target
    numbers = sorted(chosen)
    place = {number: k for k, number in enumerate(numbers)}
    faults = pool.prepared + [fault for number in numbers for fault in pool.faults_of(number)]
    found: list[tuple[Fault, ...]] = []
    for side in SIDES:
        table = weights.x_weights if side == "X" else weights.z_weights
        different: dict[tuple[int, int], Fault] = {}
        for fault in faults:
            if fault.side != side:
                continue
            seen, error = pool.seen_by(fault)
            syndrome = weights.syndrome(side, error)
            mask = sum(int(seen[number]) << 2 * place[number] for number in numbers)
            if syndrome or mask:
                different.setdefault((mask, syndrome), fault)
        kinds = list(different.values())
        masks = np.array([mask for mask, _ in different], dtype=np.int64)
        syndromes = np.array([syndrome for _, syndrome in different], dtype=np.int64)
        found += [(kinds[k],) for k in np.flatnonzero((masks == 0) & (table[syndromes] > 1))]
        if target.num_faults == 2:
            first, second = np.triu_indices(len(kinds), k=1)
            alike = masks[first] == masks[second]
            first, second = first[alike], second[alike]
            heavy = table[syndromes[first] ^ syndromes[second]] > 2
            found += [
                (kinds[a], kinds[b]) for a, b in zip(first[heavy], second[heavy], strict=True)
            ]
    return found


def own_dangers(
    pool: CheckPool, weights: Weights, number: int, *, pairs: bool
) -> list[tuple[Fault, ...]]:
    """Return the sets of faults of one check that are dangerous and that it does not see itself."""
    different: dict[tuple[str, int, int], Fault] = {}
    for fault in pool.faults_of(number):
        error = pool.trace(fault.side, fault.error, fault.time)[-1]
        different.setdefault((fault.side, weights.syndrome(fault.side, error), fault.flips), fault)
    kinds = list(different.items())
    found: list[tuple[Fault, ...]] = [
        (fault,)
        for (side, error, flips), fault in kinds
        if not flips and weights.of_syndrome(side, error) > 1
    ]
    if pairs and pool.target.num_faults == 2:
        found += [
            (one, other)
            for k, ((side, error, flips), one) in enumerate(kinds)
            for (other_side, other_error, other_flips), other in kinds[:k]
            if side == other_side
            and flips == other_flips
            and weights.of_syndrome(side, error ^ other_error) > 2
        ]
    return found


def hopeless(pool: CheckPool, weights: Weights) -> list[int]:
    """Return the checks that make a dangerous error which no check of the pool could see."""
    return [
        number
        for number in range(len(pool.checks))
        if any(
            not demand.seen.any()
            for demand in demands_of(pool, own_dangers(pool, weights, number, pairs=True))
        )
    ]


def demands_of(pool: CheckPool, sets: Sequence[tuple[Fault, ...]]) -> list[Demand]:
    """Turn sets of faults into demands."""
    found = []
    for faults in sets:
        seen = np.zeros(len(pool.checks), dtype=np.uint8)
        for fault in faults:
            seen ^= pool.seen_by(fault)[0]
        found.append(Demand(frozenset(f.owner for f in faults if f.owner >= 0), seen != 0))
    return found


def greedy_cover(
    pool: CheckPool,
    weights: Weights,
    *,
    start: Sequence[int] = (),
    banned: Sequence[int] | None = None,
    seed: int = 0,
    price: float = 0.5,
    most_checks: int = 30,
) -> list[int] | None:
    """Add the check that meets most demands for its cost until none is left; then leave out some.

    Parameters
    ----------
    pool : CheckPool
    weights : Weights
        Of the same target.
    start : sequence of int
        Checks to begin with; they may be dropped again.
    banned : sequence of int, optional
        Checks never to take; ``hopeless(pool, weights)`` if not given.
    seed : int
        0 takes the best check each time; others spoil the scores by up to 30 %.
    price : float
        What an ancilla costs, in CNOTs.
    most_checks : int
        After so many it gives up.

    Returns
    -------
    list of int or None
        None if it gave up.
    """
    rng = np.random.default_rng([seed, len(pool.checks)])
    picker = random.Random(seed)
    chosen = list(start)
    banned = [*(hopeless(pool, weights) if banned is None else banned)]
    while sets := unseen_sets(pool, weights, chosen):
        if len(chosen) >= most_checks:
            return None
        sample = sets if len(sets) <= MOST_DEMANDS else picker.sample(sets, MOST_DEMANDS)
        gain = np.sum([demand.seen for demand in demands_of(pool, sample)], axis=0)
        gain[[*chosen, *banned]] = 0
        costs = pool.costs + price * pool.num_ancillas
        score = gain / costs * (1 + 0.3 * bool(seed) * rng.random(len(gain)))
        best, left = None, float("inf")
        for number in np.argsort(-score, kind="stable")[:NUM_TRIED].tolist():
            if gain[number]:
                rest = len(unseen_sets(pool, weights, [*chosen, number])) / len(sets)
                # What is left after it, as if each CNOT cleared the same share.
                rating = (rest + 1e-3) ** (1 / costs[number])
                if rating < left:
                    best, left = number, rating
        if best is not None:
            chosen.append(best)
            continue
        # Nothing helps against a fault that a chosen check makes: do without that check.
        owners = {fault.owner for faults in sets for fault in faults} - {-1}
        if not owners:
            return None
        banned.append(picker.choice(sorted(owners)))
        chosen.remove(banned[-1])
    return without_spare(pool, weights, chosen)


def improved_cover(
    pool: CheckPool,
    weights: Weights,
    chosen: Sequence[int],
    *,
    rounds: int,
    seed: int = 0,
    price: float = 0.5,
) -> list[int]:
    """Drop two or three checks, forbid one of them, cover again; keep what is cheaper.

    Parameters
    ----------
    pool, weights
        Of the same target.
    chosen : sequence of int
        A choice that misses nothing.
    rounds : int
    seed : int
    price : float
        What an ancilla costs, in CNOTs.
    """
    picker = random.Random(f"improved/{seed}")
    banned = hopeless(pool, weights)
    costs = pool.costs + price * pool.num_ancillas
    best = list(chosen)
    for number in range(rounds if len(best) else 0):
        dropped = picker.sample(best, min(len(best), picker.choice((2, 3))))
        again = greedy_cover(
            pool,
            weights,
            start=[k for k in best if k not in dropped],
            banned=[*banned, dropped[0]],
            seed=seed * rounds + number + 1,
            price=price,
            most_checks=len(best) + 4,
        )
        if again is not None and costs[again].sum() <= costs[best].sum():
            best = again
    return sorted(best)


def without_spare(pool: CheckPool, weights: Weights, chosen: Sequence[int]) -> list[int]:
    """Leave out checks, the most expensive first, as long as nothing dangerous comes through."""
    kept = list(chosen)
    for number in sorted(chosen, key=lambda k: -int(pool.costs[k])):
        fewer = [k for k in kept if k != number]
        if not unseen_sets(pool, weights, fewer):
            kept = fewer
    return sorted(kept)


Solver = Callable[[np.ndarray, Sequence[Demand]], "list[int] | None"]
"""Costs and demands -> a cheapest choice of checks, None if there is none in time."""


def refined_cover(
    pool: CheckPool,
    weights: Weights,
    solver: Solver,
    *,
    price: float = 0.5,
    most_rounds: int = 60,
    seconds: float = 60.0,
    seed: int = 0,
) -> tuple[list[int] | None, bool]:
    """Solve, look for what was missed, demand it, solve again; repair each choice greedily.

    Parameters
    ----------
    pool, weights
        Of the same target.
    solver : Solver
    price : float
        What an ancilla costs, in CNOTs; halves are told apart.
    most_rounds : int
    seconds : float
        After so long, or so many rounds, the cheapest repaired choice is taken.
    seed : int

    Returns
    -------
    chosen : list of int or None
        A choice that misses nothing, None if none was found.
    is_settled : bool
        The solver's own choice misses nothing: the cheapest one, if the solver always had time.
    """
    picker = random.Random(seed)
    costs = np.round(2 * (pool.costs + price * pool.num_ancillas)).astype(np.int64)
    banned = hopeless(pool, weights)
    demands = [
        demand
        for number in range(len(pool.checks))
        for demand in demands_of(pool, own_dangers(pool, weights, number, pairs=False))
    ]
    best: list[int] | None = None
    choice: list[int] | None = []
    end = time.monotonic() + seconds
    for _ in range(most_rounds):
        if choice is None:
            break
        sets = unseen_sets(pool, weights, choice)
        if not sets:
            return sorted(choice), True
        repaired = greedy_cover(pool, weights, start=choice, banned=banned, price=price)
        if repaired is not None and (best is None or costs[repaired].sum() < costs[best].sum()):
            best = repaired
        if time.monotonic() > end:
            break
        sample = sets if len(sets) <= MOST_DEMANDS else picker.sample(sets, MOST_DEMANDS)
        demands += demands_of(pool, sample)
        choice = solver(costs, demands)
    return best, False
