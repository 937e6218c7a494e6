"""Verb `gates`: list, show, certify."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import stim

from quantacore.golden.gates.catalogue import GATES
from tests.sim.cli.conftest import Answer


def test_gates_wants_an_action(refused: Callable[..., str]) -> None:
    assert "ACTION" in refused("gates")
    assert "invalid choice" in refused("gates", "juggle")


def test_list_names_every_gate(quantacore: Callable[..., Answer]) -> None:
    answer = quantacore("gates", "list")
    assert answer.code == 0
    for gate in GATES.values():
        assert gate.name in answer.out and gate.summary in answer.out
    rows = json.loads(quantacore("gates", "list", "--json").out)["rows"]
    assert [row["gate"] for row in rows] == list(GATES)


def test_show_draws_the_circuit(quantacore: Callable[..., Answer], tmp_path: Path) -> None:
    assert "q0" in quantacore("gates", "show", "prepare-steane-zero").out
    path = tmp_path / "g.svg"
    answer = quantacore("gates", "show", "steane-cnot", "--format", "svg", "--out", path)
    assert answer.code == 0 and path.read_text().startswith("<svg")
    assert "14 qubits, 7 two-qubit gates" in answer.out


def test_show_writes_experiments_for_stim(
    quantacore: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "g.stim"
    words = ["--experiment", "x", "--format", "stim", "--out", path]
    assert quantacore("gates", "show", "merge-zz", *words).code == 0
    assert stim.Circuit.from_file(path) == GATES["merge-zz"].build(3).experiments["x"]


def test_certify_makes_a_file_and_checks_it(
    quantacore: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "c.json"
    assert quantacore("gates", "certify", "prepare-steane-zero", "--out", path).code == 0
    answer = quantacore("gates", "certify", path)
    assert answer.code == 0 and "FAILS" not in answer.out
    record = json.loads(path.read_text())
    record["circuit"] = record["circuit"].replace("CX", "CZ", 1)
    path.write_text(json.dumps(record))
    answer = quantacore("gates", "certify", path)
    assert answer.code == 1 and "FAILS" in answer.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("show toffoli", "Gate must be one of `quantacore gates list`, not 'toffoli'"),
        ("show prepare-stean-zero", "nearest: prepare-steane-zero"),
        ("show steane-h --distance 5", "Distance of steane-h must be one of 3, not 5"),
        ("show steane-h --experiment q", "must be one of its own (none), not 'q'"),
        ("certify nothing.json", "nothing.json: No such file"),
        ("certify nowhere/steane-h", "nowhere/steane-h: No such file"),
        ("certify steane-h --out nowhere/c.json", "nowhere/c.json: folder of the output"),
        ("certify steane-h --json --out -", "--out must be a file with --json"),
        ("certify c.json --distance 3", "--distance must be left out with a file"),
        ("certify all --out c.json", "--out must be given with one gate"),
        ("bench --ps 0.7", "Noise strength must be in"),
        ("bench --shots 0", "Number of shots must be at least 1"),
        ("bench --gates toffoli", "Gate must be one of"),
        ("bench --gates prepare-shor-plus --kinds decoded", "none of them has such a table"),
        ("bench --shots 99999999999", "Number of shots must be at most 100000000"),
        ("bench --seed -1", "--seed must be in [0, 2^63), not -1"),
        ("compile-braid --gate H --length 3 --out nowhere/h", "nowhere/h: folder of the output"),
    ],
)
def test_gates_rejects_words(quantacore: Callable[..., Answer], words: str, message: str) -> None:
    answer = quantacore("gates", *words.split())
    assert answer.code == 2
    assert message in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""


def test_certify_rejects_files(quantacore: Callable[..., Answer], tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    for text, message in (("{", "must be JSON"), ("[]", "JSON object"), ("{}", "must have format")):
        path.write_text(text)
        answer = quantacore("gates", "certify", path)
        assert answer.code == 2 and message in answer.err
        assert answer.err.startswith(f"quantacore: error: {path}: ")
    answer = quantacore("gates", "certify", tmp_path)
    assert answer.code == 2 and f"{tmp_path}: Is a directory" in answer.err


def test_certify_rejects_a_file_that_claims_nothing_of_its_faults(
    quantacore: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "c.json"
    assert quantacore("gates", "certify", "prepare-steane-zero", "--out", path).code == 0
    whole = path.read_text()
    for key, value, message in (
        ("gate", None, "gate must be text, not None"),
        ("distance", "3", "distance must be a whole number from 0 to 10000, not '3'"),
        ("faults", {**json.loads(whole)["faults"], "blocks": []}, "must name the blocks"),
        ("flows", 5, "Certificate must be whole"),
    ):
        path.write_text(json.dumps({**json.loads(whole), key: value}))
        answer = quantacore("gates", "certify", path)
        assert answer.code == 2 and message in answer.err, key
        assert answer.out == ""


def test_certify_says_in_one_line_what_was_cut_out(
    quantacore: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "c.json"
    assert quantacore("gates", "certify", "fold-h", "--out", path).code == 0
    path.write_text(json.dumps({**json.loads(path.read_text()), "experiments": {}}))
    answer = quantacore("gates", "certify", path)
    assert answer.code == 1
    broken = [line for line in answer.out.splitlines() if "FAILS" in line]
    assert len(broken) == 1 and "FAILS (missing: experiment z, and 1 more)" in broken[0]


def test_certify_prints_the_certificate_alone(quantacore: Callable[..., Answer]) -> None:
    answer = quantacore("gates", "certify", "steane-h", "--out", "-")
    assert json.loads(answer.out)["gate"] == "steane-h"
    assert "holds" in answer.err
