"""What logical qubits ask of a machine: memories, and lattice-surgery programs that must wait.

In: `Machine`, how many qubits, which gate.   Out: windows that are submitted; `GateLog`.
Next: `quantacore.sim.allocation.outcome`.

Windows of a qubit follow each other: the next one needs what the last one carries over. A gate of
a program is decoded in windows that span all its patches; the next gate begins when the result of
the last one is known, at the next round. Until then the patches idle, and their rounds are decoded
as those of memories are.

Source of the reaction-limited picture: Fowler, arXiv:1210.4626 (time-optimal computation); here
every gate depends on the one before.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import simpy

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.gates.catalogue import gate_named
from quantacore.golden.source.window import RepeatingCircuit
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
    """What a gate of the library means for the decoder."""

    name: str
    rounds: int
    patches: int
    """Patches of a memory that have as many detectors in a round, rounded up."""


def gate_shape(name: str, distance: int) -> GateShape:
    """Return the size of a gate of the library.

    Raises
    ------
    ValueError
        If there is no such gate, it does not exist at the distance, or it has no rounds.
    """
    built = gate_named(name).build(distance)
    if "z" not in built.experiments:
        raise ValueError(f"Gate must be made of rounds, such as merge-zz; {name} is not")
    circuit = built.experiments["z"]
    places = circuit.get_detector_coordinates().values()
    rounds = len({place[-1] for place in places})
    slots = RepeatingCircuit(rotated_memory(distance=distance, p=0.001)).num_slots
    return GateShape(
        name=name, rounds=rounds, patches=max(1, math.ceil(len(places) / rounds / slots))
    )


@dataclass(kw_only=True)
class GateLog:
    """Gates of all programs."""

    reaction_us: list[float] = field(default_factory=list)
    """From the last round of each gate to its result."""
    round_us: list[float] = field(default_factory=list)
    """From the begin of each gate to the begin of the next."""


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
        pairs = {MEMORY: 0, SURGERY: qubits // 2, MIXED: max(1, qubits // 4)}[kind]
        for pair in range(pairs):
            assert gate is not None
            machine.env.process(self._program(pair, 2 * pair, 2 * pair + 1, gate))
        for qubit in range(2 * pairs, qubits):
            machine.env.process(self._memory(qubit))

    def _submit(self, *qubits: int, patches: int = 1) -> simpy.Event:
        """Submit a window of one qubit, or of several together, under the first one's name."""
        after = [self._last[qubit] for qubit in qubits if qubit in self._last]
        done = self._machine.submit(qubits[0], patches=patches, after=after)
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
            left = gate.rounds
            while left > 0:
                rounds = min(left, timing.commit_rounds)
                yield env.timeout(timing.round_us * rounds)
                done = self._submit(upper, lower, patches=gate.patches)
                left -= rounds
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
