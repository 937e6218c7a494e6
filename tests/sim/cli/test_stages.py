"""The clock of a stage is for terminals only."""

import io
import sys

import pytest

from quantacore.sim.cli.stages import stage_clock


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_stage_clock_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with stage_clock() as show:
        show("yosys")
    assert capsys.readouterr() == ("", "")


def test_stage_clock_shows_stage_and_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with stage_clock("1/2 ") as show:
        show("yosys")
        show("yosys")
        show("nextpnr")
    text = terminal.getvalue()
    assert "1/2 yosys 00:00" in text
    assert "1/2 nextpnr 00:00" in text
