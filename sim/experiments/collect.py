"""Let several decoders work through the same shots, on from where each of them stopped.

In: tasks, a function that decodes a stretch of shots.   Out: counts in a `StatsFile`.
Next: `quantacore.sim.experiments.accuracy`, `quantacore.sim.experiments.latency`.
"""

from collections.abc import Callable, Iterable, Sequence

import sinter

from quantacore.sim.experiments.stats_file import StatsFile

Decode = Callable[[int, int, Sequence[sinter.TaskStats]], Iterable[sinter.TaskStats]]
"""(first shot, shot after the last, tasks) -> what each task counts in these shots."""


def collect(
    stats: StatsFile,
    tasks: Sequence[sinter.TaskStats],
    decode: Decode,
    *,
    batch_shots: int,
    max_shots: int | None,
    max_errors: int | None = None,
    progress: Callable[[int], object] = lambda shots: None,
) -> None:
    """Decode until every task has its shots, or every task has its errors.

    A task always counts shots 0, 1, 2, ... without a gap, so the number of shots that it has
    counted says where it goes on. Tasks that are behind, because they are new or because a run was
    killed while it saved, catch up first.

    Parameters
    ----------
    stats : StatsFile
    tasks : sequence of sinter.TaskStats
        As `new_task` makes them; at least one.
    decode : callable
        See `Decode`. Never asked for shots of more than one batch.
    batch_shots : int
        Shots per batch.
    max_shots : int or None
        Shots of each task, those counted before included; None for no limit.
    max_errors : int, optional
        Stop when every task has counted as many errors, at the end of a batch: all tasks have
        the same shots, so the decoder that errs least decides.
    progress : callable
        Called with the number of shots that all tasks have counted, first with those of earlier
        runs.

    Raises
    ------
    ValueError
        If nothing would ever stop, or a limit is below 1.
    """
    if max_shots is None and max_errors is None:
        raise ValueError("Number of shots or number of errors must be limited")
    if max_shots is not None and max_shots < 1:
        raise ValueError(f"Number of shots must be at least 1, not {max_shots!r}")
    if max_errors is not None and max_errors < 1:
        raise ValueError(f"Number of errors must be at least 1, not {max_errors!r}")
    while True:
        counted = [stats.counted(task) for task in tasks]
        start, furthest = (limit(each.shots for each in counted) for limit in (min, max))
        progress(start)
        enough = max_errors is not None and all(each.errors >= max_errors for each in counted)
        if (max_shots is not None and start >= max_shots) or (start == furthest and enough):
            return
        ends = [(start // batch_shots + 1) * batch_shots]
        ends += [each.shots for each in counted if each.shots > start]
        ends += [] if max_shots is None else [max_shots]
        behind = [task for task, each in zip(tasks, counted, strict=True) if each.shots == start]
        for batch in decode(start, min(ends), behind):
            stats.add(batch)
