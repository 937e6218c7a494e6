"""The bench `switching` as it is typed: tables, JSON, exit code."""

import json
from collections.abc import Callable

import pytest

from quantacore.sim import stream_comparison
from quantacore.sim.experiments import switching
from tests.golden.family.families import CORE_CONFIG, PATCHES
from tests.sim.cli.conftest import Answer

CORE = "--p 0.01 --window 2x2 --shots 20 --rounds 5 --switches 4"
GAIN = "--p 0.01 --gain only --gain_shots 500 --factors 1 30 --hot 1 1"


@pytest.fixture
def bench(
    quantacore: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Answer]:
    """Run the bench with the words of one string, on a small lattice."""
    monkeypatch.setattr(switching, "LATTICE", PATCHES)
    monkeypatch.setattr(switching, "FAMILY_CONFIG", CORE_CONFIG)  # the core of all tests
    return lambda words: quantacore("bench", "switching", *words.split())


@pytest.mark.slow
@pytest.mark.verilator
def test_bench_switching_prints_members_and_switches(bench: Callable[[str], Answer]) -> None:
    answer = bench(CORE)
    assert (answer.code, answer.err) == (0, "")
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in answer.out.splitlines()]
    assert [row[0] for row in cells[2:7]] == list(PATCHES)
    assert all(row[2:5] == ["20", "40", "0"] for row in cells[2:7])
    waiting, paced = cells[10:12]
    assert (waiting[0], waiting[4:6]) == ("waiting", ["0", "0"])
    assert (paced[0], paced[4:]) == ("paced", ["0", "0", "0.0", "0", "0.00"])


@pytest.mark.slow
@pytest.mark.verilator
def test_bench_switching_fails_on_a_mismatch(
    bench: Callable[[str], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stream_comparison.ANSWERS, "volume", "growth_steps")
    answer = bench(CORE)
    assert answer.code == 1
    assert "windows differ from the golden model" in answer.err


@pytest.mark.slow
@pytest.mark.verilator
def test_bench_switching_writes_json(bench: Callable[[str], Answer]) -> None:
    answer = bench(f"{CORE} --json")
    assert answer.code == 0
    rows = json.loads(answer.out)["rows"]
    assert [row["table"] for row in rows] == ["members"] * 5 + ["switches"] * 2
    assert rows[-1]["cost"] == {"mean": 0.0, "p99": 0.0, "max": 0}


def test_bench_switching_counts_gains_without_a_core(bench: Callable[[str], Answer]) -> None:
    answer = bench(GAIN)
    assert answer.code == 0
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in answer.out.splitlines()]
    # The column is no logical qubit; east avoids the corner.
    assert [row[:2] for row in cells[2:]] == [
        ["west", "1"],
        ["west", "30"],
        ["east", "avoids"],
        ["wide", "1"],
        ["wide", "30"],
        ["narrow", "1"],
        ["narrow", "30"],
    ]
    rows = json.loads(bench(f"{GAIN} --json").out)["rows"]
    assert {row["table"] for row in rows} == {"gain"}
    assert [row["uses"] for row in rows] == [True, True, False, True, True, True, True]


def test_bench_switching_refuses(bench: Callable[[str], Answer]) -> None:
    for words, message in (
        ("--gain only --factors 0.5", "Factors must be at least 1"),
        ("--gain only --gain_shots 0", "Number of shots must be at least 1"),
        ("--window 3", "COMMITxBUFFER"),
    ):
        answer = bench(words)
        assert answer.code == 2
        assert message in answer.err
