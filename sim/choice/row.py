"""What is known of one code on one machine.

In: rates by basis, counts, `Cost`.   Out: `Row`, and a model of the costs of codes not built.
Next: `quantacore.sim.choice.comparison`, `quantacore.sim.choice.report`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from quantacore.golden.metrics import Interval, PairedErrors, error_ratio
from quantacore.sim.choice.candidates import Candidate
from quantacore.sim.choice.cost import (
    Cost,
    board_lut_estimate,
    cycles_of_effort,
    lut_estimate,
)
from quantacore.sim.choice.counts import ANALOG, MATCHING, ONE_PASS, OURS, Counts

COUNTED, EXACT, EXTRAPOLATED, UNKNOWN = "counted", "exact", "extrapolated", "unknown"
"""Where a rate is from, the surest first but for `EXACT`, a formula that holds for our circuit."""
WORST_FIRST = (UNKNOWN, EXTRAPOLATED, COUNTED, EXACT)

NEGLIGIBLE = 0.05
"""Share of the errors up to which it does not matter where a basis' rate is from."""

LEAST_EFFORT = 1e-6
"""Of a shot, where a logarithm is taken."""

CostModel = Callable[[Candidate, float], Cost]
"""(code, clock in MHz) -> cost."""


@dataclass(frozen=True, kw_only=True)
class BasisRate:
    """Logical errors of one memory experiment."""

    interval: Interval
    """Per round; NaN if nothing is known."""
    kind: str
    """One of `WORST_FIRST`."""
    reason: str
    """Where it is from, in words."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One code."""

    code: Candidate
    rates: dict[str, BasisRate]
    """Basis -> logical errors of our decoder per round."""
    counts: dict[str, Counts]
    """Basis -> what was counted with the machine's own noise; empty beyond."""
    cost: Cost
    cycle_us: float
    """Time of a round, microseconds."""

    @property
    def qubits(self) -> int:
        """Or modes; ancillas included."""
        return self.code.resources.qubits

    @property
    def kind(self) -> str:
        """The least sure of its rates; those that hardly matter do not count."""
        least = NEGLIGIBLE * self.per_round.value
        kinds = [r.kind for r in self.rates.values() if not r.interval.high < least]
        return min(kinds, key=WORST_FIRST.index)

    @property
    def doubled(self) -> bool:
        """Only one basis is there: the other is taken to be as good."""
        return len(self.rates) == 1

    @property
    def per_round(self) -> Interval:
        """Logical errors of both bases together; the ends are sums of ends, so rather wide."""
        factor = 2 if self.doubled else 1
        intervals = [rate.interval for rate in self.rates.values()]
        return Interval(
            value=min(factor * sum(each.value for each in intervals), 0.5),
            low=min(factor * sum(each.low for each in intervals), 0.5),
            high=min(factor * sum(each.high for each in intervals), 0.5),
        )

    @property
    def per_us(self) -> Interval:
        """The same per microsecond."""
        rate = self.per_round
        return Interval(
            value=rate.value / self.cycle_us,
            low=rate.low / self.cycle_us,
            high=rate.high / self.cycle_us,
        )

    @property
    def rank(self) -> float:
        """Errors per round to sort by: the upper end if none was seen, infinite if unknown."""
        rate = self.per_round
        if math.isnan(rate.value):
            return math.inf
        return rate.value or rate.high

    @property
    def passes_ratio(self) -> Interval | None:
        """Errors of one pass relative to those of three, both bases; None if not counted."""
        return self._ratio(ONE_PASS) if self.uses_links else None

    @property
    def matching_ratio(self) -> Interval | None:
        """Errors of PyMatching relative to ours, both bases; None if not counted."""
        return self._ratio(MATCHING)

    @property
    def analog_ratio(self) -> Interval | None:
        """Errors with analog information relative to ours without; None if not counted."""
        told = self.counts and all(ANALOG in each.errors for each in self.counts.values())
        return self._ratio(ANALOG) if told else None

    @property
    def uses_links(self) -> bool:
        """A later pass has correlations to use."""
        return self.cost.links > 0

    def _ratio(self, decoder: str) -> Interval | None:
        pairs = [counts.paired(decoder) for counts in self.counts.values()]
        if not pairs:
            return None
        total = sum(pairs[1:], start=pairs[0])
        return error_ratio(PairedErrors(**vars(total)))


def cost_model(counted: Mapping[Candidate, Counts]) -> CostModel:
    """Return the cost of decoding a code, by what golden did with those that were counted.

    Sizes of others follow from measurements and rounds; effort is a power of their product.

    Parameters
    ----------
    counted : mapping
        Codes with counts, at least one of each family.
    """
    points: dict[tuple[str, float | None], list[tuple[Candidate, Counts]]] = {}
    for code, counts in counted.items():
        points.setdefault((code.family, code.photons), []).append((code, counts))

    def cost(code: Candidate, clock_mhz: float) -> Cost:
        known = counted.get(code)
        family = points.get((code.family, code.photons), [])
        if known is None:
            nodes, edges, efforts, links = _outside(code, family)
        else:
            nodes, edges, links = known.nodes, known.edges, known.links
            efforts = _efforts(known)
        kind = "baked" if links else "none"
        one_pass, cycles = (cycles_of_effort(each) / code.rounds for each in efforts)
        return Cost(
            nodes=nodes,
            edges=edges,
            links=links,
            luts=lut_estimate(nodes=nodes, edges=edges, links=kind),
            board_luts=board_lut_estimate(nodes=nodes, edges=edges, links=kind),
            cycles_per_round=cycles,
            measured=False,
            us_per_round=cycles / clock_mhz,
            one_pass_us_per_round=one_pass / clock_mhz,
        )

    return cost


def _efforts(counts: Counts) -> tuple[float, float]:
    """Return the mean efforts of a shot in one pass, and in as many as help."""
    return counts.effort[ONE_PASS] / counts.shots, counts.effort[OURS] / counts.shots


def _outside(
    code: Candidate, family: list[tuple[Candidate, Counts]]
) -> tuple[int, int, tuple[float, float], int]:
    """Return nodes, edges, mean efforts and links of a code that was not built."""
    largest, counts = max(family, key=lambda each: _volume(each[0]))
    grown = _volume(code) / _volume(largest)
    volumes = np.log([_volume(each) for each, _ in family])
    logs = np.log([max(_efforts(each)[1], LEAST_EFFORT) for _, each in family])
    power = float(np.polyfit(volumes, logs, 1)[0]) if len(family) > 1 else 1.0
    one_pass, ours = (each * grown**power for each in _efforts(counts))
    return round(counts.nodes * grown), round(counts.edges * grown), (one_pass, ours), counts.links


def _volume(code: Candidate) -> int:
    return code.resources.measurements * code.rounds
