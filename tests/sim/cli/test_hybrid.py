"""The verb `hybrid`: what it refuses in one line; runs are in tests/sim/allocation."""

import json
from pathlib import Path

import pytest

from quantacore.sim.cli.main import main


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--policy fifo", "--policy must be one of static, round_robin, edf, elastic"),
        ("--kill 1", "--kill must be SERVER:ANSWERS, such as 0:10, not '1'"),
        ("--cores 0 --cpus 0", "Machine must have at least one core or CPU"),
        ("--cpus -2", "Number of CPUs must be at least 0, not -2"),
        ("--windows 0", "Number of windows must be at least 1, not 0"),
        ("--window 0 1 --cores 0", "Commit must be at least 1 round, not 0"),
        ("--seed -1", "--seed must be at least 0, not -1"),
        ("--distance 4 --cores 0", "istance must be"),
        ("--p 0 --cores 0", "Noise strength must be in (0, 0.5], not 0.0"),
        ("--load -1", "Load must be in (0, 1), not -1.0"),
    ],
)
def test_hybrid_rejects_in_one_line(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hybrid", *words.split()]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_hybrid_says_which_tool_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda tool: None)
    assert main(["hybrid"]) == 2
    error = capsys.readouterr().err
    assert "g++ is missing: install it, e.g. apt-get install g++; or give --cores 0" in error
    assert error.count("\n") == 1


@pytest.mark.slow
def test_hybrid_writes_json_and_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "windows.csv"
    words = "hybrid --cores 0 --cpus 1 --qubits 2 --windows 4 --policy edf --json"
    assert main([*words.split(), "--out", str(out)]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["summary"]["windows"] == len(row["results"]) == 8
    assert len(out.read_text().splitlines()) == 9
