"""Code families on equal terms: logical errors under noise that favours phase flips.

In: families, level of noise, bias, strength, distances.   Out: `BiasRow`.
Next: `quantacore.sim.cli.bench_codes`.

Families of one comparison have the same number of qubits, the same circuit up to the Paulis of
their checks, and the same noise. Both memory experiments are run: a code may be good at one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantacore.golden.codes.check_memory import CheckCode, code_capacity_circuit
from quantacore.golden.codes.families import family_named
from quantacore.golden.codes.family import Distances
from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.golden.codes.planar import planar_xzzx_code
from quantacore.golden.codes.rotated import rotated_code, xzzx_code
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, error_rate, wrong_shots
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image

CODES: dict[str, Callable[[Distances], CheckCode]] = {
    "rotated": rotated_code,
    "xzzx": xzzx_code,
    "xzzx_planar": planar_xzzx_code,
}
"""Families that are compared."""

CAPACITY, CIRCUIT = "capacity", "circuit"
LEVELS = (CAPACITY, CIRCUIT)
"""Noise on data qubits once, perfect measurements; noise everywhere, as many rounds as the larger
distance."""

LEAST_DISTANCE = 3
"""A code of distance 2 only detects an error: what a decoder makes of it says nothing."""

MATCHING, UNION_FIND = "PyMatching", "quantacore"
BASES = ("z", "x")


@dataclass(frozen=True, kw_only=True)
class BiasRow:
    """Errors of one family at one point."""

    family: str
    level: str
    eta: float
    p: float
    distances: Distances
    qubits: int
    """Data and ancillas."""
    shots: int
    """In each basis."""
    errors: dict[tuple[str, str], int]
    """(decoder, basis) -> wrong shots."""

    def rate(self, decoder: str) -> Interval:
        """Return the wrong shots of both experiments together, per shot."""
        errors = sum(self.errors[decoder, basis] for basis in BASES)
        return error_rate(errors=errors, shots=2 * self.shots)


def experiment(
    family: str, *, level: str, noise: BiasedNoise, distances: Distances, basis: str
) -> Circuit:
    """Return the circuit of a row in one basis.

    Raises
    ------
    ValueError
        If an argument is not one of those above, or there is no such code.
    """
    if family not in CODES:
        raise ValueError(f"Family must be one of {', '.join(CODES)}, not {family!r}")
    if level not in LEVELS:
        raise ValueError(f"Level must be one of {', '.join(LEVELS)}, not {level!r}")
    if min(distances) < LEAST_DISTANCE:
        raise ValueError(
            f"Distance must be at least {LEAST_DISTANCE} to correct an error, not {min(distances)}"
        )
    if level == CAPACITY:
        return code_capacity_circuit(CODES[family](distances), noise.idle, basis=basis)
    return family_named(family).circuit(distances, noise=noise, basis=basis)


def measure_bias(
    family: str,
    *,
    level: str,
    noise: BiasedNoise,
    distances: Distances,
    num_shots: int,
    length_bits: int,
    passes: int,
    seed: int,
) -> BiasRow:
    """Decode both memory experiments with PyMatching and the golden decoder, on one graph."""
    errors = {}
    for number, basis in enumerate(BASES):
        circuit = experiment(family, level=level, noise=noise, distances=distances, basis=basis)
        events, flips = sample_shots(circuit, num_shots=num_shots, seed=2 * seed + number)
        graph = graph_from_circuit(circuit)
        decoders = {
            MATCHING: MatchingDecoder(model_from_graph(graph)),
            UNION_FIND: UnionFindDecoder(
                graph, build_image(graph, length_bits=length_bits), passes=passes
            ),
        }
        for name, decoder in decoders.items():
            decoded = decoder.decode_shots(events)
            wrong = wrong_shots(decoded.predictions, flips, unmatched=decoded.unmatched)
            errors[name, basis] = int(np.count_nonzero(wrong))
    return BiasRow(
        family=family,
        level=level,
        eta=noise.eta,
        p=noise.p,
        distances=distances,
        qubits=family_named(family).resources(distances).qubits,
        shots=num_shots,
        errors=errors,
    )
