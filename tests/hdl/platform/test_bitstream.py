# amaranth: UnusedElaboratable=no
"""Bitstreams come out of the real tools, and only if the clock is met."""

import hashlib

import pytest
import stim

from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.manifest import manifest_from_json
from quantacore.hdl.platform import bitstream
from quantacore.hdl.platform.bitstream import (
    BOARD_FILE,
    BuildError,
    board_report_from_json,
    build_bitstream,
)
from quantacore.hdl.platform.board_top import TOP
from quantacore.hdl.platform.boards import BOARDS
from quantacore.hdl.platform.pll import pll_dividers

BOARD = BOARDS["orangecrab_r0_2_25f"]
DIVIDERS = pll_dividers(input_hz=48e6, output_hz=24e6)


@pytest.fixture(scope="module")
def plan():
    """Return the smallest plan: a repetition code, a round at a time."""
    circuit = stim.Circuit.generated(
        "repetition_code:memory", distance=3, rounds=5, before_measure_flip_probability=0.01
    )
    return window_plan(RepeatingCircuit(circuit), commit_rounds=1, buffer_rounds=1)


@pytest.mark.synth
@pytest.mark.slow
def test_tools_make_a_bitstream_of_a_small_core(plan, tmp_path):
    report = build_bitstream(BOARD, plan, tmp_path, config=CoreConfig())
    assert report == board_report_from_json((tmp_path / BOARD_FILE).read_text())
    bits = (tmp_path / report.bitstream).read_bytes()
    assert hashlib.sha256(bits).hexdigest() == report.sha256
    assert b"LFE5U-25F" in bits[:200]  # ecppack's comment: the part that it is for
    assert report.fmax_mhz > report.clock_mhz == 24
    assert 500 < report.used["LUT4"] < report.available["LUT4"] == 24288
    manifest = manifest_from_json((tmp_path / "manifest.json").read_text())
    assert manifest.top == TOP
    assert [port.name for port in manifest.ports][:4] == ["clk", "rst", "uart_rx", "uart_tx"]
    assert not manifest.config.with_corrections


def timing(achieved, constraint=24.0):
    return {"fmax": {"$glbnet$clk": {"achieved": achieved, "constraint": constraint}}}


def test_clock_that_is_not_met_is_an_error():
    assert bitstream._checked_fmax(timing(24.1), DIVIDERS) == 24.1
    with pytest.raises(BuildError, match=r"Clock must be met after routing: 24 MHz wanted, 23.90"):
        bitstream._checked_fmax(timing(23.9), DIVIDERS)


@pytest.mark.parametrize("report", [{"fmax": {}}, timing(30.0, constraint=12.0)])
def test_clock_that_was_not_constrained_is_an_error(report):
    with pytest.raises(BuildError, match="must"):
        bitstream._checked_fmax(report, DIVIDERS)


def test_failing_tool_is_quoted_in_one_line(plan, tmp_path, monkeypatch):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no such\necho device\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(bitstream, "TOOLS", {**bitstream.TOOLS, "YOSYS": str(broken)})
    (tmp_path / "out").mkdir()
    with pytest.raises(BuildError, match=r"Tools must build the bitstream.*: no such device$"):
        build_bitstream(BOARD, plan, tmp_path / "out", config=CoreConfig())


def test_missing_tool_is_named(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(bitstream, "TOOLS", {**bitstream.TOOLS, "ECPPACK": "no-such-tool"})
    with pytest.raises(BuildError, match="no-such-tool is missing: run make setup"):
        build_bitstream(BOARD, plan, tmp_path, config=CoreConfig())


def test_clock_and_baud_rate_must_go_together(plan, tmp_path):
    with pytest.raises(ValueError, match=r"Baud rate must be .* at a clock of 24 MHz, not 9000000"):
        build_bitstream(BOARD, plan, tmp_path, config=CoreConfig(), baud=9_000_000)
    with pytest.raises(ValueError, match="not 1 MHz"):
        build_bitstream(BOARD, plan, tmp_path, config=CoreConfig(), clock_mhz=1)


def test_report_must_be_whole():
    with pytest.raises(ValueError, match="Board report must have every field"):
        board_report_from_json('{"format": "quantacore-board", "version": 1}')
