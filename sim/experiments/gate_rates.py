"""Measure gates: acceptance and errors of what is post-selected, decoded errors of the rest.

In: gate, noise strength, number of shots.   Out: rows with counts.
Next: `quantacore.sim.cli.gates_bench`.

A prepared state is read out perfectly, its errors of the dangerous kind corrected by the lightest
one with the same syndrome. An experiment of a decoded gate is decoded by PyMatching, plain and
correlated, and by our golden decoder, on the same shots.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import sinter

from quantacore.golden.decode.decoder import CompiledDecoder
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
from quantacore.sim.experiments.collect import collect
from quantacore.sim.experiments.contenders import Contender
from quantacore.sim.experiments.stats_file import StatsFile, new_task

BENCH = "gates"
BATCH_SHOTS = 5000
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
    built: BuiltGate,
    experiment: str,
    *,
    p: float,
    num_shots: int,
    seed: int,
    gate: str = "",
    stats: StatsFile | None = None,
) -> DecodedRow:
    """Decode an experiment of a gate with all decoders, on from where each of them stopped.

    Parameters
    ----------
    built : BuiltGate
    experiment : str
    p : float
    num_shots, seed : int
        Shots are sampled at once: another number of them is another experiment in a file.
    gate : str
        Its name, for readers of the file.
    stats : StatsFile, optional
        Where earlier runs stopped, and where counts go to.
    """
    stats = StatsFile() if stats is None else stats
    circuit = uniform_noise(built.experiments[experiment], p)
    model = model_from_circuit(circuit)
    graph = graph_from_dem(model)
    decoders = (
        MatchingDecoder(model),
        MatchingDecoder(model, correlated=True),
        UnionFindDecoder(graph, build_image(graph), passes=PASSES),
    )
    contenders = {
        name: Contender(name=name, decoder=decoder, settings={})
        for name, decoder in zip(DECODERS, decoders, strict=True)
    }
    point = {"bench": BENCH, "gate": gate, "experiment": experiment, "p": p}
    tasks = {
        name: new_task(
            name,
            {**point, "of": num_shots, "seed": seed, "fingerprint": contender.fingerprint()},
            str(circuit),
        )
        for name, contender in contenders.items()
    }
    sampled = cache(lambda: sample_shots(circuit, num_shots=num_shots, seed=seed))

    def decode(
        start: int, stop: int, behind: Sequence[sinter.TaskStats]
    ) -> Iterator[sinter.TaskStats]:
        events, actual = (shots[start:stop] for shots in sampled())
        for name, contender in contenders.items():
            if tasks[name] in behind:
                counted = _counted(contender.decoder, events, actual, graph.num_observables)
                yield tasks[name].with_edits(**counted)

    collect(stats, list(tasks.values()), decode, batch_shots=BATCH_SHOTS, max_shots=num_shots)
    found = {name: stats.counted(task) for name, task in tasks.items()}
    return DecodedRow(
        experiment=experiment,
        p=p,
        shots=num_shots,
        detectors=graph.num_detectors,
        errors={name: each.errors for name, each in found.items()},
        observables={
            name: tuple(each.custom_counts[f"L{k}"] for k in range(graph.num_observables))
            for name, each in found.items()
        },
    )


def _counted(
    decoder: CompiledDecoder, events: np.ndarray, actual: np.ndarray, num_observables: int
) -> dict[str, Any]:
    """Return the counts of a batch, as fields of `sinter.TaskStats`."""
    started = time.perf_counter()
    decoded = decoder.decode_shots(events)
    seconds = time.perf_counter() - started
    wrong = wrong_shots(decoded.predictions, actual, unmatched=decoded.unmatched)
    flips = np.unpackbits(decoded.predictions ^ actual, axis=1, bitorder="little").sum(axis=0)
    each = Counter({f"L{k}": int(flips[k]) for k in range(num_observables)})
    return {
        "shots": len(events),
        "errors": int(wrong.sum()),
        "seconds": seconds,
        "custom_counts": each,
    }


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
