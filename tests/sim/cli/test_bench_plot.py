"""The bench `plot`: pictures from files alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sinter

from quantacore.sim.experiments.stats_file import StatsFile, new_task
from tests.sim.cli.conftest import Answer


@pytest.fixture
def saved(quantacore: Callable[..., Answer], tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    words = "bench accuracy --distances 3 --ps 0.02 --shots 200 --passes 1 --length_bits 4"
    assert quantacore(*words.split(), "--out", path).code == 0
    return path


def test_bench_plot_draws_a_file(
    quantacore: Callable[..., Answer], saved: Path, tmp_path: Path
) -> None:
    answer = quantacore("bench", "plot", "--in", saved, "--out", tmp_path / "new" / "pictures")
    assert (answer.code, answer.err) == (0, "")
    names = {"logical_error_rates.png", "error_ratios.png"}
    assert {path.name for path in (tmp_path / "new" / "pictures").iterdir()} == {*names, "run.json"}
    assert {Path(line).name for line in answer.out.splitlines()} == names


def test_bench_plot_leaves_out_what_others_counted(
    quantacore: Callable[..., Answer], saved: Path, tmp_path: Path
) -> None:
    with StatsFile(saved) as stats:
        stats.add(new_task("other", {"d": 3}).with_edits(shots=5))
    answer = quantacore("bench", "plot", "--in", saved, "--out", tmp_path / "p")
    assert answer.code == 0
    assert answer.err == "quantacore: note: 1 tasks left out: they are not of these benches\n"


def test_bench_plot_rejects(refused: Callable[..., str], saved: Path, tmp_path: Path) -> None:
    out = ["--out", tmp_path / "p"]
    assert "--in" in refused("bench", "plot", *out)
    assert "No such file" in refused("bench", "plot", "--in", tmp_path / "no.csv", *out)
    (tmp_path / "text").write_text("Dear diary\n")
    assert "sinter's CSV header" in refused("bench", "plot", "--in", tmp_path / "text", *out)
    (tmp_path / "head.csv").write_text(sinter.CSV_HEADER + "\n")
    assert "Rows of a bench must be" in refused(
        "bench", "plot", "--in", tmp_path / "head.csv", *out
    )
    with StatsFile(tmp_path / "odd.csv") as stats:
        stats.add(new_task("other", {"bench": "accuracy"}).with_edits(shots=5))
    assert "as a bench writes them" in refused("bench", "plot", "--in", tmp_path / "odd.csv", *out)
    assert not (tmp_path / "p").exists()
    assert "must be a folder" in refused("bench", "plot", "--in", saved, "--out", saved)
