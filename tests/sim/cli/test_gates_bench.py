"""Action `gates bench`: its tables."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quantacore.sim.cli import gates_bench
from quantacore.sim.experiments.gate_rates import measure_decoded
from tests.sim.cli.conftest import Answer


def test_bench_prints_all_tables(quantacore: Callable[..., Answer]) -> None:
    gates = ["prepare-steane-zero", "merge-zz", "cultivate-3", "distill-15"]
    answer = quantacore("gates", "bench", "--gates", *gates, "--shots", 2000)
    assert answer.code == 0, answer.err
    assert "11 / 1" in answer.out and "PyMatching correlated" in answer.out
    assert "3.51e-08" in answer.out


def test_bench_gives_json(quantacore: Callable[..., Answer]) -> None:
    words = ["--gates", "prepare-shor-plus", "--shots", 1000, "--ps", 0.01, "--json"]
    row = json.loads(quantacore("gates", "bench", *words).out)["rows"][0]
    assert row["certified"] and row["two-qubit gates"] == 6
    assert row["accepted, p=0.01"].startswith("1.0000")


def test_bench_refuses_passes_that_no_core_has(quantacore: Callable[..., Answer]) -> None:
    answer = quantacore("gates", "bench", "--kinds", "core", "--passes", 3, 8)
    assert answer.code == 2
    assert "Number of passes must be 1 to 7, not 8" in answer.err and not answer.out


def test_bench_goes_on_from_its_file(
    quantacore: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["gates", "bench", "--kinds", "decoded", "--gates", "fold-h", "--shots", 300]
    plain = quantacore(*words).out
    out = ["--out", tmp_path / "d.csv"]

    def interrupt(*args: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    measure = measure_decoded
    monkeypatch.setattr(
        gates_bench,
        "measure_decoded",
        lambda built, experiment, **more: (interrupt if experiment == "x" else measure)(
            built, experiment, **more
        ),
    )
    answer = quantacore(*words, *out)
    assert answer.code == 130 and answer.out == ""
    assert "the same command goes on from" in answer.err
    assert (tmp_path / "d.csv").read_text().count("fold-h d=3") == 3
    monkeypatch.setattr(gates_bench, "measure_decoded", measure)
    for _ in range(2):
        assert quantacore(*words, *out).out == plain
        assert (tmp_path / "d.csv").read_text().count("fold-h d=3") == 6


def test_bench_says_nan_where_no_run_is_kept(quantacore: Callable[..., Answer]) -> None:
    words = ["--kinds", "magic", "--gates", "inject", "--ps", 0.5, "--shots", 3, "--json"]
    answer = quantacore("gates", "bench", *words)
    assert answer.code == 0 and json.loads(answer.out)["rows"][0]["wrong if kept"] == "nan"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--kinds decoded --out -", "--out must be a file that the next run can read"),
        ("--kinds states --out d.csv", "--out must come with --kinds decoded"),
        ("--kinds decoded --gates fold-h --out no/d.csv", "no/d.csv: No such file"),
    ],
)
def test_bench_refuses_files(quantacore: Callable[..., Answer], words: str, message: str) -> None:
    answer = quantacore("gates", "bench", *words.split())
    assert answer.code == 2 and message in answer.err and not answer.out
