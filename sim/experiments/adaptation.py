"""What it is worth to know the noise: stale weights, those of the true model, those from counts.

In: distance, case, shots.   Out: `AdaptationRow` records.
Next: `quantacore.sim.cli.bench_adapt`; `docs/adaptation.md` shows its output.

All decoders of a row get the same shots. Weights from counts: the decoder's corrections on some
shots of training, counted under the stale weights, give new weights; the same shots, decoded
under these, give the final ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.adapt.estimate import CorrectionCounts
from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.adapt.reweight import reweighted
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.correction_rates import correction_rates, count_corrections
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, PairedErrors, count_paired, error_ratio, wrong_shots
from quantacore.golden.noise.hot_spots import Case, circuit_of_case
from quantacore.golden.noise.scaled import with_doubled_noise
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import build_image

BATCH_SHOTS = 20_000
ROUNDS_OF_COUNTING = 2
TRAINING_SEED = 1 << 32
"""Far from the seeds of the shots that are scored."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Weights from counts on some shots."""

    shots: int
    seed: int
    changed_edges: int
    """Edges whose prior the counts changed."""
    paired: PairedErrors
    """Of stale weights, with these as reference."""

    @property
    def gain(self) -> float:
        """Errors with stale weights per error with these; 1 if neither made any."""
        errors = self.paired.reference_errors
        return self.paired.errors / errors if errors else 1.0


@dataclass(frozen=True, kw_only=True)
class AdaptationRow:
    """One case."""

    distance: int
    p: float
    """What the stale weights were made for."""
    passes: int
    case: Case
    true_model: PairedErrors
    """Of stale weights, with those of the true model as reference."""
    trained: tuple[Trained, ...]

    @property
    def true_gain(self) -> Interval:
        """Errors with stale weights per error with the true ones, same shots, 95 %."""
        return error_ratio(self.true_model)

    def gains(self, shots: int) -> list[float]:
        """Return the gain of each training of so many shots."""
        return [trained.gain for trained in self.trained if trained.shots == shots]


def measure_adaptation(
    case: Case,
    *,
    distance: int,
    p: float = 0.003,
    passes: int = DEFAULT_PASSES,
    shots: int = 100_000,
    training: Sequence[int] = (1_000, 10_000),
    repeats: int = 4,
    seed: int = 1,
    progress: Callable[[int], object] = lambda shots: None,
) -> AdaptationRow:
    """Score stale weights, true ones, and those from counts, on the same shots.

    Parameters
    ----------
    case : Case
    distance : int
    p : float
        What the stale weights were made for.
    passes : int
    shots : int
        That are scored.
    training : sequence of int
        Shots that are counted.
    repeats : int
        Trainings of each length, with different shots.
    seed : int
    progress : callable
        Called with the number of shots scored.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if min(shots, repeats, *training) < 1:
        raise ValueError("Shots, shots of training and repeats must be at least 1")
    model = rotated_memory(distance=distance, p=p)
    graph = graph_from_circuit(model)
    circuit = circuit_of_case(case, distance=distance, p=p)
    expected, doubled = (
        correction_rates(
            some, _decoder(graph, passes), num_edges=graph.num_edges, seed=TRAINING_SEED << 1
        )
        for some in (model, with_doubled_noise(model))
    )
    graphs = {"stale": graph, "true": graph_from_circuit(circuit)}
    settings = [(length, number) for length in training for number in range(repeats)]
    changed = {}
    for length, number in settings:
        events, _ = sample_shots(
            circuit, num_shots=length, seed=TRAINING_SEED + seed * 1000 + number
        )
        estimated, changed[length, number] = train(
            graph, events, expected, expected_doubled=doubled, passes=passes
        )
        graphs[f"{length}/{number}"] = estimated
    decoders = {name: _decoder(some_graph, passes) for name, some_graph in graphs.items()}
    names = [name for name in decoders if name != "stale"]
    totals = {name: PairedErrors(shots=0, errors=0, reference_errors=0, both=0) for name in names}
    for start in range(0, shots, BATCH_SHOTS):
        size = min(BATCH_SHOTS, shots - start)
        events, actual = sample_shots(circuit, num_shots=size, seed=seed + start)
        wrong = {}
        for name, decoder in decoders.items():
            decoded = decoder.decode_shots(events)
            wrong[name] = wrong_shots(decoded.predictions, actual, unmatched=decoded.unmatched)
        for name in names:
            totals[name] += count_paired(wrong["stale"], wrong[name])
        progress(start + size)
    return AdaptationRow(
        distance=distance,
        p=p,
        passes=passes,
        case=case,
        true_model=totals["true"],
        trained=tuple(
            Trained(
                shots=length,
                seed=number,
                changed_edges=changed[length, number],
                paired=totals[f"{length}/{number}"],
            )
            for length, number in settings
        ),
    )


def train(
    graph: DecodingGraph,
    events: np.ndarray,
    expected: np.ndarray,
    *,
    expected_doubled: np.ndarray | None = None,
    passes: int,
) -> tuple[DecodingGraph, int]:
    """Return the graph with priors from counts, and how many of them changed.

    Parameters
    ----------
    graph : DecodingGraph
        With the stale priors.
    events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``, little-endian bits
    expected, expected_doubled : float, shape ``(num_edges,)``
        See `CorrectionCounts`.
    passes : int
    """
    groups = like_edges(graph)
    estimated, num_changed = graph, 0
    for _ in range(ROUNDS_OF_COUNTING):
        counts = CorrectionCounts(
            expected=expected, expected_doubled=expected_doubled, groups=groups
        )
        found = count_corrections(_decoder(estimated, passes), events, num_edges=graph.num_edges)
        counts.add(found, shots=len(events))
        estimate = counts.estimate()
        estimated, num_changed = reweighted(graph, estimate.ratios), estimate.num_changed
    return estimated, num_changed


def _decoder(graph: DecodingGraph, passes: int) -> UnionFindDecoder:
    return UnionFindDecoder(graph, build_image(graph), passes=passes)
