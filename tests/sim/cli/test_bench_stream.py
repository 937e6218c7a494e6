"""The bench `stream` as it is typed: table, JSON, picture, refusals."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.sim import stream_comparison
from tests.sim.cli.conftest import Answer

SMALL = "--ps 0.005 --rounds 12 --windows 50 --period 40"


@pytest.fixture
def bench(quantacore: Callable[..., Answer]) -> Callable[[str], Answer]:
    """Run the bench with the words of one string."""
    return lambda words: quantacore("bench", "stream", *words.split())


@pytest.mark.slow
@pytest.mark.verilator
def test_bench_stream_prints_a_table_and_draws(
    bench: Callable[[str], Answer], tmp_path: Path
) -> None:
    answer = bench(f"{SMALL} --plot {tmp_path}")
    assert (answer.code, answer.err) == (0, "")
    head, cells = (
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in (answer.out.splitlines()[0], answer.out.splitlines()[2])
    )
    row = dict(zip(head, cells, strict=False))
    assert (row["window"], row["passes"], row["windows"], row["mismatches"]) == (
        "3x3",
        "3",
        "52",
        "0",
    )
    assert (tmp_path / "stream_reactions.png").stat().st_size > 1000


@pytest.mark.slow
@pytest.mark.verilator
def test_bench_stream_writes_json_and_fails_on_a_mismatch(
    bench: Callable[[str], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = bench(f"{SMALL} --json")
    (row,) = json.loads(answer.out)["rows"]
    assert (row["mismatches"], row["faults"], row["windows"]) == (0, 0, 52)
    assert row["reaction"]["p50"] <= row["reaction"]["p99"] <= row["reaction"]["max"]
    # A golden model that says otherwise must be noticed.
    monkeypatch.setitem(stream_comparison.ANSWERS, "volume", "growth_steps")
    answer = bench(SMALL)
    assert answer.code == 1
    assert "windows differ from the golden model" in answer.err


def test_bench_stream_refuses(bench: Callable[[str], Answer]) -> None:
    for words, message in (
        ("--windows 0", "Number of windows must be at least 1"),
        ("--period 0", "Period must be at least 1 cycle"),
        ("--rounds 1", "Number of rounds must be at least 2"),
        ("--window 3", "COMMITxBUFFER"),
    ):
        answer = bench(words)
        assert answer.code == 2
        assert message in answer.err
