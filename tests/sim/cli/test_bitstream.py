"""The verb `bitstream`: what it asks for, what it says, and that it leaves nothing half done."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.spec.window import WindowPlan
from quantacore.hdl.platform import bitstream
from quantacore.hdl.platform.bitstream import BoardReport, BuildError
from quantacore.hdl.platform.boards import BOARDS, Board
from tests.sim.cli.conftest import Answer

REPORT = BoardReport(
    board="ulx3s_85f",
    device="LFE5U-85F",
    clock_mhz=25.0,
    baud=3_000_000,
    protocol=1,
    fmax_mhz=31.4,
    used={"LUT4": 9000},
    available={"LUT4": 83640},
    bitstream="ulx3s_85f.bit",
    sha256="00",
    uart="USB",
    load="openFPGALoader -b ulx3s ulx3s_85f.bit",
)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Build nothing; return what was to be built."""
    calls: list[dict[str, Any]] = []

    def build(board: Board, plan: WindowPlan, folder: Path, **settings: Any) -> BoardReport:
        calls.append({"board": board, "plan": plan, **settings})
        (folder / "manifest.json").write_text("{}")
        return REPORT

    monkeypatch.setattr(bitstream, "build_bitstream", build)
    return calls


def test_bitstream_of_a_distance(
    quantacore: Callable[..., Answer], built: list[dict[str, Any]], tmp_path: Path
) -> None:
    words = ["bitstream", "--distance", 3, "--p", 0.003, "--board", "ulx3s_85f"]
    answer = quantacore(*words, "--out", tmp_path / "a")
    assert answer.code == 0
    assert "post-route estimate: Fmax 31.4 MHz; 9000 of 83640 LUT4" in answer.out
    assert "openFPGALoader -b ulx3s ulx3s_85f.bit" in answer.out
    (call,) = built
    assert (call["plan"].commit_rounds, call["plan"].buffer_rounds) == (3, 3)
    assert call["board"] is BOARDS["ulx3s_85f"]
    assert call["config"].links == "none"
    assert not call["config"].with_counters
    answer = quantacore(*words, "--out", tmp_path / "b", "--counters", "--json")
    assert json.loads(answer.out)["fmax_mhz"] == 31.4
    assert built[1]["config"].with_counters


def test_bitstream_of_a_circuit(
    quantacore: Callable[..., Answer], built: list[dict[str, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "c.stim"
    path.write_text(str(rotated_memory(distance=3, p=0.01)))
    words = ["bitstream", "--circuit", path, "--board", "ecpix5_85", "--out", tmp_path / "a"]
    flags = ["--commit", 1, "--buffer", 2, "--clock_mhz", 20, "--baud", 1000000]
    more = ["--links", "runtime", "--lanes", 2, "--buffer_depth", 9]
    assert quantacore(*words, *flags, *more).code == 0
    (call,) = built
    assert (call["plan"].commit_rounds, call["plan"].buffer_rounds) == (1, 2)
    assert (call["clock_mhz"], call["baud"], call["buffer_depth"]) == (20, 1000000, 9)
    assert (call["config"].links, call["config"].lanes) == ("runtime", 2)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--distance", 3, "--board", "ulx3s_85f"], "--p must be given with --distance"),
        (["--distance", 3, "--p", 0.1, "--board", "de10"], "Board must be one of ulx3s_85f,"),
        (["--distance", 4, "--p", 0.1, "--board", "ulx3s_85f"], "Distance must be odd"),
        (
            ["--distance", 3, "--p", 0.1, "--board", "ulx3s_85f", "--lanes", 2],
            "--lanes must be left out without --links runtime",
        ),
        (
            ["--distance", 3, "--p", 0.1, "--board", "ulx3s_85f", "--clock_mhz", 1],
            "Clock must be one that the PLL can make of 25 MHz, such as 3.125, not 1 MHz",
        ),
        (
            ["--distance", 3, "--p", 0.1, "--board", "ulx3s_85f", "--clock_mhz", 8],
            "Baud rate must be 8000 to 2000000 at a clock of 8 MHz, not 3000000",
        ),
    ],
)
def test_bitstream_refuses(
    refused: Callable[..., str], tmp_path: Path, flags: list[object], message: str
) -> None:
    assert message in refused("bitstream", *flags, "--out", tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_clock_that_is_not_met_is_one_line_and_leaves_nothing(
    quantacore: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def build(*_: Any, **__: Any) -> BoardReport:
        raise BuildError("Clock must be met after routing: 25 MHz wanted, 24.00 MHz reached")

    monkeypatch.setattr(bitstream, "build_bitstream", build)
    words = ["bitstream", "--distance", 3, "--p", 0.003, "--board", "ulx3s_85f"]
    answer = quantacore(*words, "--out", tmp_path / "a")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == (
        "quantacore: error: Clock must be met after routing: 25 MHz wanted, 24.00 MHz reached\n"
    )
    assert not (tmp_path / "a").exists()
