"""Simulate a machine of cores and CPUs that decodes the windows of many logical qubits.

In: tiers, a policy, windows as they become ready.   Out: `MachineLog`.
Next: `quantacore.sim.allocation.workload` (who submits), `quantacore.sim.allocation.outcome`.

Discrete events (simpy), microseconds. The policy is the one of the real machine; the simulation
asks it whenever a window becomes ready or a server becomes free.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import simpy

from quantacore.host.scheduling import CORE, CPU, Assignment, Policy, Server, Window
from quantacore.sim.allocation.tiers import Tier

INSTANT_US = 1e-6
"""Times that are closer than this are equal: sums of floats differ by less."""


class OverloadError(Exception):
    """More windows wait than the machine will ever catch up with."""


@dataclass(kw_only=True)
class MachineLog:
    """What happened, a number per window that was decoded."""

    ready_us: list[float] = field(default_factory=list)
    waiting_us: list[float] = field(default_factory=list)
    """From readiness to the first begin of service."""
    reaction_us: list[float] = field(default_factory=list)
    """From readiness to the result."""
    qubit: list[int] = field(default_factory=list)
    joint: list[int | None] = field(default_factory=list)
    """Number of the window within a gate of several patches; None: of one patch."""
    on_cpu: int = 0
    """Windows that a CPU decoded."""
    given_up: int = 0
    """Of those: windows that a core had begun with."""
    late: int = 0
    most_waiting: int = 0
    """Backlog: windows whose rounds are all there, and that no server has begun with."""
    busy_us: dict[str, float] = field(default_factory=lambda: {CORE: 0.0, CPU: 0.0})
    end_us: float = 0.0
    waiting_area: float = 0.0
    """Integral over time of the number of waiting windows."""


@dataclass(kw_only=True)
class _Job:
    window: Window
    done: simpy.Event
    joint: int | None
    begun_at: float | None = None
    time_us: float | None = None
    """Core time, if given instead of drawn."""


def make_servers(cores: int, cpus: int) -> tuple[Server, ...]:
    """Return the servers of a machine: cores first, then CPUs.

    Raises
    ------
    ValueError
        If a number is negative, or both are 0.
    """
    for name, count in (("cores", cores), ("CPUs", cpus)):
        if count < 0:
            raise ValueError(f"Number of {name} must be at least 0, not {count!r}")
    if not cores and not cpus:
        raise ValueError("Machine must have at least one core or CPU, not none")
    return tuple(
        Server(index=index, tier=CORE if index < cores else CPU) for index in range(cores + cpus)
    )


class Machine:
    """Servers, and the windows that wait for them.

    Parameters
    ----------
    env : simpy.Environment
        Its time is in microseconds.
    policy : Policy
        Knows the servers.
    tiers : dict of str to Tier
        One for each kind of server of the machine.
    seed : int
    deadline_us : float
        From readiness, above 0.
    budget_us : float, optional
        Time after which a core gives a window up, if the policy has escapes and there are CPUs.
    unmatched_rate : float
        Share of the core's windows in which it finds no correction, in [0, 1].
    most_waiting : int
        Windows that may wait before the run is given up.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(
        self,
        env: simpy.Environment,
        policy: Policy,
        tiers: dict[str, Tier],
        *,
        seed: int = 1,
        deadline_us: float = 10.0,
        budget_us: float | None = None,
        unmatched_rate: float = 0.0,
        most_waiting: int = 10_000,
    ) -> None:
        if not deadline_us > 0:
            raise ValueError(f"Deadline must be above 0 us, not {deadline_us!r}")
        if budget_us is not None and not budget_us > 0:
            raise ValueError(f"Budget must be above 0 us, not {budget_us!r}")
        if not 0 <= unmatched_rate <= 1:
            raise ValueError(f"Unmatched rate must be in [0, 1], not {unmatched_rate!r}")
        self.env = env
        self.policy = policy
        self.tiers = tiers
        self.deadline_us = deadline_us
        self.escapes = policy.escapes and bool(policy.cpus)
        self.budget_us = budget_us if self.escapes else None
        self.unmatched_rate = unmatched_rate if self.escapes else 0.0
        self.most_waiting = most_waiting
        self.log = MachineLog()
        self._rng = np.random.default_rng(seed)
        self._free = {server.index: server for server in policy.machine}
        self._ready: dict[int, _Job] = {}
        self._number = 0
        self._waiting = 0
        self._changed_at = 0.0
        self._asking = False

    def submit(
        self,
        qubit: int,
        *,
        joint: int | None = None,
        after: Sequence[simpy.Event] = (),
        time_us: float | None = None,
    ) -> simpy.Event:
        """Hand in a window whose last round has just come; return the event of its result.

        Parameters
        ----------
        qubit : int
        joint : int, optional
            Number of the window within a gate that spans several patches.
        after : sequence of simpy.Event
            Results that it needs, of the windows before it: until then it waits, unseen by the
            policy.
        time_us : float, optional
            Core time of this window, where it is known; else it is drawn.
        """
        window = Window(
            number=self._number,
            qubit=qubit,
            ready_at=self.env.now,
            deadline=self.env.now + self.deadline_us,
        )
        self._number += 1
        job = _Job(window=window, done=self.env.event(), joint=joint, time_us=time_us)
        self._count_waiting(1)
        pending = [event for event in after if not event.processed]
        if pending:
            self.env.process(self._enqueue_after(job, pending))
        else:
            self._enqueue(job)
        return job.done

    def _enqueue_after(
        self, job: _Job, pending: Sequence[simpy.Event]
    ) -> Generator[simpy.Event, Any, None]:
        yield self.env.all_of(pending)
        self._enqueue(job)

    def _enqueue(self, job: _Job) -> None:
        self._ready[job.window.number] = job
        self._ask()

    def _ask(self) -> None:
        """Ask the policy once after all that happens at this time has happened."""
        if not self._asking and self._ready and self._free:
            self._asking = True
            self.env.process(self._answer())

    def _answer(self) -> Generator[simpy.Event, Any, None]:
        yield self.env.timeout(0)
        self._asking = False
        free = [self._free[index] for index in sorted(self._free)]
        ready = [job.window for job in self._ready.values()]
        for chosen in self.policy.decide(ready, free, self.env.now):
            self._count_waiting(-1)
            job = self._ready.pop(chosen.window.number)
            del self._free[chosen.server.index]
            self.env.process(self._serve(job, chosen))

    def _serve(self, job: _Job, chosen: Assignment) -> Generator[simpy.Event, Any, None]:
        tier = chosen.server.tier
        model, on_core = self.tiers[tier], tier == CORE
        if job.begun_at is None:
            job.begun_at = self.env.now
        known = job.time_us if on_core else None
        took = model.draw(self._rng, job.joint) if known is None else known
        transfer_us = model.transfer_of(job.joint)
        fails = on_core and self._rng.random() < self.unmatched_rate
        if on_core and self.budget_us is not None and took > self.budget_us:
            took, fails = self.budget_us, True
        yield self.env.timeout(took + transfer_us)
        self.log.busy_us[tier] += took + transfer_us
        self._free[chosen.server.index] = chosen.server
        if fails:
            self.log.given_up += 1
            job.window = replace(job.window, escaped=True)
            self._count_waiting(1)
            self._ready = dict(sorted({**self._ready, job.window.number: job}.items()))
        else:
            self._finish(job, tier)
        self._ask()

    def _finish(self, job: _Job, tier: str) -> None:
        log, window, now = self.log, job.window, self.env.now
        assert job.begun_at is not None
        log.ready_us.append(window.ready_at)
        log.waiting_us.append(job.begun_at - window.ready_at)
        log.reaction_us.append(now - window.ready_at)
        log.qubit.append(window.qubit)
        log.joint.append(job.joint)
        log.on_cpu += tier == CPU
        log.late += now > window.deadline + INSTANT_US
        log.end_us = now
        job.done.succeed()

    def _count_waiting(self, change: int) -> None:
        now, log = self.env.now, self.log
        log.waiting_area += self._waiting * (now - self._changed_at)
        self._changed_at = now
        self._waiting += change
        log.most_waiting = max(log.most_waiting, self._waiting)
        if self._waiting > self.most_waiting:
            raise OverloadError(f"{self._waiting} windows wait")


def run_queue(
    policy: Policy,
    tiers: dict[str, Tier],
    arrivals_us: np.ndarray,
    *,
    times_us: Sequence[float] | None = None,
    seed: int = 1,
) -> MachineLog:
    """Simulate windows of one qubit that come at given times and do not wait for each other.

    Parameters
    ----------
    policy : Policy
    tiers : dict of str to Tier
    arrivals_us : float, shape ``(num_windows,)``
        Not decreasing.
    times_us : sequence of float, optional
        Core time of each window; else drawn from the tier.
    seed : int
    """
    env = simpy.Environment()
    machine = Machine(env, policy, tiers, seed=seed, most_waiting=len(arrivals_us))

    def arrive() -> Generator[simpy.Event, Any, None]:
        for number, at in enumerate(arrivals_us.tolist()):
            yield env.timeout(max(0.0, at - env.now))
            machine.submit(0, time_us=None if times_us is None else times_us[number])

    env.process(arrive())
    env.run()
    return machine.log
