"""Measure how well a confidence per shot predicts logical errors: rejection curves.

In: a point, number of passes, seed.   Out: `ConfidenceRow` records, one for each confidence.
Next: `quantacore.sim.cli.bench_confidence`; `docs/confidence.md` shows its output.

One more candidate is one line in `CANDIDATES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.complementary_gap import ComplementaryGapDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import wrong_shots
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import Circuit, model_from_circuit
from quantacore.golden.source.sampling import check_sampling, sample_shots
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.confidence import doubts_of
from quantacore.golden.spec.image import DEFAULT_LENGTH_BITS, WeightImage, build_image
from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.experiments.accuracy import BATCH_SHOTS
from quantacore.sim.experiments.contenders import MATCHING, union_find_name
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.rejection import RejectionCurve, rejection_curve
from quantacore.sim.experiments.shot_sequence import ShotSequence

EXPORTED = "contested, then volume"
"""The candidate that the core puts into its prediction word."""

GAP = "PyMatching's gap"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a candidate may look at."""

    events: np.ndarray
    """``uint8``, shape ``(num_shots, ceil(num_detectors / 8))``, little-endian bits."""
    decoded: DecodedShots
    """With corrections."""
    image: WeightImage


def _volumes(evidence: Evidence) -> np.ndarray:
    assert evidence.decoded.volumes is not None
    return evidence.decoded.volumes


def _correction_weights(evidence: Evidence) -> np.ndarray:
    assert evidence.decoded.corrections is not None
    lengths = evidence.image.first.astype(np.int64)
    return unpack_bits(evidence.decoded.corrections, num_bits=len(lengths)) @ lengths


CANDIDATES: dict[str, Callable[[Evidence], np.ndarray]] = {
    EXPORTED: lambda evidence: doubts_of(evidence.decoded),
    "volume": _volumes,
    "weight of correction": _correction_weights,
    "growth steps": lambda evidence: evidence.decoded.growth_steps,
    "number of defects": lambda evidence: np.bitwise_count(evidence.events).sum(axis=1),
}
"""Name -> function that returns a doubt for each shot; the larger, the less sure is the answer."""


@dataclass(frozen=True, kw_only=True)
class ConfidenceRow:
    """How well one confidence predicts the errors of one decoder at one point."""

    point: Point
    confidence: str
    decoder: str
    """Whose errors they are."""
    curve: RejectionCurve

    @property
    def label(self) -> str:
        """What tables and pictures call it: the decoder is named if it is not ours."""
        own = " on its own errors" if self.decoder == MATCHING else ""
        return self.confidence + own


def measure_confidence(
    point: Point,
    *,
    passes: int = 4,
    length_bits: int = DEFAULT_LENGTH_BITS,
    seed: int = 1,
    progress: Callable[[int], object] = lambda shots: None,
) -> list[ConfidenceRow]:
    """Decode shots and rank them by every candidate, and by PyMatching's complementary gap.

    The gap judges our errors, and those of PyMatching itself. The shots are those of the bench
    `accuracy` at the same point and seed.

    Parameters
    ----------
    point : Point
        With its number of shots.
    passes : int
        Most passes of the union-find decoder, 1 .. 7.
    length_bits : int
        Bits of an edge length.
    seed : int
        Of the shots.
    progress : callable
        Called with the number of shots done.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_sampling(1, seed)
    if point.shots is None:
        raise ValueError("Number of shots must be given, not None")
    circuit = rotated_memory(distance=point.distance, p=point.p, basis=point.basis.lower())
    model = model_from_circuit(circuit)
    graph = graph_from_dem(model)
    image = build_image(graph, length_bits=length_bits)
    decoder = UnionFindDecoder(graph, image, passes=passes)
    gap_decoder = ComplementaryGapDecoder(model)
    sequence = _shots(circuit, point, seed=seed)
    doubts: dict[str, list[np.ndarray]] = {name: [] for name in [*CANDIDATES, GAP]}
    wrong: list[np.ndarray] = []
    gap_wrong: list[np.ndarray] = []
    progress(0)
    for start in range(0, point.shots, sequence.batch_shots):
        stop = min(start + sequence.batch_shots, point.shots)
        events, observables = sequence.shots(start, stop)
        decoded = decoder.decode_shots(events, with_corrections=True)
        wrong.append(wrong_shots(decoded.predictions, observables, unmatched=decoded.unmatched))
        evidence = Evidence(events=events, decoded=decoded, image=image)
        for name, doubt in CANDIDATES.items():
            doubts[name].append(doubt(evidence))
        matched = gap_decoder.decode_shots(events)
        gap_wrong.append(wrong_shots(matched.predictions, observables))
        doubts[GAP].append(-matched.gaps)
        progress(stop)
    ours = union_find_name(length_bits=length_bits, passes=passes)
    judged = [(name, ours, wrong) for name in doubts] + [(GAP, MATCHING, gap_wrong)]
    return [
        ConfidenceRow(
            point=point,
            confidence=name,
            decoder=decoder_name,
            curve=rejection_curve(np.concatenate(doubts[name]), np.concatenate(errors)),
        )
        for name, decoder_name, errors in judged
    ]


def _shots(circuit: Circuit, point: Point, *, seed: int) -> ShotSequence:
    """Return the shots of the bench `accuracy`: same key, same batches."""
    return ShotSequence(
        lambda shots, batch_seed: sample_shots(circuit, num_shots=shots, seed=batch_seed),
        key=f"rotated_memory/{point.metadata}/{seed}",
        batch_shots=BATCH_SHOTS,
    )
