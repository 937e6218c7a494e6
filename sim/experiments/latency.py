"""Count the core cycles of decoding, shot by shot, and check every shot against golden.

In: distances, noise strengths, noise model.   Out: `LatencyRow` records.
Next: `quantacore.sim.cli.bench_hardware`.

Core cycles count from the cycle in which an idle core accepts a shot's last word to the first with
the prediction valid. Yardsticks come from others' hardware and from our own cycle model; they are
named in the rows and use the same definition.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from quantacore.golden.codes.surface import phenomenological_memory, rotated_memory
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.source.sampling import sample_model_shots, sample_shots
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image, uniform_image
from quantacore.sim.batch import BatchCore
from quantacore.sim.comparison import compare_shots
from quantacore.sim.core_cache import cached_core

CHUNK_SHOTS = 1000


class Noise(Enum):
    """What the core decodes."""

    CIRCUIT = "circuit"
    """Rotated memory Z, both bases, rounds = distance, 4-bit lengths."""
    PHENOMENOLOGICAL = "phenomenological"
    """One basis, ``distance`` layers, every length 2: the problem that Helios was timed on."""


HELIOS_MEAN_CYCLES = {
    (3, 0.001): 12.3,
    (3, 0.005): 13.6,
    (5, 0.001): 13.3,
    (5, 0.005): 17.5,
    (7, 0.001): 14.9,
    (7, 0.005): 22.2,
    (9, 0.001): 17.0,
    (9, 0.005): 26.3,
    (11, 0.001): 18.8,
    (11, 0.005): 30.0,
}
"""(distance, p) -> mean core cycles of Helios (Liyanage et al., arXiv:2301.08419), measured by
running its published Verilog in Verilator on the phenomenological problem."""

MODEL_MEAN_CYCLES = {
    1: {
        (3, 0.001): 2.0,
        (3, 0.005): 7.7,
        (5, 0.001): 8.4,
        (5, 0.005): 26.0,
        (7, 0.001): 17.0,
        (7, 0.005): 45.0,
        (9, 0.001): 24.0,
    },
    3: {
        (3, 0.001): 4.3,
        (3, 0.005): 18.0,
        (5, 0.001): 19.0,
        (5, 0.005): 69.0,
        (7, 0.001): 40.0,
        (7, 0.005): 141.0,
        (9, 0.001): 63.0,
    },
}
"""Passes -> (distance, p) -> mean cycles of the cycle model of a fully parallel mesh with 4-bit
lengths and circuit noise: one cycle per growth step, one hop per cycle, one more per fusing step,
two per further pass; nothing for input and output."""


@dataclass(frozen=True, kw_only=True)
class LatencyRow:
    """Core cycles at one point."""

    noise: Noise
    distance: int
    p: float
    passes: int
    """Most passes per shot."""
    num_detectors: int
    shots: int
    mismatches: int
    """Shots in which the core differs from golden in prediction, correction or growth steps."""
    mean: float
    p50: float
    p99: float
    p999: float
    max: int
    yardstick: float | None
    """Mean cycles of Helios or of the cycle model, if there is a figure for this point."""


def measure_latency(
    noise: Noise,
    *,
    distance: int,
    p: float,
    num_shots: int,
    passes: int = 1,
    seed: int,
    progress: Callable[[int], object] = lambda shots: None,
) -> LatencyRow:
    """Decode shots one by one on the simulated core.

    Parameters
    ----------
    noise : Noise
    distance : int
        Odd, at least 3. The first use of a distance builds its core: minutes from 7 on.
    p : float
        Noise strength, in (0, 0.5].
    num_shots : int
        At least 1.
    passes : int
        Most passes per shot, 1 .. 7. Phenomenological noise has no correlations: 1 only.
    seed : int
        Of the shots.
    progress : function
        Called with the number of shots done since the last call.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    graph, image, events = _problem(noise, distance=distance, p=p, num_shots=num_shots, seed=seed)
    golden = UnionFindDecoder(graph, image, passes=passes)
    links = "baked" if passes > 1 and image.num_links else "none"
    config = CoreConfig(length_bits=image.length_bits, links=links)
    cycles: list[np.ndarray] = []
    mismatches = 0
    with BatchCore(cached_core(graph, config, image)) as core:
        core.load_image(image)
        for start in range(0, num_shots, CHUNK_SHOTS):
            chunk = events[start : start + CHUNK_SHOTS]
            found = core.decode_shots(chunk, passes=passes, with_corrections=True, isolated=True)
            expected = golden.decode_shots(chunk, with_corrections=True)
            mismatches += int(compare_shots(found, expected).mismatching.sum())
            assert found.cycles is not None  # a core always counts
            cycles.append(found.cycles)
            progress(len(chunk))
    all_cycles = np.concatenate(cycles)
    yardsticks = MODEL_MEAN_CYCLES.get(passes, {})
    if noise is Noise.PHENOMENOLOGICAL:
        yardsticks = HELIOS_MEAN_CYCLES
    p50, p99, p999 = np.percentile(all_cycles, [50, 99, 99.9])
    return LatencyRow(
        noise=noise,
        distance=distance,
        p=p,
        passes=passes,
        num_detectors=graph.num_detectors,
        shots=num_shots,
        mismatches=mismatches,
        mean=float(all_cycles.mean()),
        p50=float(p50),
        p99=float(p99),
        p999=float(p999),
        max=int(all_cycles.max()),
        yardstick=yardsticks.get((distance, p)),
    )


def _problem(
    noise: Noise, *, distance: int, p: float, num_shots: int, seed: int
) -> tuple[DecodingGraph, WeightImage, np.ndarray]:
    if noise is Noise.PHENOMENOLOGICAL:
        model = phenomenological_memory(distance=distance, p=p)
        graph = graph_from_dem(model)
        events = sample_model_shots(model, num_shots=num_shots, seed=seed)
        return graph, uniform_image(graph, length=2, length_bits=2), events
    circuit = rotated_memory(distance=distance, p=p)
    graph = graph_from_dem(model_from_circuit(circuit))
    events, _ = sample_shots(circuit, num_shots=num_shots, seed=seed)
    return graph, build_image(graph), events
