"""Put a board around a `BoardCore`: pins, PLL, reset.

In: `Board`, dividers, Verilog of a `BoardCore`.   Out: the design that a platform builds.
Next: `quantacore.hdl.platform.bitstream`.

All that a vendor names is here and in `quantacore.hdl.platform.pll`; the core is an instance of a
Verilog module, the one that is simulated.
"""

from amaranth.hdl import (
    ClockDomain,
    ClockSignal,
    Elaboratable,
    Instance,
    Module,
    ResetSignal,
    Signal,
)
from amaranth.lib import io
from amaranth.lib.cdc import ResetSynchronizer

from quantacore.hdl.platform.boards import Board
from quantacore.hdl.platform.pll import Pll, PllDividers

TOP = "quantacore_board"
"""Module of the `BoardCore`."""


class BoardTop(Elaboratable):
    """The whole design of an FPGA.

    Reset is held until the PLL has locked, and while the board's reset button is pressed if it has
    one.

    Parameters
    ----------
    board : Board
    dividers : PllDividers
        From the board's oscillator to the clock that the core was made for.
    """

    def __init__(self, board: Board, dividers: PllDividers):
        self.board = board
        self.dividers = dividers

    def elaborate(self, platform):
        m = Module()
        m.domains.board = ClockDomain()

        oscillator = platform.request(platform.default_clk, dir="-")
        m.submodules.clk_buffer = clk_buffer = io.Buffer("i", oscillator)
        m.submodules.pll = pll = Pll(self.dividers)
        reset = Signal()
        m.d.comb += [
            pll.clk_in.eq(clk_buffer.i),
            ClockSignal("board").eq(pll.clk_out),
            reset.eq(~pll.locked),
        ]
        platform.add_clock_constraint(pll.clk_out, self.dividers.output_hz)
        if platform.default_rst is not None:
            button = platform.request(platform.default_rst, dir="-")
            m.submodules.rst_buffer = rst_buffer = io.Buffer("i", button)
            m.d.comb += reset.eq(~pll.locked | rst_buffer.i)
        m.submodules.reset_synchronizer = ResetSynchronizer(reset, domain="board")

        uart = platform.request("uart", 0, dir="-")
        m.submodules.rx_buffer = rx_buffer = io.Buffer("i", uart.rx)
        m.submodules.tx_buffer = tx_buffer = io.Buffer("o", uart.tx)
        leds = {}
        requested = {}
        for name, (resource, number, colour) in self.board.leds.items():
            key = (resource, number)
            if key not in requested:
                requested[key] = platform.request(resource, number, dir="-")
            port = getattr(requested[key], colour) if colour else requested[key]
            m.submodules[f"led_{name}_buffer"] = buffer = io.Buffer("o", port)
            leds[f"o_led_{name}"] = buffer.o
        for resource, number, signal in self.board.ties:
            port = getattr(platform.request(resource, number, dir="-"), signal)
            m.submodules[f"{signal}_buffer"] = buffer = io.Buffer("o", port)
            m.d.comb += buffer.o.eq(1)
        m.submodules.core = Instance(
            TOP,
            i_clk=ClockSignal("board"),
            i_rst=ResetSignal("board"),
            i_uart_rx=rx_buffer.i,
            o_uart_tx=tx_buffer.o,
            **leds,
        )
        return m
