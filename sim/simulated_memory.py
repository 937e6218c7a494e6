"""Memory that is not there: what real hardware would answer with a bus error is an exception.

In: nothing.   Out: `SimulatedMemory`, to be filled with registers.
Next: `quantacore.sim.fifo_model`, `quantacore.sim.mmio_board`.
"""

from abc import abstractmethod

from quantacore.host.links.memory import WORD_BYTES, Memory


class BusError(RuntimeError):
    """An access that is answered with an error, or never: on a real bus the process ends."""


class SimulatedMemory(Memory):
    """Memory whose registers are methods; see `Memory`.

    Raises
    ------
    BusError
        By each access while it is not open, or that is not of a whole word.
    """

    def __init__(self) -> None:
        self._is_open = False

    def open(self) -> None:
        self._is_open = True

    def close(self) -> None:
        self._is_open = False

    def read32(self, offset: int) -> int:
        self._check(offset)
        return self._read(offset)

    def write32(self, offset: int, value: int) -> None:
        self._check(offset)
        self._write(offset, value)

    @abstractmethod
    def _read(self, offset: int) -> int:
        """Answer a read, or raise `BusError`."""

    @abstractmethod
    def _write(self, offset: int, value: int) -> None:
        """Do what a write does, or raise `BusError`."""

    def _check(self, offset: int) -> None:
        if not self._is_open:
            raise BusError("Memory must be open, but is not")
        if offset % WORD_BYTES:
            raise BusError(f"Offset must be a multiple of {WORD_BYTES}, not {offset:#x}")
