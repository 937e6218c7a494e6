"""The driver without asyncio, for notebooks and scripts.

In: a transport, the name of a serial port, or memory.   Out: `BlockingDriver`.
Next: `quantacore.host.driver` (what the methods do).

An event loop runs in a thread of its own, so that this works where one runs already, as in Jupyter.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np

from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window_image import WindowImage
from quantacore.host.driver import Driver, Predictions
from quantacore.host.links.memory import Memory
from quantacore.host.links.mmio import MmioTransport, ResetLine
from quantacore.host.links.serial_port import DEFAULT_BAUD, SerialTransport
from quantacore.host.transport import Transport

Answer = TypeVar("Answer")


class BlockingDriver:
    """One streaming core, connected; each method returns when `Driver`'s would have.

    Parameters
    ----------
    transport : Transport
        Not open.
    directory : path
        Folder of the core that must answer.
    timeout_s : float
        Time without any progress after which the core is given up.

    Raises
    ------
    LinkError, WrongCoreError
        See `Driver.open`.
    """

    def __init__(
        self, transport: Transport, directory: str | os.PathLike[str], *, timeout_s: float = 10.0
    ) -> None:
        self.driver = Driver(transport, directory, timeout_s=timeout_s)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._wait(self.driver.open())
        except BaseException:
            self._stop()
            raise

    def identify(self) -> dict[str, int]:
        """Return the registers that say what the core is; see `Driver.identify`."""
        return self._wait(self.driver.identify())

    def configure(self, **settings: int) -> None:
        """Write settings, e.g. ``max_passes=3``; see `Driver.configure`."""
        self._wait(self.driver.configure(**settings))

    def load_image(self, image: WindowImage) -> int:
        """Load a weight image and return its number; see `Driver.load_image`."""
        return self._wait(self.driver.load_image(image))

    def decode(self, shots: Sequence[np.ndarray], *, check: bool = True) -> Predictions:
        """Decode whole shots; see `Driver.decode`."""
        return self._wait(self.driver.decode(shots, check=check))

    def counters(self) -> dict[str, int]:
        """Return what the core counted; see `Driver.counters`."""
        return self._wait(self.driver.counters())

    def take_counts(self) -> StreamCounts:
        """Take a snapshot of the core's counters; see `Driver.take_counts`."""
        return self._wait(self.driver.take_counts())

    def check(self, *, clear: bool = True) -> None:
        """Raise an exception if the core reports a fault; see `Driver.check`."""
        self._wait(self.driver.check(clear=clear))

    def reset(self) -> None:
        """Reset the core; see `Driver.reset`."""
        self._wait(self.driver.reset())

    def close(self) -> None:
        """Disconnect; twice is no error."""
        if self._thread.is_alive():
            self._wait(self.driver.close())
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _wait(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        if not self._thread.is_alive():
            work.close()
            raise RuntimeError("Driver must be open, but was closed: make a new one")
        waiting = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return waiting.result()
        except KeyboardInterrupt:
            waiting.cancel()
            raise

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def connect_board(
    port: str, directory: str | os.PathLike[str], *, baud: int = DEFAULT_BAUD
) -> BlockingDriver:
    """Connect to a board with a bitstream from ``quantacore bitstream``.

    Parameters
    ----------
    port : str
        E.g. ``/dev/ttyUSB0`` or ``COM3``.
    directory : path
        Folder that the bitstream was built in.
    baud : int
        As it was built.
    """
    return BlockingDriver(SerialTransport(port, baud=baud), directory)


def connect_memory(
    directory: str | os.PathLike[str],
    *,
    registers: Memory,
    fifo: Memory,
    reset: ResetLine | None = None,
) -> BlockingDriver:
    """Connect to a core in this processor's memory.

    Parameters
    ----------
    directory : path
        Folder of the core, generated with ``--word_bits 32``.
    registers, fifo : Memory
        E.g. ``DeviceMemory("/dev/uio0")``.
    reset : ResetLine, optional
        E.g. ``GpioReset(DeviceMemory("/dev/uio2"))``.
    """
    transport = MmioTransport(directory, registers=registers, fifo=fifo, reset=reset)
    return BlockingDriver(transport, directory)
