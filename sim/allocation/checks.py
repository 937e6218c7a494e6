"""Compare the simulation with what is known: a formula, and the streaming core itself.

In: distance, noise strength.   Out: `Check` records.
Next: `quantacore.sim.cli.allocate` (``--check``).

A streaming core holds the next window's rounds while it decodes one, so it is a server that a
window keeps busy for one cycle less than its own ``cycles``, but for no less than it takes to
gather the rounds that are new.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantacore.golden.metrics import normal_deviate
from quantacore.host.scheduling import CORE, make_policy
from quantacore.sim.allocation.machine import make_servers, run_queue
from quantacore.sim.allocation.measured import (
    OVERHEAD_CYCLES,
    measure_core_cycles,
    memory,
    shot_rounds,
    stream_memory,
)
from quantacore.sim.allocation.queueing import pollaczek_khinchine_wait
from quantacore.sim.allocation.tiers import Tier

LOADS = (0.3, 0.7)
BATCHES = 20
"""Waiting times are dependent: intervals come from means of so many stretches."""
PERIODS = (20, 12)
"""Cycles between rounds of the streaming core: some windows wait, and many."""
CORE_TOLERANCE = 0.05
"""Of the mean wait: what the core does between windows is modelled to two cycles."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A mean wait that is known, and the simulated one with its interval."""

    name: str
    windows: int
    unit: str
    expected: float
    simulated: float
    low: float
    high: float
    holds: bool


def check_formula(
    times: np.ndarray, load: float, *, name: str, windows: int, seed: int = 1, unit: str = "cycles"
) -> Check:
    """Compare a core with Poisson arrivals with the Pollaczek-Khinchine formula.

    Parameters
    ----------
    times : float64, shape ``(num_samples,)``
        Service times.
    load : float
        In (0, 1).
    name : str
    windows : int
    seed : int
    unit : str

    Returns
    -------
    Check
        Holds if the formula is in the interval of four standard errors.
    """
    mean, second = float(np.mean(times)), float(np.mean(np.square(times, dtype=float)))
    rate = load / mean
    rng = np.random.default_rng(seed)
    arrivals = np.cumsum(rng.exponential(1 / rate, windows))
    policy = make_policy("edf", make_servers(1, 0))
    log = run_queue(policy, {CORE: Tier(times_us=times)}, arrivals, seed=seed)
    waits = np.array(log.waiting_us)
    stretches = np.array([part.mean() for part in np.array_split(waits, BATCHES)])
    error = float(stretches.std(ddof=1)) / math.sqrt(BATCHES)
    expected = pollaczek_khinchine_wait(rate, mean, second)
    half = normal_deviate(0.95) * error
    found = float(waits.mean())
    return Check(
        name=f"{name}, load {load:g}",
        windows=windows,
        unit=unit,
        expected=expected,
        simulated=found,
        low=found - half,
        high=found + half,
        holds=abs(found - expected) <= 4 * error,
    )


def check_streaming_core(
    distance: int, p: float, *, period: int, windows: int = 2000, seed: int = 1, passes: int = 3
) -> Check:
    """Compare the waits of one qubit with those of its Verilated streaming core.

    The simulation gets the cycles in which rounds came and the cycles that each window took, and
    must tell when the windows began.

    Returns
    -------
    Check
        Expected: the core. Holds if the means differ by `CORE_TOLERANCE` at most; the interval is
        that tolerance.
    """
    watched = memory(distance, p)
    plan = watched.plan
    num_shots = max(1, windows // 100)
    streamed = stream_memory(watched, num_shots=num_shots, seed=seed, period=period, passes=passes)
    num_rounds = shot_rounds(plan)
    per_shot = plan.num_windows(num_rounds)
    last = np.minimum(
        np.arange(per_shot) * plan.commit_rounds + plan.num_rounds - 1, num_rounds - 1
    )
    came = streamed.accepted_at.reshape(num_shots, num_rounds)[:, last].astype(np.float64)
    cycles = streamed.fields["cycles"].reshape(num_shots, per_shot).astype(np.float64)
    valid = streamed.valid_at.reshape(num_shots, per_shot).astype(np.float64)
    real = valid - came - cycles - OVERHEAD_CYCLES
    busy = np.maximum(cycles, plan.commit_rounds + 2) - 1
    policy = make_policy("static", make_servers(1, 0))
    log = run_queue(
        policy,
        {CORE: Tier(times_us=np.ones(1))},
        came.reshape(-1),
        times_us=busy.reshape(-1).tolist(),
    )
    expected, found = float(real.mean()), float(np.mean(log.waiting_us))
    room = CORE_TOLERANCE * expected
    return Check(
        name=f"streaming core d={distance} p={p:g}, a round every {period} cycles",
        windows=real.size,
        unit="cycles",
        expected=expected,
        simulated=found,
        low=expected - room,
        high=expected + room,
        holds=abs(found - expected) <= room,
    )


def run_checks(
    distance: int,
    p: float,
    *,
    windows: int = 20_000,
    seed: int = 1,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Check]:
    """Return all checks: M/D/1, M/M/1, M/G/1 with the core's cycles, and the core itself."""
    cycles = measure_core_cycles(distance, p).astype(np.float64)
    drawn = np.random.default_rng(seed).exponential(10.0, 100_000)
    found: list[Check] = []
    for name, times in (
        ("M/D/1", np.full(1, 10.0)),
        ("M/M/1", drawn),
        (f"M/G/1, core cycles d={distance} p={p:g}", cycles),
    ):
        for load in LOADS:
            found.append(check_formula(times, load, name=name, windows=windows, seed=seed))
            progress(len(found))
    for period in PERIODS:
        found.append(check_streaming_core(distance, p, period=period, windows=2000, seed=seed))
        progress(len(found))
    return found
