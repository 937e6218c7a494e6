"""The bench `accuracy` as it is typed: table, JSON, files that go on, refusals."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sinter

from quantacore.sim.cli import bench_accuracy
from quantacore.sim.experiments import accuracy, stats_file
from quantacore.sim.experiments.point import Point
from tests.sim.cli.conftest import Answer

FAST = "--passes 1 --length_bits 4"
POINTS = f"--distances 3 --ps 0.01 0.02 {FAST}"


@pytest.fixture
def bench(quantacore: Callable[..., Answer]) -> Callable[[str], Answer]:
    """Run the bench with the words of one string."""
    return lambda words: quantacore("bench", "accuracy", *words.split())


def test_bench_accuracy_prints_counts_and_intervals(bench: Callable[[str], Answer]) -> None:
    answer = bench(f"{POINTS} --shots 400")
    assert answer.code == 0
    assert len(answer.out.splitlines()) == 2 + 2 * 3
    last = [cell.strip() for cell in answer.out.splitlines()[-1].split("|")]
    assert last[1:6] == ["3", "0.02", "Z", "400", "quantacore b=4, 1 pass"]
    assert last[7].count("e-") == 3  # rate and both ends of its interval
    assert last[8].endswith("]")
    assert answer.err == ""  # no progress bar where there is no terminal


def test_bench_accuracy_writes_json(bench: Callable[[str], Answer]) -> None:
    answer = bench("--distances 3 --ps 0.0001 --bases x Z --shots 20 --passes 1 --json")
    assert answer.code == 0
    data = json.loads(answer.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert data["format"] == "quantacore-accuracy"
    row = data["rows"][0]
    assert (row["decoder"], row["shots"], row["errors"]) == ("PyMatching", 20, 0)
    assert row["ratio"] == {"value": None, "low": 0.0, "high": None}
    assert {row["basis"] for row in data["rows"]} == {"X", "Z"}


@pytest.mark.parametrize("flag", ["--out", "--save_resume_filepath"])
def test_bench_accuracy_goes_on_from_its_file(
    bench: Callable[[str], Answer], tmp_path: Path, flag: str
) -> None:
    whole = bench(f"{POINTS} --bases X Z --shots 700")
    for shots in (300, 700, 700, 200):
        answer = bench(f"{POINTS} --bases X Z --shots {shots} {flag} {tmp_path}/a.csv")
        assert (answer.code, answer.err) == (0, "")
    assert answer.out == whole.out
    found = sinter.read_stats_from_csv_files(str(tmp_path / "a.csv"))
    assert [stats.shots for stats in found] == [700] * 2 * 2 * 3
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 1 + 2 * len(found)


def test_bench_accuracy_stops_at_errors(bench: Callable[[str], Answer], tmp_path: Path) -> None:
    for flag in ("--max_errors", "--max-errors"):
        answer = bench(f"{POINTS} --bases X Z {flag} 20 --json --out {tmp_path}/a.csv")
        rows = json.loads(answer.out)["rows"]
        assert all(row["errors"] >= 20 and row["shots"] == 5000 for row in rows)
    assert bench(f"{POINTS} --max_errors 20 --max_shots 50").out.count(" 50 ") == 2 * 3


def test_bench_accuracy_tells_how_to_go_on_after_an_interrupt(
    bench: Callable[[str], Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = accuracy.measure_accuracy
    points = []

    def interrupt_at_second(point: Point, **settings: Any) -> object:
        points.append(point)
        if len(points) == 2:
            raise KeyboardInterrupt
        return measure(point, **settings)

    monkeypatch.setattr(bench_accuracy, "measure_accuracy", interrupt_at_second)
    path = tmp_path / "a.csv"
    answer = bench(f"{POINTS} --shots 300 --out {path}")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err == f"quantacore: interrupted; the same command goes on from {path}\n"
    monkeypatch.undo()
    assert [stats.shots for stats in sinter.read_stats_from_csv_files(str(path))] == [300] * 3
    assert bench(f"{POINTS} --shots 300 --out {path}").out == bench(f"{POINTS} --shots 300").out


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_bench_accuracy_loses_little_when_it_is_stopped(
    bench: Callable[[str], Answer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: signal.Signals,
) -> None:
    path = tmp_path / "a.csv"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    program = (
        "import sys, signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from quantacore.sim.experiments import stats_file; stats_file.SAVE_SECONDS = 0.2\n"
        "from quantacore.sim.cli.main import main; sys.exit(main())"
    )
    words = f"--distances 5 --ps 0.005 {FAST} --out {path}"
    command = [sys.executable, "-c", program, "bench", "accuracy", *words.split()]
    with subprocess.Popen([*command, "--shots", "100000000"], stdout=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while not path.exists() or path.stat().st_size < 3000:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(how)
    assert process.returncode == (-how if how is signal.SIGKILL else 130)
    if how is signal.SIGKILL:
        path.write_bytes(path.read_bytes()[:-30])  # as if the kill had hit a write
    most = max(stats.shots for stats in stats_file.read_stats([path]))
    shots = (most // 5000 + 1) * 5000
    answer = bench(f"{words} --shots {shots}")
    assert answer.code == 0
    assert ("unfinished last line removed" in answer.err) == (how is signal.SIGKILL)
    assert answer.out == bench(f"--distances 5 --ps 0.005 {FAST} --shots {shots}").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--distances 3", "--distances and --ps must be given together"),
        ("--ps 0.1", "--distances and --ps must be given together"),
        ("--distances 3 --ps 0.01 0.6", "Noise strength must be in (0, 0.5], not 0.6"),
        ("--distances 3 4 --ps 0.01", "Distance must be odd and at least 3, not 4"),
        ("--bases Y", "invalid choice: 'Y'"),
        ("--table --shots 5", "--table must stand without"),
        ("--shots 0", "Number of shots must be at least 1, not 0"),
        ("--shots -1", "Number of shots must be at least 1, not -1"),
        ("--max_errors 0", "Number of errors must be at least 1, not 0"),
        ("--shots 5 --passes 8", "Number of passes must be 1 to 7, not 8"),
        ("--shots 5 --length_bits 1", "Length width must be 2 to 8 bits, not 1"),
        ("--shots 5 --seed -1", "Seed must be 0 to 2**64 - 1, not -1"),
        ("--shots 5 --out -", "--out must be a file that the next run can read"),
        ("--shots 5 --out no/folder/a.csv", "no/folder/a.csv: No such file or directory"),
        ("--shots 5 --out {folder}", "Is a directory"),
        ("--shots 5 --out {folder}/text", "text: File must begin with sinter's CSV header"),
        ("--shots 5 --out {folder}/text --plot {folder}/p", "text: File must begin with"),
        ("--shots 5 --plot {folder}/text", "text: must be a folder"),
    ],
)
def test_bench_accuracy_rejects(
    refused: Callable[..., str], tmp_path: Path, words: str, message: str
) -> None:
    (tmp_path / "text").write_text("Dear diary\n")
    words = words.format(folder=tmp_path)
    out = [] if "--out" in words else ["--out", str(tmp_path / "new.csv")]
    assert message in refused("bench", "accuracy", *words.split(), *out)
    assert (tmp_path / "text").read_text() == "Dear diary\n"
    assert not (tmp_path / "new.csv").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_bench_accuracy_rejects_a_folder_that_it_may_not_write(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    tmp_path.chmod(0o500)
    assert "Permission denied" in refused("bench", "accuracy", "--out", tmp_path / "a.csv")


def test_bench_accuracy_shows_how_far_it_is_and_how_fast(
    quantacore: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accuracy, "BATCH_SHOTS", 100)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    words = f"bench accuracy {POINTS} --out {tmp_path}/a.csv --shots".split()
    quantacore(*words, 100)
    answer = quantacore(*words, 200)
    assert "1/2 d=3 p=0.01 Z" in answer.err
    assert "shot/s" in answer.err
