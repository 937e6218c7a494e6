"""Runs are spread over processes, here or behind a scheduler, and none is lost with a worker."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from quantacore.sim.experiments import dask_runs
from quantacore.sim.experiments.dask_runs import runs_by_workers
from quantacore.sim.experiments.dataset import write_dataset
from quantacore.sim.experiments.dataset_schema import RunName
from tests.repo.sources import ROOT
from tests.sim.experiments.small_dataset import SETTINGS, contents, small_dataset

RUNS = [RunName(regime="quiet", seed=seed, split="test") for seed in range(6)]


def process_of(run, pause_s):
    time.sleep(pause_s)
    return os.getpid()


def killed_once(run, folder):
    """Kill the worker the first time that a run comes: as a machine that goes down."""
    mark = folder / run.name
    if run.seed < 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return run.seed


def fails(run):
    raise ValueError(f"Run {run.name} must not be made")


@contextmanager
def started(*words):
    """Run a part of Dask as users do; stop it at the end."""
    command = [sys.executable, "-m", "dask", *map(str, words), "--no-dashboard"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def address_of(scheduler):
    """Return the address that a scheduler tells in its log."""
    for line in scheduler.stderr:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", line):
            return found[1]
    raise AssertionError("scheduler ended")


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(dask_runs, "ANSWER_S", 1)


def test_without_workers_runs_are_made_here_in_their_order():
    assert list(runs_by_workers(process_of, RUNS, 0, workers=0)) == [(r, os.getpid()) for r in RUNS]


def test_scheduler_that_does_not_answer_is_refused(hurried):
    with pytest.raises(ValueError, match=r"must answer at tcp://127\.0\.0\.1:9, but did not"):
        list(runs_by_workers(process_of, RUNS, 0, scheduler="tcp://127.0.0.1:9"))
    with pytest.raises(ValueError, match="Scheduler must answer at nowhere://x, but did not"):
        list(runs_by_workers(process_of, RUNS, 0, scheduler="nowhere://x"))


def test_missing_dask_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install '\.\[predict\]'"):
        list(runs_by_workers(process_of, RUNS, 0))
    assert len(list(runs_by_workers(process_of, RUNS, 0, workers=0))) == len(RUNS)


@pytest.mark.slow
def test_lost_workers_lose_no_run(tmp_path):
    found = dict(runs_by_workers(killed_once, RUNS, tmp_path, workers=2))
    assert found == {run: run.seed for run in RUNS}
    assert len(list(tmp_path.iterdir())) == 2  # two workers were killed


@pytest.mark.slow
def test_bug_in_a_run_is_told():
    with pytest.raises(ValueError, match=r"Run quiet-000. must not be made"):
        list(runs_by_workers(fails, RUNS, workers=1))


@pytest.mark.slow
def test_scheduler_without_workers_is_refused(hurried):
    with started("scheduler", "--host", "127.0.0.1", "--port", 0) as scheduler:
        address = address_of(scheduler)
        with pytest.raises(ValueError, match=r"must have workers, but has none: start `dask"):
            list(runs_by_workers(process_of, RUNS, 0, scheduler=address))


@pytest.mark.slow
def test_data_set_of_a_scheduler_and_two_workers_is_that_of_one_process(tmp_path):
    with started("scheduler", "--host", "127.0.0.1", "--port", 0) as scheduler:
        address = address_of(scheduler)
        worker = ("worker", address, "--nthreads", 1, "--nworkers", 1)
        with started(*worker), started(*worker):
            wait_for_workers(address, 2)
            processes = dict(runs_by_workers(process_of, RUNS, 0.2, scheduler=address))
            write_dataset(tmp_path / "spread", SETTINGS, scheduler=address)
    assert set(processes) == set(RUNS)
    assert len(set(processes.values())) == 2
    small_dataset(tmp_path / "alone")
    assert contents(tmp_path / "spread") == contents(tmp_path / "alone")


def wait_for_workers(address, count):
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(count, timeout=60)
