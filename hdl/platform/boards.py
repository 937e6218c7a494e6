"""The boards that there are bitstreams for: what is wired where.

In: nothing.   Out: `BOARDS`, and an `amaranth_boards` platform of each.
Next: `quantacore.hdl.platform.board_top`, ``docs/boards.md``.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Board:
    """One board, as far as we use it."""

    name: str
    module: str
    """Of `amaranth_boards`."""
    platform: str
    """Class in that module."""
    clock_mhz: float
    """Default; the PLL makes it exactly."""
    baud: int
    """Default."""
    uart: str
    """What the UART is wired to, and why the baud rate is what it is."""
    leds: dict[str, tuple[str, int, str]]
    """LED of the core -> resource, its number, its colour or empty."""
    uart_pins: tuple[str, str] | None = None
    """(rx, tx) on connector ``io`` of a board without USB-UART; None: the board's resource."""
    load: str
    """Command that loads ``{file}`` into the FPGA, until power goes."""
    store: str
    """Command that writes it to the flash memory."""
    ties: tuple[tuple[str, int, str], ...] = ()
    """Resource, number, signal of pins that are held at 1."""


_FT231X = (
    "USB connector US1, through the board's FT231X: 3 Mbaud is the most that this chip has, and a "
    "rate that it makes exactly"
)
_FT2232H = (
    "USB connector for programming, second port of the board's FT2232H: it makes 3 Mbaud exactly, "
    "the same as on the other boards"
)
_ADAPTER = (
    "header pins 0 (from the computer) and 1 (to the computer), 3.3 V: the board has no USB-UART "
    "chip, and common adapters reach 1 Mbaud"
)

_DFU = "dfu-suffix -v 1209 -p 5af0 -a {file} && dfu-util -a 0 -D {file}"


def _ulx3s(size: int) -> Board:
    return Board(
        name=f"ulx3s_{size}f",
        module="ulx3s",
        platform=f"ULX3S_{size}F_Platform",
        clock_mhz=25,
        baud=3_000_000,
        uart=_FT231X,
        leds={"alive": ("led", 0, ""), "busy": ("led", 1, ""), "fault": ("led", 2, "")},
        load="openFPGALoader -b ulx3s {file}",
        store="openFPGALoader -b ulx3s -f {file}",
        # Low, it would put the ESP32 into its boot loader, which can restart the board.
        ties=(("esp32", 0, "gpio0"),),
    )


def _ecpix5(size: int) -> Board:
    return Board(
        name=f"ecpix5_{size}",
        module="ecpix5",
        platform=f"ECPIX5{size}Platform",
        clock_mhz=25,
        baud=3_000_000,
        uart=_FT2232H,
        leds={
            "alive": ("rgb_led", 0, "g"),
            "busy": ("rgb_led", 1, "b"),
            "fault": ("rgb_led", 2, "r"),
        },
        load="openFPGALoader -b ecpix5 {file}",
        store="openFPGALoader -b ecpix5 -f {file}",
    )


def _orangecrab(size: int) -> Board:
    return Board(
        name=f"orangecrab_r0_2_{size}f",
        module="orangecrab_r0_2",
        platform=f"OrangeCrabR0_2_{size}FPlatform",
        clock_mhz=24,
        baud=1_000_000,
        uart=_ADAPTER,
        uart_pins=("0", "1"),
        leds={
            "alive": ("rgb_led", 0, "g"),
            "busy": ("rgb_led", 0, "b"),
            "fault": ("rgb_led", 0, "r"),
        },
        load=_DFU,
        store=_DFU,
    )


BOARDS = {
    board.name: board
    for board in (
        _ulx3s(85),
        _ulx3s(45),
        _ecpix5(85),
        _ecpix5(45),
        _orangecrab(85),
        _orangecrab(25),
    )
}
"""Name -> board."""


def find_board(name: str) -> Board:
    """Return a board.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name not in BOARDS:
        raise ValueError(f"Board must be one of {', '.join(BOARDS)}, not {name!r}")
    return BOARDS[name]


def make_platform(board: Board) -> Any:
    """Return a fresh `amaranth_boards` platform of a board, with a ``uart`` resource.

    Raises
    ------
    ModuleNotFoundError
        If `amaranth_boards` is not installed.
    """
    # One module per board, and only the one that is asked for need work.
    if board.module == "ulx3s":
        from amaranth_boards import ulx3s as module
    elif board.module == "ecpix5":
        from amaranth_boards import ecpix5 as module
    else:
        from amaranth_boards import orangecrab_r0_2 as module
    from amaranth.build import Attrs
    from amaranth.vendor import LatticeECP5Platform
    from amaranth_boards.resources import UARTResource

    class BoardPlatform(getattr(module, board.platform)):  # type: ignore[misc]
        # Some boards' commands end with tools for programming, which a build does not need.
        required_tools = LatticeECP5Platform.required_tools
        command_templates = LatticeECP5Platform.command_templates

    platform = BoardPlatform()
    if board.uart_pins is not None:
        rx, tx = board.uart_pins
        attrs = Attrs(IO_TYPE="LVCMOS33", PULLMODE="UP")
        platform.add_resources([UARTResource(0, rx=rx, tx=tx, conn=("io", 0), attrs=attrs)])
    return platform
