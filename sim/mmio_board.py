"""A simulated core in memory, behind models of the FIFO and of the reset, as on a Zynq.

In: folder of a streaming core, accesses of 32 bits.   Out: `MmioBoard`, three memories.
Next: `quantacore.host.links.mmio`.   Simulator: `quantacore.sim.stream_batch`.

The core is the Verilated one. It runs when something is read, until nothing more happens.
"""

import os
from collections import deque

import numpy as np

from quantacore.golden.spec.bits import packed_bytes
from quantacore.golden.spec.config import num_words
from quantacore.host.links.mmio import GPIO_DATA
from quantacore.sim.fifo_model import FifoModel
from quantacore.sim.simulated_memory import BusError, SimulatedMemory
from quantacore.sim.stream_batch import OKAY, StreamBatch


class MmioBoard:
    """A core and what it needs to be driven from memory, wired as in ``docs/host.md``.

    Parameters
    ----------
    directory : path
        Of a core with words of 32 bits. Building it takes half a minute for d = 3; kept by content.
    fifo_depth : int
        Words of each direction.

    Attributes
    ----------
    registers : SimulatedMemory
        ``s_axil`` of the core.
    fifo : FifoModel
    gpio : SimulatedMemory
        One output, ``aresetn``.
    """

    def __init__(self, directory: str | os.PathLike[str], *, fifo_depth: int = 512) -> None:
        self._directory = directory
        self._core: StreamBatch | None = StreamBatch(directory)
        self._offered: deque[list[int]] = deque()
        """Predictions for which the FIFO has no room: they stall the core."""
        self.registers = _CoreRegisters(self)
        self.fifo = _RunningFifo(self, fifo_depth)
        self.gpio = _ResetOutput(self)

    def core(self) -> StreamBatch:
        """Return the core, with all done that there was to do.

        Raises
        ------
        BusError
            If it is in reset, where it answers nothing.
        """
        self.run()
        if self._core is None:
            raise BusError("Core must be out of reset, but is not")
        return self._core

    def hold_reset(self, active: bool) -> None:
        """Begin or end the reset of the core and of what its streams go through."""
        if active:
            self._core = None
            self._offered.clear()
        elif self._core is None:
            self._core = StreamBatch(self._directory)

    def run(self) -> None:
        """Let rounds and predictions move until something is full or empty."""
        while self._core is not None:
            while self._offered and len(self._offered[0]) <= self.fifo.receive_room():
                self.fifo.put(self._offered.popleft())
            if self._offered:
                return
            rounds, ends = self._next_rounds(self._core)
            words = self._core.advance(rounds, ends)
            if not len(rounds) and not len(words):
                return
            self._offered.extend(words.view("<u4").tolist())

    def _next_rounds(self, core: StreamBatch) -> tuple[np.ndarray, np.ndarray]:
        """Return the round that the core takes next, if any, as `StreamBatch.advance` does."""
        num_bytes = packed_bytes(core.plan.num_slots)
        assert core.manifest.window is not None
        has_room = core.read("buffered_rounds") < core.manifest.window.buffer_depth
        if not (self.fifo.sent and has_room):
            return np.zeros((0, num_bytes), np.uint8), np.zeros(0, bool)
        words, destination = self.fifo.sent.popleft()
        expected = num_words(core.plan.num_slots, word_bits=core.config.word_bits)
        if len(words) != expected:
            raise ValueError(f"Packet must have {expected} words, a round, not {len(words)}")
        # TDEST bit 0 is wired to tuser.
        packed = np.array([words], "<u4").view(np.uint8)[:, :num_bytes]
        return packed, np.array([destination & 1], bool)


class _CoreRegisters(SimulatedMemory):
    """Registers of the core; what it refuses with SLVERR is a bus error."""

    def __init__(self, board: MmioBoard) -> None:
        super().__init__()
        self._board = board

    def _read(self, offset: int) -> int:
        value, response = self._board.core().access(offset)
        if response != OKAY:
            raise BusError(f"Register 0x{offset:02x} must be readable, but is not")
        return value

    def _write(self, offset: int, value: int) -> None:
        if not self._board.core().write(offset, value):
            raise BusError(f"Register 0x{offset:02x} must take 0x{value:08x}, but refuses it")


class _RunningFifo(FifoModel):
    """The FIFO with the core at its streams."""

    def __init__(self, board: MmioBoard, depth: int) -> None:
        super().__init__(depth)
        self._board = board

    def _read(self, offset: int) -> int:
        self._board.run()
        return super()._read(offset)


class _ResetOutput(SimulatedMemory):
    """The GPIO: its output register, and what it drives."""

    def __init__(self, board: MmioBoard) -> None:
        super().__init__()
        self._board = board
        self._output = 1

    def _read(self, offset: int) -> int:
        self._check_offset(offset)
        return self._output

    def _write(self, offset: int, value: int) -> None:
        self._check_offset(offset)
        self._output = value & 1
        self._board.hold_reset(not self._output)

    @staticmethod
    def _check_offset(offset: int) -> None:
        if offset != GPIO_DATA:
            raise BusError(f"GPIO must be accessed at {GPIO_DATA:#x}, not {offset:#x}")
