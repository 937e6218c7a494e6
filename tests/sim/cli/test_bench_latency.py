"""The bench `latency` as it is typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sim.cli.conftest import Answer


@pytest.mark.verilator
def test_bench_latency_prints_a_table(quantacore: Callable[..., Answer]) -> None:
    words = ("bench", "latency", "--distances", 3, "--ps", 0.005, "--shots", 500)
    answer = quantacore(*words, "--passes", 1)
    assert answer.code == 0
    assert len(answer.out.splitlines()) == 3
    (row,) = json.loads(quantacore(*words, "--json").out)["rows"]
    assert (row["noise"], row["distance"], row["mismatches"]) == ("circuit", 3, 0)
    assert 2 <= row["p50"] <= row["p99"] <= row["p999"] <= row["max"]


@pytest.mark.verilator
def test_bench_latency_goes_on_from_its_file_and_draws(
    quantacore: Callable[..., Answer], tmp_path: Path
) -> None:
    words = ("bench", "latency", "--distances", 3, "--ps", 0.005, "--json", "--shots")
    out = ["--out", tmp_path / "a.csv", "--plot", tmp_path / "pictures"]
    quantacore(*words, 300, *out)
    again, whole = (json.loads(quantacore(*words, 700, *where).out) for where in (out, ()))
    assert again["rows"] == whole["rows"]
    assert again["command"] != whole["command"]
    drawn = {path.name for path in (tmp_path / "pictures").iterdir()}
    assert drawn == {"cycles_per_round.png", "cycle_distributions.png", "run.json"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--shots 0", "Number of shots must be at least 1, not 0"),
        ("--distances 2", "Distance must be odd and at least 3, not 2"),
        ("--lanes 2", "--lanes must be left out without --links runtime"),
        ("--passes 2 --links runtime --lanes 0", "Number of lanes must be 1 to 16, not 0"),
        ("--passes 0 --distances 3", "Number of passes must be 1 to 7, not 0"),
        ("--noise phenomenological --bases X", "--bases must stand without --noise phenomen"),
    ],
)
def test_bench_latency_rejects(refused: Callable[..., str], words: str, message: str) -> None:
    assert message in refused("bench", "latency", *words.split())
