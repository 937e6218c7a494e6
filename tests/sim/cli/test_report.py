"""The verb `report`."""

from pathlib import Path

import pytest

from quantacore.sim.cli.main import main
from tests.repo.sources import ROOT


def test_report_of_a_bench_has_its_command_and_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts, page = tmp_path / "c.csv", tmp_path / "r.html"
    bench = ["bench", "accuracy", "--distances", "3", "--ps", "0.02", "--shots", "500"]
    assert main([*bench, "--passes", "1", "--out", str(counts)]) == 0
    assert main(["report", str(tmp_path), "--out", str(page), "--title", "Mine"]) == 0
    text = page.read_text()
    assert "<h1>Mine</h1>" in text
    assert f"quantacore {' '.join(bench)} --passes 1 --out {counts}" in text
    assert text.count("<img ") == 2
    assert "PyMatching correlated" in text
    assert "Logical errors beside PyMatching (c.csv)" in capsys.readouterr().out


def test_report_names_what_is_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "synthesis.json").write_bytes((ROOT / "docs" / "synthesis.json").read_bytes())
    (tmp_path / "cut.json").write_text('{"format": "quantacore-scale", "lines": [')
    assert main(["report", str(tmp_path), "--out", str(tmp_path / "r.html")]) == 0
    assert "cut.json: left out: must be whole JSON" in capsys.readouterr().err
    assert "cut.json: left out" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize("place", ["empty", "missing"])
def test_report_rejects(tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    (tmp_path / "empty").mkdir()
    page = tmp_path / "r.html"
    assert main(["report", str(tmp_path / place), "--out", str(page)]) == 2
    error = capsys.readouterr().err
    assert str(tmp_path / place) in error
    assert len(error.splitlines()) == 1
    assert not page.exists()
