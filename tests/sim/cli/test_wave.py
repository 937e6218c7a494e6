"""Verb `wave`: a waveform of one shot."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sim.cli.conftest import Answer

MODEL = "error(0.1) D0 L0\nerror(0.1) D0 D1\nerror(0.1) D1\n"


@pytest.fixture
def files(quantacore: Callable[..., Answer], tmp_path: Path) -> list[object]:
    """Return the flags of a core, its model and three shots."""
    (tmp_path / "m.dem").write_text(MODEL)
    (tmp_path / "s.01").write_text("00\n10\n11\n")
    quantacore("generate", "--dem", tmp_path / "m.dem", "--out", tmp_path / "core")
    return ["--core", tmp_path / "core", "--dem", tmp_path / "m.dem", "--in", tmp_path / "s.01"]


@pytest.mark.verilator
@pytest.mark.slow
def test_wave_writes_the_first_shot_with_defects(
    quantacore: Callable[..., Answer], files: list[object], tmp_path: Path
) -> None:
    answer = quantacore("wave", *files, "--out", tmp_path / "w.vcd")
    assert answer.code == 0
    assert "shot 1, 1 defects: observables 1" in answer.out
    assert "$enddefinitions" in (tmp_path / "w.vcd").read_text()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--shot", "3"], "Shots must hold shot 3"),
        (["--passes", "2"], "--passes must be 1 on a core without links"),
        (["--in", "no-such-file"], "no-such-file"),
    ],
)
def test_wave_rejects_what_it_cannot_do(
    refused: Callable[..., str],
    files: list[object],
    tmp_path: Path,
    flags: list[str],
    message: str,
) -> None:
    assert message in refused("wave", *files, *flags, "--out", tmp_path / "w.vcd")
    assert not (tmp_path / "w.vcd").exists()
