"""Tools are found, and their failures noticed."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.sim.synthesis import programs
from quantacore.sim.synthesis.programs import (
    Program,
    SynthesisError,
    run_program,
    wheel_program,
    yosys_program,
)

PYTHON = Program(name="python", version="3", command=(sys.executable, "-c"))


def run(folder: Path, code: str, stages: list[str] | None = None) -> None:
    run_program(
        PYTHON,
        [code],
        folder=folder,
        outputs=["out.json"],
        stage="stage 1",
        progress=(lambda stage: None) if stages is None else stages.append,
    )


def test_run_program_runs_in_its_folder_and_tells_the_stage(tmp_path: Path) -> None:
    stages: list[str] = []
    code = "import time; time.sleep(0.1); open('out.json', 'w').write('{}'); print('done')"
    run(tmp_path, code, stages)
    assert (tmp_path / "out.json").read_text() == "{}"
    assert set(stages) == {"stage 1"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("print('planted'); raise SystemExit(3)", "python failed with exit code 3:\nplanted"),
        ("import os; os.kill(os.getpid(), 9)", r"signal 9:\n\(it said nothing\)"),
        (
            "print('ABC: here')",
            "without an error, but its out.json is missing.*\nABC: here",
        ),
        ("open('out.json', 'w')", "stopped without an error, but its out.json is empty"),
    ],
    ids=["fails", "killed", "silent", "empty"],
)
def test_run_program_notices(tmp_path: Path, code: str, message: str) -> None:
    with pytest.raises(SynthesisError, match=f"stage 1: python .*{message}|{message}"):
        run(tmp_path, code)


def test_run_program_stops_the_tool_when_interrupted(tmp_path: Path) -> None:
    def interrupt(stage: str) -> None:
        raise KeyboardInterrupt

    code = "import time; time.sleep(5); open('out.json', 'w').write('late')"
    with pytest.raises(KeyboardInterrupt):
        run_program(PYTHON, [code], folder=tmp_path, outputs=[], stage="stage", progress=interrupt)
    assert not (tmp_path / "out.json").exists()


def test_wheel_program_says_how_to_install_a_missing_one() -> None:
    with pytest.raises(SynthesisError, match=r"pip install '.\[synth\]'") as error:
        wheel_program("no-such-wheel")
    assert "\n" not in str(error.value)


def test_yosys_program_never_takes_the_one_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_yosys(tmp_path, "echo Yosys 0.1 planted")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "YOSYS", "no-such-wheel")
    with pytest.raises(SynthesisError, match="no-such-wheel is missing"):
        yosys_program()


def test_yosys_program_takes_another_one_by_name(tmp_path: Path) -> None:
    path = fake_yosys(tmp_path, "echo 'Yosys 0.33 (git sha1 abc)'")
    program = yosys_program(str(path))
    assert (program.name, program.version) == ("yosys", "0.33 (git sha1 abc)")
    assert program.command == (str(path),)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "nothing", "must be a program that can be run, not"),
        (lambda folder: fake_yosys(folder, "echo hello"), "must answer '-V' with its version"),
        (lambda folder: fake_yosys(folder, "exit 1"), "must answer '-V' with its version"),
    ],
    ids=["missing", "other", "fails"],
)
def test_yosys_program_rejects(tmp_path: Path, make: Callable[[Path], Path], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        yosys_program(str(make(tmp_path)))


def fake_yosys(folder: Path, command: str) -> Path:
    path = folder / "yosys"
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
    return path.resolve()
