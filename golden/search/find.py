"""Search for whole circuits: preparation, placement, checks, proof.

In: a `Target`, the name of a method, a device, a budget of seconds.   Out: the best `Found`.
Next: `quantacore.sim.experiments.gate_search`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from quantacore.golden.gates.preparation import find_preparation
from quantacore.golden.search.binary import span
from quantacore.golden.search.bridges import placed_with_bridges
from quantacore.golden.search.circuit import Check, Circuit, assemble
from quantacore.golden.search.connectivity import Links, device, placed, routed, with_sums
from quantacore.golden.search.cover import (
    demands_of,
    greedy_cover,
    improved_cover,
    refined_cover,
    unseen_sets,
)
from quantacore.golden.search.exact_cover import cheapest
from quantacore.golden.search.faults import (
    MOST_MEASUREMENTS,
    Verdict,
    Weights,
    check_faults,
    weights_of,
)
from quantacore.golden.search.pool import CheckPool
from quantacore.golden.search.prepare import Preparation, beam, greedy
from quantacore.golden.search.targets import Target

BRIDGE_MOVES = 2500
"""Moves of each placement with bridges."""

METHODS = ("greedy", "beam", "exact")
ANCILLA_PRICE = 0.5
"""What an ancilla costs, in CNOTs."""


@dataclass(frozen=True)
class _Route:
    """A preparation that waits for its checks."""

    preparation: Preparation
    fits: Callable[[Check], bool] | None = None
    """Whether a check fits the device; None if all do."""
    bridge: Links | None = None
    """The whole circuit goes to this device afterwards, over bridges."""
    start: tuple[Check, ...] = ()
    """Checks that miss nothing, from which to go on; those at the end get heavier no more."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A certified circuit."""

    circuit: Circuit
    verdict: Verdict
    seconds: float
    """Until it was found."""

    @property
    def cost(self) -> float:
        """CNOTs, and half of one for each ancilla."""
        return self.circuit.num_cnots + ANCILLA_PRICE * self.circuit.num_ancillas


def search(
    target: Target,
    method: str = "beam",
    *,
    connectivity: str = "all",
    seconds: float = 30.0,
    seed: int = 1,
    final_weight: int | None = None,
    num_cnots: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Found | None:
    """Return the cheapest certified circuit that was found in time.

    Parameters
    ----------
    target : Target
    method : str
        ``"greedy"``: one preparation, checks one by one. ``"beam"``: many preparations, and greedy
        choices improved by dropping some again. ``"exact"``: many preparations, checks by integer
        programming (OR-tools).
    connectivity : str
        ``"all"``, ``"grid"`` or ``"heavy-hex"``.
    seconds : float
        Nothing is begun after it; greedy stops at its first circuit.
    seed : int
    final_weight : int, optional
        Most qubits of a check after the last CNOT; 8 if every qubit meets every other.
    num_cnots : int, optional
        Only preparations with so many CNOTs, checks not counted: what A* has proved the fewest.
    progress : callable, optional
        Called with the seconds gone.

    Raises
    ------
    ValueError
        If the method or the connectivity is unknown.
    """
    if method not in METHODS:
        raise ValueError(f"Method must be one of {', '.join(METHODS)}, not {method!r}")
    weights = weights_of(target)
    start = time.monotonic()
    best: Found | None = None
    routes = _routes(target, method, connectivity, seed)
    if method != "greedy" and connectivity == "all" and target.num_faults == 1:
        easy = easy_to_check(target, weights, seconds=seconds / 2, seed=seed)
        routes = chain(map(_Route, easy), routes)
    for number, route in enumerate(routes):
        gone = time.monotonic() - start
        if progress is not None:
            progress(gone)
        if gone > seconds or (method == "greedy" and best is not None):
            break
        if num_cnots is not None and len(route.preparation.cnots) != num_cnots:
            continue
        pool = CheckPool(
            target,
            route.preparation,
            final_weight=final_weight or (4 if route.fits or route.start else 8),
        )
        if route.fits:
            allowed = [check for check in pool.checks if route.fits(check)]
            pool = CheckPool(target, route.preparation, allowed=allowed)
        if route.start:
            pool = CheckPool(target, route.preparation, allowed=[*route.start, *pool.checks])
            begun = [k for k, check in enumerate(pool.checks) if check in route.start]
            chosen: list[int] | None = improved_cover(
                pool, weights, begun, rounds=6, seed=number, price=ANCILLA_PRICE
            )
        else:
            chosen = _chosen(pool, weights, method, number, seconds - gone)
        if chosen is None:
            continue
        checks = [pool.checks[k] for k in chosen]
        circuit = assemble(
            target.num_qubits, route.preparation.plus, route.preparation.cnots, checks
        )
        if route.bridge is not None:
            over = _over_bridges(
                circuit, target, weights, route.bridge, seconds - gone, seed=seed + number
            )
            if over is None:
                continue
            circuit = over
        found = Found(
            circuit=circuit,
            verdict=check_faults(circuit, target, weights=weights),
            seconds=time.monotonic() - start,
        )
        if found.verdict.is_fault_tolerant and (best is None or found.cost < best.cost):
            best = found
    return best


def easy_to_check(
    target: Target, weights: Weights, *, seconds: float, seed: int, most: int = 4
) -> list[Preparation]:
    """Return the preparations whose dangerous faults one light final check sees best.

    The order of CNOTs that commute matters: it decides which errors spread. So many are tried.
    """
    end = time.monotonic() + seconds
    found: dict[Preparation, int] = {}
    turn = 0
    while time.monotonic() < end and (not found or min(found.values())):
        turn += 1
        for preparation in beam(target, width=6, seed=seed + 100 * turn):
            pool = CheckPool(target, preparation, early_weight=0, final_weight=3)
            demands = demands_of(pool, unseen_sets(pool, weights, []))
            seen = np.sum([demand.seen for demand in demands], axis=0)
            found[preparation] = len(demands) - int(np.max(seen, initial=0))
    return sorted(found, key=lambda preparation: found[preparation])[:most]


def _chosen(
    pool: CheckPool, weights: Weights, method: str, number: int, seconds: float
) -> list[int] | None:
    if method == "exact":
        each = min(seconds, 20.0 * pool.target.num_faults**2)
        return refined_cover(
            pool,
            weights,
            lambda costs, demands: cheapest(costs, demands, seconds=each / 4),
            seconds=each,
            price=ANCILLA_PRICE,
        )[0]
    chosen = greedy_cover(
        pool, weights, seed=0 if method == "greedy" else number, price=ANCILLA_PRICE
    )
    if method == "greedy" or chosen is None:
        return chosen
    return improved_cover(pool, weights, chosen, rounds=6, seed=number, price=ANCILLA_PRICE)


def _over_bridges(
    circuit: Circuit, target: Target, weights: Weights, links: Links, seconds: float, *, seed: int
) -> Circuit | None:
    def is_safe(made: Circuit) -> bool:
        return (
            made.num_ancillas <= MOST_MEASUREMENTS
            and check_faults(made, target, weights=weights).is_fault_tolerant
        )

    made = placed_with_bridges(
        circuit,
        links,
        steps=BRIDGE_MOVES,
        seed=seed,
        seconds=seconds,
        price=ANCILLA_PRICE,
        accept=is_safe,
    )
    return made.circuit if made is not None and is_safe(made.circuit) else None


def _library(target: Target, seed: int, number: int) -> Iterator[_Route]:
    """Yield one try of the gate library, if it is fault-tolerant: flagged checks at the end."""
    basis = "z" if target.basis == "zero" else "x"
    try:
        made = find_preparation(
            target.code, basis, order=target.num_faults, tries=1, seed=seed, first=number
        )
    except ValueError:
        return
    yield _Route(
        Preparation(made.plus, made.encoder),
        start=tuple(
            Check(
                time=len(made.encoder),
                basis=check.kind.upper(),
                qubits=check.qubits,
                flags=int(check.flagged),
            )
            for check in made.checks
        ),
    )


def _routes(target: Target, method: str, connectivity: str, seed: int) -> Iterator[_Route]:
    """Yield preparations without end; on a device, over bridges and through data qubits in turn."""
    every = [greedy(target, seed=seed)]
    turn = tried = 0
    if connectivity == "all":
        while True:
            for preparation in every:
                yield _Route(preparation)
                if target.num_faults == 2:
                    tried += 1
                    yield from _library(target, seed, tried)
            turn += 1
            every = beam(target, width=8, slack=turn % 2, seed=seed + turn)[:: 5 if turn else 1]
    num_sites = 2 * target.num_qubits + 2
    links = device(connectivity, num_sites)
    light = [int(row) for row in span(target.z_rows)[1:] if int(row).bit_count() <= 4]
    while True:
        for preparation in every:
            turn += 1
            yield _Route(preparation, bridge=links)
            place = placed(links, target.num_qubits, preparation.cnots, steps=400, seed=seed + turn)
            path = routed(place, preparation)
            if path is not None:
                yield _Route(path, place.fits)
                yield _Route(with_sums(place, path, light, seed=turn), place.fits)
        every = beam(target, width=8, slack=turn % 2, seed=seed + turn)[::5]
