"""Registers of hardware in this computer's memory: devices, and what stands in for them.

In: a device file, such as ``/dev/uio0``.   Out: reads and writes of 32 bits.
Next: `quantacore.host.links.mmio`.   Simulated: `quantacore.sim.mmio_board`.
"""

import mmap
import os
from abc import ABC, abstractmethod

import numpy as np

from quantacore.host.errors import LinkError

WORD_BYTES = 4


class Memory(ABC):
    """A range of registers of 32 bits, from offset 0 on."""

    @abstractmethod
    def open(self) -> None:
        """Make it accessible; again after `close`.

        Raises
        ------
        LinkError
            If it is not there, or not for this user.
        """

    @abstractmethod
    def close(self) -> None:
        """Give it back. Twice is no error."""

    @abstractmethod
    def read32(self, offset: int) -> int:
        """Read a register; ``offset`` is in bytes, a multiple of 4."""

    @abstractmethod
    def write32(self, offset: int, value: int) -> None:
        """Write a register, 0 .. 2**32 - 1."""


class DeviceMemory(Memory):
    """Registers behind ``/dev/uioN``, or a part of ``/dev/mem``.

    What the hardware answers with an error, the processor turns into a bus error, which ends the
    process: who uses this must know what may be accessed.

    Parameters
    ----------
    path : str
        ``/dev/uioN`` needs a device tree node with ``compatible = "generic-uio"``; ``/dev/mem``
        needs root.
    offset : int
        In bytes, a multiple of the page size: 0 for the first map of a UIO device; the physical
        address with ``/dev/mem``.
    size : int
        In bytes, a multiple of 4, at least 4.
    """

    def __init__(self, path: str, *, offset: int = 0, size: int = 0x1000) -> None:
        if offset < 0 or offset % mmap.ALLOCATIONGRANULARITY:
            raise ValueError(
                f"Offset must be a multiple of {mmap.ALLOCATIONGRANULARITY:#x}, not {offset:#x}"
            )
        if size < WORD_BYTES or size % WORD_BYTES:
            raise ValueError(f"Size must be a multiple of 4 bytes and above 0, not {size!r}")
        self.path = path
        self._offset = offset
        self._size = size
        self._map: mmap.mmap | None = None
        self._words: np.ndarray | None = None

    def open(self) -> None:
        self.close()
        try:
            # O_SYNC: /dev/mem maps without cache then. UIO never caches.
            file = os.open(self.path, os.O_RDWR | os.O_SYNC)
        except FileNotFoundError:
            raise LinkError(f"Device {self.path} must exist, but does not") from None
        except OSError as error:
            raise LinkError(f"Device {self.path} must open to read and write: {error}") from None
        try:
            self._map = mmap.mmap(file, self._size, offset=self._offset)
        except (OSError, ValueError) as error:
            raise LinkError(
                f"Device {self.path} must have {self._size:#x} bytes at {self._offset:#x}: {error}"
            ) from None
        finally:
            os.close(file)  # the mapping stays
        self._words = np.frombuffer(self._map, np.uint32)

    def close(self) -> None:
        self._words = None  # it holds the mapping
        if self._map is not None:
            self._map.close()
            self._map = None

    # One element of a NumPy array is one access of its width, and a write is no read: memcpy, and
    # ctypes, which reads before it writes, may do what registers with side effects must not see.
    def read32(self, offset: int) -> int:
        return int(self._opened(offset)[offset // WORD_BYTES])

    def write32(self, offset: int, value: int) -> None:
        if not 0 <= value < 1 << 32:
            raise ValueError(f"Value must have 32 bits, not {value!r}")
        self._opened(offset)[offset // WORD_BYTES] = np.uint32(value)

    def _opened(self, offset: int) -> np.ndarray:
        if self._words is None:
            raise LinkError(f"Device {self.path} must be open, but is not")
        if offset % WORD_BYTES or not 0 <= offset < self._size:
            raise ValueError(
                f"Offset must be a multiple of 4 below {self._size:#x}, not {offset:#x}"
            )
        return self._words
