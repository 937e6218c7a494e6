"""The bench `windows` as it is typed: table, JSON, files that go on, pictures, refusals."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sinter

from quantacore.sim.experiments import window_accuracy
from tests.sim.cli.conftest import Answer

POINT = "--distances 3 --ps 0.01 --rounds 8 --windows 2x1 3x3"


@pytest.fixture
def bench(quantacore: Callable[..., Answer]) -> Callable[[str], Answer]:
    """Run the bench with the words of one string."""
    return lambda words: quantacore("bench", "windows", *words.split())


def cells_of(answer: Answer) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in answer.out.splitlines()[2:]
    ]


def test_bench_windows_prints_counts_and_intervals(bench: Callable[[str], Answer]) -> None:
    answer = bench(f"{POINT} --shots 3000")
    assert (answer.code, answer.err) == (0, "")
    whole, short, longer = cells_of(answer)
    assert whole[:7] == ["3", "0.01", "Z", "8", "3", "whole shots", "3000"]
    assert [short[5], longer[5]] == ["2x1", "3x3"]
    only_whole, only_windows = int(short[10]), int(short[11])
    assert int(short[7]) - int(whole[7]) == only_windows - only_whole > 0
    value, low, high = (float(part.strip("[],")) for part in short[9].split())
    assert 1 < low < value < high


def test_bench_windows_takes_ten_times_the_distance(bench: Callable[[str], Answer]) -> None:
    rows = cells_of(bench("--distances 3 --shots 20 --passes 1 3"))
    assert {row[3] for row in rows} == {"30"}
    assert [row[4:6] for row in rows] == [
        [passes, window] for passes in "13" for window in ("whole shots", "3x2", "3x3", "3x6")
    ]


def test_bench_windows_writes_json(bench: Callable[[str], Answer]) -> None:
    answer = bench(f"{POINT} --shots 20 --bases X --json --ps 0.00001")
    data = json.loads(answer.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert data["format"] == "quantacore-windows"
    whole, short, _ = data["rows"]
    assert (whole["commit_rounds"], whole["buffer_rounds"]) == (None, None)
    assert (short["commit_rounds"], short["buffer_rounds"]) == (2, 1)
    assert (short["basis"], short["rounds"], short["shots"]) == ("X", 8, 20)
    assert short["ratio_per_round"] == {"value": None, "low": 0.0, "high": None}


def test_bench_windows_goes_on_from_its_file(
    bench: Callable[[str], Answer], quantacore: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "w.csv"
    for shots in (300, 700, 100):
        answer = bench(f"{POINT} --shots {shots} --out {path} --plot {tmp_path}/a")
        assert (answer.code, answer.err) == (0, "")
    assert answer.out == bench(f"{POINT} --shots 700").out
    found = sinter.read_stats_from_csv_files(str(path))
    assert [stats.shots for stats in found] == [700] * 3
    assert quantacore("bench", "plot", "--in", path, "--out", tmp_path / "b").code == 0
    pictures = [tmp_path / folder / "window_ratios.png" for folder in "ab"]
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


def test_bench_windows_stops_at_errors(
    bench: Callable[[str], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_accuracy, "BATCH_SHOTS", 200)
    rows = cells_of(bench(f"{POINT} --max_errors 20"))
    assert all(int(row[7]) >= 20 and int(row[6]) % 200 == 0 for row in rows)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--windows 5", "window must be COMMITxBUFFER, as 5x3, not '5'"),
        ("--windows 5x", "not '5x'"),
        ("--windows 3x-1", "not '3x-1'"),
        ("--windows 0x3", "Commit must be at least 1 round, not 0"),
        ("--windows 3x0", "Buffer must be at least 1 round, not 0"),
        ("--rounds 1", "Number of rounds must be at least 2, not 1"),
        ("--distances 4", "Distance must be odd and at least 3, not 4"),
        ("--ps 0.6", "Noise strength must be in (0, 0.5], not 0.6"),
        ("--passes 8", "Number of passes must be 1 to 7, not 8"),
        ("--length_bits 1", "Length width must be 2 to 8 bits, not 1"),
        ("--shots 0", "Number of shots must be at least 1, not 0"),
        ("--max_errors 0", "Number of errors must be at least 1, not 0"),
        ("--seed -1", "Seed must be 0 to 2**64 - 1, not -1"),
        ("--out -", "--out must be a file that the next run can read"),
    ],
)
def test_bench_windows_rejects(refused: Callable[..., str], words: str, message: str) -> None:
    assert message in refused("bench", "windows", "--distances", "3", *words.split())
