"""Compare the simulation with what is known: a formula, and the streaming core itself.

In: distance, noise strength.   Out: `Check` records.
Next: `quantacore.sim.cli.allocate` (``--check``).

A streaming core holds the next window's rounds while it decodes one, so it is a server that a
window keeps busy for one cycle less than its own ``cycles``, but for no less than it takes to
gather the rounds that are new.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantacore.host.scheduling import CORE, make_policy
from quantacore.sim.allocation.gate_windows import Gate
from quantacore.sim.allocation.machine import make_servers, run_queue
from quantacore.sim.allocation.measured import OVERHEAD_CYCLES, measure_core_cycles
from quantacore.sim.allocation.queueing import pollaczek_khinchine_wait
from quantacore.sim.allocation.run_intervals import batch_error, mean_interval
from quantacore.sim.allocation.streamed import (
    SHOT_WINDOWS,
    Stream,
    memory,
    memory_stream,
    run_stream,
    shot_rounds,
)
from quantacore.sim.allocation.tiers import Tier

LOADS = (0.3, 0.7)
PERIODS = (20, 12)
"""Cycles between rounds of the streaming core: some windows wait, and many."""
LONG_PERIOD = 400
"""Cycles between rounds when no window waits for another."""
MEMORY_SHOTS, GATE_SHOTS = 10, 300
"""Of the comparison of the replayed mesh with the Verilog: of `SHOT_WINDOWS` windows; of a gate."""
CORE_TOLERANCE = 0.05
"""Of the mean wait: what the core does between windows is modelled to two cycles."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A mean that is known, and the simulated one with its interval."""

    name: str
    windows: int
    what: str = "wait"
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
    error = batch_error(waits)
    expected = pollaczek_khinchine_wait(rate, mean, second)
    found = mean_interval(log.waiting_us)
    return Check(
        name=f"{name}, load {load:g}",
        windows=windows,
        unit=unit,
        expected=expected,
        simulated=found.value,
        low=found.low,
        high=found.high,
        holds=abs(found.value - expected) <= 4 * error,
    )


def check_streaming_core(
    distance: int, p: float, *, period: int, windows: int = 2000, seed: int = 1
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
    num_shots = max(1, windows // SHOT_WINDOWS)
    stream = memory_stream(watched, num_shots=num_shots, seed=seed)
    streamed = run_stream(stream, period=period)
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


def check_cycles(stream: Stream, *, name: str) -> Check:
    """Compare the cycles of the replayed mesh with those of the Verilog, window by window.

    Parameters
    ----------
    stream : Stream
        With one image throughout.
    name : str

    Returns
    -------
    Check
        Means of both, and the least and the most that a window takes longer in the replay. Holds if
        no window differs.
    """
    streamed = run_stream(stream, period=LONG_PERIOD)
    real = streamed.fields["cycles"].astype(np.int64).reshape(len(stream.rounds), -1)
    replayed = stream.cycles()
    more = replayed - real
    return Check(
        name=name,
        windows=real.size,
        what="cycles of a window",
        unit="cycles",
        expected=float(real.mean()),
        simulated=float(replayed.mean()),
        low=float(replayed.mean() + more.min()),
        high=float(replayed.mean() + more.max()),
        holds=not more.any(),
    )


def run_checks(
    distance: int,
    p: float,
    *,
    gate: Gate | None = None,
    windows: int = 20_000,
    seed: int = 1,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Check]:
    """Return all checks: M/D/1, M/M/1, M/G/1 with the core's cycles, and the core itself.

    The last ones set replayed cycles beside the Verilog: of memories, and of a gate if one is given
    whose windows have one image.
    """
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
    streams = {"memory": memory_stream(memory(distance, p), num_shots=MEMORY_SHOTS, seed=seed)}
    if gate is not None and gate.has_one_image:
        streams[gate.name] = gate.stream(num_shots=GATE_SHOTS, seed=seed)
    for name, stream in streams.items():
        label = f"replayed mesh, {name} d={distance} p={p:g}"
        found.append(check_cycles(stream, name=label))
        progress(len(found))
    return found
