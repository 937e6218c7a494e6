"""Count the logical errors of sliding windows beside those of whole shots, on the same shots.

In: distance, noise strength, rounds, (commit, buffer) of windows.   Out: `WindowRow` records.
Next: `quantacore.sim.cli.bench_windows`; `docs/streaming.md` shows its output.

Source: windows are those of Skoric et al., arXiv:2209.08552; the ratio is that of paired shots, as
in `quantacore.sim.experiments.accuracy`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sinter

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.decoder import CompiledDecoder, check_detection_events
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.metrics import (
    Interval,
    PairedErrors,
    error_rate,
    error_ratio,
    error_ratio_per_round,
    rate_per_round,
)
from quantacore.golden.source.sampling import check_sampling, sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import pack_masks
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.results import DecodedShots
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.experiments.collect import collect
from quantacore.sim.experiments.contenders import Contender
from quantacore.sim.experiments.paired_decoding import paired_decoding, paired_errors
from quantacore.sim.experiments.point import Point, point_from_metadata
from quantacore.sim.experiments.shot_sequence import ShotSequence
from quantacore.sim.experiments.stats_file import StatsFile, new_task

BENCH = "windows"
"""What rows of this bench say in a file."""

BATCH_SHOTS = 5_000

ROUNDS_PER_DISTANCE = 10
"""Rounds of a shot if nothing else is said: far more than a window."""

Window = tuple[int, int]
"""Rounds that a window commits, rounds that it looks ahead."""


@dataclass(frozen=True, kw_only=True)
class WindowRow:
    """Errors of one window at one point, beside those of whole shots."""

    point: Point
    length_bits: int
    passes: int
    window: Window | None
    """None for whole shots."""
    paired: PairedErrors
    """The reference decodes whole shots with as many bits and passes."""
    unmatched: int
    """Shots with an unmatched window; they are counted as errors."""

    @property
    def rate(self) -> Interval:
        """Logical errors per shot, with its Wilson interval."""
        return error_rate(errors=self.paired.errors, shots=self.paired.shots)

    @property
    def rate_per_round(self) -> float:
        """Logical errors per round of syndrome measurement."""
        return rate_per_round(self.rate.value, rounds=self.point.num_rounds)

    @property
    def ratio(self) -> Interval:
        """Errors per shot relative to whole shots."""
        return error_ratio(self.paired)

    @property
    def ratio_per_round(self) -> Interval:
        """Errors per round relative to whole shots."""
        return error_ratio_per_round(self.paired, rounds=self.point.num_rounds)


class StreamedShots(CompiledDecoder):
    """The golden decoder of streams, asked about whole shots of one length.

    Parameters
    ----------
    source : RepeatingCircuit
    plan : WindowPlan
        Of that circuit.
    num_rounds : int
        Layers of detectors in each shot.
    length_bits : int
    passes : int
    """

    def __init__(
        self,
        source: RepeatingCircuit,
        plan: WindowPlan,
        *,
        num_rounds: int,
        length_bits: int,
        passes: int,
    ) -> None:
        image = build_window_image(plan, length_bits=length_bits)
        self._decoder = WindowDecoder(image, passes=passes)
        self._places = source.places(num_rounds)
        self.num_detectors = len(self._places)
        self.num_observables = plan.graph.num_observables

    def decode_shots(
        self, detection_events: np.ndarray, *, with_corrections: bool = False
    ) -> DecodedShots:
        """Decode a batch; a shot is unmatched if a window is. Corrections are not given."""
        events = check_detection_events(detection_events, num_detectors=self.num_detectors)
        rounds = rounds_of_events(events, self._places, num_slots=self._decoder.plan.num_slots)
        decoded = self._decoder.decode_shots(rounds)
        return DecodedShots(
            predictions=pack_masks(decoded.predictions, num_bits=self.num_observables),
            corrections=None,
            growth_steps=decoded.growth_steps.sum(axis=1, dtype=np.uint32),
            passes=decoded.passes.max(axis=1),
            unmatched=np.asarray(decoded.unmatched.any(axis=1)),
            contested=np.asarray(decoded.contested.any(axis=1)),
        )


def window_row(stats: sinter.TaskStats) -> WindowRow:
    """Return the row of one task's counts, from a file or from memory.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the counts are not of this bench.
    """
    metadata = stats.json_metadata
    commit, buffer = metadata["commit_rounds"], metadata["buffer_rounds"]
    return WindowRow(
        point=point_from_metadata(metadata),
        length_bits=metadata["length_bits"],
        passes=metadata["passes"],
        window=None if commit is None else (commit, buffer),
        paired=paired_errors(stats),
        unmatched=stats.custom_counts["unmatched"],
    )


def measure_windows(
    point: Point,
    windows: Sequence[Window],
    *,
    length_bits: int = 4,
    passes: int = 3,
    seed: int = 1,
    max_errors: int | None = None,
    stats: StatsFile | None = None,
    progress: Callable[[int], object] = lambda shots: None,
) -> list[WindowRow]:
    """Decode the same shots as a whole and in windows.

    Parameters
    ----------
    point : Point
    windows : sequence of (commit, buffer)
        In rounds.
    length_bits, passes : int
        Of all decoders.
    seed : int
        Of the shots. Another seed, as another version of a decoder, is another task in a file.
    max_errors : int, optional
        Stop at the end of the batch in which whole shots and every window have as many errors.
    stats : StatsFile, optional
        Where earlier runs stopped, and where counts go to.
    progress : callable
        Called with the number of shots done, first with those of earlier runs.

    Returns
    -------
    list of WindowRow
        Whole shots first.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_sampling(1, seed)
    stats = StatsFile() if stats is None else stats
    source = RepeatingCircuit(
        rotated_memory(distance=point.distance, p=point.p, basis=point.basis.lower())
    )
    num_rounds = point.num_rounds + 1  # the readout makes a layer of detectors too
    circuit = source.circuit(num_rounds)
    contenders = _contenders(
        source, windows, num_rounds=num_rounds, length_bits=length_bits, passes=passes
    )
    reference = contenders[None]
    tasks = {
        window: new_task(
            contender.name,
            {
                "bench": BENCH,
                "c": "surface_code:rotated_memory",
                **point.metadata,
                **contender.settings,
                "seed": seed,
                "fingerprint": contender.fingerprint(),
            },
            str(circuit),
            # The reference is part of every count; the size of a batch decides which shots
            # there are.
            reference.fingerprint(),
            str(BATCH_SHOTS),
        )
        for window, contender in contenders.items()
    }
    sequence = ShotSequence(
        lambda shots, batch_seed: sample_shots(circuit, num_shots=shots, seed=batch_seed),
        key=f"{BENCH}/rotated_memory/{point.metadata}/{seed}",
        batch_shots=BATCH_SHOTS,
    )

    collect(
        stats,
        list(tasks.values()),
        paired_decoding(contenders, tasks, reference=None, sequence=sequence),
        batch_shots=BATCH_SHOTS,
        max_shots=point.shots,
        max_errors=max_errors,
        progress=progress,
    )
    return [window_row(stats.counted(task)) for task in tasks.values()]


def _contenders(
    source: RepeatingCircuit,
    windows: Sequence[Window],
    *,
    num_rounds: int,
    length_bits: int,
    passes: int,
) -> dict[Window | None, Contender]:
    """Return the decoder of whole shots, under None, and that of every window."""
    graph = source.graph(num_rounds)
    settings: dict[str, object] = {"length_bits": length_bits, "passes": passes}
    how = f"b={length_bits}, {passes} {'pass' if passes == 1 else 'passes'}"

    def contender(name: str, window: Window | None, decoder: CompiledDecoder) -> Contender:
        commit, buffer = window or (None, None)
        rounds: dict[str, object] = {"commit_rounds": commit, "buffer_rounds": buffer}
        return Contender(name=f"{name} {how}", decoder=decoder, settings=settings | rounds)

    image = build_image(graph, length_bits=length_bits)
    found: dict[Window | None, Contender] = {
        None: contender("whole shots", None, UnionFindDecoder(graph, image, passes=passes))
    }
    for commit, buffer in windows:
        plan = window_plan(source, commit_rounds=commit, buffer_rounds=buffer)
        decoder = StreamedShots(
            source, plan, num_rounds=num_rounds, length_bits=length_bits, passes=passes
        )
        found[commit, buffer] = contender(f"windows {commit}x{buffer}", (commit, buffer), decoder)
    return found
