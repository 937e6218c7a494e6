"""Who decodes which shots: every task all of them, once, whatever happened before."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sinter

from quantacore.sim.experiments.collect import collect
from quantacore.sim.experiments.stats_file import StatsFile, new_task

FAST, SLOW = (new_task(name, {}) for name in ("errs always", "errs at every third shot"))
EVERY = {FAST.decoder: 1, SLOW.decoder: 3}


class Decoder:
    """Errs at shots 0, n, 2n, ... and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int, int]] = []

    def __call__(
        self, start: int, stop: int, tasks: Sequence[sinter.TaskStats]
    ) -> Iterator[sinter.TaskStats]:
        self.asked.append((start, stop, len(tasks)))
        for task in tasks:
            errors = sum(shot % EVERY[task.decoder] == 0 for shot in range(start, stop))
            yield task.with_edits(shots=stop - start, errors=errors)


def run(stats: StatsFile, *tasks: sinter.TaskStats, **limits: Any) -> Decoder:
    decoder = Decoder()
    collect(stats, tasks, decoder, batch_shots=10, **{"max_shots": None, **limits})
    return decoder


def test_collect_stops_at_the_last_shot() -> None:
    stats = StatsFile()
    assert run(stats, FAST, SLOW, max_shots=25).asked == [(0, 10, 2), (10, 20, 2), (20, 25, 2)]
    assert stats.counted(SLOW).shots == 25
    assert stats.counted(SLOW).errors == 9


def test_collect_goes_on_where_it_stopped() -> None:
    stats = StatsFile()
    run(stats, FAST, max_shots=13)
    assert run(stats, FAST, max_shots=13).asked == []
    assert run(stats, FAST, max_shots=30).asked == [(13, 20, 1), (20, 30, 1)]
    assert run(stats, FAST, max_shots=7).asked == []


def test_collect_lets_a_new_task_catch_up() -> None:
    stats = StatsFile()
    run(stats, FAST, max_shots=13)
    asked = run(stats, FAST, SLOW, max_shots=25).asked
    assert asked == [(0, 10, 1), (10, 13, 1), (13, 20, 2), (20, 25, 2)]
    assert stats.counted(SLOW).errors == 9
    assert stats.counted(FAST).errors == 25


def test_collect_stops_when_every_task_has_its_errors() -> None:
    stats = StatsFile()
    asked = run(stats, FAST, SLOW, max_errors=5).asked
    assert asked == [(0, 10, 2), (10, 20, 2)]  # 4 errors, then 7
    assert run(stats, FAST, SLOW, max_errors=5).asked == []
    assert run(stats, FAST, SLOW, max_errors=8, max_shots=22).asked == [(20, 22, 2)]


def test_collect_catches_up_before_it_has_enough() -> None:
    stats = StatsFile()
    run(stats, FAST, max_shots=30)
    run(stats, FAST, SLOW, max_errors=1)
    assert stats.counted(SLOW).shots == 30


def test_collect_reports_progress_from_where_it_starts() -> None:
    stats, seen = StatsFile(), []
    run(stats, FAST, max_shots=10)
    collect(stats, [FAST], Decoder(), batch_shots=10, max_shots=25, progress=seen.append)
    assert seen == [10, 20, 25]


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({}, "Number of shots or number of errors must be limited"),
        ({"max_shots": 0}, "Number of shots must be at least 1, not 0"),
        ({"max_errors": 0}, "Number of errors must be at least 1, not 0"),
        ({"max_shots": 5, "max_errors": -2}, "Number of errors must be at least 1, not -2"),
    ],
)
def test_collect_rejects_limits(limits: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(StatsFile(), FAST, **limits)
