"""Machines and rows for tests: small budgets, much noise, so that few shots say something."""

from quantacore.golden.metrics import Interval
from quantacore.sim.choice.candidates import Candidate
from quantacore.sim.choice.comparison import Effort
from quantacore.sim.choice.cost import Cost
from quantacore.sim.choice.counts import DECODERS, Counts
from quantacore.sim.choice.hardware import Hardware, hardware_from_toml
from quantacore.sim.choice.row import COUNTED, BasisRate, Row

QUBITS = """
name = "small"
budget = 50
[qubits]
gate = 0.008
idle = 0.008
prepare = 0.008
measure = 0.008
"""
CATS = """
name = "cats"
budget = 17
[cat]
kappa1_per_s = 1e3
kappa2_per_s = 1e6
most_photons = 6
"""
QUICK = Effort(shots=5_000, errors=5_000, largest=5)


def machine(text: str = QUBITS, *, budget: int | None = None) -> Hardware:
    """Return a machine."""
    return hardware_from_toml(text, budget=budget)


def made_up_row(
    *,
    family: str = "rotated",
    distance: int = 3,
    value: float = 1e-3,
    low: float | None = None,
    high: float | None = None,
    kind: str = COUNTED,
    errors: tuple[int, int, int] = (90, 60, 80),
    links: int = 10,
    luts: int = 10_000,
    us: float = 0.1,
    cycle_us: float = 1.0,
) -> Row:
    """Return a row of which only what is given matters; ``value`` is that of one basis."""
    code = Candidate(family=family, distances=(distance, distance))
    interval = Interval(
        value=value,
        low=value / 2 if low is None else low,
        high=value * 2 if high is None else high,
    )
    names = dict(zip(DECODERS, errors, strict=True))
    both = dict(zip(DECODERS, [min(each, errors[1]) for each in errors], strict=True))
    counts = Counts(shots=10_000, errors=names, both=both, links=links)
    rate = BasisRate(interval=interval, kind=kind, reason="made up")
    return Row(
        code=code,
        rates={"z": rate, "x": rate},
        counts={"z": counts, "x": counts} if kind == COUNTED else {},
        cost=Cost(
            nodes=24,
            edges=78,
            links=links,
            luts=luts,
            board_luts=luts,
            cycles_per_round=us * 25,
            measured=False,
            us_per_round=us,
            one_pass_us_per_round=us / 2,
        ),
        cycle_us=cycle_us,
    )
