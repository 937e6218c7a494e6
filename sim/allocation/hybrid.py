"""Run a small machine for real: simulated cores and CPU workers, scheduled by the policies.

In: `HybridSetup`.   Out: `HybridResult`, a `HybridWindow` for each window.
Next: `quantacore.sim.cli.hybrid`.   Workers: `quantacore.sim.allocation.workers`.

Each qubit is one stream whose windows overlap; they come at the pace of their rounds, stretched so
that simulated cores keep up. Servers keep nothing of a stream: the parent adds what a window
carries over to the next one, whoever decodes that. It holds every window until its one answer is
there. If a worker dies its window is decoded by another; if a core reports a fault, by a CPU.
"""

import contextlib
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import numpy as np

from quantacore.golden.decode.window import rounds_of_events, window_of_rounds
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import unpack_masks
from quantacore.golden.spec.single_window import SingleWindows
from quantacore.host.scheduling import CORE, CPU, Policy, Server, Window, make_policy
from quantacore.sim.allocation.hybrid_records import HybridResult, HybridSetup, HybridWindow
from quantacore.sim.allocation.machine import make_servers
from quantacore.sim.allocation.replay import replay
from quantacore.sim.allocation.streamed import Memory, memory
from quantacore.sim.allocation.workers import Answer, Task, single_core, work
from quantacore.sim.experiments.held_interrupts import held_interrupts

FAULTY_BUDGET = 1
"""Cycles that no window with defects takes: the injected fault is a budget that is too small."""
START_S = 300.0
"""Time for a worker to be ready."""
TRIES = 100
"""Windows that all workers together decode before the run, to see how fast they are here."""
LEAST_TRIES = 5
"""Of each worker: the slowest, too, must have been seen more than once."""
ROUND_US = 1.0
"""Of the machine that is imitated."""
DEADLINE_US = 10.0
"""Of the machine that is imitated."""


class NoServerError(RuntimeError):
    """Windows are left, but no worker that could decode them."""


@dataclass(frozen=True, kw_only=True)
class Streams:
    """What the qubits send."""

    rounds: np.ndarray
    """``bool``, shape ``(num_qubits, num_rounds, num_slots)``."""
    flips: np.ndarray
    """``uint64``, shape ``(num_qubits,)``: of the observables, truly."""


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
    """Run the machine until every window has its answer, then replay the streams.

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
    VerilatorError
        If the machine has cores, and one cannot be built.
    """
    make_policy(setup.policy, make_servers(setup.cores, setup.cpus), times={CORE: 1, CPU: 1})
    watched = memory(setup.distance, setup.p, setup.window)
    prepare_core(setup)
    run = _Run(setup, watched, sampled_streams(setup, watched))
    try:
        run.start()
        return run.until_done(progress)
    finally:
        run.stop()


def prepare_core(setup: HybridSetup) -> None:
    """Build the core of a setup, if it has any: workers would do it all at once, out of sight.

    The first time that takes minutes; the result is kept.
    """
    if setup.cores:
        single_core(memory(setup.distance, setup.p, setup.window), passes=setup.passes).build()


def sampled_streams(setup: HybridSetup, watched: Memory) -> Streams:
    """Return streams of as many windows as the setup says."""
    plan, source = watched.plan, watched.source
    num_rounds = plan.commit_rounds * (setup.windows - 1) + plan.num_rounds
    events, flips = sample_shots(
        source.circuit(num_rounds), num_shots=setup.qubits, seed=setup.seed
    )
    places = source.places(num_rounds)
    return Streams(
        rounds=rounds_of_events(events, places, num_slots=plan.num_slots),
        flips=unpack_masks(flips),
    )


class _Run:
    """State of the parent."""

    def __init__(self, setup: HybridSetup, watched: Memory, streams: Streams) -> None:
        self._setup, self._watched, self._streams = setup, watched, streams
        self._single = SingleWindows(plan=watched.plan)
        self._carried = np.zeros((setup.qubits, watched.plan.graph.num_detectors), np.bool_)
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
        code = (setup.distance, setup.p, setup.window)
        for server in self._servers:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(
                target=work,
                args=(server.tier, *code, setup.passes, theirs),
                daemon=True,
            )
            with held_interrupts():
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
        # From the middle of the streams, as nearly all windows are.
        qubits, middle = self._setup.qubits, self._setup.windows // 2
        tasks = [self._task(middle * qubits + qubit) for qubit in range(qubits)]
        workers = list(self._workers.values())
        for worker in workers:  # the first one loads an image or makes a graph: it does not count
            worker.connection.send(tasks[0])
        for worker in workers:
            worker.connection.recv()
        took: dict[str, list[float]] = {server.tier: [] for server in self._servers}
        by_connection = {worker.connection: worker for worker in workers}
        left = dict.fromkeys(by_connection, LEAST_TRIES)
        sent_at = {}
        began = time.perf_counter()
        for worker in workers:
            worker.connection.send(tasks[0])
            sent_at[worker.connection] = time.perf_counter()
        answers = 0
        while answers < TRIES or max(left.values()) > 0:
            for connection in wait(list(by_connection)):
                assert isinstance(connection, Connection)
                connection.recv()
                now = time.perf_counter()
                took[by_connection[connection].server.tier].append(now - sent_at[connection])
                left[connection] -= 1
                answers += 1
                connection.send(tasks[answers % len(tasks)])
                sent_at[connection] = now
        elapsed_us = (time.perf_counter() - began) * 1e6
        for worker in self._workers.values():
            worker.connection.recv()  # the last one of each
        self._times = {tier: float(np.mean(times)) * 1e6 for tier, times in took.items()}
        self._choose_policy()
        if not self._policy.shares:
            answers = len(took[self._dealt_tier])
        # A qubit's windows follow one another: not faster than one server takes them.
        used = self._times.values() if self._policy.shares else [self._times[self._dealt_tier]]
        busy_us = max(self._setup.qubits * elapsed_us / answers, *used)
        self._period_us = busy_us / self._setup.load
        self._stretch = self._period_us / (self._watched.plan.commit_rounds * ROUND_US)
        self._deadline_us = DEADLINE_US * self._stretch

    @property
    def _dealt_tier(self) -> str:
        """Tier that policies with homes deal windows to."""
        return CORE if self._policy.cores else CPU

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
        done = {
            (each.qubit, each.number // setup.qubits): (each.tier, each.server, each.answer)
            for each in windows
        }
        return HybridResult(
            setup=setup,
            windows=windows,
            stretch=self._stretch,
            deadline_us=self._deadline_us,
            duplicates=self._duplicates,
            killed=tuple(self._killed),
            replay=replay(
                self._watched, self._streams.rounds, self._streams.flips, done, passes=setup.passes
            ),
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
            if (number < self._setup.qubits or number - self._setup.qubits in self._done)
            and not any(worker.holds == number for worker in self._workers.values())
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
        """Return a window with what the one before it carries over."""
        window, qubit = divmod(number, self._setup.qubits)
        defects, kind = window_of_rounds(
            self._watched.plan,
            self._streams.rounds[qubit : qubit + 1],
            window=window,
            carried=self._carried[qubit : qubit + 1],
        )
        return Task(
            number=number,
            kind=kind,
            defects=defects[0],
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
        self._carried[window.qubit] = self._single.split(answer.answer)[1]
        self._done[number] = HybridWindow(
            number=number,
            qubit=window.qubit,
            tier=worker.server.tier,
            server=worker.server.index,
            answer=answer.answer,
            cycles=answer.cycles,
            ready_us=window.ready_at,
            reaction_us=now - window.ready_at,
            late=now > window.deadline,
            attempts=held.attempts,
            faults=held.faults,
        )
