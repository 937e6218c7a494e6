"""Time a streaming core: sustained cycles per round, and reaction; check every window with golden.

In: distance, noise strength, window.   Out: `StreamRow` records.
Next: `quantacore.sim.cli.bench_stream`; `docs/streaming.md` shows its output.

Sustained: rounds come as fast as the core takes them. Reaction: rounds come one by one at their
pace; from the cycle in which the last word of the last round of a window moves to the first cycle
with the window's prediction valid.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.source.default_window import default_window
from quantacore.golden.source.sampling import check_sampling, sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.experiments.cycle_histogram import CycleHistogram
from quantacore.sim.experiments.point import Point
from quantacore.sim.rtl_decoder import linked_config
from quantacore.sim.stream_batch import StreamBatch, StreamedWindows, Traffic
from quantacore.sim.stream_comparison import compare_stream

BATCH_ROUNDS = 5_000
"""Rounds of a run of the simulator: some seconds of it."""

MICRO_BLOSSOM_MICROSECONDS = {(3, 0.001): 0.162, (5, 0.001): 0.195, (7, 0.001): 0.282}
"""(distance, p) -> mean microseconds after the last round of Micro Blossom (Wu, Liyanage & Zhong,
arXiv:2502.14787), streaming, one basis, on a VMK180: exact matching without correlations."""


@dataclass(frozen=True, kw_only=True)
class StreamRow:
    """What one core took at one point."""

    point: Point
    """``shots`` of ``num_rounds`` rounds each."""
    commit_rounds: int
    buffer_rounds: int
    passes: int
    """Most passes per window."""
    period: int
    """Cycles between rounds in the measurement of reactions."""
    windows: int
    """In each of the two measurements."""
    mismatches: int
    """Windows that differ from golden, in both."""
    faults: int
    """Events of all kinds, in both."""
    rounds: int
    """Layers of detectors, in each of the two measurements."""
    sustained_cycles: int
    """From the first round accepted to the last prediction valid, rounds without pause."""
    reaction: CycleHistogram
    """Of all windows."""
    final_reaction: CycleHistogram
    """Of the last window of each shot."""

    @property
    def cycles_per_round(self) -> float:
        """Sustained."""
        return self.sustained_cycles / self.rounds

    @property
    def micro_blossom(self) -> float | None:
        """Mean reaction of Micro Blossom in microseconds, if there is a figure for this point."""
        return MICRO_BLOSSOM_MICROSECONDS.get((self.point.distance, self.point.p))


def measure_stream(
    point: Point,
    *,
    window: tuple[int, int] | None = None,
    passes: int = 3,
    period: int = 100,
    windows: int = 10_000,
    counters: bool = False,
    seed: int = 1,
    progress: Callable[[int], object] = lambda windows: None,
) -> StreamRow:
    """Stream shots through the simulated core, at full speed and at the pace of rounds.

    Parameters
    ----------
    point : Point
        Its number of shots is not used.
    window : (commit, buffer), optional
        In rounds; the default window of the distance if left out. The first use builds the core.
    passes : int
        Most passes per window, 1 .. 7.
    period : int
        Cycles between rounds; 100 is a microsecond at 100 MHz.
    windows : int
        At least so many, in whole shots.
    counters : bool
        The core counts corrections and detection events as well.
    seed : int
        Of the shots.
    progress : callable
        Called with the number of windows done, of twice as many.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_sampling(1, seed)
    if windows < 1:
        raise ValueError(f"Number of windows must be at least 1, not {windows!r}")
    if period < 1:
        raise ValueError(f"Period must be at least 1 cycle, not {period!r}")
    source = RepeatingCircuit(
        rotated_memory(distance=point.distance, p=point.p, basis=point.basis.lower())
    )
    commit, buffer = window or default_window(source)
    plan = window_plan(source, commit_rounds=commit, buffer_rounds=buffer)
    image = build_window_image(plan)
    config = replace(
        linked_config(image, passes=passes, links="baked", lanes=None), with_counters=counters
    )
    core = StreamBatch(cached_stream_core(image, config))
    core.load_image(image)
    number = core.read("image_count")

    num_rounds = point.num_rounds + 1  # the readout makes a layer of detectors too
    circuit = source.circuit(num_rounds)
    per_shot = plan.num_windows(num_rounds)
    num_shots = -(-windows // per_shot)
    batch = max(1, BATCH_ROUNDS // num_rounds)
    totals: Counter[str] = Counter()
    reaction: Counter[int] = Counter()
    final_reaction: Counter[int] = Counter()
    for start in range(0, num_shots, batch):
        count = min(batch, num_shots - start)
        events, _ = sample_shots(circuit, num_shots=count, seed=seed + start)
        shots = list(rounds_of_events(events, source.places(num_rounds), num_slots=plan.num_slots))
        for traffic in (Traffic(), Traffic(period=period)):
            streamed = core.run(shots, passes=passes, traffic=traffic)
            found = compare_stream(streamed, shots, {number: image}, passes=passes)
            totals["mismatches"] += int(found.mismatching.sum())
            totals["faults"] += sum(streamed.faults.values())
            if not traffic.period:
                taken = int(streamed.valid_at[-1]) - int(streamed.accepted_at[0])
                totals["sustained"] += taken
                continue
            cycles = reactions(streamed, plan, num_rounds).reshape(count, per_shot)
            reaction.update(cycles.reshape(-1).tolist())
            final_reaction.update(cycles[:, -1].tolist())
        progress((start + count) * per_shot)
    return StreamRow(
        point=point,
        commit_rounds=commit,
        buffer_rounds=buffer,
        passes=passes,
        period=period,
        windows=num_shots * per_shot,
        mismatches=totals["mismatches"],
        faults=totals["faults"],
        rounds=num_shots * num_rounds,
        sustained_cycles=totals["sustained"],
        reaction=CycleHistogram(reaction),
        final_reaction=CycleHistogram(final_reaction),
    )


def reactions(streamed: StreamedWindows, plan: WindowPlan, num_rounds: int) -> np.ndarray:
    """Return the cycles from the last round of each window to its prediction.

    Parameters
    ----------
    streamed : StreamedWindows
        A run of shots of equal length.
    plan : WindowPlan
        Of the core.
    num_rounds : int
        Rounds of each shot.

    Returns
    -------
    int64, shape ``(num_windows,)``
    """
    per_shot = plan.num_windows(num_rounds)
    last = np.arange(per_shot) * plan.commit_rounds + plan.num_rounds - 1
    accepted = streamed.accepted_at.reshape(-1, num_rounds)[:, np.minimum(last, num_rounds - 1)]
    return (streamed.valid_at - accepted.reshape(-1)).astype(np.int64)
