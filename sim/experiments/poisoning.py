"""Poisoned tetrons: error rates against theory, and logical errors of a honeycomb code of them.

In: electrons per step, distances.   Out: `TetronRow`, `PoisonedRow`.
Next: `quantacore.sim.cli.bench_anyons`.
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.anyons.gaussian import (
    GaussianShots,
    odd_probability,
    pair_flip_probability,
    poison_tetrons,
)
from quantacore.golden.codes.honeycomb import size_of
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, error_rate, wrong_shots
from quantacore.golden.noise.poisoning import Poisoning, poisoned_honeycomb
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image

MATCHING, UNION_FIND = "PyMatching", "quantacore"


@dataclass(frozen=True, kw_only=True)
class TetronRow:
    """Poisoning of one tetron for some time, simulated with covariance matrices."""

    electrons: float
    """Mean number."""
    shots: int
    odd: Interval
    """Shots whose tetron has odd parity."""
    odd_theory: float
    flipped: Interval
    """Shots whose pair (0, 1) has flipped parity."""
    flipped_theory: float


def measure_tetron(electrons: float, *, num_shots: int, seed: int) -> TetronRow:
    """Prepare both pairs even, poison, measure both pairs."""
    shots = GaussianShots([(0, 1), (2, 3)], num_shots=num_shots, seed=seed)
    poison_tetrons(shots, range(4), mean_electrons=electrons)
    first, second = shots.measure(0, 1), shots.measure(2, 3)
    return TetronRow(
        electrons=electrons,
        shots=num_shots,
        odd=error_rate(errors=int(np.count_nonzero(first != second)), shots=num_shots),
        odd_theory=odd_probability(electrons),
        flipped=error_rate(errors=int(np.count_nonzero(first < 0)), shots=num_shots),
        flipped_theory=pair_flip_probability(electrons),
    )


@dataclass(frozen=True, kw_only=True)
class PoisonedRow:
    """Logical errors of one memory experiment."""

    noise: Poisoning
    distance: int
    rounds: int
    tetrons: int
    shots: int
    errors: dict[str, int]
    """Decoder -> wrong shots: either of two observables wrong."""

    def rate(self, decoder: str) -> Interval:
        """Return the wrong shots per shot."""
        return error_rate(errors=self.errors[decoder], shots=self.shots)


def measure_poisoned(
    noise: Poisoning,
    *,
    distance: int,
    rounds: int,
    num_shots: int,
    length_bits: int,
    passes: int,
    seed: int,
) -> PoisonedRow:
    """Decode a memory experiment with PyMatching and the golden decoder, on one graph.

    Raises
    ------
    ValueError
        If the distance is not even, or another argument is out of range.
    """
    if distance < 2 or distance % 2:
        raise ValueError(f"Distance must be even, at least 2, not {distance!r}")
    if rounds < 1 or num_shots < 1:
        raise ValueError(f"Rounds and shots must be at least 1, not {rounds!r} and {num_shots!r}")
    circuit = poisoned_honeycomb(size_of(distance), noise, rounds=rounds)
    events, flips = sample_shots(circuit, num_shots=num_shots, seed=seed)
    graph = graph_from_circuit(circuit)
    image = build_image(graph, length_bits=length_bits)
    decoders = {
        MATCHING: MatchingDecoder(model_from_graph(graph)),
        UNION_FIND: UnionFindDecoder(graph, image, passes=passes),
    }
    errors = {}
    for name, decoder in decoders.items():
        decoded = decoder.decode_shots(events)
        wrong = wrong_shots(decoded.predictions, flips, unmatched=decoded.unmatched)
        errors[name] = int(np.count_nonzero(wrong))
    return PoisonedRow(
        noise=noise,
        distance=distance,
        rounds=rounds,
        tetrons=circuit.num_qubits,
        shots=num_shots,
        errors=errors,
    )
