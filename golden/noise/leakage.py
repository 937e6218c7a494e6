"""Qubits that leak: faults that are correlated in space and time, as no circuit alone has them.

In: rates, seed; `stim.Circuit` of a shot.   Out: `Leak` records, and circuits with their faults.
Next: `quantacore.golden.noise.drift` (leaks of a device with a history).

A model of what decoders feel of leakage, not of the physics: each two-qubit gate on a leaked qubit
goes wrong and hits its partner, round after round until the leak ends (measured by Miao et al.,
arXiv:2211.04728). Here such a gate depolarises both of its qubits; that is also why a leaked qubit
comes back in a random state. Leaks do not move to other qubits here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import stim

from quantacore.golden.noise.scaled import MOST_PROBABILITY


@dataclass(frozen=True, kw_only=True)
class Leak:
    """A qubit that is leaked for some rounds."""

    qubit: int
    first_round: int
    num_rounds: int
    """At least 1."""

    @property
    def end_round(self) -> int:
        """The first round after it."""
        return self.first_round + self.num_rounds


@dataclass(frozen=True, kw_only=True)
class LeakageConfig:
    """How often qubits leak, for how long, and what they do then; off by default."""

    leaks_per_round: float = 0.0
    """Probability that a qubit that is not leaked leaks in a round, in [0, 1]."""
    mean_rounds: float = 10.0
    """Mean number of rounds that it stays leaked, at least 1; the number is geometric."""
    depolarization: float = 0.5
    """Probability of the two-qubit channel after a gate on a leaked qubit, in [0, 15/16]."""

    def __post_init__(self) -> None:
        if not 0 <= self.leaks_per_round <= 1:
            raise ValueError(f"leaks_per_round must be in [0, 1], not {self.leaks_per_round!r}")
        if not self.mean_rounds >= 1:
            raise ValueError(f"mean_rounds must be at least 1, not {self.mean_rounds!r}")
        if not 0 <= self.depolarization <= MOST_PROBABILITY["DEPOLARIZE2"]:
            raise ValueError(f"depolarization must be in [0, 15/16], not {self.depolarization!r}")


class LeakageProcess:
    """When the qubits of one device leak; the same seed gives the same leaks.

    However time is cut into pieces, the leaks are the same.

    Parameters
    ----------
    qubits : sequence of int
    config : LeakageConfig
    seed : int or sequence of int
    """

    def __init__(
        self, qubits: Sequence[int], config: LeakageConfig, *, seed: int | Sequence[int]
    ) -> None:
        self._config = config
        # A generator for each qubit, so that its leaks do not depend on when it is asked for them.
        children = np.random.SeedSequence(seed).spawn(len(qubits))
        self._rngs = {q: np.random.default_rng(c) for q, c in zip(qubits, children, strict=True)}
        self._round = 0
        leaking = qubits if config.leaks_per_round else ()
        self._latest = [self._leak_after(qubit, 0) for qubit in leaking]

    def advance(self, num_rounds: int) -> tuple[Leak, ...]:
        """Let rounds go by; return the leaks of which some round is among them, earliest first."""
        end = self._round + num_rounds
        found = []
        for index, leak in enumerate(self._latest):
            while leak.first_round < end:
                found.append(leak)
                if leak.end_round > end:
                    break
                leak = self._leak_after(leak.qubit, leak.end_round)
            self._latest[index] = leak
        self._round = end
        return tuple(sorted(found, key=lambda leak: (leak.first_round, leak.qubit)))

    def _leak_after(self, qubit: int, round_index: int) -> Leak:
        """Return the next leak of a qubit that is not leaked when a round begins."""
        rng = self._rngs[qubit]
        return Leak(
            qubit=qubit,
            first_round=round_index + int(rng.geometric(self._config.leaks_per_round)) - 1,
            num_rounds=int(rng.geometric(1 / self._config.mean_rounds)),
        )


def qubits_of_gates(circuit: stim.Circuit) -> list[int]:
    """Return the qubits that some two-qubit gate acts on, in increasing order."""
    return sorted(
        {
            target.value
            for _, instruction in _by_round(circuit.flattened())
            if _is_two_qubit_gate(instruction)
            for target in instruction.targets_copy()
            if target.is_qubit_target
        }
    )


def num_gate_rounds(circuit: stim.Circuit) -> int:
    """Return how many rounds of gates and measurements a circuit has; see `with_leaks`."""
    return 1 + max((round_index for round_index, _ in _by_round(circuit.flattened())), default=-1)


def with_leaks(
    circuit: stim.Circuit, leaks: Iterable[Leak], *, depolarization: float
) -> stim.Circuit:
    """Return the circuit of a shot, flattened, with the faults that leaked qubits make in it.

    Each two-qubit gate on a leaked qubit is followed by a two-qubit depolarisation.

    Parameters
    ----------
    circuit : stim.Circuit
        A round of it ends with its measurements; the next begins with the gate after them.
    leaks : iterable of Leak
        Rounds count from the beginning of the shot; those that it does not have do nothing.
    depolarization : float
        Probability of the channel, in [0, 15/16].
    """
    leaks = list(leaks)
    flat = circuit.flattened()
    changed = stim.Circuit()
    copied = 0  # in long pieces: stim appends single instructions slowly
    for index, (round_index, instruction) in enumerate(_by_round(flat)):
        if not _is_two_qubit_gate(instruction):
            continue
        leaked = {leak.qubit for leak in leaks if leak.first_round <= round_index < leak.end_round}
        hit = [
            target
            for pair in instruction.target_groups()
            if all(target.is_qubit_target for target in pair)  # else it is a classical control
            and not leaked.isdisjoint(target.value for target in pair)
            for target in pair
        ]
        if hit:
            changed += flat[copied : index + 1]
            changed.append("DEPOLARIZE2", hit, depolarization)
            copied = index + 1
    return changed + flat[copied:]


def _by_round(flat: stim.Circuit) -> Iterator[tuple[int, stim.CircuitInstruction]]:
    """Yield all instructions of a circuit without blocks, each with its round."""
    round_index, measured = 0, False
    for instruction in flat:
        if _gate(instruction.name).produces_measurements:
            measured = True
        elif measured and _gate(instruction.name).is_unitary:
            round_index, measured = round_index + 1, False
        yield round_index, instruction


def _is_two_qubit_gate(instruction: stim.CircuitInstruction) -> bool:
    gate = _gate(instruction.name)
    return gate.is_unitary and gate.is_two_qubit_gate


@cache
def _gate(name: str) -> stim.GateData:
    return stim.gate_data(name)
