"""Run a small machine for real: simulated cores and CPU workers, scheduled by the policies.

In: `HybridSetup`.   Out: `HybridResult`, a `HybridWindow` for each window.
Next: `quantacore.sim.cli.hybrid`.   Workers: `quantacore.sim.allocation.workers`.

Several qubits send windows at the pace of their rounds, stretched so that simulated cores keep up.
The parent holds every window until its one answer is there. If a worker dies its window is decoded
by another; if a core reports a fault, by a CPU.
"""

import contextlib
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import numpy as np

from quantacore.golden.source.sampling import sample_shots
from quantacore.host.scheduling import CORE, CPU, Policy, Server, Window, make_policy
from quantacore.sim.allocation.machine import make_servers
from quantacore.sim.allocation.streamed import Memory, memory
from quantacore.sim.allocation.workers import Answer, Task, make_decoder, window_rounds, work

FAULTY_BUDGET = 1
"""Cycles that no window with defects takes: the injected fault is a budget that is too small."""
START_S = 300.0
"""Time for a worker to be ready: it may have to build its core."""
TRIES = 100
"""Windows that all workers together decode before the run, to see how fast they are here."""
ROUND_US = 1.0
"""Of the machine that is imitated."""
DEADLINE_US = 10.0
"""Of the machine that is imitated."""


class NoServerError(RuntimeError):
    """Windows are left, but no worker that could decode them."""


@dataclass(frozen=True, kw_only=True)
class HybridSetup:
    """A machine, and what goes wrong with it.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    qubits: int = 6
    windows: int = 50
    """Of each qubit."""
    cores: int = 2
    cpus: int = 2
    policy: str = "elastic"
    distance: int = 3
    p: float = 0.005
    load: float = 0.5
    """Of the machine, which fixes how much slower than real time is: in (0, 1)."""
    cycle_budget: int = 0
    """After which a core gives a window up; 0: never."""
    cpu_ms: float = 0.0
    """Least time of a CPU for a window: simulated cores are far slower than real ones."""
    kills: tuple[tuple[int, int], ...] = ()
    """(server, number of answers after which it is killed while it holds a window)."""
    faults: tuple[int, ...] = ()
    """Numbers of windows for which the core gets a budget of `FAULTY_BUDGET` cycles."""
    seed: int = 1

    def __post_init__(self) -> None:
        servers = make_servers(self.cores, self.cpus)
        for name in ("qubits", "windows"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"Number of {name} must be at least 1, not {getattr(self, name)!r}"
                )
        if not 0 < self.load < 1:
            raise ValueError(f"Load must be in (0, 1), not {self.load!r}")
        if self.cycle_budget < 0:
            raise ValueError(f"Cycle budget must be at least 0, not {self.cycle_budget!r}")
        if not 0 <= self.cpu_ms < 1000:
            raise ValueError(f"Time of a CPU must be in [0, 1000) ms, not {self.cpu_ms!r}")
        if (self.cycle_budget or self.faults) and not self.cpus:
            raise ValueError("Machine must have a CPU for windows that a core gives up, not none")
        for server, _ in self.kills:
            if not 0 <= server < len(servers):
                raise ValueError(f"Server to kill must be 0 .. {len(servers) - 1}, not {server!r}")
        total = self.qubits * self.windows
        for number in self.faults:
            if not 0 <= number < total:
                raise ValueError(f"Window with a fault must be 0 .. {total - 1}, not {number!r}")


@dataclass(frozen=True, kw_only=True)
class HybridWindow:
    """One window and its one answer; times in real microseconds."""

    number: int
    qubit: int
    tier: str
    server: int
    prediction: int
    cycles: int
    ready_us: float
    reaction_us: float
    late: bool
    attempts: int
    faults: tuple[str, ...]
    """Reported by cores that gave the window up."""


@dataclass(frozen=True, kw_only=True)
class HybridResult:
    """A run."""

    setup: HybridSetup
    windows: tuple[HybridWindow, ...]
    """In order of their number."""
    stretch: float
    """Real microseconds per simulated one, where a round takes a microsecond."""
    deadline_us: float
    """Real."""
    duplicates: int
    """Answers for a window that had one: must be 0."""
    killed: tuple[int, ...]
    """Servers that died."""
    mismatches: int
    """Windows whose answer is not that of the same tier's decoder alone."""
    seconds: float


@dataclass(kw_only=True)
class _Worker:
    server: Server
    process: BaseProcess
    connection: Connection
    holds: int | None = None
    answers: int = 0


@dataclass(kw_only=True)
class _Progress:
    window: Window
    attempts: int = 0
    faults: tuple[str, ...] = ()


def run_hybrid(
    setup: HybridSetup, *, progress: Callable[[int], object] = lambda windows: None
) -> HybridResult:
    """Run the machine until every window has its answer, then decode each one alone.

    Parameters
    ----------
    setup : HybridSetup
    progress : callable
        Called with the number of windows decoded.

    Raises
    ------
    NoServerError
        If all workers died that could decode what is left.
    ValueError
        If policy, distance or noise strength are out of range.
    """
    make_policy(setup.policy, make_servers(setup.cores, setup.cpus), times={CORE: 1, CPU: 1})
    watched = memory(setup.distance, setup.p)
    events = sampled_windows(setup, watched)
    run = _Run(setup, watched, events)
    try:
        run.start()
        return run.until_done(progress)
    finally:
        run.stop()


def sampled_windows(setup: HybridSetup, watched: Memory) -> np.ndarray:
    """Return detection events of all windows, ``uint8``, shape ``(num_windows, num_bytes)``."""
    circuit = watched.source.circuit(window_rounds(watched))
    events, _ = sample_shots(circuit, num_shots=setup.qubits * setup.windows, seed=setup.seed)
    return events


def alone(tier: str, watched: Memory, events: np.ndarray) -> list[int]:
    """Return the observable masks that a tier's decoder gives, windows one by one, no scheduling.

    Of the core: a fresh one, without budget.
    """
    decoder = make_decoder(tier, watched)
    try:
        return [
            decoder.decode(Task(number=number, events=row.tobytes())).prediction
            for number, row in enumerate(events)
        ]
    finally:
        decoder.close()


class _Run:
    """State of the parent."""

    def __init__(self, setup: HybridSetup, watched: Memory, events: np.ndarray) -> None:
        self._setup, self._watched, self._events = setup, watched, events
        self._servers = make_servers(setup.cores, setup.cpus)
        self._times: dict[str, float] = {}
        self._period_us = self._stretch = self._deadline_us = 0.0
        self._context = multiprocessing.get_context("spawn")
        self._workers: dict[int, _Worker] = {}
        self._waiting: dict[int, _Progress] = {}
        self._done: dict[int, HybridWindow] = {}
        self._arrived = 0
        self._duplicates = 0
        self._killed: list[int] = []
        self._kills = dict(setup.kills)
        self._policy: Policy

    def start(self) -> None:
        setup = self._setup
        for server in self._servers:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(
                target=work, args=(server.tier, setup.distance, setup.p, theirs), daemon=True
            )
            process.start()
            theirs.close()
            self._workers[server.index] = _Worker(server=server, process=process, connection=ours)
        for worker in self._workers.values():
            if not worker.connection.poll(START_S):
                raise NoServerError(f"Worker {worker.server.index} must start, but does not")
            worker.connection.recv()
        self._measure()
        self._began = time.perf_counter()

    def _measure(self) -> None:
        """Keep all workers busy for a while; set the pace of the run from what they can do."""
        took: dict[str, list[float]] = {server.tier: [] for server in self._servers}
        by_connection = {worker.connection: worker for worker in self._workers.values()}
        task = [self._task(number) for number in range(min(TRIES, len(self._events)))]
        sent_at = {}
        began = time.perf_counter()
        for worker in self._workers.values():
            worker.connection.send(task[0])
            sent_at[worker.connection] = time.perf_counter()
        # Until the slowest has been heard of, too.
        answers = 0
        heard: set[Connection] = set()
        while answers < TRIES or len(heard) < len(by_connection):
            for connection in wait(list(by_connection)):
                assert isinstance(connection, Connection)
                connection.recv()
                now = time.perf_counter()
                took[by_connection[connection].server.tier].append(now - sent_at[connection])
                heard.add(connection)
                answers += 1
                connection.send(task[answers % len(task)])
                sent_at[connection] = now
        elapsed_us = (time.perf_counter() - began) * 1e6
        for worker in self._workers.values():
            worker.connection.recv()  # the last one of each
        self._times = {tier: float(np.mean(times)) * 1e6 for tier, times in took.items()}
        self._choose_policy()
        if self._policy.cores and not self._policy.shares:
            answers = len(took[CORE])
        self._period_us = self._setup.qubits * elapsed_us / (self._setup.load * answers)
        self._stretch = self._period_us / (self._watched.plan.commit_rounds * ROUND_US)
        self._deadline_us = DEADLINE_US * self._stretch

    def stop(self) -> None:
        for worker in self._workers.values():
            with contextlib.suppress(OSError):  # it died
                worker.connection.send(None)
            worker.connection.close()
        for worker in self._workers.values():
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def until_done(self, progress: Callable[[int], object]) -> HybridResult:
        setup = self._setup
        total = setup.qubits * setup.windows
        arrivals = self._arrivals()
        while len(self._done) < total:
            now = self._now()
            while self._arrived < total and arrivals[self._arrived] <= now:
                self._arrive(float(arrivals[self._arrived]))
            self._assign()
            timeout = None
            if self._arrived < total:
                timeout = max(0.0, arrivals[self._arrived] - self._now()) / 1e6
            elif not any(worker.holds is not None for worker in self._workers.values()):
                raise NoServerError(f"{total - len(self._done)} windows wait for a worker")
            self._receive(timeout)
            progress(len(self._done))
        seconds = self._now() / 1e6
        windows = tuple(self._done[number] for number in sorted(self._done))
        return HybridResult(
            setup=setup,
            windows=windows,
            stretch=self._stretch,
            deadline_us=self._deadline_us,
            duplicates=self._duplicates,
            killed=tuple(self._killed),
            mismatches=self._mismatches(windows),
            seconds=seconds,
        )

    def _arrivals(self) -> np.ndarray:
        """Return when windows are ready; qubits take turns, a round apart."""
        setup = self._setup
        turns = np.arange(setup.windows)[:, None] * self._period_us
        return (turns + np.arange(setup.qubits) * self._period_us / setup.qubits).reshape(-1)

    def _now(self) -> float:
        return (time.perf_counter() - self._began) * 1e6

    def _choose_policy(self) -> None:
        """Make the policy for the servers that are alive."""
        alive = [worker.server for worker in self._workers.values()]
        if not alive:
            raise NoServerError("No worker is left")
        self._policy = make_policy(self._setup.policy, alive, times=self._times)

    def _arrive(self, ready_us: float) -> None:
        number = self._arrived
        window = Window(
            number=number,
            qubit=number % self._setup.qubits,
            ready_at=ready_us,
            deadline=ready_us + self._deadline_us,
        )
        self._waiting[number] = _Progress(window=window)
        self._arrived += 1

    def _assign(self) -> None:
        free = [worker.server for worker in self._workers.values() if worker.holds is None]
        ready = [
            self._waiting[number].window
            for number in sorted(self._waiting)
            if not any(worker.holds == number for worker in self._workers.values())
        ]
        if not free or not ready:
            return
        for chosen in self._policy.decide(ready, free, self._now()):
            number = chosen.window.number
            worker = self._workers[chosen.server.index]
            worker.holds = number
            self._waiting[number].attempts += 1
            is_faulty = number in self._setup.faults
            budget = FAULTY_BUDGET if is_faulty else self._setup.cycle_budget
            try:
                worker.connection.send(self._task(number, cycle_budget=budget))
            except OSError:
                continue  # it died: `_receive` hears of it
            if self._kills.get(worker.server.index, worker.answers + 1) <= worker.answers:
                worker.process.kill()

    def _task(self, number: int, *, cycle_budget: int = 0) -> Task:
        return Task(
            number=number,
            events=self._events[number].tobytes(),
            cycle_budget=cycle_budget,
            cpu_ms=self._setup.cpu_ms,
        )

    def _receive(self, timeout: float | None) -> None:
        by_connection = {worker.connection: worker for worker in self._workers.values()}
        for connection in wait(list(by_connection), timeout):
            assert isinstance(connection, Connection)
            worker = by_connection[connection]
            try:
                answer = connection.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            worker.holds = None
            worker.answers += 1
            self._accept(worker, answer)

    def _bury(self, worker: _Worker) -> None:
        """Forget a worker that died: the window that it held waits again."""
        worker.connection.close()
        worker.process.join()
        del self._workers[worker.server.index]
        self._killed.append(worker.server.index)
        self._choose_policy()

    def _accept(self, worker: _Worker, answer: Answer) -> None:
        number, now = answer.number, self._now()
        if number in self._done:
            self._duplicates += 1
            return
        held = self._waiting[number]
        if answer.faults:
            held.faults += answer.faults
            held.window = replace(held.window, escaped=True)
            return
        del self._waiting[number]
        window = held.window
        self._done[number] = HybridWindow(
            number=number,
            qubit=window.qubit,
            tier=worker.server.tier,
            server=worker.server.index,
            prediction=answer.prediction,
            cycles=answer.cycles,
            ready_us=window.ready_at,
            reaction_us=now - window.ready_at,
            late=now > window.deadline,
            attempts=held.attempts,
            faults=held.faults,
        )

    def _mismatches(self, windows: tuple[HybridWindow, ...]) -> int:
        """Return how many answers differ from those of the tier's decoder alone."""
        wrong = 0
        for tier in Counter(window.tier for window in windows):
            chosen = [window for window in windows if window.tier == tier]
            expected = alone(tier, self._watched, self._events[[w.number for w in chosen]])
            wrong += sum(w.prediction != mask for w, mask in zip(chosen, expected, strict=True))
        return wrong
