"""A board's core in Verilator, operated through its UART pins.

In: folder with a `BoardCore`, bytes.   Out: the board's bytes; `BoardDriver` speaks the protocol.
Next: `tests.sim.test_board_model`.   Contract: `quantacore.golden.spec.uart_protocol`.

The Verilog is the text that goes into bitstreams; only pins, PLL and reset of a real board are left
out.
"""

import ctypes
import os
import weakref
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import VERILOG_FILE, read_any_manifest
from quantacore.golden.spec.registers import REGISTER_BY_NAME
from quantacore.golden.spec.uart_protocol import (
    Frame,
    Opcode,
    encode_frame,
    read_register,
    send_round,
    write_register,
)
from quantacore.golden.spec.window_image import WindowImage, window_image_chunks
from quantacore.hdl.platform.board_top import TOP
from quantacore.host.links.uart_session import Command, UartSession
from quantacore.sim.batch import STATUS_MESSAGES, CoreError
from quantacore.sim.verilator import build_shared_library

HARNESS = Path(__file__).with_name("board_harness.cpp")
LEDS = ("alive", "busy", "fault")
MOST_RECEIVED = 1 << 20
MOST_TRIES = 50
"""Rounds of sending again without any progress, before the board is given up."""


class _Sent(ctypes.Structure):
    _fields_ = [
        ("count", ctypes.c_int64),
        ("bytes", ctypes.c_char_p),
        ("bad_stops", ctypes.c_char_p),
        ("cycles_per_bit", ctypes.c_double),
    ]


class _Received(ctypes.Structure):
    _fields_ = [
        ("room", ctypes.c_int64),
        ("bytes", ctypes.c_void_p),
        ("count", ctypes.c_int64),
        ("bad_stops", ctypes.c_int64),
    ]


class BoardModel:
    """A Verilated `BoardCore`, after its reset.

    Parameters
    ----------
    directory : path
        With its Verilog and manifest.
    cycles_per_bit : float
        Of the UART, as the core was made.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no core, or it is not one of a board.
    VerilatorError
        If the model cannot be built.
    """

    def __init__(self, directory: str | os.PathLike[str], *, cycles_per_bit: float) -> None:
        folder = Path(directory)
        self.manifest = read_any_manifest(folder)
        if self.manifest.top != TOP:
            raise ValueError(f"Core must be one of a board, not {self.manifest.top!r}")
        self.cycles_per_bit = cycles_per_bit
        defines = ["CLOCK=clk", "WORD_BITS=8"]
        path = build_shared_library(folder / VERILOG_FILE, HARNESS, top=TOP, defines=defines)
        self._library = library = ctypes.CDLL(str(path))
        board = ctypes.c_void_p
        library.board_new.restype = board
        library.board_delete.argtypes = [board]
        library.board_delete.restype = None
        library.board_leds.argtypes = [board]
        library.board_total_cycles.argtypes = [board]
        library.board_total_cycles.restype = ctypes.c_uint64
        library.board_exchange.argtypes = [
            board,
            ctypes.POINTER(_Sent),
            ctypes.POINTER(_Received),
            ctypes.c_double,
            ctypes.c_int64,
        ]
        self._handle = library.board_new()
        self._free = weakref.finalize(self, library.board_delete, self._handle)

    @property
    def leds(self) -> dict[str, bool]:
        """Which LEDs are lit."""
        bits = self._library.board_leds(self._handle)
        return {name: bool(bits >> index & 1) for index, name in enumerate(LEDS)}

    @property
    def total_cycles(self) -> int:
        """Clock cycles simulated since the model was made."""
        return int(self._library.board_total_cycles(self._handle))

    def exchange(
        self, data: bytes, *, baud_error: float = 0.0, bad_stops: Collection[int] = ()
    ) -> bytes:
        """Send bytes without gaps and return what the board says until it is quiet.

        Parameters
        ----------
        data : bytes
        baud_error : float
            How much slower the computer sends than the board expects, relative.
        bad_stops : collection of int
            Indices of bytes that are sent without stop bit.

        Raises
        ------
        CoreError
            If the board sends without end, or a byte of it has no stop bit.
        """
        marks = bytes(index in bad_stops for index in range(len(data)))
        sent = _Sent(len(data), data, marks, self.cycles_per_bit * (1 + baud_error))
        buffer = np.zeros(MOST_RECEIVED, np.uint8)
        received = _Received(MOST_RECEIVED, buffer.ctypes.data, 0, 0)
        quiet = round(60 * self.cycles_per_bit) + 2000  # a window may take so long
        status = self._library.board_exchange(
            self._handle,
            ctypes.byref(sent),
            ctypes.byref(received),
            self.cycles_per_bit,
            quiet,
        )
        if status:
            raise CoreError(f"{STATUS_MESSAGES[status]} at the UART")
        if received.bad_stops:
            raise CoreError(f"Board must send stop bits, but {received.bad_stops} are missing")
        return buffer[: received.count].tobytes()


class BoardDriver:
    """Speaks the protocol with a board that is heard only after it was spoken to.

    Drivers of real links are in `quantacore.host`; this one lets tests do to the line what they
    want, between two exchanges.

    Parameters
    ----------
    exchange : function of bytes, returns bytes
        Sends and returns what the board says until it is quiet.

    Attributes
    ----------
    session : UartSession
        Predictions and errors are there.
    """

    def __init__(self, exchange: Callable[[bytes], bytes]) -> None:
        self.exchange = exchange
        self.session = UartSession()

    def reset(self) -> None:
        """Restart the board, and say hello."""
        self.exchange(encode_frame(Frame(opcode=Opcode.RESET, tag=0)))
        self.session.restart()
        self.hello()

    def hello(self) -> dict[str, int]:
        """Agree on the tag that comes next; return what the board says of itself."""
        for _ in range(MOST_TRIES):
            self.session.begin_hello()
            (answer,) = self._finish()
            if answer is not None:
                return answer.values()
        raise CoreError("Board must answer HELLO, but does not")

    def execute(self, commands: Sequence[Command]) -> list[Frame | None]:
        """Execute commands, each once and in order; return their answers.

        An answer is None if it was lost; the command was executed then, too.
        """
        self.session.begin(commands)
        return self._finish()

    def _finish(self) -> list[Frame | None]:
        tries = 0
        while not self.session.finished:
            progress = self.session.feed(self.exchange(self.session.outgoing()))
            self.session.rewind()
            tries = 0 if progress else tries + 1
            if tries > MOST_TRIES:
                raise CoreError("Board must execute commands, but makes no progress")
        return self.session.answers

    def write(self, register: str, value: int) -> bool:
        """Write a register; tell whether it was not refused."""
        address = REGISTER_BY_NAME[register].address
        (answer,) = self.execute([partial(write_register, address=address, value=value)])
        return answer is not None and not answer.values()["refused"]

    def read(self, register: str) -> int:
        """Read a register."""
        address = REGISTER_BY_NAME[register].address
        answer = None
        while answer is None:  # reading again changes nothing
            (answer,) = self.execute([partial(read_register, address=address)])
        return answer.values()["value"]

    def load_image(self, image: WindowImage, config: CoreConfig) -> bool:
        """Load a weight image; tell whether the board accepted it."""
        made = window_image_chunks(image, config)
        writes = [
            ("image_start", 0),
            *(("image_data", chunk) for chunk in made.chunks),
            ("image_checksum", made.checksum),
        ]
        addresses = {name: REGISTER_BY_NAME[name].address for name, _ in writes}
        self.execute(
            [
                partial(write_register, address=addresses[name], value=value)
                for name, value in writes
            ]
        )
        status = REGISTER_BY_NAME["image_status"].unpack(self.read("image_status"))
        return bool(status["image_accepted"])

    def send_shots(self, shots: Sequence[np.ndarray]) -> None:
        """Send all rounds of shots, bool arrays of shape ``(num_rounds, num_slots)``."""
        self.execute(
            [
                partial(
                    send_round,
                    defects=np.packbits(row, bitorder="little").tobytes(),
                    shot_end=index == len(shot) - 1,
                )
                for shot in shots
                for index, row in enumerate(shot)
            ]
        )
