"""Measure gates: acceptance and errors of what is post-selected, decoded errors of the rest.

In: gate, noise strength, number of shots.   Out: rows with counts.
Next: `quantacore.sim.cli.gates_bench`.

A prepared state is read out perfectly, its errors of the dangerous kind corrected by the lightest
one with the same syndrome. An experiment of a decoded gate is decoded by PyMatching, plain and
correlated, and by our golden decoder, on the same shots.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.gates.css_codes import CssCode
from quantacore.golden.gates.gate import BuiltGate
from quantacore.golden.gates.linear import rank, word_of
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.metrics import Interval, error_rate, wrong_shots
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image

PASSES = 3
DECODERS = ("PyMatching", "PyMatching correlated", "quantacore")


@dataclass(frozen=True, kw_only=True)
class StateRow:
    """One prepared state at one noise strength."""

    p: float
    shots: int
    accepted: int
    errors: int
    """Accepted shots whose error a perfect round cannot correct."""

    @property
    def acceptance(self) -> Interval:
        """Share of shots that pass the checks."""
        return error_rate(errors=self.accepted, shots=self.shots)

    @property
    def rate(self) -> Interval:
        """Logical errors per accepted shot."""
        return error_rate(errors=self.errors, shots=max(1, self.accepted))


@dataclass(frozen=True, kw_only=True)
class DecodedRow:
    """One experiment at one noise strength, decoded."""

    experiment: str
    p: float
    shots: int
    detectors: int
    errors: Mapping[str, int]
    """Name of a decoder -> shots with any observable wrong."""
    observables: Mapping[str, tuple[int, ...]]
    """Name of a decoder -> shots with each observable wrong."""

    def rate(self, decoder: str) -> Interval:
        """Logical error rate per shot."""
        return error_rate(errors=self.errors[decoder], shots=self.shots)


def measure_state(
    built: BuiltGate, code: CssCode, basis: str, *, p: float, num_shots: int, seed: int
) -> StateRow:
    """Prepare a state many times, and look at what is accepted.

    Parameters
    ----------
    built : BuiltGate
        A preparation, as `prepared_gate` makes it.
    code : CssCode
    basis : {"x", "z"}
        ``"z"``: the state is zero, read out in Z.
    p : float
        Of everything, as `uniform_noise`.
    num_shots, seed : int
    """
    circuit = uniform_noise(built.circuit, p)
    flags = circuit.num_measurements
    circuit.append({"z": "M", "x": "MX"}[basis], range(code.num_qubits))
    records = circuit.compile_sampler(seed=seed).sample(num_shots)
    good = records[~records[:, :flags].any(axis=1), flags:]
    # The state's own generators: which logical ones are wrong after correction.
    checks = code.z if basis == "z" else code.x
    fixed = code.state(basis)["xz".index(basis)]
    corrected = good ^ _lightest(code.num_qubits, checks)[_syndromes(good, checks)]
    wrong = np.zeros(len(good), bool)
    for support in fixed:
        wrong |= corrected[:, list(support)].sum(axis=1) % 2 == 1
    return StateRow(p=p, shots=num_shots, accepted=len(good), errors=int(wrong.sum()))


def measure_decoded(
    built: BuiltGate, experiment: str, *, p: float, num_shots: int, seed: int
) -> DecodedRow:
    """Decode an experiment of a gate with all decoders."""
    circuit = uniform_noise(built.experiments[experiment], p)
    model = model_from_circuit(circuit)
    graph = graph_from_dem(model)
    decoders = (
        MatchingDecoder(model),
        MatchingDecoder(model, correlated=True),
        UnionFindDecoder(graph, build_image(graph), passes=PASSES),
    )
    events, actual = sample_shots(circuit, num_shots=num_shots, seed=seed)
    errors, each = {}, {}
    for name, decoder in zip(DECODERS, decoders, strict=True):
        decoded = decoder.decode_shots(events)
        errors[name] = int(
            wrong_shots(decoded.predictions, actual, unmatched=decoded.unmatched).sum()
        )
        flips = np.unpackbits(decoded.predictions ^ actual, axis=1, bitorder="little")
        each[name] = tuple(int(n) for n in flips.sum(axis=0)[: graph.num_observables])
    return DecodedRow(
        experiment=experiment,
        p=p,
        shots=num_shots,
        detectors=graph.num_detectors,
        errors=errors,
        observables=each,
    )


def _syndromes(words: np.ndarray, checks: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Return the syndrome of each row of bits, as a number."""
    numbers = np.zeros(len(words), np.int64)
    for k, support in enumerate(checks):
        numbers |= (words[:, list(support)].sum(axis=1) % 2).astype(np.int64) << k
    return numbers


def _lightest(num_qubits: int, checks: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Return, for each syndrome, the first of the lightest errors that have it."""
    table = np.zeros((1 << len(checks), num_qubits), bool)
    known = np.zeros(1 << len(checks), bool)
    reachable = 1 << rank(map(word_of, checks))  # dependent checks have fewer syndromes
    for weight in range(num_qubits + 1):
        sets = list(combinations(range(num_qubits), weight))
        words = np.zeros((len(sets), num_qubits), bool)
        for row, chosen in enumerate(sets):
            words[row, list(chosen)] = True
        numbers, first = np.unique(_syndromes(words, checks), return_index=True)
        fresh = ~known[numbers]
        table[numbers[fresh]] = words[first[fresh]]
        known[numbers] = True
        if known.sum() == reachable:
            break
    return table
