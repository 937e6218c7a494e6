"""The command as a whole: help, exit codes, one line for every error."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.sim.batch import CoreError
from quantacore.sim.cli import decode, graph, main
from quantacore.sim.verilator import VerilatorError
from tests.sim.cli.conftest import Answer


def test_main_help_names_every_verb(quantacore: Callable[..., Answer]) -> None:
    answer = quantacore("--help")
    assert answer.code == 0
    for verb in main.VERBS:
        # The longest name is followed by a line break.
        assert re.search(rf"\n    {verb}\s", answer.out)


@pytest.mark.parametrize("verb", main.VERBS)
def test_main_help_of_a_verb_shows_an_example(quantacore: Callable[..., Answer], verb: str) -> None:
    answer = quantacore(verb, "--help")
    assert answer.code == 0
    assert f"\n  quantacore {verb} " in answer.out


@pytest.mark.parametrize(
    "words",
    [[], ["paint"], ["graph"], ["decode", "--dem"], ["graph", "--dem", "a", "--circuit", "b"]],
    ids=" ".join,
)
def test_main_rejects_wrong_words(refused: Callable[..., str], words: list[str]) -> None:
    assert "--help" in refused(*words)


def test_main_says_that_a_file_stands_where_a_folder_must(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "machine.toml"
    path.touch()
    text = refused("scale", "--out", path)
    assert f"{path}: must be a folder, or not be there, but is a file" in text


def test_main_does_not_guess_flags(refused: Callable[..., str]) -> None:
    assert "--length" in refused("graph", "--dem", "m.dem", "--length", "4")


def test_main_returns_130_when_interrupted(
    quantacore: Callable[..., Answer], experiment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(graph, "graph_report", interrupt)
    answer = quantacore("graph", "--dem", experiment / "m.dem")
    assert answer.code == 130
    assert answer.err == "quantacore: error: interrupted; no partial output was left\n"


def test_main_names_a_missing_package(
    refused: Callable[..., str], experiment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "quantacore.hdl.generate", None)
    message = refused("generate", "--dem", experiment / "m.dem", "--out", experiment / "core")
    assert "pip install '.[sim,boards]'" in message


def test_main_shows_bugs_with_their_traceback(
    quantacore: Callable[..., Answer], experiment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(decode, "compile_decoder", fail)
    answer = quantacore("decode", "--dem", experiment / "m.dem", "--in", experiment / "s.01")
    assert answer.code == 3
    assert answer.err.startswith("Traceback")
    assert answer.err.endswith("RuntimeError: a bug\n")


@pytest.mark.parametrize("kind", [VerilatorError, CoreError])
def test_main_returns_3_when_a_tool_fails(
    quantacore: Callable[..., Answer],
    experiment: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Exception],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise kind("first line\nsecond line")

    monkeypatch.setattr(decode, "compile_decoder", fail)
    answer = quantacore("decode", "--dem", experiment / "m.dem", "--in", experiment / "s.01")
    assert answer.code == 3
    assert answer.err == "quantacore: error: first line\nsecond line\n"


@pytest.mark.parametrize("detail", ["", "Unable to allocate 1 TiB"])
def test_main_says_when_memory_is_out(
    refused: Callable[..., str], experiment: Path, monkeypatch: pytest.MonkeyPatch, detail: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError(detail)

    monkeypatch.setattr(graph, "graph_report", fail)
    message = refused("graph", "--dem", experiment / "m.dem")
    assert message.endswith(f"not enough memory{': ' if detail else ''}{detail}\n")


def run_command(*words: object, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "quantacore.sim.cli.main", *map(str, words)]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts background jobs with SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options,  # type: ignore[call-overload]  # passed on as they are
    )


def test_command_rejects_bad_input_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.dem").write_text("error(0.1) D0 D1 D2\n")
    out, err = run_command("graph", "--dem", tmp_path / "bad.dem").communicate()
    assert out == b""
    assert err.count(b"\n") == 1
    assert b"error(0.1) D0 D1 D2" in err


def test_command_decodes_in_a_pipe(experiment: Path) -> None:
    shots = (experiment / "s.01").read_bytes()
    process = run_command("decode", "--dem", experiment / "m.dem")
    out, err = process.communicate(shots)
    assert process.returncode == 0
    assert err == b""  # no progress bar where nobody looks
    assert len(out) == 2 * shots.count(b"\n")


@pytest.mark.parametrize("verb", ["graph", "decode"])
def test_command_runs_with_stdout_closed(experiment: Path, verb: str) -> None:
    command = [sys.executable, "-m", "quantacore.sim.cli.main", verb]
    command += ["--dem", str(experiment / "m.dem")]
    with open(experiment / "s.01", "rb") as shots:
        process = subprocess.run(
            ["sh", "-c", 'exec "$@" >&-', "sh", *command], stdin=shots, stderr=subprocess.PIPE
        )
    assert (process.returncode, process.stderr) == (0, b"")


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM], ids=["int", "term"])
def test_command_leaves_no_file_when_interrupted(
    experiment: Path, tmp_path: Path, signal_number: int
) -> None:
    process = run_command(
        "decode", "--dem", experiment / "m.dem", "--out", tmp_path / "p", "--steps_out",
        tmp_path / "steps",
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(os.listdir(tmp_path)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(os.listdir(tmp_path)) == 2  # it waits for shots with its outputs open
    process.send_signal(signal_number)
    _, err = process.communicate()
    assert process.returncode == 130
    assert b"interrupted" in err
    assert os.listdir(tmp_path) == []
