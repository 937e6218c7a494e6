"""Put a circuit on a device: CNOTs between distant qubits go over free qubits, their bridges.

In: a certified `Circuit` of a device where all meet.   Out: a `Bridged` circuit along links.
Next: `quantacore.golden.search.find`.

A bridge starts in zero, takes a copy of the control, gives it on, is cleared by the same CNOT, and
is measured: ``d`` links cost ``2 d - 1`` CNOTs and ``d - 1`` measurements. It must read 0, so what
a fault leaves on a bridge is seen, and what is unseen is what one fault at the bare CNOT could
leave. Two uses of a bridge with the same control become one: that saves two CNOTs and a
measurement, and what it costs in safety the proof of the result must tell.
"""

import math
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from quantacore.golden.search.circuit import Circuit, Gate
from quantacore.golden.search.connectivity import Links

MISSING_PRICE = 100.0
"""What a CNOT without a way costs while qubits are placed."""


@dataclass(frozen=True, kw_only=True)
class Bridged:
    """A circuit on a device."""

    circuit: Circuit
    sites: tuple[int, ...]
    """Site of each qubit: those of the circuit that was placed first, then its bridges."""

    def fits(self, links: Links) -> bool:
        """Tell whether every CNOT is along a link and no site has two qubits."""
        return len(set(self.sites)) == len(self.sites) and all(
            self.sites[b] in links[self.sites[a]]
            for name, a, b in self.circuit.gates
            if name == "CX"
        )


def bridged(
    circuit: Circuit, links: Links, sites: Sequence[int], mirrored: Collection[int] = ()
) -> tuple[Bridged, int]:
    """Return a circuit with bridges, and the number of its CNOTs that have no way.

    Parameters
    ----------
    circuit : Circuit
    links : Links
    sites : sequence of int
        Site of each qubit of the circuit, different ones. Until its first CNOT, and after its
        measurement, a qubit's site is free.
    mirrored : collection of int
        CNOTs, by number, whose bridges start in plus and pass on the target's Z side.
    """
    qubits = dict(zip(sites, range(circuit.num_qubits), strict=True))
    waiting: dict[int, Gate] = {}
    alive: set[int] = set()
    gates: list[Gate] = []
    number = missing = 0
    for gate in circuit.gates:
        name, control, goal = gate
        if name in ("R", "RX"):
            waiting[control] = gate
            continue
        for q in (control, goal):
            if q in waiting:
                gates.append(waiting.pop(q))
                alive.add(q)
        if name != "CX":
            alive.discard(control)
            gates.append(gate)
            continue
        way = _way(links, sites[control], sites[goal], {sites[q] for q in alive})
        if way is None:
            missing += 1
        else:
            along = [qubits.setdefault(site, len(qubits)) for site in way]
            gates += _over(along, mirror=number in mirrored)
        number += 1
    made = Circuit(num_data=circuit.num_data, gates=(*gates, *waiting.values()))
    return Bridged(
        circuit=made, sites=tuple(sorted(qubits, key=lambda site: qubits[site]))
    ), missing


def _over(along: list[int], *, mirror: bool) -> list[Gate]:
    """Return a CNOT from the first to the last qubit over those between."""
    steps: list[Gate] = [("CX", a, b) for a, b in pairwise(along)]
    if mirror:
        steps.reverse()
    reset, measure = ("RX", "MX") if mirror else ("R", "M")
    inner = along[1:-1]
    return [
        *((reset, q, q) for q in inner),
        *(steps + steps[-2::-1]),
        *((measure, q, q) for q in inner),
    ]


def _way(links: Links, start: int, end: int, occupied: set[int]) -> list[int] | None:
    """Return a shortest way over free sites, ends included."""
    before = {start: start}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for site in sorted(links[here]):
            if site == end:
                way = [end, here]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if site not in before and site not in occupied:
                before[site] = here
                waiting.append(site)
    return None


def merged(circuit: Circuit, accept: Callable[[Circuit], bool] | None = None) -> Circuit:
    """Keep bridges open where the next thing that they do is to take the same copy again.

    Parameters
    ----------
    circuit : Circuit
    accept : callable, optional
        Tells whether a bridge may stay open, by the circuit that it gives. Without it all may.

    Examples
    --------
    >>> use = [("R", 2, 2), ("CX", 0, 2), ("CX", 2, 1), ("CX", 0, 2), ("M", 2, 2)]
    >>> merged(Circuit(num_data=2, gates=(*use, *use))).num_cnots
    4
    """
    refused: set[tuple[int, ...]] = set()
    while True:
        spare: set[int] = set()
        for four in _repeats(circuit.gates):
            if spare.isdisjoint(four) and four not in refused:
                fewer = _without(circuit, {*four})
                if accept is None:
                    spare.update(four)
                elif accept(fewer):
                    circuit = fewer
                    refused.clear()
                    break
                else:
                    refused.add(four)
        else:
            if not spare:
                return circuit
            circuit = _without(circuit, spare)


def _without(circuit: Circuit, spare: set[int]) -> Circuit:
    kept = tuple(gate for k, gate in enumerate(circuit.gates) if k not in spare)
    return Circuit(num_data=circuit.num_data, gates=kept)


def _repeats(gates: Sequence[Gate]) -> Iterator[tuple[int, int, int, int]]:
    """Yield what could be left out: a copy is cleared, measured, reset, and taken again."""
    touching = defaultdict(list)
    for k, (_, a, b) in enumerate(gates):
        touching[a].append(k)
        if a != b:
            touching[b].append(k)
    for bridge, places in touching.items():
        for clear, end, reset, copy in zip(
            places, places[1:], places[2:], places[3:], strict=False
        ):
            plain = (gates[end][0], gates[reset][0]) == ("M", "R")
            if not plain and (gates[end][0], gates[reset][0]) != ("MX", "RX"):
                continue
            _, a, b = gates[clear]
            source = a if plain else b
            if gates[clear] != gates[copy] or bridge == source or a == b:
                continue
            changed = any(  # then the copy would be an old one
                source == (goal if plain else control) or (name != "CX" and source == control)
                for name, control, goal in gates[clear + 1 : copy]
            )
            if not changed:
                yield clear, end, reset, copy


def placed_with_bridges(
    circuit: Circuit,
    links: Links,
    *,
    steps: int,
    seed: int,
    seconds: float = math.inf,
    price: float = 0.5,
    accept: Callable[[Circuit], bool] | None = None,
) -> Bridged | None:
    """Look for the cheapest places by simulated annealing; None if some CNOT has no way.

    Parameters
    ----------
    circuit : Circuit
        With no more qubits than there are sites.
    links : Links
    steps : int
        Moves: a qubit to a free site or in exchange with another, or a bridge mirrored.
    seed : int
    seconds : float
        No move is begun after it.
    price : float
        What a measurement costs, in CNOTs.
    accept : callable, optional
        As in `merged`, for the result.
    """
    rng = random.Random(f"bridges/{seed}")
    every = sorted(links)
    here: tuple[tuple[int, ...], frozenset[int]]
    here = tuple(rng.sample(every, circuit.num_qubits)), frozenset()

    def rated(sites: Sequence[int], mirrored: Collection[int]) -> float:
        made, missing = bridged(circuit, links, sites, mirrored)
        found = merged(made.circuit)
        return found.num_cnots + price * found.num_ancillas + MISSING_PRICE * missing

    now = least = rated(*here)
    best = here
    end = time.monotonic() + seconds
    for step in range(steps):
        if time.monotonic() > end:
            break
        heat = 5.0 * (1 - step / steps) + 0.05
        sites, mirrored = list(here[0]), here[1]
        if rng.random() < 0.25:
            mirrored ^= {rng.randrange(circuit.num_cnots)}
        else:
            qubit, site = rng.randrange(len(sites)), rng.choice(every)
            if site in sites:
                sites[sites.index(site)] = sites[qubit]
            sites[qubit] = site
        cost = rated(sites, mirrored)
        if cost <= now or rng.random() < math.exp((now - cost) / heat):
            here, now = (tuple(sites), mirrored), cost
            if now < least:
                least, best = now, here
    made, missing = bridged(circuit, links, *best)
    if missing:
        return None
    # Qubits that merging leaves without gates keep their numbers.
    return Bridged(circuit=merged(made.circuit, accept), sites=made.sites)
