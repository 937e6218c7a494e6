"""Measure what the tiers take: core cycles of the RTL, its clock, PyMatching on this processor.

In: distance, noise strength.   Out: `Tier` of cores and of CPUs.
Next: `quantacore.sim.allocation.outcome`.

Cycles are counted in Verilator, window by window, and kept in the cache: the same command needs
no simulator the second time. The clock is an estimate of the tools (docs/synthesis.json). The CPU
is timed in its own time of the thread, so that other processes on the machine do not count.
"""

import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.source.default_window import default_window
from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage, build_window_image
from quantacore.host.scheduling import CORE, CPU
from quantacore.sim.allocation.tiers import Tier
from quantacore.sim.core_cache import cached_stream_core, generator_digest
from quantacore.sim.experiments.area import read_record
from quantacore.sim.experiments.area_points import Problem
from quantacore.sim.rtl_decoder import linked_config
from quantacore.sim.stream_batch import StreamBatch, StreamedWindows, Traffic
from quantacore.sim.verilator import cache_directory

SHOT_WINDOWS = 100
"""Windows of a streamed shot: the first and last ones, which are smaller, hardly count."""
LONG_PERIOD = 400
"""Cycles between rounds when no window waits for another."""
OVERHEAD_CYCLES = 2
"""From a window's last round to the first of its ``cycles``; see docs/allocation.md."""
LINK_BITS = 64
"""Bits that come into a core in a cycle."""


@dataclass(frozen=True)
class Memory:
    """A memory whose stream a core decodes."""

    source: RepeatingCircuit
    plan: WindowPlan
    image: WindowImage


def memory(distance: int, p: float) -> Memory:
    """Return a rotated memory with its default window.

    Raises
    ------
    ValueError
        If distance or noise strength is out of range.
    """
    if not 0 < p <= 0.5:
        raise ValueError(f"Noise strength must be in (0, 0.5], not {p!r}")
    source = RepeatingCircuit(rotated_memory(distance=distance, p=p))
    commit, buffer = default_window(source)
    plan = window_plan(source, commit_rounds=commit, buffer_rounds=buffer)
    return Memory(source, plan, build_window_image(plan))


def stream_memory(
    watched: Memory, *, num_shots: int, seed: int, period: int, passes: int
) -> StreamedWindows:
    """Stream shots of `SHOT_WINDOWS` windows each through the simulated core."""
    plan, source = watched.plan, watched.source
    num_rounds = shot_rounds(plan)
    events, _ = sample_shots(source.circuit(num_rounds), num_shots=num_shots, seed=seed)
    rounds = rounds_of_events(events, source.places(num_rounds), num_slots=plan.num_slots)
    config = linked_config(watched.image, passes=passes)
    core = StreamBatch(cached_stream_core(watched.image, config))
    core.load_image(watched.image)
    return core.run(list(rounds), passes=passes, traffic=Traffic(period=period))


def shot_rounds(plan: WindowPlan) -> int:
    """Return the rounds of a shot with `SHOT_WINDOWS` windows."""
    return plan.commit_rounds * (SHOT_WINDOWS - 1) + plan.num_rounds


def measure_core_cycles(
    distance: int, p: float, *, windows: int = 10_000, seed: int = 1, passes: int = 3
) -> np.ndarray:
    """Return the cycles of single windows, ``int64``, shape ``(num_windows,)``; at least so many.

    From the cache if the same core has been measured with the same arguments.
    """
    key = [generator_digest(), distance, p, windows, seed, passes]
    name = f"core_cycles_d{distance}_p{p:g}_n{windows}_s{seed}_k{passes}.json"
    path = cache_directory() / "allocation" / name
    if path.exists():
        saved = json.loads(path.read_text())
        if saved["key"] == key:
            return np.repeat(saved["cycles"], saved["windows"])
    streamed = stream_memory(
        memory(distance, p),
        num_shots=-(-windows // SHOT_WINDOWS),
        seed=seed,
        period=LONG_PERIOD,
        passes=passes,
    )
    cycles = streamed.fields["cycles"].astype(np.int64)
    values, counts = np.unique(cycles, return_counts=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".partial")
    record = {"key": key, "cycles": values.tolist(), "windows": counts.tolist()}
    unfinished.write_text(json.dumps(record))
    unfinished.replace(path)
    return cycles


def clock_mhz(record: Path, distance: int) -> float:
    """Return the clock of the core with baked links, the median of the seeds, in MHz.

    Raises
    ------
    ValueError
        If the record has no clock of this distance.
    """
    for row in read_record(record).rows:
        if row.problem is Problem.BAKED and row.distance == distance and row.fmax_mhz:
            return statistics.median(row.fmax_mhz.values())
    raise ValueError(
        f"{record}: Record must have the clock of a baked core of d = {distance}, but has none: "
        "give --clock_mhz"
    )


def core_tier(distance: int, p: float, *, mhz: float, windows: int = 10_000) -> Tier:
    """Return the tier of cores: cycles of the RTL at a clock.

    A core of a pool gets a window whole, so handing over takes a cycle per `LINK_BITS` of it.

    Raises
    ------
    ValueError
        If the clock is not above 0.
    """
    if not mhz > 0:
        raise ValueError(f"Clock must be above 0 MHz, not {mhz!r}")
    plan = memory(distance, p).plan
    words = -(-plan.num_rounds * plan.num_slots // LINK_BITS)
    return Tier(
        times_us=measure_core_cycles(distance, p, windows=windows) / mhz,
        transfer_us=(words + OVERHEAD_CYCLES) / mhz,
        joint="max",
        source=f"RTL cycles, {windows} windows, {mhz:g} MHz",
    )


def cpu_tier(
    distance: int, p: float, *, transfer_us: float, windows: int = 2_000, seed: int = 1
) -> Tier:
    """Return the tier of CPUs: PyMatching, one window at a time, on this processor, now."""
    watched = memory(distance, p)
    circuit = watched.source.circuit(watched.plan.num_rounds)
    decoder = MatchingDecoder(model_from_circuit(circuit))
    events, _ = sample_shots(circuit, num_shots=windows, seed=seed)
    decoder.decode_shots(events[:1])
    times = np.zeros(windows)
    for shot in range(windows):
        began = time.thread_time_ns()
        decoder.decode_shots(events[shot : shot + 1])
        times[shot] = (time.thread_time_ns() - began) / 1000
    return Tier(
        times_us=times,
        transfer_us=transfer_us,
        joint="sum",
        source=f"PyMatching, {windows} windows, one at a time from Python",
    )


def measured_tiers(
    distance: int,
    p: float,
    *,
    mhz: float,
    cpu_transfer_us: float,
    cores: bool = True,
    windows: int = 10_000,
) -> dict[str, Tier]:
    """Return the tiers of a machine; that of cores only if it has some."""
    tiers = {CPU: cpu_tier(distance, p, transfer_us=cpu_transfer_us)}
    if cores:
        tiers[CORE] = core_tier(distance, p, mhz=mhz, windows=windows)
    return tiers
