# amaranth: UnusedElaboratable=no
"""Every board that is offered is one that the tools know, wired as it says."""

import pytest

from quantacore.hdl.platform.board_top import BoardTop
from quantacore.hdl.platform.boards import BOARDS, find_board, make_platform
from quantacore.hdl.platform.pll import pll_dividers

pytest.importorskip("amaranth_boards")


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_board_has_what_the_core_needs(board):
    platform = make_platform(board)
    dividers = pll_dividers(
        input_hz=platform.default_clk_frequency, output_hz=board.clock_mhz * 1e6
    )
    plan = platform.prepare(BoardTop(board, dividers), "top")
    constraints = plan.files["top.lpf"]
    text = constraints if isinstance(constraints, str) else constraints.decode()
    others = (platform.default_rst is not None) + len(board.ties)
    assert text.count("LOCATE COMP") == 2 + 3 + 1 + others  # UART, LEDs, clock
    assert f"{dividers.output_hz} HZ" in text  # the PLL's output is constrained
    assert f"{platform.default_clk_frequency} HZ" in text


def test_every_led_has_its_own_light():
    for board in BOARDS.values():
        assert len(set(board.leds.values())) == 3
        assert set(board.leds) == {"alive", "busy", "fault"}


def test_unknown_boards_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"Board must be one of ulx3s_85f, .*, not 'de10'"):
        find_board("de10")
