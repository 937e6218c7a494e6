"""Time the compiled golden decoder against PyMatching, as ratios taken in one run.

In: distances and noise strengths.   Out: `SpeedRow` records.
Next: `quantacore.sim.cli.bench`.

A ratio says more than a time: it carries over to other machines. All decoders get the same batch
on one core, take turns within each repeat, and count by their best repeat, so that a burst of
other load on the machine does not decide.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import DEFAULT_LENGTH_BITS
from quantacore.sim.experiments.contenders import (
    CORRELATED,
    MATCHING,
    rotated_memory_contest,
    union_find_name,
)

RIVALS = {1: MATCHING, DEFAULT_PASSES: CORRELATED}
"""Passes of the union-find decoder -> what it is timed against."""

BATCH_SECONDS = 0.15
"""Time that PyMatching takes for one batch, if the number of shots is left open."""

MAX_BATCH_SHOTS = 500_000


@dataclass(frozen=True, kw_only=True)
class SpeedRow:
    """Time of one decoder and of its rival on the same shots."""

    distance: int
    p: float
    shots: int
    """Shots per batch."""
    passes: int
    rival: str
    us_per_shot: float
    """Best repeat of the union-find decoder, in microseconds."""
    rival_us_per_shot: float
    """Best repeat of the rival, in microseconds."""

    @property
    def ratio(self) -> float:
        """Time of the union-find decoder relative to its rival; below 1 is faster."""
        return self.us_per_shot / self.rival_us_per_shot


def measure_speed(
    *,
    distance: int,
    p: float,
    num_shots: int | None = None,
    repeats: int = 7,
    seed: int | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> list[SpeedRow]:
    """Time one and three passes at one point of the rotated memory experiment.

    Parameters
    ----------
    distance : int
        Odd, at least 3; also the number of rounds.
    p : float
        Noise strength, in (0, 0.5].
    num_shots : int, optional
        Shots per batch; as many as PyMatching decodes in `BATCH_SECONDS` if not given.
    repeats : int
        Batches per decoder, at least 1.
    seed : int, optional
        Of the shots.
    clock : callable
        Returns seconds.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if repeats < 1:
        raise ValueError(f"Number of repeats must be at least 1, not {repeats!r}")
    contest = rotated_memory_contest(
        distance=distance, p=p, length_bits=[DEFAULT_LENGTH_BITS], passes=list(RIVALS)
    )
    decoders = contest.decoders
    best = dict.fromkeys(decoders, float("inf"))

    def run(name: str) -> float:
        start = clock()
        decoders[name].decode_shots(events)
        return clock() - start

    events, _ = sample_shots(contest.circuit, num_shots=500, seed=seed)
    for name in decoders:
        run(name)  # compiles the kernel, fills caches
    if num_shots is None:
        num_shots = round(len(events) * BATCH_SECONDS / max(run(MATCHING), 1e-6))
        num_shots = min(max(num_shots, 100), MAX_BATCH_SHOTS)
    events, _ = sample_shots(contest.circuit, num_shots=num_shots, seed=seed)
    for _ in range(repeats):
        for name in decoders:
            best[name] = min(best[name], run(name))

    us_per_shot = {name: seconds / num_shots * 1e6 for name, seconds in best.items()}
    return [
        SpeedRow(
            distance=distance,
            p=p,
            shots=num_shots,
            passes=passes,
            rival=rival,
            us_per_shot=us_per_shot[
                union_find_name(length_bits=DEFAULT_LENGTH_BITS, passes=passes)
            ],
            rival_us_per_shot=us_per_shot[rival],
        )
        for passes, rival in RIVALS.items()
    ]
