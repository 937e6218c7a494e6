"""Windows as they come to a decoder in a stream, and what core and CPU take for each.

In: shots of a memory or gate.   Out: defects, cycles, times of windows.
Next: `quantacore.sim.allocation.gate_windows`, `quantacore.sim.allocation.measured`.

Windows hold what the ones before carried over. Cycles are those of the mesh, replayed
(`quantacore.golden.decode.mesh_cycles`); `quantacore.sim.allocation.checks` sets them beside the
Verilog, window by window. CPUs are timed in their own time of the thread, so that other processes
on the machine do not count.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.mesh_cycles import MeshCycles
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events, window_of_rounds
from quantacore.golden.decode.window_matching import WindowMatching
from quantacore.golden.source.default_window import default_window
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage, build_window_image
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.rtl_decoder import linked_config
from quantacore.sim.stream_batch import StreamBatch, StreamedWindows, Traffic

SHOT_WINDOWS = 100
"""Windows of a streamed shot: the first and last ones, which are smaller, hardly count."""
PASSES = 3
"""Most passes of a core per window."""


@dataclass(frozen=True)
class Memory:
    """A memory whose stream a core decodes."""

    source: RepeatingCircuit
    plan: WindowPlan
    image: WindowImage


@cache
def memory(distance: int, p: float, window: tuple[int, int] | None = None) -> Memory:
    """Return a rotated memory.

    Parameters
    ----------
    distance : int
    p : float
    window : (commit, buffer), optional
        In rounds; by default as `default_window`.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not 0 < p <= 0.5:
        raise ValueError(f"Noise strength must be in (0, 0.5], not {p!r}")
    source = RepeatingCircuit(rotated_memory(distance=distance, p=p))
    commit, buffer = window or default_window(source)
    plan = window_plan(source, commit_rounds=commit, buffer_rounds=buffer)
    return Memory(source, plan, build_window_image(plan))


def shot_rounds(plan: WindowPlan) -> int:
    """Return the rounds of a shot with `SHOT_WINDOWS` windows."""
    return plan.commit_rounds * (SHOT_WINDOWS - 1) + plan.num_rounds


@dataclass(frozen=True)
class Stream:
    """Shots as their windows come to a decoder."""

    rounds: np.ndarray
    """``bool``, shape ``(num_shots, num_rounds, num_slots)``."""
    images: tuple[WindowImage, ...]
    """In force in each window."""
    plans: tuple[WindowPlan, ...]
    """Priors and edges of each window; the images' own plan unless that is a family's."""

    def windows(self) -> Iterator[tuple[int, int, np.ndarray]]:
        """Yield number, kind and defects (``bool``, shape ``(num_shots, num_detectors)``).

        What is carried over is that of the core: of the golden decoder.
        """
        known = list({id(image): image for image in self.images}.values())
        decoder = WindowDecoder(*known, passes=PASSES)
        carried = np.zeros((len(self.rounds), decoder.plan.graph.num_detectors), np.bool_)
        for window, image in enumerate(self.images):
            defects, kind = window_of_rounds(
                decoder.plan, self.rounds, window=window, carried=carried
            )
            yield window, kind, defects
            index = next(n for n, each in enumerate(known) if each is image)
            carried = decoder.decode_window(defects, kind=kind, image=index).carried

    def cycles(self) -> np.ndarray:
        """Return what the mesh takes: int64, shape ``(num_shots, num_windows)``."""
        meshes: dict[tuple[int, int], MeshCycles] = {}
        found = np.zeros((len(self.rounds), len(self.images)), np.int64)
        for window, kind, defects in self.windows():
            image = self.images[window]
            key = (id(image), kind)
            if key not in meshes:
                meshes[key] = MeshCycles(image.plan.graph, image.of_kind(kind), passes=PASSES)
            found[:, window] = meshes[key].count_shots(pack_bits(defects)).cycles
        return found

    def cpu_us(self) -> np.ndarray:
        """Return what PyMatching takes, one window at a time: shape as of `cycles`."""
        matchings = {id(plan): WindowMatching(plan) for plan in self.plans}
        found = np.zeros((len(self.rounds), len(self.images)))
        for window, kind, defects in self.windows():
            matching = matchings[id(self.plans[window])]
            rows = defects.astype(np.uint8)
            matching.decode_window(rows[0], kind=kind)  # makes its graph
            for shot, row in enumerate(rows):
                began = time.thread_time_ns()
                matching.decode_window(row, kind=kind)
                found[shot, window] = (time.thread_time_ns() - began) / 1000
        return found


def memory_stream(watched: Memory, *, num_shots: int, seed: int) -> Stream:
    """Return shots of a memory, `SHOT_WINDOWS` windows each."""
    plan, source = watched.plan, watched.source
    num_rounds = shot_rounds(plan)
    events, _ = sample_shots(source.circuit(num_rounds), num_shots=num_shots, seed=seed)
    rounds = rounds_of_events(events, source.places(num_rounds), num_slots=plan.num_slots)
    return Stream(rounds, (watched.image,) * SHOT_WINDOWS, (plan,) * SHOT_WINDOWS)


def run_stream(stream: Stream, *, period: int) -> StreamedWindows:
    """Run shots through the simulated core of the one image that is in force in all windows."""
    image = stream.images[0]
    core = StreamBatch(cached_stream_core(image, linked_config(image, passes=PASSES)))
    core.load_image(image)
    return core.run(list(stream.rounds), passes=PASSES, traffic=Traffic(period=period))
