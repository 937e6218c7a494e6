"""The cycle model beside the Verilog, on the same shots.

In: settings whose core can be built.   Out: counts of both in the file; `Validation` records.
Next: `quantacore.sim.scale.figures`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sinter

from quantacore.golden.decode.mesh_cycles import MeshCycles
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.sim.batch import BatchCore
from quantacore.sim.comparison import compare_shots
from quantacore.sim.core_cache import cached_core, generator_digest
from quantacore.sim.experiments.cycle_histogram import (
    CycleHistogram,
    counts_of_cycles,
    histogram_from_counts,
)
from quantacore.sim.experiments.stats_file import StatsFile
from quantacore.sim.rtl_decoder import linked_config
from quantacore.sim.scale.counting import (
    CORE,
    OURS,
    PASSES,
    Job,
    problem_of,
    sequence_of,
    task_of,
)
from quantacore.sim.scale.settings import CHUNK_SHOTS, CYCLES, Effort, Setting

LIMIT = 0.02
"""Difference of the means up to which the model counts as valid."""


@dataclass(frozen=True, kw_only=True)
class Validation:
    """Both means at one setting."""

    setting: Setting
    shots: int
    core: CycleHistogram
    model_mean: float
    differing: int
    """Shots in which the two do not take the same cycles."""

    @property
    def difference(self) -> float:
        """Of the means, relative to the core's."""
        return self.model_mean / self.core.mean - 1

    @property
    def holds(self) -> bool:
        """Within `LIMIT`."""
        return abs(self.difference) <= LIMIT


def validate(
    effort: Effort,
    distances: Sequence[int],
    stats: StatsFile,
    *,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> list[Validation]:
    """Decode shots one at a time on cores in Verilator, and count them in the model.

    Parameters
    ----------
    effort : Effort
    distances : sequence of int
        Whose cores are built: seconds at 3, a minute or two at 5, each noise strength by itself.
    stats : StatsFile
        Open; what it holds is not run again.
    progress : function
        Told (finished, total) settings.

    Raises
    ------
    RuntimeError
        If a core answers otherwise than the golden decoder.
    """
    settings = [each for each in effort.cycle_settings if each.distance in distances]
    return validate_settings(settings, CYCLES, _on_core, effort, stats, progress=progress)


def validate_settings(
    settings: Sequence[Setting],
    quantity: str,
    on_core: Callable[[Setting, sinter.TaskStats, range, int], Iterable[sinter.TaskStats]],
    effort: Effort,
    stats: StatsFile,
    *,
    progress: Callable[[int, int], object],
) -> list[Validation]:
    """Run what the file does not hold yet, and return a validation of each setting.

    Parameters
    ----------
    settings : sequence of Setting
    quantity : str
        What is counted, as in `quantacore.sim.scale.counting.task_of`.
    on_core : function
        Returns the counts of chunks of a setting: (setting, task, chunks, seed).
    effort, stats, progress
        As of `validate`.
    """
    found = []
    for done, setting in enumerate(settings):
        progress(done, len(settings))
        task = task_of(setting, quantity, effort.seed, CORE, generator_digest())
        first = stats.counted(task).shots // CHUNK_SHOTS[quantity]
        last = -(-effort.core_shots // CHUNK_SHOTS[quantity])
        if first < last:
            for batch in on_core(setting, task, range(first, last), effort.seed):
                stats.add(batch)
            stats.save()
        found.append(validation_of(setting, stats.counted(task)))
    progress(len(settings), len(settings))
    return found


def _on_core(
    setting: Setting, task: sinter.TaskStats, chunks: range, seed: int
) -> list[sinter.TaskStats]:
    problem, passes = problem_of(setting), PASSES[OURS]
    graph, image = problem.graph, problem.image
    golden = UnionFindDecoder(graph, image, passes=passes)
    mesh = MeshCycles(graph, image, passes=passes)
    batches = []
    with BatchCore(cached_core(graph, linked_config(image, passes=passes), image)) as core:
        core.load_image(image)
        for chunk in chunks:
            job = Job(setting, CYCLES, chunk, seed)
            first = chunk * job.shots
            events, _ = sequence_of(job).shots(first, first + job.shots)
            answers = core.decode_shots(events, passes=passes, with_corrections=True, isolated=True)
            expected = golden.decode_shots(events, with_corrections=True)
            if compare_shots(answers, expected).mismatching.any():
                raise RuntimeError(f"{setting.name}: core must answer as the golden decoder does")
            assert answers.cycles is not None  # a core always counts
            model = mesh.count_shots(events).cycles
            counts = Counter(counts_of_cycles(answers.cycles))
            counts["model_cycles"] = int(model.sum())
            counts["differing"] = int((model != answers.cycles).sum())
            batches.append(task.with_edits(shots=job.shots, custom_counts=counts))
    return batches


def validation_of(setting: Setting, counted: sinter.TaskStats) -> Validation:
    """Return both means of what was counted."""
    return Validation(
        setting=setting,
        shots=counted.shots,
        core=histogram_from_counts(counted.custom_counts),
        model_mean=counted.custom_counts["model_cycles"] / counted.shots,
        differing=counted.custom_counts["differing"],
    )
