"""Which code to build: the smallest that reaches a target, why, and what comes next.

In: rows of a comparison, target.   Out: `Advice`.
Next: `quantacore.sim.cli.codes_advise`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from quantacore.golden.metrics import Interval
from quantacore.sim.choice.cost import LINKS_FACTOR, fitting_board
from quantacore.sim.choice.counts import MOST_PASSES
from quantacore.sim.choice.row import Row

SURE, LIKELY, SHORT, UNSEEN = "yes", "likely", "no", "unknown"
"""Whether a code reaches the target: the whole interval, the value, neither, nothing is known."""
LANES = 4
"""Of run-time links: docs/performance.md."""


@dataclass(frozen=True, kw_only=True)
class Core:
    """How to configure the decoder."""

    passes: int
    links: str
    """As of `quantacore.golden.spec.config.CoreConfig`."""
    luts: int
    """LUT4s of the streaming core: estimate."""
    board: str | None
    """Smallest that it fits on."""
    us_per_round: float
    keeps_up: bool
    """Mean time of decoding a round is below that of the round."""

    def describe(self) -> str:
        """Return it in words."""
        lanes = f", {LANES} lanes" if self.links == "runtime" else ""
        fits = self.board or "no board of ours"
        return (
            f"{self.passes} pass{'es' if self.passes > 1 else ''}, links {self.links}{lanes}, "
            f"2 weight banks; about {self.luts:,} LUT4: {fits}"
        )


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One code with its verdict."""

    row: Row
    reaches: str
    """One of `SURE`, `LIKELY`, `SHORT`, `UNSEEN`."""
    core: Core


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to build."""

    best: Choice
    runners_up: tuple[Choice, ...]
    """The best of each other family, and the next of the same."""
    target: float
    per_us: bool
    """The target is per microsecond, not per round."""
    drifts: bool

    @property
    def reached(self) -> bool:
        """The best code reaches the target, by its value at least."""
        return self.best.reaches in (SURE, LIKELY)

    def rate(self, row: Row) -> Interval:
        """Return the rate that the target is of."""
        return row.per_us if self.per_us else row.per_round


def advise(
    rows: Sequence[Row], *, target: float, per_us: bool = False, drifts: bool = False
) -> Advice:
    """Choose the code with the fewest qubits that reaches the target.

    A code counts if the upper end of its interval is below the target; if none is, one whose
    value is; if none is either, the best is the one with the fewest errors.

    Parameters
    ----------
    rows : sequence of Row
        At least one.
    target : float
        Logical errors, in (0, 0.5).
    per_us : bool
        The target is per microsecond, not per round.
    drifts : bool
        The noise changes: links must be those of the image in force, not baked into the core.

    Raises
    ------
    ValueError
        If the target is out of range, or nothing is known of any code.
    """
    check_target(target)

    def rate(row: Row) -> Interval:
        return row.per_us if per_us else row.per_round

    def reaches(row: Row) -> str:
        if math.isnan(rate(row).value):
            return UNSEEN
        if rate(row).high <= target:
            return SURE
        return LIKELY if 0 < rate(row).value <= target else SHORT

    choices = [Choice(row=row, reaches=reaches(row), core=_core(row, drifts)) for row in rows]
    known = [choice for choice in choices if choice.reaches != UNSEEN]
    if not known:
        raise ValueError("Too few errors for any estimate: count more --shots, or other --families")

    def order(choice: Choice) -> tuple[float, ...]:
        row = choice.row
        verdict = (SURE, LIKELY, SHORT).index(choice.reaches)
        errors = rate(row).value or rate(row).high
        if choice.reaches == SHORT:
            return (verdict, errors, row.qubits)
        return (verdict, row.qubits, errors)

    ranked = sorted(known, key=order)
    best = ranked[0]
    others: list[Choice] = []
    for choice in ranked[1:]:
        if all(choice.row.code.family != other.row.code.family for other in others):
            others.append(choice)
    return Advice(best=best, runners_up=tuple(others), target=target, per_us=per_us, drifts=drifts)


def check_target(target: float) -> None:
    """Raise `ValueError` unless it is in (0, 0.5)."""
    if not 0 < target < 0.5:
        raise ValueError(f"target must be above 0 and below 0.5, not {target!r}")


def reasons(advice: Advice) -> list[str]:
    """Return why, a sentence a point."""
    best, row = advice.best, advice.best.row
    rate, unit = advice.rate(row), "microsecond" if advice.per_us else "round"
    found = {
        SURE: f"its whole 95 % interval is below the target of {advice.target:g} per {unit}",
        LIKELY: f"its value is below the target of {advice.target:g} per {unit}, the upper end of "
        f"its interval ({rate.high:.1e}) is not: count more --shots to be sure",
        SHORT: f"it misses the target of {advice.target:g} per {unit} by a factor of "
        f"{(rate.value or rate.high) / advice.target:.3g}; no other code does better",
    }
    lines = [found[best.reaches]]
    if advice.reached:
        lines.append(f"no code with fewer qubits or modes than its {row.qubits} is as sure to")
    lines += [
        f"basis {basis}: {each.interval:.1e} per round, {each.kind} ({each.reason})"
        for basis, each in row.rates.items()
    ]
    if row.doubled:
        lines.append("the other basis has no experiment here and is taken to be as good")
    if row.code.photons is not None:
        lines.append(f"{row.code.photons:g} photons: with fewer, bits flip; with more, phases flip")
    lines.append(_passes_reason(best))
    lines.append(_links_reason(best.core, drifts=advice.drifts))
    pace = "keeps up with" if best.core.keeps_up else "is slower than"
    lines.append(
        f"decoding takes {best.core.us_per_round:.2g} us a round on average, "
        f"{'as its core did' if row.cost.measured else 'by the cycle model'}, and {pace} rounds of "
        f"{row.cycle_us:g} us"
    )
    if best.core.board is None:
        lines.append("no board of ours has so many LUTs: take a larger part, or fewer rounds")
    return lines


def _core(row: Row, drifts: bool) -> Core:
    ratio = row.passes_ratio
    # Of a code that was not counted nothing is known: later passes are worth more, the larger.
    passes = 1 if not row.uses_links or (ratio is not None and ratio.low <= 1) else MOST_PASSES
    links = "none" if passes == 1 else "runtime" if drifts else "baked"
    factor = LINKS_FACTOR[links] / LINKS_FACTOR["baked" if row.uses_links else "none"]
    luts = round(row.cost.board_luts * factor)
    cost = row.cost
    us = cost.one_pass_us_per_round if passes == 1 and row.uses_links else cost.us_per_round
    return Core(
        passes=passes,
        links=links,
        luts=luts,
        board=fitting_board(luts),
        us_per_round=us,
        keeps_up=us <= row.cycle_us,
    )


def _passes_reason(best: Choice) -> str:
    ratio = best.row.passes_ratio
    if not best.row.uses_links:
        return "one pass: the code's errors have no correlations to use"
    if ratio is None:
        return "three passes: they help the smaller codes of the family"
    if best.core.passes == 1:
        return f"one pass: it makes {ratio:.2f} times the errors of three, no more for sure"
    return f"three passes: one makes {ratio:.2f} times the errors"


def _links_reason(core: Core, *, drifts: bool) -> str:
    if core.links == "none":
        return "no links: smallest core, any image"
    if drifts:
        return "run-time links: the noise drifts, and the links follow each image"
    return "baked links: smallest and fastest; take run-time links if the noise drifts"
