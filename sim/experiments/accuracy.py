"""Count the logical errors of all decoders on the same shots.

In: distance, noise strength, basis, number of shots.   Out: `AccuracyRow` records.
Next: `quantacore.sim.cli.bench_accuracy`; `docs/accuracy.md` shows its output.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sinter

from quantacore.golden.metrics import (
    Interval,
    PairedErrors,
    error_rate,
    error_ratio,
)
from quantacore.golden.source.sampling import check_sampling, sample_shots
from quantacore.sim.experiments.collect import collect
from quantacore.sim.experiments.contenders import MATCHING, Contest, rotated_memory_contest
from quantacore.sim.experiments.paired_decoding import paired_decoding, paired_errors
from quantacore.sim.experiments.point import Point, point_from_metadata
from quantacore.sim.experiments.shot_sequence import ShotSequence
from quantacore.sim.experiments.stats_file import StatsFile, new_task

BENCH = "accuracy"
"""What rows of this bench say in a file."""

BATCH_SHOTS = 5_000

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


def accuracy_row(stats: sinter.TaskStats) -> AccuracyRow:
    """Return the row of one task's counts, from a file or from memory.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the counts are not of this bench.
    """
    return AccuracyRow(
        point=point_from_metadata(stats.json_metadata),
        decoder=stats.decoder,
        paired=paired_errors(stats),
        unmatched=stats.custom_counts["unmatched"],
    )


def measure_accuracy(
    point: Point,
    *,
    length_bits: Sequence[int] = (4, 5),
    passes: Sequence[int] = (1, 2, 3, 4),
    seed: int = 1,
    max_errors: int | None = None,
    stats: StatsFile | None = None,
    progress: Callable[[int], object] = lambda shots: None,
) -> list[AccuracyRow]:
    """Decode the same shots with every contender.

    Parameters
    ----------
    point : Point
    length_bits, passes : sequence of int
        Every pair of them is a contender, after PyMatching plain and correlated.
    seed : int
        Of the shots. Another seed, as another version of a decoder, is another task in a file.
    max_errors : int, optional
        Stop at the end of the batch in which every contender has as many errors.
    stats : StatsFile, optional
        Where earlier runs stopped, and where counts go to.
    progress : callable
        Called with the number of shots done, first with those of earlier runs.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_sampling(1, seed)
    stats = StatsFile() if stats is None else stats
    contest = rotated_memory_contest(
        distance=point.distance,
        p=point.p,
        basis=point.basis,
        length_bits=length_bits,
        passes=passes,
    )
    tasks = {name: _task(contest, name, point, seed) for name in contest.contenders}
    sequence = ShotSequence(
        lambda shots, batch_seed: sample_shots(contest.circuit, num_shots=shots, seed=batch_seed),
        key=f"rotated_memory/{point.metadata}/{seed}",
        batch_shots=BATCH_SHOTS,
    )

    collect(
        stats,
        list(tasks.values()),
        paired_decoding(contest.contenders, tasks, reference=MATCHING, sequence=sequence),
        batch_shots=BATCH_SHOTS,
        max_shots=point.shots,
        max_errors=max_errors,
        progress=progress,
    )
    return [accuracy_row(stats.counted(task)) for task in tasks.values()]


def _task(contest: Contest, name: str, point: Point, seed: int) -> sinter.TaskStats:
    contender = contest.contenders[name]
    metadata = {
        "bench": BENCH,
        "c": "surface_code:rotated_memory",
        **point.metadata,
        **contender.settings,
        "seed": seed,
        "fingerprint": contender.fingerprint(),
    }
    # The reference is part of every count; the size of a batch decides which shots there are.
    reference = contest.contenders[MATCHING].fingerprint()
    return new_task(
        name, metadata, str(contest.circuit), str(contest.model), reference, str(BATCH_SHOTS)
    )
