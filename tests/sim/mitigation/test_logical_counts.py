"""Tests of counting logical errors, and of the bench that shows them."""

import json
from pathlib import Path

import pytest

from quantacore.sim.cli.main import main


def test_bench_writes_counts_and_picture(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words = "bench mitigation --distances 3 5 --scales 2 --shots 400 --budgets 100 --repeats 20"
    assert main([*words.split(), "--out", str(tmp_path), "--json"]) == 0
    record = json.loads((tmp_path / "counts.json").read_text())
    assert record["format"] == "quantacore-logical-counts"
    assert [(q["distance"], q["scale"]) for q in record["points"]] == [(3, 1.0), (5, 1.0), (3, 2.0)]
    assert all(0 <= q["errors"] <= q["shots"] == 400 for q in record["points"])
    assert (tmp_path / "mitigation.png").stat().st_size > 1000
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {"bias", "spread"} <= set(rows[0])


def test_bench_rejects_no_steps(capsys: pytest.CaptureFixture) -> None:
    assert main(["bench", "mitigation", "--steps", "0"]) == 2
    assert "Steps must be at least 1" in capsys.readouterr().err
