"""Which commands are kept, and where."""

import argparse
import json
import os
import time
from pathlib import Path

import pytest

from quantacore.sim.cli.bench_frame import print_json
from quantacore.sim.cli.main import main
from quantacore.sim.cli.recorded_command import RUNNING, command_of, record_command
from quantacore.sim.experiments.run_manifest import read_runs


def record(verb: str, out: Path | str, *, started: float = 0.0, exit_code: int = 0) -> None:
    args = argparse.Namespace(verb=verb, out=str(out))
    words = [verb, "--out", str(out)]
    record_command(args, words, started=started, exit_code=exit_code)


def test_files_of_the_command_are_those_it_wrote(tmp_path: Path) -> None:
    for name in ("old.csv", "new.csv"):
        (tmp_path / name).write_text("x")
    os.utime(tmp_path / "old.csv", (1, 1))
    record("scale", tmp_path, started=time.time())
    (run,) = read_runs(tmp_path)
    assert run.files == ("new.csv",)
    assert run.command == f"quantacore scale --out {tmp_path}"


def test_words_are_quoted_for_a_shell(tmp_path: Path) -> None:
    folder = tmp_path / "two words"
    folder.mkdir()
    record("run", folder)
    assert read_runs(folder)[0].command == f"quantacore run --out '{folder}'"


@pytest.mark.parametrize("exit_code", [2, 3, 130])
def test_failed_command_is_not_kept(tmp_path: Path, exit_code: int) -> None:
    record("scale", tmp_path, exit_code=exit_code)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["generate", "dataset", "demo"])
def test_folders_that_are_no_results_are_left_alone(tmp_path: Path, verb: str) -> None:
    record(verb, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_files_of_benches_get_a_record(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("x")
    record("codes", path)
    assert read_runs(path) == []
    record("bench", path)
    assert read_runs(path)[0].files == ("c.csv",)
    record("bench", "-")


def test_a_command_that_has_ended_is_forgotten() -> None:
    assert main(["generate", "--circuit", "missing.stim", "--out", "x"]) == 2
    assert RUNNING.get() is None


def test_printed_json_says_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    print_json("quantacore-x", [{"a": 1}])
    assert "command" not in json.loads(capsys.readouterr().out)
    token = RUNNING.set(command_of(["bench", "x", "--out", "two words"]))
    try:
        print_json("quantacore-x", [{"a": 1}])
    finally:
        RUNNING.reset(token)
    found = json.loads(capsys.readouterr().out)
    assert found["command"] == "quantacore bench x --out 'two words'"
    assert found["rows"] == [{"a": 1}]
