"""A board's UART as a transport.

In: name of a serial port.   Out: `SerialTransport`.
Next: `quantacore.host.driver`.   Protocol: `quantacore.host.links.uart_session`.

A thread reads the port; all else happens in the event loop.
"""

import asyncio
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from quantacore.golden.spec.uart_protocol import (
    Frame,
    Opcode,
    Reason,
    encode_frame,
    read_register,
    send_round,
    write_register,
)
from quantacore.host.errors import LinkError, LinkTimeoutError, RefusedError
from quantacore.host.inbox import Inbox
from quantacore.host.links.uart_session import Command, UartSession
from quantacore.host.transport import Access, Transport

DEFAULT_BAUD = 3_000_000
QUIET_S = 0.05
"""A line that says nothing for so long after an error has no more errors of the same cause."""
SILENCE_S = 0.5
"""What is not answered after so long was lost."""
MOST_TRIES = 20
"""Times that everything is sent again without any progress, before the board is given up."""


class SerialTransport(Transport):
    """The UART of a board with a bitstream from ``quantacore bitstream``.

    Bytes that are lost or changed on the line are sent again; only predictions can be lost, and
    then `receive` says so. A write whose answer was lost counts as done: a refusal of it shows up
    as the fault ``bad_access``.

    Parameters
    ----------
    port : str
        E.g. ``/dev/ttyUSB0`` or ``COM3``; a pseudo-terminal will do.
    baud : int
        As the bitstream was built.

    Attributes
    ----------
    lost_answers : int
        Answers that did not come, of commands that were executed.
    """

    def __init__(self, port: str, *, baud: int = DEFAULT_BAUD) -> None:
        self._name = port
        self._baud = baud
        self._port: Any = None
        self._session = UartSession()
        self._inbox = Inbox()
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._listener: asyncio.Task[None] | None = None
        self._progress = asyncio.Event()
        self._lock = asyncio.Lock()
        self.lost_answers = 0

    async def open(self) -> None:
        try:
            import serial
        except ImportError:
            raise LinkError(
                "pyserial is missing: install it, e.g. pip install 'quantacore[host]'"
            ) from None
        await self.close()
        try:
            self._port = serial.Serial(self._name, self._baud, timeout=0.1, write_timeout=10)
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise LinkError(f"Port {self._name} must open at {self._baud} baud: {error}") from None
        self._session = UartSession()
        self._inbox = Inbox()
        self._heard = asyncio.Queue()
        loop = asyncio.get_running_loop()
        arguments = (self._port, loop, self._heard)
        threading.Thread(target=self._read, args=arguments, daemon=True).start()
        self._listener = asyncio.create_task(self._listen())
        async with self._lock:
            await self._converse(None)

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            self._listener = None
        if self._port is not None:
            port, self._port = self._port, None
            await asyncio.to_thread(port.close)
        self._inbox.fail(LinkError(f"Port {self._name} must be open, but was closed"))

    async def reset(self) -> None:
        async with self._lock:
            await self._say(encode_frame(Frame(opcode=Opcode.RESET, tag=0)))
            await asyncio.sleep(QUIET_S)
            self._session.restart()
            self._inbox.clear()
            await self._converse(None)

    async def read(self, address: int) -> int:
        answer = None
        while answer is None:  # reading again changes nothing
            (answer,) = await self._execute([partial(read_register, address=address)])
        values = answer.values()
        if values["refused"]:
            raise RefusedError(f"Register 0x{address:02x} must be readable, but is not")
        return values["value"]

    async def write(self, address: int, values: Sequence[int]) -> None:
        answers = await self._execute(
            [partial(write_register, address=address, value=value) for value in values]
        )
        for value, answer in zip(values, answers, strict=True):
            if answer is not None and answer.values()["refused"]:
                raise RefusedError(
                    f"Register 0x{address:02x} must take 0x{value:08x}, but refuses it"
                )

    async def exchange(self, accesses: Sequence[Access]) -> list[int]:
        commands = [
            partial(read_register, address=address)
            if value is None
            else partial(write_register, address=address, value=value)
            for address, value in accesses
        ]
        answers: list[Frame | None] = [None]
        while None in answers:  # a read without its answer; all of it may be done again
            everything = await self._execute(commands)
            pairs = zip(accesses, everything, strict=True)
            answers = [answer for (_, value), answer in pairs if value is None]
        for (address, _), answer in zip(accesses, everything, strict=True):
            if answer is not None and answer.values()["refused"]:
                raise RefusedError(f"Register 0x{address:02x} must be there, but is refused")
        return [answer.values()["value"] for answer in answers if answer is not None]

    async def send(self, rounds: np.ndarray, ends: np.ndarray) -> None:
        await self._execute(
            [
                partial(send_round, defects=row.tobytes(), shot_end=bool(end))
                for row, end in zip(np.ascontiguousarray(rounds, np.uint8), ends, strict=True)
            ]
        )

    async def receive(self) -> np.ndarray:
        return await self._inbox.take()

    async def _execute(self, commands: Sequence[Command]) -> list[Frame | None]:
        async with self._lock:
            answers = await self._converse(commands)
        self.lost_answers += answers.count(None)
        return answers

    async def _converse(self, commands: Sequence[Command] | None) -> list[Frame | None]:
        """Execute commands, or say hello."""
        session = self._session
        if commands is None:
            session.begin_hello()
        else:
            session.begin(commands)
        tries = 0
        while not session.finished:
            self._progress.clear()
            done = len(session.answers)
            data = session.outgoing()
            if data:
                await self._say(data)
            try:
                quiet_after = QUIET_S if session.misheard else SILENCE_S
                await asyncio.wait_for(self._progress.wait(), quiet_after)
            except TimeoutError:
                session.rewind()
                tries += 1
            if len(session.answers) > done or session.errors[-1:] == [Reason.NO_ROOM]:
                tries = 0  # a core that has no room for a round says so: it is there
            if tries > MOST_TRIES:
                raise LinkTimeoutError(
                    f"Board at {self._name} must answer within {MOST_TRIES * SILENCE_S:.0f} s, "
                    "but does not: is it programmed, and at this baud rate?"
                )
        return session.answers

    async def _say(self, data: bytes) -> None:
        if self._port is None:
            raise LinkError(f"Port {self._name} must be open, but is not")
        try:
            await asyncio.to_thread(self._port.write, data)
        except OSError as error:
            raise LinkError(f"Port {self._name} must take bytes, but was lost: {error}") from None

    def _read(
        self, port: Any, loop: asyncio.AbstractEventLoop, heard: "asyncio.Queue[bytes | None]"
    ) -> None:
        """Read the port until it is closed or lost; in a thread of its own."""
        data: bytes | None = b""
        while data is not None:
            try:
                data = port.read(1) + port.read(port.in_waiting)
            except (OSError, TypeError):  # lost, or closed meanwhile
                data = None
            if data == b"":
                continue
            try:
                loop.call_soon_threadsafe(heard.put_nowait, data)
            except RuntimeError:  # the loop is closed
                return

    async def _listen(self) -> None:
        """Feed what was heard to the session."""
        session = self._session
        lost = 0
        while (data := await self._heard.get()) is not None:
            session.feed(data)
            if session.predictions:
                words = b"".join(session.predictions)
                self._inbox.put(
                    np.frombuffer(words, np.uint8).reshape(len(session.predictions), -1)
                )
                session.predictions.clear()
            if session.lost_predictions > lost:
                lost = session.lost_predictions
                what = f"Line to {self._name} must lose nothing, but lost {lost} predictions"
                self._inbox.fail(LinkError(what))
            self._progress.set()
        self._inbox.fail(LinkError(f"Port {self._name} must be open, but was lost"))
