"""Count until every setting has its errors or its shots; go on where an earlier run stopped.

In: `Effort`, a file of counts, workers.   Out: the file, fuller.
Next: `quantacore.sim.scale.figures`.

Only this process writes. Chunks go out in waves, each doubling a setting's shots, and a setting is
done after a whole wave: what is counted in the end follows from the effort alone, whatever
workers come, go, or were killed in earlier runs.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import sinter

from quantacore.sim.choice.counts import golden_version
from quantacore.sim.experiments.dask_runs import check_workers, runs_by_workers
from quantacore.sim.experiments.stats_file import StatsFile
from quantacore.sim.scale.counting import MODEL, OURS, Job, chunks_of, count_chunk, tasks_of
from quantacore.sim.scale.settings import CHUNK_SHOTS, CYCLES, ERRORS, STREAM, Effort, Setting

Progress = Callable[[int, int], object]
"""(finished, total) chunks of a wave."""


def count_all(
    effort: Effort,
    stats: StatsFile,
    *,
    scheduler: str | None = None,
    workers: int | None = 0,
    progress: Progress = lambda done, total: None,
) -> None:
    """Count errors and cycles of every setting.

    Parameters
    ----------
    effort : Effort
    stats : StatsFile
        Open. Every chunk is in the file before the next one comes.
    scheduler, workers
        As of `quantacore.sim.experiments.dask_runs.runs_by_workers`.
    progress : function

    Raises
    ------
    ValueError
        As `runs_by_workers` says, or if a worker has other sources than this process.
    """
    check_workers(scheduler, workers)
    while jobs := _wave(effort, stats):
        progress(0, len(jobs))
        found = runs_by_workers(count_chunk, jobs, scheduler=scheduler, workers=workers)
        for done, (job, (made_by, batch)) in enumerate(found, start=1):
            if made_by != golden_version():
                raise ValueError(
                    f"Workers must have this version of the sources, {golden_version()}, "
                    f"not {made_by}: update them and start them again"
                )
            for counted in batch:
                # A run that was killed may have saved a part of a chunk.
                known = stats.counted(counted.with_edits(custom_counts=Counter()))
                if job.chunk not in chunks_of(known):
                    stats.add(counted)
            stats.save()
            progress(done, len(jobs))


def _wave(effort: Effort, stats: StatsFile) -> list[Job]:
    """Return the chunks to count next: large codes first, so that small ones finish last."""
    jobs = []
    for what, settings in (
        (CYCLES, effort.cycle_settings),
        (STREAM, effort.stream_settings),
        (ERRORS, effort.error_settings),
    ):
        for setting in settings:
            task = tasks_of(setting, what, effort.seed)[OURS if what == ERRORS else MODEL]
            jobs += [
                Job(setting, what, chunk, effort.seed)
                for chunk in missing_chunks(what, setting, stats.counted(task), effort)
            ]
    return sorted(jobs, key=lambda job: (-job.setting.distance, -job.setting.p, job.chunk))


def missing_chunks(
    what: str, setting: Setting, counted: sinter.TaskStats, effort: Effort
) -> Sequence[int]:
    """Return the chunks that a setting lacks in this wave; none: it is done."""
    most = -(-effort.most_shots(what, setting) // CHUNK_SHOTS[what])
    if what != ERRORS:
        return sorted(set(range(most)) - chunks_of(counted))
    done = chunks_of(counted)
    wave = 1
    while wave <= max(done, default=0) and wave < most:  # earlier waves were whole
        wave *= 2
    lacking = sorted(set(range(min(wave, most))) - done)
    if lacking or counted.errors >= effort.errors or wave >= most:
        return lacking
    return sorted(set(range(min(2 * wave, most))) - done)
