"""Tests of `quantacore gates search`."""

import json
from pathlib import Path

import pytest

from quantacore.sim.cli.main import main


def test_search_keeps_a_circuit_that_can_be_checked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    words = ["gates", "search", "--states", "shor-plus", "--shots", "2000", "--json"]
    assert main([*words, "--methods", "greedy", "--out", str(tmp_path)]) == 0
    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert (row["cnots"], row["ancillas"], row["certified"]) == (6, 0, True)
    circuit = tmp_path / "shor-plus_all_greedy.stim"
    assert main([*words, "--file", str(circuit)]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["certified"]


def test_search_ends_with_1_for_a_circuit_that_is_not_fault_tolerant(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    file = tmp_path / "bad.stim"
    file.write_text("RX 0\nR 1 2 3 4 5 6\nCX 0 1\n")
    words = ["gates", "search", "--states", "steane-zero", "--shots", "100"]
    assert main([*words, "--file", str(file)]) == 1
    assert "no" in capsys.readouterr().out


def test_search_rejects_an_unknown_state(capsys: pytest.CaptureFixture) -> None:
    assert main(["gates", "search", "--states", "golay-zero"]) == 2
    assert "State must be CODE-zero" in capsys.readouterr().err


def test_search_by_astar_says_what_it_proved(capsys: pytest.CaptureFixture) -> None:
    words = ["gates", "search", "--states", "steane-zero", "--methods", "astar", "--shots", "100"]
    assert main([*words, "--seconds", "3"]) == 0
    streams = capsys.readouterr()
    assert "no preparation has fewer than 8 CNOTs" in streams.err
    assert "| astar " in streams.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--seconds", "nan"], "--seconds must be above 0"),
        (["--seconds", "-1"], "--seconds must be above 0"),
        (["--p", "nan"], "--p must be in"),
        (["--p", "2"], "--p must be in"),
        (["--shots", "0"], "--shots must be at least 1, not 0"),
        (["--shots", "9" * 20], "--shots must be at most 1000000000"),
        (["--seed", "-1"], "--seed must be in"),
        (["--methods", "astar", "--connectivity", "grid"], "must come with --connectivity all"),
        (["--states", "steane-zero", "shor-zero", "--file", "c"], "--file must come with one"),
        (["--file", "bad"], "bad: "),
        (["--file", "few"], "few: Circuit must have gates on data qubits 0 to 6, but 1 has none"),
        (["--file", "binary"], "binary: File must be UTF-8 text"),
        (["--methods", "greedy", "--out", "file"], "file: "),
    ],
)
def test_search_rejects_bad_input_before_it_searches(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad").write_text("{")
    (tmp_path / "few").write_text("R 0\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.iterdir())
    assert main(["gates", "search", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_search_says_which_kept_row_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    kept = tmp_path / "shor-plus_all_greedy.json"
    kept.write_text("{}")
    words = ["gates", "search", "--states", "shor-plus", "--methods", "greedy", "--shots", "10"]
    assert main([*words, "--out", str(tmp_path)]) == 2
    assert "cannot be read: remove it" in capsys.readouterr().err
    assert kept.read_text() == "{}"
    assert list(tmp_path.iterdir()) == [kept]
