"""Place qubits on a device and route a preparation and its checks along its links.

In: a `Preparation`.   Out: a `Placement`, the routed preparation, the checks that fit.
Next: `quantacore.golden.search.find`.

A CNOT between qubits that are d links apart becomes 4 (d - 1) CNOTs through the data qubits on the
way, which come back unchanged. A check fits if a free site is linked to all its qubits; a free site
serves again after a reset. Heavier checks fit after their qubits were added up along the links,
which is undone later: such pairs of CNOTs are put at the end, and the checks go between them.
"""

import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from quantacore.golden.gates.linear import bits_of
from quantacore.golden.search.circuit import Check
from quantacore.golden.search.prepare import Preparation

Links = dict[int, set[int]]
"""Site -> sites linked to it."""

DEVICES = ("all", "grid", "heavy-hex")


def device(name: str, num_sites: int) -> Links:
    """Return a device of at least so many sites.

    Parameters
    ----------
    name : str
        One of `DEVICES`. ``"heavy-hex"``: rows of qubits, every fourth pair joined by one between.
    num_sites : int
        At least 2.

    Raises
    ------
    ValueError
        If the device is unknown.
    """
    if name == "all":
        return {a: {b for b in range(num_sites) if b != a} for a in range(num_sites)}
    if name not in DEVICES:
        raise ValueError(f"Connectivity must be one of {', '.join(DEVICES)}, not {name!r}")
    side = math.ceil(math.sqrt(num_sites))
    pairs: list[tuple[tuple[int, int], tuple[int, int]]] = []
    if name == "grid":
        pairs += [((x, y), (x + 1, y)) for y in range(side) for x in range(side - 1)]
        pairs += [((x, y), (x, y + 1)) for y in range(side - 1) for x in range(side)]
    else:
        side += 1
        for y in range(0, 2 * side, 2):
            pairs += [((x, y), (x + 1, y)) for x in range(side - 1)]
            for x in range(y % 4, side, 4):
                if y + 2 < 2 * side:
                    pairs += [((x, y), (x, y + 1)), ((x, y + 1), (x, y + 2))]
    names = {site: k for k, site in enumerate(sorted({site for pair in pairs for site in pair}))}
    links: Links = {k: set() for k in names.values()}
    for a, b in pairs:
        links[names[a]].add(names[b])
        links[names[b]].add(names[a])
    return links


@dataclass(frozen=True)
class Placement:
    """Where the data qubits are."""

    links: Links
    sites: tuple[int, ...]
    """Site of each data qubit."""

    def distances_from(self, qubit: int) -> dict[int, int]:
        """Return data qubit -> links to it, on the way through data qubits only."""
        at = {site: q for q, site in enumerate(self.sites)}
        found = {qubit: 0}
        waiting = deque([qubit])
        while waiting:
            here = waiting.popleft()
            for site in sorted(self.links[self.sites[here]]):
                if site in at and at[site] not in found:
                    found[at[site]] = found[here] + 1
                    waiting.append(at[site])
        return found

    def routed(self, cnot: tuple[int, int]) -> list[tuple[int, int]] | None:
        """Return the CNOTs along links that do the same; None if there is no way."""
        control, goal = cnot
        to_goal = self.distances_from(goal)
        if control not in to_goal:
            return None
        way = [control]
        while way[-1] != goal:
            here = way[-1]
            near = [q for q, s in enumerate(self.sites) if s in self.links[self.sites[here]]]
            way.append(min(near, key=lambda q: to_goal.get(q, math.inf)))
        steps = list(pairwise(way))
        if len(steps) == 1:
            return steps
        # Down and up the way twice, the second time without its first and last step's copies.
        fan = [*steps[::-1], *steps[1:]]
        return [*fan, *_undone(steps)]

    def fits(self, check: Check) -> bool:
        """Tell whether free sites are where the check needs its ancillas."""
        free = set(self.links) - set(self.sites)
        data = {self.sites[q] for q in check.qubits}
        return any(
            data <= self.links[site] and len(self.links[site] & free) >= check.flags
            for site in free
        )


def _undone(steps: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what removes the copies that one way down left on the qubits between."""
    inner = list(steps[:-1])
    return [*inner[::-1], *inner[1:]] if len(inner) > 1 else inner


def cost(placement: Placement, cnots: Sequence[tuple[int, int]]) -> int:
    """Return the CNOTs after routing; a missing way counts 1000."""
    total = 0
    known: dict[int, dict[int, int]] = {}
    for control, goal in cnots:
        if goal not in known:
            known[goal] = placement.distances_from(goal)
        far = known[goal].get(control)
        total += 1000 if far is None else 1 if far == 1 else 4 * (far - 1)
    return total


def placed(
    links: Links, num_data: int, cnots: Sequence[tuple[int, int]], *, steps: int, seed: int
) -> Placement:
    """Look for a cheap placement by simulated annealing.

    Parameters
    ----------
    links : Links
    num_data : int
        At most the number of sites.
    cnots : sequence of (int, int)
    steps : int
        Moves of one qubit, to a free site or in exchange with another.
    seed : int
    """
    rng = random.Random(f"placed/{seed}")
    order = sorted(links)
    rng.shuffle(order)
    best = here = Placement(links, tuple(order[:num_data]))
    least = now = cost(here, cnots)
    for step in range(steps):
        heat = 6.0 * (1 - step / steps) + 0.05
        sites = list(here.sites)
        qubit, site = rng.randrange(num_data), rng.choice(order)
        if site in sites:
            sites[sites.index(site)] = sites[qubit]
        sites[qubit] = site
        there = Placement(links, tuple(sites))
        change = cost(there, cnots) - now
        if change <= 0 or rng.random() < math.exp(-change / heat):
            here, now = there, now + change
            if now < least:
                best, least = here, now
    return best


def routed(placement: Placement, preparation: Preparation) -> Preparation | None:
    """Return the preparation along the links, None if a CNOT has no way."""
    cnots: list[tuple[int, int]] = []
    for cnot in preparation.cnots:
        way = placement.routed(cnot)
        if way is None:
            return None
        cnots += way
    return Preparation(preparation.plus, tuple(cnots))


def with_sums(
    placement: Placement, preparation: Preparation, rows: Sequence[int], *, seed: int
) -> Preparation:
    """Add CNOTs at the end that add up a light Z stabilizer along links, and undo them.

    Parameters
    ----------
    placement : Placement
    preparation : Preparation
    rows : sequence of int
        Z stabilizers of the state; one whose qubits hang together is chosen at random.
    seed : int
    """
    rng = random.Random(f"sums/{seed}")
    trees = []
    for row in rows:
        qubits = bits_of(row)
        root = rng.choice(qubits)
        reached, tree = [root], []
        for here in reached:
            for q in qubits:
                if (
                    q not in reached
                    and placement.sites[q] in placement.links[placement.sites[here]]
                ):
                    reached.append(q)
                    tree.append((q, here))
        if len(reached) == len(qubits):
            trees.append(tree[::-1])
    if not trees:
        return preparation
    tree = rng.choice(trees)
    return Preparation(preparation.plus, (*preparation.cnots, *tree, *tree[::-1]))
