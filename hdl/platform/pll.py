"""Make a board's clock from its oscillator: dividers of an ECP5 PLL, and the PLL.

In: frequency of the oscillator, frequency that is wanted.   Out: dividers, an `EHXPLLL`.
Next: `quantacore.hdl.platform.board_top`.

Limits of input and VCO are those of Project Trellis' ecppll. Its least frequency of the phase
detector is 3.125 MHz; we stay above 10 MHz, which costs nothing.
"""

from dataclasses import dataclass

from amaranth.hdl import Const, Instance, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

INPUT_HZ = (8e6, 400e6)
PHASE_DETECTOR_HZ = (10e6, 400e6)
OSCILLATION_HZ = (400e6, 800e6)
MOST_DIVIDER = 128
TOLERANCE = 0.01
"""Relative error of the clock that is accepted: the UART follows it, constraints do too."""


@dataclass(frozen=True, kw_only=True)
class PllDividers:
    """How a clock is made: the input divided, multiplied to what the VCO runs at, divided again."""

    input_hz: float
    input: int
    multiplier: int
    output: int

    @property
    def oscillation_hz(self) -> float:
        """Frequency of the VCO."""
        return self.input_hz / self.input * self.multiplier

    @property
    def output_hz(self) -> float:
        """The clock that comes out."""
        return self.oscillation_hz / self.output


def pll_dividers(*, input_hz: float, output_hz: float) -> PllDividers:
    """Return the dividers that come closest to a clock.

    Of those that are equally close the ones with the fastest phase detector, which jitters least,
    and then with the VCO nearest to the middle of its range.

    Raises
    ------
    ValueError
        If the PLL cannot take the input, or cannot make the output within `TOLERANCE`.

    Examples
    --------
    >>> pll_dividers(input_hz=25e6, output_hz=20e6)
    PllDividers(input_hz=25000000.0, input=1, multiplier=24, output=30)
    """
    if not INPUT_HZ[0] <= input_hz <= INPUT_HZ[1]:
        raise ValueError(f"Oscillator must be of 8 to 400 MHz, not {input_hz / 1e6:g}")
    if not output_hz > 0:
        raise ValueError(f"Clock must be faster than 0, not {output_hz / 1e6:g} MHz")
    candidates = []
    for divider in range(1, MOST_DIVIDER + 1):
        detector_hz = input_hz / divider
        if not PHASE_DETECTOR_HZ[0] <= detector_hz <= PHASE_DETECTOR_HZ[1]:
            continue
        for multiplier in range(1, MOST_DIVIDER + 1):
            oscillation_hz = detector_hz * multiplier
            if OSCILLATION_HZ[0] <= oscillation_hz <= OSCILLATION_HZ[1]:
                output = min(max(1, round(oscillation_hz / output_hz)), MOST_DIVIDER)
                candidates.append(
                    PllDividers(
                        input_hz=input_hz, input=divider, multiplier=multiplier, output=output
                    )
                )
    middle = sum(OSCILLATION_HZ) / 2
    best = min(
        candidates,
        key=lambda dividers: (
            round(abs(dividers.output_hz - output_hz)),
            dividers.input,
            abs(dividers.oscillation_hz - middle),
        ),
    )
    if abs(best.output_hz - output_hz) > TOLERANCE * output_hz:
        raise ValueError(
            f"Clock must be one that the PLL can make of {input_hz / 1e6:g} MHz, such as "
            f"{best.output_hz / 1e6:g}, not {output_hz / 1e6:g} MHz"
        )
    return best


class Pll(wiring.Component):
    """An ECP5 PLL with one output.

    The loop is closed over ``CLKOP``, which runs at the phase detector's frequency; the clock is
    ``CLKOS``, another divider of the VCO. So the detector runs as fast as the oscillator allows.

    Parameters
    ----------
    dividers : PllDividers

    Members
    -------
    clk_in : In(1)
        From the oscillator.
    clk_out : Out(1)
    locked : Out(1)
        ``clk_out`` has its frequency; not synchronous to anything.

    Timing
    ------
    ``locked`` rises milliseconds after power-up; whoever uses ``clk_out`` waits for it.
    """

    def __init__(self, dividers: PllDividers):
        self.dividers = dividers
        super().__init__({"clk_in": In(1), "clk_out": Out(1), "locked": Out(1)})

    def elaborate(self, platform):
        m = Module()
        dividers = self.dividers
        feedback = Signal()
        constants = {
            "i_RST": 0,
            "i_STDBY": 0,
            "i_PHASESEL0": 0,
            "i_PHASESEL1": 0,
            "i_PHASEDIR": 1,
            "i_PHASESTEP": 1,
            "i_PHASELOADREG": 1,
            "i_PLLWAKESYNC": 0,
            "i_ENCLKOP": 0,
        }
        m.submodules.pll = Instance(
            "EHXPLLL",
            a_FREQUENCY_PIN_CLKI=f"{dividers.input_hz / 1e6:g}",
            a_FREQUENCY_PIN_CLKOP=f"{dividers.input_hz / dividers.input / 1e6:g}",
            a_FREQUENCY_PIN_CLKOS=f"{dividers.output_hz / 1e6:g}",
            # Of the loop filter; Project Trellis' ecppll sets these, whatever the frequencies.
            a_ICP_CURRENT="12",
            a_LPF_RESISTOR="8",
            a_MFG_ENABLE_FILTEROPAMP="1",
            a_MFG_GMCREF_SEL="2",
            p_PLLRST_ENA="DISABLED",
            p_INTFB_WAKE="DISABLED",
            p_STDBY_ENABLE="DISABLED",
            p_DPHASE_SOURCE="DISABLED",
            p_OUTDIVIDER_MUXA="DIVA",
            p_OUTDIVIDER_MUXB="DIVB",
            p_OUTDIVIDER_MUXC="DIVC",
            p_OUTDIVIDER_MUXD="DIVD",
            p_CLKI_DIV=dividers.input,
            p_CLKFB_DIV=1,
            p_CLKOP_ENABLE="ENABLED",
            p_CLKOP_DIV=dividers.multiplier,
            p_CLKOP_CPHASE=dividers.multiplier - 1,
            p_CLKOP_FPHASE=0,
            p_CLKOS_ENABLE="ENABLED",
            p_CLKOS_DIV=dividers.output,
            p_CLKOS_CPHASE=dividers.output - 1,
            p_CLKOS_FPHASE=0,
            p_FEEDBK_PATH="CLKOP",
            i_CLKI=self.clk_in,
            i_CLKFB=feedback,
            o_CLKOP=feedback,
            o_CLKOS=self.clk_out,
            o_LOCK=self.locked,
            **{name: Const(value, 1) for name, value in constants.items()},
        )
        return m
