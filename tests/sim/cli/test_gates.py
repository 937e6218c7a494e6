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
        ("show toffoli", "Gate must be one of"),
        ("show steane-h --distance 5", "Distance of steane-h must be one of 3, not 5"),
        ("show steane-h --experiment q", "must be one of its own (none), not 'q'"),
        ("certify nothing.json", "Gate must be one of"),
        ("certify all --out c.json", "--out must be given with one gate"),
        ("bench --ps 0.7", "Noise strength must be in"),
        ("bench --shots 0", "Number of shots must be at least 1"),
        ("bench --gates toffoli", "Gate must be one of"),
    ],
)
def test_gates_rejects_words(quantacore: Callable[..., Answer], words: str, message: str) -> None:
    answer = quantacore("gates", *words.split())
    assert answer.code == 2
    assert message in answer.err


def test_certify_rejects_files(quantacore: Callable[..., Answer], tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    for text, message in (("{", "must be JSON"), ("[]", "JSON object"), ("{}", "must have format")):
        path.write_text(text)
        answer = quantacore("gates", "certify", path)
        assert answer.code == 2 and message in answer.err
