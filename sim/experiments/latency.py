"""Count the core cycles of decoding, shot by shot, and check every shot against golden.

In: distances, noise strengths, noise model.   Out: `LatencyRow` records.
Next: `quantacore.sim.cli.bench_latency`.

Core cycles count from the cycle in which an idle core accepts a shot's last word to the first with
the prediction valid. Yardsticks come from others' hardware and from our own cycle model; they are
named in the rows and use the same definition.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum

import numpy as np
import sinter

from quantacore.golden.codes.surface import phenomenological_memory, rotated_memory
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import wrong_shots
from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.source.model_text import Model, model_from_circuit
from quantacore.golden.source.sampling import check_sampling, sample_model_shots, sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image, uniform_image
from quantacore.sim.batch import BatchCore
from quantacore.sim.comparison import compare_shots
from quantacore.sim.core_cache import cached_core, generator_digest
from quantacore.sim.experiments.collect import collect
from quantacore.sim.experiments.contenders import union_find_name
from quantacore.sim.experiments.cycle_histogram import (
    CycleHistogram,
    counts_of_cycles,
    histogram_from_counts,
)
from quantacore.sim.experiments.point import Point, point_from_metadata
from quantacore.sim.experiments.shot_sequence import Sample, ShotSequence
from quantacore.sim.experiments.stats_file import StatsFile, new_task
from quantacore.sim.rtl_decoder import linked_config

BENCH = "latency"
"""What rows of this bench say in a file."""

BATCH_SHOTS = 1000


class Noise(Enum):
    """What the core decodes."""

    CIRCUIT = "circuit"
    """Rotated memory, detectors of both bases, rounds = distance, 4-bit lengths."""
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
    point: Point
    decoder: str
    passes: int
    """Most passes per shot."""
    links: str
    """Kind of links of the core; see `CoreConfig.links`."""
    lanes: int | None
    """Lanes of its run-time links, if it has those."""
    num_detectors: int
    shots: int
    errors: int
    """Shots with a wrong prediction; phenomenological noise declares nothing to predict."""
    mismatches: int
    """Shots in which the core differs from golden in prediction, correction or growth steps."""
    histogram: CycleHistogram

    @property
    def yardstick(self) -> float | None:
        """Mean cycles of Helios or of the cycle model, if there is a figure for this point."""
        yardsticks = MODEL_MEAN_CYCLES.get(self.passes, {})
        if self.noise is Noise.PHENOMENOLOGICAL:
            yardsticks = HELIOS_MEAN_CYCLES
        return yardsticks.get((self.point.distance, self.point.p))


def latency_row(stats: sinter.TaskStats) -> LatencyRow:
    """Return the row of one task's counts, from a file or from memory.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the counts are not of this bench.
    """
    metadata = stats.json_metadata
    return LatencyRow(
        noise=Noise(metadata["noise"]),
        point=point_from_metadata(metadata),
        decoder=stats.decoder,
        passes=metadata["passes"],
        links=metadata["links"],
        lanes=metadata.get("lanes"),
        num_detectors=metadata["num_detectors"],
        shots=stats.shots,
        errors=stats.errors,
        mismatches=stats.custom_counts["mismatches"],
        histogram=histogram_from_counts(stats.custom_counts),
    )


def measure_latency(
    noise: Noise,
    point: Point,
    *,
    passes: int = 1,
    links: str = "baked",
    lanes: int | None = None,
    seed: int = 1,
    stats: StatsFile | None = None,
    progress: Callable[[int], object] = lambda shots: None,
) -> LatencyRow:
    """Decode shots one by one on the simulated core.

    Parameters
    ----------
    noise : Noise
    point : Point
        The first use of a distance builds its core: minutes from 7 on.
    passes : int
        Most passes per shot, 1 .. 7. Phenomenological noise has no correlations: 1 only.
    links, lanes
        Of the core for more than one pass; see `linked_config`.
    seed : int
        Of the shots.
    stats : StatsFile, optional
        Where earlier runs stopped, and where counts go to.
    progress : function
        Called with the number of shots done, first with those of earlier runs.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_sampling(1, seed)
    stats = StatsFile() if stats is None else stats
    problem = _problem(noise, point)
    graph, image = problem.graph, problem.image
    golden = UnionFindDecoder(graph, image, passes=passes)
    config = linked_config(image, passes=passes, links=links, lanes=lanes)
    metadata = {
        "bench": BENCH,
        "noise": noise.value,
        **point.metadata,
        "length_bits": image.length_bits,
        "passes": passes,
        "links": config.links,
        "lanes": config.lanes if config.links == "runtime" else None,
        "num_detectors": graph.num_detectors,
        "seed": seed,
        "generator": generator_digest()[:12],
    }
    variant = f"core with {config.lanes} lanes" if config.links == "runtime" else "core"
    name = union_find_name(length_bits=image.length_bits, passes=passes, variant=variant)
    task = new_task(name, metadata, str(problem.model), repr(config), str(BATCH_SHOTS))
    sequence = ShotSequence(
        problem.sample,
        key=f"{noise.value}/{point.metadata}/{seed}",
        batch_shots=BATCH_SHOTS,
    )

    with ExitStack() as resources:
        core: BatchCore | None = None

        def decode(
            start: int, stop: int, behind: Sequence[sinter.TaskStats]
        ) -> Iterator[sinter.TaskStats]:
            nonlocal core
            if core is None:  # only now: a point that is done needs no core
                core = resources.enter_context(BatchCore(cached_core(graph, config, image)))
                core.load_image(image)
            events, observables = sequence.shots(start, stop)
            started = time.perf_counter()
            found = core.decode_shots(events, passes=passes, with_corrections=True, isolated=True)
            seconds = time.perf_counter() - started
            expected = golden.decode_shots(events, with_corrections=True)
            wrong = wrong_shots(found.predictions, observables, unmatched=found.unmatched)
            assert found.cycles is not None  # a core always counts
            yield task.with_edits(
                shots=stop - start,
                errors=int(wrong.sum()),
                seconds=seconds,
                custom_counts=Counter(
                    mismatches=int(compare_shots(found, expected).mismatching.sum()),
                    **counts_of_cycles(found.cycles),
                ),
            )

        collect(
            stats,
            [task],
            decode,
            batch_shots=BATCH_SHOTS,
            max_shots=point.shots,
            progress=progress,
        )
    return latency_row(stats.counted(task))


@dataclass(frozen=True, kw_only=True)
class _Problem:
    model: Model
    graph: DecodingGraph
    image: WeightImage
    sample: Sample


def _problem(noise: Noise, point: Point) -> _Problem:
    if noise is Noise.PHENOMENOLOGICAL:
        model = phenomenological_memory(distance=point.distance, p=point.p)
        graph = graph_from_dem(model)
        image = uniform_image(graph, length=2, length_bits=2)

        def sample(num_shots: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
            events = sample_model_shots(model, num_shots=num_shots, seed=seed)
            return events, np.zeros((num_shots, 0), np.uint8)

    else:
        circuit = rotated_memory(distance=point.distance, p=point.p, basis=point.basis.lower())
        model = model_from_circuit(circuit)
        graph = graph_from_dem(model)
        image = build_image(graph)

        def sample(num_shots: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
            return sample_shots(circuit, num_shots=num_shots, seed=seed)

    return _Problem(model=model, graph=graph, image=image, sample=sample)
