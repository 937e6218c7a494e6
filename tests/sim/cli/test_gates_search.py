"""Tests of `quantacore gates search`."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantacore.golden.search.find import Found, search
from quantacore.golden.search.targets import Target
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
        (["--file", "repeat"], "repeat: Gate must be one of R, RX, CX, M, MX, not REPEAT"),
        (["--file", "record"], "record: Target must be a plain qubit, not stim.target_rec(-1)"),
        (["--file", "inverted"], "inverted: Target must be a plain qubit, not"),
        (["--file", "noisy"], "noisy: Gate must be without noise, not M(0.1) 0"),
        (["--file", "far"], "far: Qubit must be at most 1000, not 9999999"),
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
    for name, text in (
        ("repeat", "REPEAT 2 {\nCX 0 1\n}"), ("record", "M 0\nCX rec[-1] 1"),
        ("inverted", "M !0"), ("noisy", "M(0.1) 0"), ("far", "R 9999999"),
    ):  # fmt: skip
        (tmp_path / name).write_text(text)
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


STEANE = "XXXX___\nXX__XX_\nX_X_X_X  # any order\n\nZZZZIII\n+ZZIIZZI\nZIZIZIZ\n"
HAMMING = np.array([[1, 1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 1, 1, 0], [1, 0, 1, 0, 1, 0, 1]])
SMALL = ["--methods", "greedy", "--shots", "1000"]


def rows_of(text: str) -> list[dict]:
    return [{**row, "seconds": 0} for row in json.loads(text)["rows"]]


def test_search_goes_on_where_it_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    words = ["gates", "search", "--states", "steane-zero", "shor-plus", *SMALL, "--json"]
    assert main([*words, "--out", str(tmp_path / "whole")]) == 0
    whole = rows_of(capsys.readouterr().out)
    begun = []

    def stopping(goal: Target, *args: Any, **more: Any) -> Found | None:
        begun.append(goal.name)
        if len(begun) == 2:
            raise KeyboardInterrupt
        return search(goal, *args, **more)

    monkeypatch.setattr("quantacore.sim.cli.gates_search.search", stopping)
    again = [*words, "--out", str(tmp_path / "parts")]
    assert main(again) == 130
    assert "the same command goes on" in capsys.readouterr().err
    for _ in range(2):
        assert main(again) == 0
        assert rows_of(capsys.readouterr().out) == whole
    assert begun == ["steane-zero", "shor-plus", "shor-plus"]
    assert main([*again, "--seed", "2"]) == 0  # another search: begun, and kept if cheaper
    assert begun[3:] == ["steane-zero", "shor-plus"]
    capsys.readouterr()
    assert main([*again[:-2], "--shots", "2000", *again[-2:]]) == 0
    assert {row["shots"] for row in rows_of(capsys.readouterr().out)} == {2000}
    assert len(begun) == 5


def test_search_that_finds_nothing_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    begun = []
    monkeypatch.setattr(
        "quantacore.sim.cli.gates_search.search", lambda *args, **more: begun.append(args)
    )
    for _ in range(2):
        assert main(["gates", "search", *SMALL, "--out", str(tmp_path)]) == 1
        assert "nothing found, try more --seconds" in capsys.readouterr().err
    assert len(begun) == 1


def test_search_takes_a_code_of_ones_own_in_every_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my_code.txt").write_text(STEANE)
    np.save("hx.npy", HAMMING)
    lists = [[[q + 1 for q in row.nonzero()[0]] for row in m] for m in (HAMMING.T, HAMMING)]
    lines = [[7, 3], [3, 4], [len(r) for r in lists[0]], [len(r) for r in lists[1]]]
    lines += [r + [0] * (3 - len(r)) for r in lists[0]] + lists[1]
    Path("hz.alist").write_text("\n".join(" ".join(map(str, line)) for line in lines))
    for files in (["my_code.txt"], ["hx.npy", "hz.alist"]):
        words = ["gates", "search", "--code", *files, *SMALL, "--json", "--out", "found"]
        assert main([*words, "--basis", "zero", "plus"]) == 0
        name = files[0].partition(".")[0].replace("_", "-")
        for row, basis in zip(rows_of(capsys.readouterr().out), ("zero", "plus"), strict=True):
            assert (row["state"], row["certified"]) == (f"{name}-{basis}", True)
            assert row["cnots"] <= 12 and row["ancillas"] == 1
            stem = f"found/{name}-{basis}_all_greedy"
            assert main(["gates", "certify", f"{stem}.certificate.json"]) == 0
            assert "FAILS" not in capsys.readouterr().out


def test_search_does_not_mix_two_codes_of_one_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("hx.npy", HAMMING)
    words = ["gates", "search", "--code", "hx.npy", "hx.npy", *SMALL, "--out", "found"]
    assert main(words) == 0
    np.save("hx.npy", HAMMING[:, ::-1])
    assert main(words) == 2
    assert "not of another one of that name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["none.txt"], "none.txt: No such file"),
        (["steane.txt", "steane.txt"], "--code must be one file of stabilizers"),
        (["hx.npy"], "--code must be one file of stabilizers"),
        (["hx.npy", "wide.npy"], "as many columns, one for each qubit, not 7 (X) and 8 (Z)"),
        (["hx.npy", "flat.npy"], "Matrix of Z must have the shape (checks, qubits), not (7,)"),
        (["hx.npy", "twos.npy"], "Entries of the matrix of Z must be 0 or 1"),
        (["hx.npy", "odd.npy"], "not row 0 of X and row 0 of Z (counted from 0"),
        (["hx.npy", "bad.npy"], "bad.npy: File must be a matrix in numpy's format"),
        (["hx.npy", "bad.alist"], "bad.alist: Matrix must be in alist format"),
        (["bell.txt"], "must have a logical qubit"),
        (["small.txt"], "Distance of small must be 3 to 6, not 2"),
    ],
)
def test_search_rejects_codes(
    files: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("steane.txt").write_text(STEANE)
    Path("bell.txt").write_text("XX\nZZ\n")
    Path("small.txt").write_text("XXXX\nZZZZ\n")
    Path("bad.npy").write_text("7 3")
    Path("bad.alist").write_text("7 3\n1")
    for name, matrix in (
        ("hx", HAMMING), ("wide", np.ones((1, 8))), ("flat", np.ones(7)), ("twos", 2 * HAMMING),
        ("odd", np.eye(7)),
    ):  # fmt: skip
        np.save(f"{name}.npy", matrix)
    assert main(["gates", "search", "--code", *files, "--out", "found"]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert not Path("found").exists()


def test_search_takes_code_or_states(capsys: pytest.CaptureFixture) -> None:
    for words, message in (
        (["--basis", "plus"], "--basis must come with --code"),
        (["--code", "a.txt", "--states", "steane-zero"], "--code must come without --states"),
    ):
        assert main(["gates", "search", *words]) == 2
        assert message in capsys.readouterr().err
