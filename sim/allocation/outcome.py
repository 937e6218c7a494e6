"""Run a machine with a workload and say how it did; find the smallest machine that does.

In: `Setup`.   Out: `Outcome`.
Next: `quantacore.sim.cli.allocate`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import simpy

from quantacore.golden.metrics import Interval
from quantacore.host.scheduling import CORE, CPU, POLICIES, make_policy
from quantacore.sim.allocation.machine import Machine, MachineLog, OverloadError, make_servers
from quantacore.sim.allocation.run_intervals import mean_interval, quantile_interval
from quantacore.sim.allocation.tiers import Tier
from quantacore.sim.allocation.workload import (
    MEMORY,
    GateLog,
    GateShape,
    Timing,
    Workload,
    num_programs,
)

OPTIMAL = "optimal"
"""The static policy with the best mapping: the yardstick."""

MOST_WAITING_PER_QUBIT = 50
"""Windows per qubit that may wait; a machine beyond that never catches up."""
TAIL = 0.999
STEP_ROUNDS = 50
"""Simulated rounds between reports of the progress."""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A machine, what it has to do, and how long to watch."""

    qubits: int
    cores: int
    cpus: int
    policy: str
    """One of `POLICIES`, or `OPTIMAL`."""
    timing: Timing
    tiers: dict[str, Tier]
    workload: str = MEMORY
    gate: GateShape | None = None
    deadline_us: float = 10.0
    budget_us: float | None = None
    """Time of a core after which it gives a window up; the elastic policy only."""
    unmatched_rate: float = 0.0
    windows: int = 20_000
    """To simulate, about."""
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run shows; times in microseconds."""

    setup: Setup
    overloaded: bool
    """The backlog grew without end: the figures are of the time before the run was given up."""
    windows: int
    wait_mean_us: float
    reaction_p50_us: float
    reaction_p999_us: Interval
    """95 %; see `quantile_interval`."""
    reaction_max_us: float
    backlog_mean: float
    backlog_max: int
    escape_rate: float
    """Share of windows that a core gave up."""
    cpu_share: float
    """Share of windows that a CPU decoded, those included."""
    late_rate: float
    core_load: float
    """Share of time in which a core is busy; 0 without cores."""
    cpu_load: float
    gates: int
    gate_reaction_p50_us: float | None
    gate_reaction_p999_us: Interval | None
    gate_reaction_max_us: float | None
    slowdown: Interval | None
    """Mean time per gate relative to its rounds alone: 1 if decoders took no time; 95 % by batch
    means."""

    @property
    def is_long_enough(self) -> bool:
        """Tell whether every interval has two ends: the run holds values above each quantile."""
        found = (self.reaction_p999_us, self.gate_reaction_p999_us, self.slowdown)
        return all(math.isfinite(each.low) and math.isfinite(each.high) for each in found if each)

    @property
    def cores_per_qubit(self) -> float:
        """Cores per logical qubit."""
        return self.setup.cores / self.setup.qubits


def check_capacity(setup: Setup) -> None:
    """Raise `ValueError` if the machine cannot keep up, whatever the policy.

    Only memories count: programs wait for results, so that a slow machine slows them down. The
    check refuses what is hopeless.
    """
    servers = make_servers(setup.cores, setup.cpus)
    if setup.qubits < 1:
        raise ValueError(f"Number of qubits must be at least 1, not {setup.qubits!r}")
    timing = setup.timing
    memories = setup.qubits - 2 * num_programs(setup.workload, setup.qubits)
    rate = memories / (timing.commit_rounds * timing.round_us)
    most = sum(1 / max(setup.tiers[server.tier].mean_us, 1e-9) for server in servers)
    if rate >= most:
        raise ValueError(
            f"Machine must decode {rate:.4g} windows/us of {memories} qubits, but its "
            f"{setup.cores} cores and {setup.cpus} CPUs do {most:.4g} at the most: "
            "give it more of them, or fewer qubits"
        )


def simulate(
    setup: Setup,
    *,
    homes: Sequence[int] | None = None,
    progress: Callable[[int], object] = lambda windows: None,
) -> Outcome:
    """Simulate a machine.

    Parameters
    ----------
    setup : Setup
    homes : sequence of int, optional
        Server of each qubit, for the static policy and `OPTIMAL`.
    progress : callable
        Called with the number of windows decoded so far.

    Raises
    ------
    ValueError
        If a value of the setup is out of range, or there is no such policy.
    """
    log, gates, overloaded = run_setup(setup, homes=homes, progress=progress)
    return summarise(setup, log, gates, overloaded=overloaded)


def run_setup(
    setup: Setup,
    *,
    homes: Sequence[int] | None = None,
    progress: Callable[[int], object] = lambda windows: None,
) -> tuple[MachineLog, GateLog, bool]:
    """Simulate a machine; return what happened, and whether it was overloaded."""
    if setup.windows < 1:
        raise ValueError(f"Number of windows must be at least 1, not {setup.windows!r}")
    if setup.policy == OPTIMAL and homes is None:
        raise ValueError("Homes must be given with the policy optimal")
    if setup.policy not in (*POLICIES, OPTIMAL):
        known = ", ".join((*POLICIES, OPTIMAL))
        raise ValueError(f"Policy must be one of {known}, not {setup.policy!r}")
    policy = make_policy(
        "static" if setup.policy == OPTIMAL else setup.policy,
        make_servers(setup.cores, setup.cpus),
        times={name: tier.mean_us for name, tier in setup.tiers.items()},
        homes=homes,
    )
    env = simpy.Environment()
    machine = Machine(
        env,
        policy,
        setup.tiers,
        seed=setup.seed,
        deadline_us=setup.deadline_us,
        budget_us=setup.budget_us,
        unmatched_rate=setup.unmatched_rate,
        most_waiting=MOST_WAITING_PER_QUBIT * setup.qubits,
    )
    workload = Workload(
        machine, setup.timing, qubits=setup.qubits, kind=setup.workload, gate=setup.gate
    )
    overloaded = False
    try:
        while len(machine.log.reaction_us) < setup.windows:
            env.run(until=env.now + STEP_ROUNDS * setup.timing.round_us)
            progress(len(machine.log.reaction_us))
    except OverloadError:
        overloaded = True
    return machine.log, workload.gates, overloaded


def summarise(setup: Setup, log: MachineLog, gates: GateLog, *, overloaded: bool) -> Outcome:
    """Return the figures of a run."""
    decoded = max(len(log.reaction_us), 1)
    reactions, waits = np.array(log.reaction_us or [math.nan]), log.waiting_us or [math.nan]
    end = max(log.end_us, 1e-9)

    def gate(percent: float) -> float | None:
        return float(np.percentile(gates.reaction_us, percent)) if gates.reaction_us else None

    def load(tier: str, count: int) -> float:
        return log.busy_us[tier] / end / count if count else 0.0

    slowdown = None
    if setup.gate is not None and gates.round_us:
        alone_us = setup.gate.rounds * setup.timing.round_us
        slowdown = mean_interval(np.array(gates.round_us) / alone_us)
    return Outcome(
        setup=setup,
        overloaded=overloaded,
        windows=len(log.reaction_us),
        wait_mean_us=float(np.mean(waits)),
        reaction_p50_us=float(np.percentile(reactions, 50)),
        reaction_p999_us=quantile_interval(log.reaction_us, TAIL),
        reaction_max_us=float(reactions.max()),
        backlog_mean=log.waiting_area / end,
        backlog_max=log.most_waiting,
        escape_rate=log.given_up / decoded,
        cpu_share=log.on_cpu / decoded,
        late_rate=log.late / decoded,
        core_load=load(CORE, setup.cores),
        cpu_load=load(CPU, setup.cpus),
        gates=len(gates.reaction_us),
        gate_reaction_p50_us=gate(50),
        gate_reaction_p999_us=quantile_interval(gates.reaction_us, TAIL)
        if gates.reaction_us
        else None,
        gate_reaction_max_us=gate(100),
        slowdown=slowdown,
    )


def smallest_machine(
    setup: Setup,
    *,
    target_us: float,
    progress: Callable[[int], object] = lambda tried: None,
) -> Outcome | None:
    """Return the run of the machine with the fewest cores whose p99.9 reaction is in the target.

    The number of CPUs stays. Bisection: one more core is taken to never make it slower. At most
    one core per qubit is tried.

    Parameters
    ----------
    setup : Setup
        Its number of cores is not used.
    target_us : float
        Above 0.
    progress : callable
        Called with the number of machines tried.

    Returns
    -------
    Outcome or None
        None if one core per qubit is not enough.

    Raises
    ------
    ValueError
        If the target is not above 0.
    """
    if not target_us > 0:
        raise ValueError(f"Target must be above 0 us, not {target_us!r}")
    tried = 0

    def suffices(cores: int) -> Outcome | None:
        nonlocal tried
        found = simulate(replace(setup, cores=cores))
        tried += 1
        progress(tried)
        good = not found.overloaded and found.reaction_p999_us.value <= target_us
        return found if good else None

    best = suffices(setup.qubits)
    low, high = (0 if setup.cpus else 1), setup.qubits
    while best is not None and low < high:
        middle = (low + high) // 2
        found = suffices(middle)
        if found is None:
            low = middle + 1
        else:
            best, high = found, middle
    return best
