"""Action `gates bench`: its tables."""

import json
from collections.abc import Callable

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
