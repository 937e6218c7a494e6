"""What logical qubits ask of a machine: memories, and lattice-surgery programs that must wait.

In: `Machine`, how many qubits, which gate.   Out: windows that are submitted; `GateLog`.
Next: `quantacore.sim.allocation.outcome`.

Windows of a qubit follow each other: the next one needs what the last one carries over. A gate of
a program is decoded in joint windows, which span all its patches; the next gate begins when the
result of the last one is known, at the next round. Until then the patches idle, and their rounds
are decoded as those of memories are.

Source of the reaction-limited picture: Fowler, arXiv:1210.4626 (time-optimal computation); here
every gate depends on the one before.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import simpy

from quantacore.sim.allocation.machine import Machine

MEMORY, SURGERY, MIXED = "memory", "surgery", "mixed"
WORKLOADS = (MEMORY, SURGERY, MIXED)
"""All memories; all in pairs that run programs; half and half."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Rounds in time.

    Raises
    ------
    ValueError
        If a round takes no time, or a window commits no round.
    """

    commit_rounds: int
    buffer_rounds: int
    round_us: float = 1.0
    staggered: bool = True
    """Windows of different qubits end at different rounds, instead of all at once."""

    def __post_init__(self) -> None:
        if not (self.round_us > 0 and math.isfinite(self.round_us)):
            raise ValueError(f"Round must take a time above 0 us, not {self.round_us!r}")
        if self.commit_rounds < 1 or self.buffer_rounds < 0:
            raise ValueError(
                "Window must commit at least 1 round and look ahead at least 0, "
                f"not {self.commit_rounds}x{self.buffer_rounds}"
            )


@dataclass(frozen=True, kw_only=True)
class GateShape:
    """What a gate of the library means for the decoder.

    Raises
    ------
    ValueError
        If its windows are not complete one after another, the last one with the last round.
    """

    name: str
    rounds: int
    ready_rounds: tuple[int, ...]
    """How many rounds each of its windows needs, those before included."""

    def __post_init__(self) -> None:
        ready = self.ready_rounds
        if not ready or list(ready) != sorted(set(ready)) or ready[-1] != self.rounds:
            raise ValueError(f"Windows must be complete one by one, not after rounds {ready}")


@dataclass(kw_only=True)
class GateLog:
    """Gates of all programs."""

    reaction_us: list[float] = field(default_factory=list)
    """From the last round of each gate to its result."""
    round_us: list[float] = field(default_factory=list)
    """From the begin of each gate to the begin of the next."""


def num_programs(kind: str, qubits: int) -> int:
    """Return how many pairs of qubits run programs; the others are memories."""
    return {MEMORY: 0, SURGERY: qubits // 2, MIXED: max(1, qubits // 4)}[kind]


class Workload:
    """Processes of all qubits, in the environment of a machine.

    Parameters
    ----------
    machine : Machine
    timing : Timing
    qubits : int
        At least 1.
    kind : str
        One of `WORKLOADS`.
    gate : GateShape, optional
        Of the programs; needed unless all are memories.

    Raises
    ------
    ValueError
        If an argument is out of range, or a program has no pair of qubits.
    """

    def __init__(
        self,
        machine: Machine,
        timing: Timing,
        *,
        qubits: int,
        kind: str = MEMORY,
        gate: GateShape | None = None,
    ) -> None:
        if kind not in WORKLOADS:
            raise ValueError(f"Workload must be one of {', '.join(WORKLOADS)}, not {kind!r}")
        if qubits < 1:
            raise ValueError(f"Number of qubits must be at least 1, not {qubits!r}")
        if kind != MEMORY and qubits < 2:
            raise ValueError(f"Number of qubits of programs must be at least 2, not {qubits!r}")
        self.gates = GateLog()
        self._machine, self._timing = machine, timing
        self._last: dict[int, simpy.Event] = {}
        pairs = num_programs(kind, qubits)
        for pair in range(pairs):
            assert gate is not None
            machine.env.process(self._program(pair, 2 * pair, 2 * pair + 1, gate))
        for qubit in range(2 * pairs, qubits):
            machine.env.process(self._memory(qubit))

    def _submit(self, *qubits: int, joint: int | None = None) -> simpy.Event:
        """Submit a window of one qubit, or of several together, under the first one's name."""
        after = [self._last[qubit] for qubit in qubits if qubit in self._last]
        done = self._machine.submit(qubits[0], joint=joint, after=after)
        self._last.update(dict.fromkeys(qubits, done))
        return done

    def _shift(self, number: int) -> float:
        timing = self._timing
        return timing.round_us * (number % timing.commit_rounds if timing.staggered else 0)

    def _memory(self, qubit: int) -> Generator[simpy.Event, Any, None]:
        env, timing = self._machine.env, self._timing
        yield env.timeout(self._shift(qubit) + timing.round_us * timing.buffer_rounds)
        while True:
            yield env.timeout(timing.round_us * timing.commit_rounds)
            self._submit(qubit)

    def _program(
        self, number: int, upper: int, lower: int, gate: GateShape
    ) -> Generator[simpy.Event, Any, None]:
        env, timing = self._machine.env, self._timing
        yield env.timeout(self._shift(number))
        while True:
            began = env.now
            done = env.event()
            come = 0
            for window, ready in enumerate(gate.ready_rounds):
                yield env.timeout(timing.round_us * (ready - come))
                done = self._submit(upper, lower, joint=window)
                come = ready
            ended = env.now
            assert done.callbacks is not None
            done.callbacks.append(partial(self._react, ended))
            idle = 0
            while not done.processed:
                yield env.timeout(timing.round_us)
                idle += 1
                if idle % timing.commit_rounds == 0 and not done.processed:
                    self._submit(upper)
                    self._submit(lower)
            self.gates.round_us.append(env.now - began)

    def _react(self, ended_at: float, _: simpy.Event) -> None:
        self.gates.reaction_us.append(self._machine.env.now - ended_at)
