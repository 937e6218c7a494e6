"""What a gate of the library is: circuits, what they do, and what is claimed of faults.

In: distance.   Out: `BuiltGate`, from which a certificate is made.
Next: `quantacore.golden.gates.certificate`, `quantacore.golden.gates.catalogue`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import stim

from quantacore.golden.gates.css_codes import CssCode
from quantacore.golden.gates.faults import Block


@dataclass(frozen=True, kw_only=True)
class FaultClaim:
    """No ``order`` faults do harm unseen; checked by trying all (`check_faults`)."""

    blocks: tuple[Block, ...]
    postselected: tuple[tuple[int, ...], ...] = ()
    """Parities of records; a run is thrown away if one is odd."""
    order: int = 1


@dataclass(frozen=True, kw_only=True)
class DistanceClaim:
    """So many mechanisms flip an observable of an experiment unseen, and no fewer."""

    distance: int
    graphlike: bool = True
    """Whether mechanisms of at most two detectors are looked at (`shortest_graphlike_error`);
    otherwise all: every smaller set is tried (`fewest_harmful`), up to distance 5."""
    decoded: bool = True
    """Whether matching applies; otherwise any detection event throws the run away."""


@dataclass(frozen=True, kw_only=True)
class DiagonalClaim:
    """What T and T-dagger on single qubits do to a CSS code, as phases: no flow says it."""

    eighths: tuple[int, ...]
    """Phase of each qubit's |1>, in units of pi / 4."""
    x_stabilizers: tuple[tuple[int, ...], ...]
    x_logicals: tuple[tuple[int, ...], ...]
    phases: tuple[int, ...]
    """Of each logical basis state, in units of pi / 4 modulo 8; bit k of its index is qubit k."""
    lightest: tuple[int, int]
    """Least weight of Z errors that no X stabilizer sees and that flip a logical X; how many."""


@dataclass(frozen=True, kw_only=True)
class BuiltGate:
    """A gate at one distance."""

    circuit: stim.Circuit
    """Noiseless, with ``TICK``: from the qubits of the blocks to the qubits of the blocks."""
    flows: tuple[stim.Flow, ...]
    """What it does to each generator, logical ones and stabilizers; signs count."""
    faults: FaultClaim | None = None
    diagonal: DiagonalClaim | None = None
    """If set, S with tag T stands for T in the circuit, and the flows are those with S."""
    experiments: Mapping[str, stim.Circuit] = field(default_factory=dict)
    """Name -> noiseless circuit from preparation to readout, with detectors and observables."""
    distances: Mapping[str, DistanceClaim] = field(default_factory=dict)
    """Name of an experiment -> its claim."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What others need for the same."""

    cnots: int
    ancillas: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A gate of the library.

    Raises
    ------
    ValueError
        If it is built at a distance that it does not have.
    """

    name: str
    summary: str
    source: str
    builder: Callable[[int], BuiltGate]
    distances: tuple[int, ...]
    """Those it can be built at; the first is the default."""
    published: Published | None = None
    state: tuple[CssCode, str] | None = None
    """Code and basis of a preparation."""

    def build(self, distance: int | None = None) -> BuiltGate:
        """Return the gate at a distance, or at its first."""
        chosen = self.distances[0] if distance is None else distance
        if chosen not in self.distances:
            known = ", ".join(map(str, self.distances))
            raise ValueError(f"Distance of {self.name} must be one of {known}, not {chosen!r}")
        return self.builder(chosen)


def count_cnots(circuit: stim.Circuit) -> int:
    """Return the number of two-qubit gates."""
    return sum(
        len(instruction.target_groups())
        for instruction in circuit.flattened()
        if stim.gate_data(instruction.name).is_two_qubit_gate
    )


def count_ancillas(built: BuiltGate) -> int:
    """Return how many measured qubits are not in a block."""
    kept = {
        qubit for block in (built.faults.blocks if built.faults else ()) for qubit in block.qubits
    }
    measured = 0
    for instruction in built.circuit.flattened():
        if stim.gate_data(instruction.name).produces_measurements:
            measured += sum(target.value not in kept for target in instruction.targets_copy())
    return measured
