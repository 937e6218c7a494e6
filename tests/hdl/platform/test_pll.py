# amaranth: UnusedElaboratable=no
"""Dividers stay within the PLL's limits, and make what is wanted."""

import pytest

from quantacore.hdl.platform.boards import BOARDS
from quantacore.hdl.platform.pll import OSCILLATION_HZ, PHASE_DETECTOR_HZ, pll_dividers

OSCILLATORS = {"ulx3s": 25e6, "ecpix5": 100e6, "orangecrab_r0_2": 48e6}


@pytest.mark.parametrize("input_hz", [25e6, 48e6, 100e6])
@pytest.mark.parametrize("output_mhz", [4, 12, 16, 20, 24, 25, 30, 33.3, 40, 48, 60, 100])
def test_dividers_make_the_clock_within_the_limits(input_hz, output_mhz):
    dividers = pll_dividers(input_hz=input_hz, output_hz=output_mhz * 1e6)
    assert dividers.output_hz == pytest.approx(output_mhz * 1e6, rel=0.01)
    assert OSCILLATION_HZ[0] <= dividers.oscillation_hz <= OSCILLATION_HZ[1]
    assert PHASE_DETECTOR_HZ[0] <= input_hz / dividers.input <= PHASE_DETECTOR_HZ[1]
    for divider in (dividers.input, dividers.multiplier, dividers.output):
        assert 1 <= divider <= 128


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_default_clock_of_every_board_is_exact(board):
    dividers = pll_dividers(input_hz=OSCILLATORS[board.module], output_hz=board.clock_mhz * 1e6)
    assert dividers.output_hz == pytest.approx(board.clock_mhz * 1e6, rel=1e-9)


@pytest.mark.parametrize(
    ("input_hz", "output_hz", "message"),
    [
        (1e6, 25e6, "Oscillator must be of 8 to 400 MHz, not 1"),
        (25e6, 0, "Clock must be faster than 0, not 0 MHz"),
        (25e6, 1e6, "such as 3.125, not 1 MHz"),
        (25e6, 900e6, "such as 800, not 900 MHz"),
        (25e6, 480e6, "such as 475, not 480 MHz"),
    ],
)
def test_dividers_reject_what_no_pll_makes(input_hz, output_hz, message):
    with pytest.raises(ValueError, match=message):
        pll_dividers(input_hz=input_hz, output_hz=output_hz)
