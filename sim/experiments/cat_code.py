"""The repetition code of cat qubits: our circuit beside the published fit.

In: ratio of loss to dissipation, photons, distance, shots.   Out: `CatRow`.
Next: `quantacore.sim.cli.bench_codes`.
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.codes.cat import (
    CAT,
    CatNoise,
    best_photons,
    bit_flip_per_round,
    logical_error,
    phase_flip_per_round,
)
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, error_rate, wrong_shots
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image


@dataclass(frozen=True, kw_only=True)
class CatRow:
    """Logical errors in ``distance`` rounds."""

    n: float
    k: float
    distance: int
    shots: int
    phase_errors: int
    """Of the circuit in basis x, decoded by PyMatching with the graph's edges."""
    union_find_errors: int
    """The same shots, decoded by the golden decoder."""
    bit_errors: int
    """Of the circuit in basis z, where nothing is decoded."""

    @property
    def phase_rate(self) -> Interval:
        """Per shot."""
        return error_rate(errors=self.phase_errors, shots=self.shots)

    @property
    def bit_rate(self) -> Interval:
        """Per shot."""
        return error_rate(errors=self.bit_errors, shots=self.shots)

    @property
    def phase_fit(self) -> float:
        """Published, per shot."""
        return self.distance * phase_flip_per_round(n=self.n, k=self.k, distance=self.distance)

    @property
    def bit_fit(self) -> float:
        """Published, per shot."""
        return self.distance * bit_flip_per_round(n=self.n, distance=self.distance)


@dataclass(frozen=True, kw_only=True)
class BestCat:
    """The best number of photons, by the published formula."""

    k: float
    distance: int
    n: float
    logical_error: float
    """In ``distance`` rounds."""


def measure_cat(*, n: float, k: float, distance: int, num_shots: int, seed: int) -> CatRow:
    """Run the circuit in both bases."""
    noise = CatNoise(n=n, k=k)
    circuit = CAT.circuit(distance, noise=noise, basis="x")
    graph = graph_from_circuit(circuit)
    events, flips = sample_shots(circuit, num_shots=num_shots, seed=2 * seed)
    matching = MatchingDecoder(model_from_graph(graph))
    wrong = []
    for decoder in (matching, UnionFindDecoder(graph, build_image(graph), passes=1)):
        decoded = decoder.decode_shots(events)
        shots = wrong_shots(decoded.predictions, flips, unmatched=decoded.unmatched)
        wrong.append(int(np.count_nonzero(shots)))
    bits = CAT.circuit(distance, noise=noise, basis="z")
    _, flips = sample_shots(bits, num_shots=num_shots, seed=2 * seed + 1)
    return CatRow(
        n=n,
        k=k,
        distance=distance,
        shots=num_shots,
        phase_errors=wrong[0],
        union_find_errors=wrong[1],
        bit_errors=int(np.count_nonzero(flips)),
    )


def best_cat(*, k: float, distance: int) -> BestCat:
    """Choose the number of photons."""
    n = best_photons(k=k, distance=distance)
    return BestCat(
        k=k, distance=distance, n=n, logical_error=logical_error(n=n, k=k, distance=distance)
    )
