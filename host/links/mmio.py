"""A core in the memory of its processor, as on a Zynq, as a transport.

In: memories with the core's registers, an AXI4-Stream FIFO and a reset.   Out: `MmioTransport`.
Next: `quantacore.host.driver`.   Wiring: ``docs/host.md``.

All accesses happen in the event loop: each takes about a microsecond.
"""

import asyncio
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from quantacore.golden.spec.config import num_words
from quantacore.golden.spec.core_folder import read_stream_core
from quantacore.golden.spec.prediction_word import prediction_bits
from quantacore.golden.spec.registers import (
    REGISTER_BITS,
    REGISTER_BY_ADDRESS,
    REGISTER_BY_NAME,
)
from quantacore.host.errors import LinkError, RefusedError
from quantacore.host.inbox import Inbox
from quantacore.host.links.memory import WORD_BYTES, Memory
from quantacore.host.links.stream_fifo import StreamFifo
from quantacore.host.transport import Transport

LEAST_PAUSE_S = 0.000_05
MOST_PAUSE_S = 0.002
"""Pauses between looks at the FIFO: they double while nothing comes."""
MOST_PACKETS = 200
"""Sent or received before other tasks get their turn."""
RESET_S = 0.001
"""For the reset to get through, and for what is behind it to come out of it."""
GPIO_DATA = 0x0


class ResetLine(ABC):
    """What holds a core in reset, with all that its streams go through."""

    @abstractmethod
    def open(self) -> None:
        """Make it accessible, with the reset released; `LinkError` if it is not there."""

    @abstractmethod
    def close(self) -> None:
        """Give it back. Twice is no error."""

    @abstractmethod
    def hold(self, active: bool) -> None:
        """Begin or end the reset."""


class GpioReset(ResetLine):
    """AMD's AXI GPIO (PG144) with one output, 1 by default, which is ``aresetn``.

    Parameters
    ----------
    memory : Memory
        Its registers; all other bits are written as 0.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def open(self) -> None:
        self._memory.open()
        self.hold(False)  # it stayed active if a program ended in the middle of a reset

    def close(self) -> None:
        self._memory.close()

    def hold(self, active: bool) -> None:
        self._memory.write32(GPIO_DATA, int(not active))


def packets_of_rounds(rounds: np.ndarray, *, num_words: int) -> list[list[int]]:
    """Return the 32-bit words of each round.

    Parameters
    ----------
    rounds : uint8, shape ``(num_rounds, ceil(num_slots / 8))``, little-endian bits
    num_words : int
        Of a packet.

    Examples
    --------
    >>> packets_of_rounds(np.array([[1, 2, 3, 4, 5]], np.uint8), num_words=2)
    [[67305985, 5]]
    """
    padded = np.zeros((len(rounds), WORD_BYTES * num_words), np.uint8)
    padded[:, : rounds.shape[1]] = rounds
    packets: list[list[int]] = padded.view("<u4").tolist()
    return packets


class MmioTransport(Transport):
    """A core whose AXI ports are in this processor's memory.

    Accesses that the core would refuse never reach the bus, where they would end the process, so
    the core does not count them. That holds as long as nobody else writes images: what is refused
    in between two commands of an image follows from the commands before. An image that was begun
    before `open` must be begun again.

    No prediction can be lost on the way: a full FIFO stalls the core. What others do to the FIFO is
    told by `receive` and `send`, and only `reset` helps then.

    `send` returns when the FIFO has the rounds; it hands them on after `close`, too.

    Parameters
    ----------
    directory : path
        Folder of the core, generated with ``--word_bits 32``.
    registers : Memory
        ``s_axil`` of the core.
    fifo : Memory
        The FIFO for rounds (TDEST bit 0 is ``tuser``) and predictions.
    reset : ResetLine, optional
        Without one, `reset` is a `LinkError`.

    Raises
    ------
    ValueError
        If the core has another word width.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        *,
        registers: Memory,
        fifo: Memory,
        reset: ResetLine | None = None,
    ) -> None:
        core = read_stream_core(directory)
        word_bits = core.manifest.config.word_bits
        if word_bits != REGISTER_BITS:
            raise ValueError(
                f"Word width must be {REGISTER_BITS} bits, as that of the FIFO, not {word_bits!r}: "
                f"generate the core with --word_bits {REGISTER_BITS}"
            )
        assert core.manifest.window is not None
        self._num_chunks = core.manifest.window.image_chunks
        self._round_words = num_words(core.plan.num_slots, word_bits=word_bits)
        self._prediction_words = prediction_bits(core.plan.graph.num_observables) // word_bits
        self._registers = registers
        self._fifo_memory = fifo
        self._fifo = StreamFifo(fifo)
        self._reset_line = reset
        self._devices: list[Memory | ResetLine] = [registers, fifo]
        if reset is not None:
            self._devices.append(reset)
        self._inbox = Inbox()
        self._is_open = False
        self._listener: asyncio.Task[None] | None = None
        self._fault: LinkError | None = None
        """Of the FIFO; stays until `reset` or `open`."""
        self._chunks_left: int | None = None
        """Of the image that was begun; None if none was."""

    async def open(self) -> None:
        await self.close()
        try:
            for device in self._devices:
                device.open()
            self._fifo.clear_errors()
            while self._fifo.receive(self._prediction_words):
                pass
        except BaseException:
            await self.close()
            raise
        self._is_open = True
        self._inbox = Inbox()
        self._begin()

    async def close(self) -> None:
        self._is_open = False
        try:
            self._end()
        finally:
            for device in self._devices:
                device.close()
        self._inbox.fail(LinkError("Memory of the core must be open, but was closed"))

    async def reset(self) -> None:
        self._check_open()
        if self._reset_line is None:
            raise LinkError("Reset line must be given to reset the core, but is None")
        self._end()
        self._reset_line.hold(True)
        try:
            self._fifo.reset()
            await asyncio.sleep(RESET_S)
        finally:
            self._reset_line.hold(False)  # nothing answers for a core in reset
            if self._fault is None:
                self._inbox.clear()
            else:
                self._inbox = Inbox()
            self._begin()
        await asyncio.sleep(RESET_S)

    async def read(self, address: int) -> int:
        self._check_open()
        register = REGISTER_BY_ADDRESS.get(address)
        if register is None or not register.access.readable:
            raise RefusedError(f"Register 0x{address:02x} must be readable, but is not")
        return self._registers.read32(address)

    async def write(self, address: int, values: Sequence[int]) -> None:
        self._check_open()
        for value in values:
            if not self._takes(address, value):
                raise RefusedError(
                    f"Register 0x{address:02x} must take 0x{value:08x}, but refuses it"
                )
            self._registers.write32(address, value)

    async def send(self, rounds: np.ndarray, ends: np.ndarray) -> None:
        self._check_open()
        words_of_rounds = packets_of_rounds(rounds, num_words=self._round_words)
        packets = list(zip(words_of_rounds, ends, strict=True))
        sent, pause = 0, LEAST_PAUSE_S
        self._check_fifo()
        while sent < len(packets):
            room = min(self._fifo.room(self._round_words), MOST_PACKETS)
            for words, shot_end in packets[sent : sent + room]:
                self._fifo.send(words, destination=int(shot_end))
            sent += room
            pause = LEAST_PAUSE_S if room else min(2 * pause, MOST_PAUSE_S)
            await asyncio.sleep(0 if room else pause)
            self._check_open()
            self._check_fifo()

    async def receive(self) -> np.ndarray:
        return await self._inbox.take()

    def _check_open(self) -> None:
        if not self._is_open:
            raise LinkError("Memory of the core must be open, but is not")

    def _check_fifo(self) -> None:
        """Raise the FIFO's error; it stays one."""
        if self._fault is None:
            try:
                self._fifo.check()
            except LinkError as error:
                self._fail(error)
        if self._fault is not None:
            raise self._fault

    def _fail(self, error: LinkError) -> None:
        self._fault = error
        self._inbox.fail(error)

    def _takes(self, address: int, value: int) -> bool:
        """Tell whether the core will take a write, and take note of it if it will."""
        register = REGISTER_BY_ADDRESS.get(address)
        if register is None or not register.takes(value):
            return False
        if register.name == "image_start":
            status = REGISTER_BY_NAME["status"]
            if status.unpack(self._registers.read32(status.address))["image_busy"]:
                return False
            self._chunks_left = self._num_chunks
        elif register.name == "image_data":
            if not self._chunks_left:
                return False
            self._chunks_left -= 1
        elif register.name == "image_checksum":
            if self._chunks_left is None:
                return False
            self._chunks_left = None
        elif register.name == "count_snapshot":
            return self._can_count()
        return True

    def _can_count(self) -> bool:
        """Tell whether the core has counters, and is done with their last snapshot."""
        rows, status = (REGISTER_BY_NAME[name] for name in ("count_rows", "count_status"))
        if not self._registers.read32(rows.address):
            return False
        return not status.unpack(self._registers.read32(status.address))["counts_busy"]

    def _begin(self) -> None:
        self._fault = None
        self._chunks_left = None
        self._listener = asyncio.create_task(self._listen())

    def _end(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None and not listener.cancel():
            listener.result()  # what it did not expect must not be lost

    async def _listen(self) -> None:
        """Take predictions out of the FIFO as they come."""
        pause = LEAST_PAUSE_S
        while True:
            try:
                words = self._take_predictions()
                # An error that came before them means that they are not what the core said.
                self._fifo.check()
            except LinkError as error:
                self._fail(error)
                return
            self._inbox.put(np.array(words, "<u4").view(np.uint8))
            pause = LEAST_PAUSE_S if words else min(2 * pause, MOST_PAUSE_S)
            await asyncio.sleep(0 if len(words) == MOST_PACKETS else pause)

    def _take_predictions(self) -> list[list[int]]:
        """Return the words of predictions that are there, perhaps not of all."""
        found: list[list[int]] = []
        while len(found) < MOST_PACKETS and (words := self._fifo.receive(self._prediction_words)):
            found.append(words)
        return found
