"""Count the logical errors of all decoders on the same shots.

In: distance, noise strength, number of shots.   Out: `AccuracyRow` records.
Next: `quantacore.sim.cli.bench`; `docs/accuracy.md` shows its output.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from quantacore.golden.metrics import (
    Interval,
    PairedErrors,
    count_paired,
    error_rate,
    error_ratio,
    wrong_shots,
)
from quantacore.golden.source.sampling import check_sampling
from quantacore.sim.experiments.contenders import MATCHING, Contest, rotated_memory_contest

BATCH_SHOTS = 5_000


@dataclass(frozen=True, kw_only=True)
class Point:
    """One setting of the rotated memory experiment, ``distance`` rounds."""

    distance: int
    p: float
    """Noise strength, in (0, 0.5]."""
    shots: int


QUICK_POINTS = (
    Point(distance=3, p=0.005, shots=100_000),
    Point(distance=5, p=0.005, shots=100_000),
    Point(distance=7, p=0.005, shots=20_000),
)
"""Half a minute on one core."""

TABLE_POINTS = (
    Point(distance=3, p=0.001, shots=1_000_000),
    Point(distance=5, p=0.001, shots=2_000_000),
    Point(distance=5, p=0.005, shots=100_000),
    Point(distance=7, p=0.002, shots=500_000),
    Point(distance=7, p=0.005, shots=100_000),
    Point(distance=9, p=0.003, shots=200_000),
    Point(distance=9, p=0.005, shots=40_000),
    Point(distance=11, p=0.005, shots=20_000),
)
"""The points of `docs/accuracy.md`."""


@dataclass(frozen=True, kw_only=True)
class AccuracyRow:
    """Errors of one decoder at one point, beside those of uncorrelated PyMatching."""

    point: Point
    decoder: str
    paired: PairedErrors
    """The reference is uncorrelated PyMatching."""
    unmatched: int
    """Shots without a prediction; they are counted as errors."""

    @property
    def rate(self) -> Interval:
        """Logical errors per shot, with its Wilson interval."""
        return error_rate(errors=self.paired.errors, shots=self.paired.shots)

    @property
    def ratio(self) -> Interval:
        """Errors relative to uncorrelated PyMatching; below 1 is better than exact matching."""
        return error_ratio(self.paired)


def measure_accuracy(
    point: Point,
    *,
    length_bits: Sequence[int] = (4, 5),
    passes: Sequence[int] = (1, 2, 3, 4),
    seed: int | None = None,
    progress: Callable[[int], object] = lambda shots: None,
) -> list[AccuracyRow]:
    """Decode the same shots with every contender.

    Parameters
    ----------
    point : Point
    length_bits, passes : sequence of int
        Every pair of them is a contender, after PyMatching plain and correlated.
    seed : int, optional
        Of the shots.
    progress : callable
        Called with the number of shots after each batch.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_sampling(point.shots, seed)
    contest = rotated_memory_contest(
        distance=point.distance, p=point.p, length_bits=length_bits, passes=passes
    )
    nothing = PairedErrors(shots=0, errors=0, reference_errors=0, both=0)
    paired = dict.fromkeys(contest.decoders, nothing)
    unmatched = dict.fromkeys(contest.decoders, 0)
    for counted in _batches(contest, point.shots, seed):
        for name, (errors, without_prediction) in counted.items():
            paired[name] += errors
            unmatched[name] += without_prediction
        progress(next(iter(counted.values()))[0].shots)
    return [
        AccuracyRow(point=point, decoder=name, paired=paired[name], unmatched=unmatched[name])
        for name in contest.decoders
    ]


def _batches(
    contest: Contest, num_shots: int, seed: int | None
) -> Iterator[dict[str, tuple[PairedErrors, int]]]:
    """Yield for each batch what each decoder got wrong and how many shots it did not decode."""
    sampler = contest.circuit.compile_detector_sampler(seed=seed)
    for start in range(0, num_shots, BATCH_SHOTS):
        events, observables = sampler.sample(
            min(BATCH_SHOTS, num_shots - start), bit_packed=True, separate_observables=True
        )
        wrong, unmatched = {}, {}
        for name, decoder in contest.decoders.items():
            decoded = decoder.decode_shots(events)
            wrong[name] = wrong_shots(decoded.predictions, observables, unmatched=decoded.unmatched)
            unmatched[name] = int(decoded.unmatched.sum())
        yield {
            name: (count_paired(wrong[name], wrong[MATCHING]), unmatched[name]) for name in wrong
        }
