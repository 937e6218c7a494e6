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
