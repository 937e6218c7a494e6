"""Counts of benches become tables and pictures; other CSV files are left alone."""

from collections import Counter
from pathlib import Path

import pytest

from quantacore.sim.experiments.stats_file import StatsFile, new_task
from quantacore.sim.report.bench_files import read_bench_file
from quantacore.sim.report.section import LATENCY

LATENCIES = {
    "bench": "latency",
    "noise": "circuit",
    "d": 3,
    "r": 3,
    "p": 0.005,
    "basis": "Z",
    "passes": 1,
    "links": "none",
    "num_detectors": 24,
}


def write(path: Path, metadata: dict[str, object], **counts: int) -> None:
    with StatsFile(path) as stats:
        task = new_task("core", metadata)
        stats.add(task.with_edits(shots=10, errors=1, custom_counts=Counter(counts)))


def test_latencies_have_percentiles_and_pictures(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    write(path, LATENCIES, **{"mismatches": 0, "cycles=2": 9, "cycles=12": 1})
    section = read_bench_file(path)
    assert section is not None
    assert section.subject == LATENCY
    (table,) = section.tables
    row = dict(zip(table.head, table.rows[0], strict=True))
    assert row["mean cycles (95 %)"].startswith("3 [")
    assert (row["p50"], row["max"]) == ("2", "12")
    assert len(section.pictures) == 2


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00\x01"])
def test_other_files_are_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text)
    assert read_bench_file(path) is None


def test_counts_of_other_verbs_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    write(path, {"bench": "scale", "d": 3})
    assert read_bench_file(path) is None


def test_rows_that_lack_a_count_are_damaged(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    write(path, LATENCIES, mismatches=0)
    with pytest.raises(ValueError, match="rows must be as `quantacore bench latency` writes them"):
        read_bench_file(path)
