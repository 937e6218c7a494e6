"""What a change of code in flight is: its phases, its circuit, its cost.

In: phases of a change, noise by round.   Out: `Episode`.
Next: `quantacore.golden.codes.changes.kinds`, `quantacore.golden.source.episode`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import stim

from quantacore.golden.codes.changes.phases import NoiseFrom, Phase, phased_circuit
from quantacore.golden.codes.check_memory import Check, Place


@dataclass(frozen=True, kw_only=True)
class Change:
    """A code in flight: what is measured in each round."""

    kind: str
    phases: tuple[Phase, ...]

    @property
    def switch_rounds(self) -> tuple[int, ...]:
        """First rounds of all phases but the first."""
        ends = [
            sum(phase.rounds for phase in self.phases[: i + 1]) for i in range(len(self.phases))
        ]
        return tuple(ends[:-1])

    @property
    def num_rounds(self) -> int:
        return sum(phase.rounds for phase in self.phases)

    @property
    def qubit_rounds(self) -> int:
        """Data qubits and ancillas in use, summed over the rounds."""
        return sum(phase.rounds * qubits_of(phase) for phase in self.phases)


@dataclass(frozen=True, kw_only=True)
class Episode:
    """A change in a memory experiment."""

    change: Change
    basis: str
    circuit: stim.Circuit

    @property
    def num_layers(self) -> int:
        """Layers of detectors: rounds, and the readout."""
        return self.change.num_rounds + 1

    def fewest_faults(self) -> int:
        """Return how many graphlike faults flip the observable unseen, wherever in the episode."""
        return len(self.circuit.shortest_graphlike_error(ignore_ungraphlike_errors=True))


def episode_of(
    change: Change,
    *,
    basis: str,
    noises: Sequence[NoiseFrom],
) -> Episode:
    """Return the memory experiment of a change.

    Parameters
    ----------
    change : Change
        Made for the basis: its observable is carried from phase to phase.
    basis : {"x", "z"}
    noises : sequence of NoiseFrom

    Raises
    ------
    ValueError
        As `phased_circuit`.
    """
    circuit = phased_circuit(change.phases, noises, basis=basis)
    return Episode(change=change, basis=basis, circuit=circuit)


def qubits_of(phase: Phase) -> int:
    """Return the data qubits and ancillas that a phase uses."""
    return len(phase.data) + len({check.place for turn in phase.turns for check in turn})


def line_of(phases: Sequence[Sequence[Check]], places: Sequence[Place], basis: str) -> float:
    """Return a row (basis z) or column (basis x) of data qubits that commutes with all checks.

    Parameters
    ----------
    phases : sequence of sequence of Check
        Checks of each phase.
    places : sequence of Place
        Data qubits that all phases have, of which the line is made.
    basis : {"x", "z"}

    Raises
    ------
    ValueError
        If there is none.
    """
    axis = 1 if basis == "z" else 0
    other = "X" if basis == "z" else "Z"
    for line in sorted({place[axis] for place in places}):
        odd = [
            check
            for checks in phases
            for check in checks
            if sum(p[axis] == line and pauli == other for p, pauli in check.paulis.items()) % 2
        ]
        if not odd:
            return line
    raise ValueError(f"Change must leave a line of basis {basis} whole, but leaves none")
