"""Counts follow from the effort alone: not from workers, interrupts, or lost machines."""

import os
import re
import signal
import threading
from collections import Counter
from pathlib import Path

import pytest

from quantacore.sim.experiments.stats_file import StatsFile
from quantacore.sim.scale import run as run_module
from quantacore.sim.scale.counting import (
    MODEL,
    OURS,
    WHOLE,
    Job,
    chunks_of,
    count_chunk,
    tasks_of,
)
from quantacore.sim.scale.run import count_all
from quantacore.sim.scale.settings import CYCLES, ERRORS, STREAM, Effort
from tests.sim.experiments.test_dask_runs import address_of, started, wait_for_workers
from tests.sim.scale.small import EFFORT, StoppedError, StoppingFile, counted


def count(path: Path, effort: Effort = EFFORT, *, scheduler: str | None = None) -> None:
    with StatsFile(path) as stats:
        workers = None if scheduler else 0
        count_all(effort, stats, scheduler=scheduler, workers=workers)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "counts.csv"
    count(path)
    return path


def test_every_setting_is_counted_until_it_has_its_errors_or_shots(whole: Path) -> None:
    found = counted(whole)
    for setting in EFFORT.error_settings:
        task = found[tasks_of(setting, ERRORS, 1)[OURS].strong_id]
        assert task.errors >= EFFORT.errors or task.shots == EFFORT.shots
        assert chunks_of(task) == set(range(task.shots // 2_000))
        assert task.custom_counts["both_wrong"] <= task.errors
    cycles = [(setting, CYCLES) for setting in EFFORT.cycle_settings]
    for setting, what in (*cycles, *((each, STREAM) for each in EFFORT.stream_settings)):
        task = found[tasks_of(setting, what, 1)[MODEL].strong_id]
        assert task.shots == EFFORT.cycle_shots


def test_windows_decode_the_whole_shots_of_the_same_length() -> None:
    effort = Effort(distances=(3,), ps=(0.02,), rounds=(4.0,), windows=(0.5, 1.0), largest=3)
    found = {}
    for setting in effort.error_settings:
        _, batch = count_chunk(Job(setting, ERRORS, 1, 1))
        found[setting.window] = {each.decoder: each for each in batch}
    whole = found[None][OURS]
    for window in ((3, 2), (3, 3)):
        assert set(found[window]) == {WHOLE, OURS}
        assert found[window][WHOLE].errors == whole.errors
        assert found[window][OURS].custom_counts["reference_errors"] == whole.errors
        assert found[window][OURS].errors > whole.errors


def test_part_of_a_chunk_that_was_saved_is_not_counted_twice(tmp_path: Path, whole: Path) -> None:
    path = tmp_path / "counts.csv"
    lines = whole.read_text().splitlines(keepends=True)
    first = next(k for k, line in enumerate(lines) if "PyMatching" in line)
    path.write_text("".join(lines[: first + 1]))  # killed before the others of the chunk
    count(path)
    assert counted(path) == counted(whole)


@pytest.mark.parametrize(
    ("done", "errors", "expected"),
    [
        ([], 0, [0]),
        ([0], 599, [1]),
        ([0], 600, []),
        ([0, 1], 599, [2, 3]),
        ([0, 3], 600, [1, 2]),  # a wave was cut: it is counted whole
        ([0, 1, 2, 3], 0, []),  # all shots that there are
    ],
)
def test_waves_double_and_are_counted_whole(
    done: list[int], errors: int, expected: list[int]
) -> None:
    setting = EFFORT.error_settings[0]
    task = tasks_of(setting, ERRORS, 1)[OURS]
    counts = Counter({f"chunk={chunk}": 1 for chunk in done})
    task = task.with_edits(shots=2_000 * len(done), errors=errors, custom_counts=counts)
    assert list(run_module.missing_chunks(ERRORS, setting, task, EFFORT)) == expected


@pytest.mark.parametrize("chunks", [1, 4])
def test_run_that_was_stopped_ends_with_the_same_counts(
    tmp_path: Path, whole: Path, chunks: int
) -> None:
    path = tmp_path / "counts.csv"
    with pytest.raises(StoppedError), StoppingFile(path, chunks=chunks) as stats:
        count_all(EFFORT, stats)
    assert 0 < len(path.read_text().splitlines()) < len(whole.read_text().splitlines())
    count(path)
    assert counted(path) == counted(whole)


def test_more_shots_go_on_where_fewer_ended(tmp_path: Path, whole: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_bytes(whole.read_bytes())
    before = counted(path)
    count(path, Effort(**{**vars(EFFORT), "cycle_shots": 600}))
    after = counted(path)
    more = 200 * len((*EFFORT.cycle_settings, *EFFORT.stream_settings))
    assert sum(after[key].shots - before[key].shots for key in before) == more


def test_done_run_counts_nothing(tmp_path: Path, whole: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_bytes(whole.read_bytes())
    count(path)
    assert path.read_bytes() == whole.read_bytes()


def test_worker_of_other_sources_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "golden_version", lambda: "another")
    with pytest.raises(ValueError, match="Workers must have this version of the sources, another"):
        count(tmp_path / "counts.csv")


def test_scheduler_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quantacore.sim.experiments.dask_runs.ANSWER_S", 1)
    message = re.escape("Scheduler must answer at tcp://127.0.0.1:9, but did not")
    with pytest.raises(ValueError, match=message):
        count(tmp_path / "counts.csv", scheduler="tcp://127.0.0.1:9")


@pytest.mark.slow
def test_worker_killed_in_the_middle_loses_no_result(tmp_path: Path, whole: Path) -> None:
    path = tmp_path / "counts.csv"
    with started("scheduler", "--host", "127.0.0.1", "--port", 0) as scheduler:
        address = address_of(scheduler)
        worker = ("worker", address, "--nthreads", 1, "--nworkers", 1, "--no-nanny")
        with started(*worker) as victim, started(*worker):
            wait_for_workers(address, 2)
            killed = threading.Event()

            def kill(done: int, total: int) -> None:
                if done == 1 and not killed.is_set():  # one chunk is saved, the others are not
                    os.kill(victim.pid, signal.SIGKILL)
                    killed.set()

            with StatsFile(path) as stats:
                count_all(EFFORT, stats, scheduler=address, workers=None, progress=kill)
    assert killed.is_set()
    assert victim.returncode == -signal.SIGKILL
    assert counted(path) == counted(whole)
