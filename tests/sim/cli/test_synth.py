"""The verb `synth`: tables, JSON, files, errors."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.sim.synthesis import programs
from tests.sim.cli.conftest import Answer


@pytest.mark.synth
def test_synth_prints_tables_and_writes_json(
    quantacore: Callable[..., Answer], tiny_core: Path, tmp_path: Path
) -> None:
    words = ("synth", "--core", tiny_core, "--device", "25k", "--speed", 8)
    out = tmp_path / "area.json"
    answer = quantacore(*words, "--out", out)
    assert (answer.code, answer.err) == (0, "")  # no terminal: no progress
    assert "Post-route estimate: ECP5 25k CABGA381 speed 8" in answer.out
    assert "Critical path of seed 1:" in answer.out
    printed = quantacore(*words, "--json").out
    assert printed == out.read_text()
    data = json.loads(printed)
    assert data["part"] == {"device": "25k", "package": "CABGA381", "speed": 8}
    assert quantacore(*words, "--out", "-").out == printed


@pytest.mark.synth
def test_synth_counts_generic_luts(quantacore: Callable[..., Answer], tiny_core: Path) -> None:
    answer = quantacore("synth", "--core", tiny_core, "--target", "lut6")
    assert answer.code == 0
    assert "Synthesis estimate: generic 6-LUT part, no timing" in answer.out


def test_synth_names_a_missing_tool(
    quantacore: Callable[..., Answer], tiny_core: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "YOSYS", "no-such-wheel")
    answer = quantacore("synth", "--core", tiny_core)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.startswith("quantacore: error: no-such-wheel is missing: ")
    assert "pip install '.[synth]'" in answer.err
    assert answer.err.count("\n") == 1


def test_synth_reports_a_tool_that_stops_in_silence(
    quantacore: Callable[..., Answer], tiny_core: Path, tmp_path: Path
) -> None:
    yosys = tmp_path / "yosys"
    yosys.write_text("#!/bin/sh\nif [ $1 = -V ]; then echo Yosys 0.0 $$; fi\n")
    yosys.chmod(0o755)
    answer = quantacore("synth", "--core", tiny_core, "--area_only", "--yosys", yosys)
    assert (answer.code, answer.out) == (3, "")
    assert (
        "yosys synth_ecp5 -nowidelut: yosys stopped without an error, but its cells.json"
        in answer.err
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--target lut6 --device 25k", "--device must be left out with --target lut6"),
        ("--target lut6 --modules", "--modules must be left out with --target lut6"),
        ("--area_only --seeds 1", "--seeds must be left out with --area_only"),
        ("--device 12k --package CABGA756", "Package of 12k must be one of"),
        ("--seeds -1", "Seed must be 0 to 2147483647, not -1"),
        ("--yosys no-such-yosys", "Yosys must be a program that can be run, not 'no-such-yosys'"),
        ("--speed 5", "argument --speed: invalid choice: 5"),
    ],
)
def test_synth_rejects(
    refused: Callable[..., str], tiny_core: Path, words: str, message: str
) -> None:
    assert message in refused("synth", "--core", tiny_core, *words.split())


def test_synth_rejects_a_folder_without_a_core(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "Core folder must hold manifest.json" in refused("synth", "--core", tmp_path)
