# amaranth: UnusedElaboratable=no
"""What a board's core demands of the core in it, and that it names no vendor."""

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.hdl.generate import core_verilog
from quantacore.hdl.platform.board_core import BoardCore
from quantacore.hdl.window_core import WindowCore

PLAN = window_plan(
    RepeatingCircuit(rotated_memory(distance=3, p=0.01)), commit_rounds=1, buffer_rounds=1
)


def board_core(*, clock_hz=25e6, baud=3e6, **config):
    config = CoreConfig(**{"with_corrections": False, "word_bits": 8, **config})
    return BoardCore(WindowCore(PLAN, config), clock_hz=clock_hz, baud=baud)


def test_verilog_has_the_ports_and_no_vendor():
    top = board_core()
    text = core_verilog(top, name="quantacore_board")
    head = text[text.index("module quantacore_board(") :].split(";", 1)[0]
    assert all(port.name in head for port in top.ports)
    assert head.count(",") == len(top.ports) - 1
    for primitive in ("EHXPLLL", "TRELLIS", "BB ", "DP16KD"):
        assert primitive not in text


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"with_corrections": True}, "Core of a board must be one without corrections"),
        ({"word_bits": 7}, "Word width must be at least 8 bits, those of a round, not 7"),
        ({"baud": 7e6}, "Baud rate must be 25000 to 6250000 at a clock of 25 MHz, not 7000000"),
    ],
)
def test_board_core_rejects(settings, message):
    with pytest.raises(ValueError, match=message):
        board_core(**settings)
