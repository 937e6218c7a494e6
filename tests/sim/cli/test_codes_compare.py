"""Action `codes compare`, and the examples of hardware."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.sim.choice.examples import EXAMPLES
from tests.sim.choice.machines import QUBITS
from tests.sim.cli.conftest import Answer

QUICK = ["--shots", 5000, "--errors", 100, "--largest", 5, "--workers", 0, "--families", "xzzx"]


@pytest.fixture
def hardware(tmp_path: Path) -> Path:
    path = tmp_path / "h.toml"
    path.write_text(QUBITS)
    return path


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_printed(quantacore: Callable[..., Answer], name: str) -> None:
    assert quantacore("codes", "hardware", name).out == EXAMPLES[name]


def test_folder_has_all_files(
    quantacore: Callable[..., Answer], hardware: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = quantacore("codes", "compare", "--hardware", hardware, "--out", out, *QUICK)
    assert answer.code == 0, answer.err
    assert "index.html" in answer.out
    names = {"counts.jsonl", "comparison.csv", "comparison.json", "errors.png", "index.html"}
    names.add("run.json")
    assert {path.name for path in out.iterdir()} == names
    with open(out / "comparison.csv") as file:
        lines = list(csv.DictReader(file))
    assert [(line["family"], line["d_x"]) for line in lines] == [("xzzx", "3"), ("xzzx", "5")]
    again = quantacore(
        "codes", "compare", "--hardware", hardware, "--out", out, *QUICK, "--budget", 17, "--json"
    )
    found = json.loads(again.out)
    assert [row["d_x"] for row in found["rows"]] == [3]
    assert found["rows"][0]["per_round"] == float(lines[0]["per_round"])
    assert found["hardware"]["budget"] == 17


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--budget 16", "budget must be at least 17 for the smallest code of xzzx, not 16"),
        ("--budget 0", "budget must be a whole number, 1 to 10000, not 0"),
        ("--shots 0", "shots must be at least 1, not 0"),
        ("--largest 2", "largest must be at least 3, not 2"),
        ("--families cat", "Family cat needs a section that small lacks"),
        ("--families steane", "Family must be one of"),
        ("--scheduler tcp://a:1", "not allowed with argument --workers"),
        ("--rtl -1", "--rtl must be at least 0, not -1"),
    ],
)
def test_compare_rejects(
    refused: Callable[..., str], hardware: Path, tmp_path: Path, words: str, message: str
) -> None:
    out = tmp_path / "out"
    base = ["codes", "compare", "--hardware", hardware, "--out", out, *QUICK]
    assert message in refused(*base, *words.split())
    assert not out.exists()


@pytest.mark.parametrize("verb", ["compare --hardware", "advise --target 1e-3 --noise"])
def test_scheduler_that_is_not_there_leaves_nothing(
    refused: Callable[..., str],
    hardware: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
) -> None:
    pytest.importorskip("distributed", reason="extra predict is not installed")
    monkeypatch.setattr("quantacore.sim.experiments.dask_runs.ANSWER_S", 0.5)
    out = tmp_path / "new" / "out"
    words = ["--families", "xzzx", "--scheduler", "tcp://127.0.0.1:9", "--out", out]
    line = refused("codes", *verb.split(), hardware, *words)
    assert "Scheduler must answer at tcp://127.0.0.1:9, but did not" in line
    assert not out.parent.exists()
    out.mkdir(parents=True)  # one that was there stays
    refused("codes", *verb.split(), hardware, *words)
    assert out.is_dir() and not any(out.iterdir())


def test_compare_rejects_file(refused: Callable[..., str], tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(QUBITS.replace("gate", "gaet"))
    base = ["codes", "compare", "--out", tmp_path / "out", "--hardware"]
    line = refused(*base, path)
    assert f"{path}: Unknown key 'gaet' in [qubits]: did you mean gate?" in line
    assert "none.toml" in refused(*base, tmp_path / "none.toml")
    assert "Example must be one of" in refused("codes", "hardware", "ion")
