"""The simulated core as a transport: drivers cannot tell it from a board.

In: folder of a streaming core.   Out: `SimTransport`.
Next: `quantacore.host.driver`.   Simulator: `quantacore.sim.stream_batch`.

Time stands still between calls: the core runs while rounds are sent, until nothing more happens.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from quantacore.host.errors import LinkError, RefusedError
from quantacore.host.inbox import Inbox
from quantacore.host.transport import Access, Transport
from quantacore.sim.batch import CoreError
from quantacore.sim.stream_batch import OKAY, StreamBatch

Answer = TypeVar("Answer")


class SimTransport(Transport):
    """A Verilated streaming core in this process.

    The first `open` builds it: half a minute for d = 3, minutes for 5 and 7; kept by content.

    Parameters
    ----------
    directory : path
        From ``quantacore generate --stream`` or `cached_stream_core`.
    period : int
        Rounds that are sent come every so many cycles; 0: as fast as the core takes them.
    """

    def __init__(self, directory: str | os.PathLike[str], *, period: int = 0) -> None:
        if period < 0:
            raise ValueError(f"Period must be at least 0 cycles, not {period}")
        self._directory = directory
        self._period = period
        self._core: StreamBatch | None = None
        self._inbox = Inbox()
        self._is_open = False

    @property
    def total_cycles(self) -> int:
        """Clock cycles simulated since the last reset."""
        return 0 if self._core is None else self._core.total_cycles

    async def open(self) -> None:
        self._inbox = Inbox()
        if self._core is None:
            self._core = await asyncio.to_thread(StreamBatch, self._directory)
        self._is_open = True

    async def close(self) -> None:
        self._is_open = False
        self._inbox.fail(LinkError("Link to the simulated core must be open, but was closed"))

    async def reset(self) -> None:
        self._opened()
        self._core = await asyncio.to_thread(StreamBatch, self._directory)
        self._inbox.clear()

    async def read(self, address: int) -> int:
        value, response = await self._run(lambda core: core.access(address))
        if response != OKAY:
            raise RefusedError(f"Register 0x{address:02x} must be readable, but is not")
        return value

    async def write(self, address: int, values: Sequence[int]) -> None:
        def write_all(core: StreamBatch) -> int | None:
            return next((value for value in values if not core.write(address, value)), None)

        refused = await self._run(write_all)
        if refused is not None:
            raise RefusedError(
                f"Register 0x{address:02x} must take 0x{refused:08x}, but refuses it"
            )

    async def exchange(self, accesses: Sequence[Access]) -> list[int]:
        def access_all(core: StreamBatch) -> list[int]:
            values = []
            for address, value in accesses:
                if value is None:
                    found, response = core.access(address)
                    values.append(found)
                    taken = response == OKAY
                else:
                    taken = core.write(address, value)
                if not taken:
                    raise RefusedError(f"Register 0x{address:02x} must be there, but is refused")
            return values

        return await self._run(access_all)

    async def send(self, rounds: np.ndarray, ends: np.ndarray) -> None:
        period = self._period
        self._inbox.put(await self._run(lambda core: core.advance(rounds, ends, period=period)))

    async def receive(self) -> np.ndarray:
        return await self._inbox.take()

    def _opened(self) -> StreamBatch:
        if self._core is None or not self._is_open:
            raise LinkError("Link to the simulated core must be open, but is not")
        return self._core

    async def _run(self, action: Callable[[StreamBatch], Answer]) -> Answer:
        core = self._opened()
        try:
            return await asyncio.to_thread(action, core)
        except CoreError as error:
            raise LinkError(str(error)) from error
