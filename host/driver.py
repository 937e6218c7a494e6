"""Drive a streaming core, whatever it is linked by.

In: `Transport`, folder of the core, weight images, shots.   Out: `Predictions`.
Next: `quantacore.host.blocking` (the same without asyncio).

The driver trusts nothing: it refuses a core that is not the one of its folder, counts the windows
that it gets back, and turns sticky bits into exceptions.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import numpy as np

from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.core_folder import read_stream_core
from quantacore.golden.spec.prediction_word import decode_predictions, prediction_bits
from quantacore.golden.spec.registers import FAULTS, ID_VALUE, MAP_VERSION, REGISTER_BY_NAME
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window_image import WindowImage, window_image_chunks
from quantacore.host.buffer_level import BufferLevel
from quantacore.host.count_reader import CountReader
from quantacore.host.errors import (
    HardwareFaultError,
    ImageRejectedError,
    LinkTimeoutError,
    WrongCoreError,
)
from quantacore.host.transport import Access, Transport

Answer = TypeVar("Answer")

COUNTERS = ("rounds_accepted", "windows", "shots", "image_count", "buffered_rounds")
DROPPED_IMAGE_FAULTS = ("image_checksum", "image_words")
"""What a core reports when an image begins before the last one has ended."""
SEND_ROUNDS = 2_000
"""Rounds that `Driver.decode` hands to the link at a time."""


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Windows in the order of the stream."""

    fields: dict[str, np.ndarray]
    """``uint64``, shape ``(num_windows,)`` each: see `prediction_fields`."""

    def __len__(self) -> int:
        return len(self.fields["shot"])

    @property
    def frames(self) -> np.ndarray:
        """``uint64``, shape ``(num_windows,)``: running Pauli frame of the window's shot."""
        return self.fields["observables"]

    @property
    def shot_frames(self) -> np.ndarray:
        """``uint64``, shape ``(num_shots,)``: prediction for each shot that ended."""
        return self.frames[self.flag("shot_end")]

    def flag(self, name: str) -> np.ndarray:
        """Return a field of one bit, ``bool``, shape ``(num_windows,)``."""
        return self.fields[name].astype(bool)


class Driver:
    """One streaming core.

    Use it as ``async with``, or call `open` and `close`. Methods may be called from several tasks
    of one event loop; each does its work at one go.

    Parameters
    ----------
    transport : Transport
    directory : path
        Folder of the core that must answer.
    timeout_s : float
        Time without any progress after which the core is given up.

    Attributes
    ----------
    faults_told : int
        Times that `check` has found faults.
    """

    def __init__(
        self, transport: Transport, directory: str | os.PathLike[str], *, timeout_s: float = 10.0
    ) -> None:
        if timeout_s <= 0:
            raise ValueError(f"Timeout must be above 0 s, not {timeout_s!r}")
        self.transport = transport
        self.core = read_stream_core(directory)
        self.timeout_s = timeout_s
        self._registers = asyncio.Lock()
        self._stream = asyncio.Lock()
        self._sent = 0
        self.faults_told = 0
        self._counts: CountReader | None = None
        if self.core.manifest.config.with_counters:
            plan = self.core.plan
            self._counts = CountReader(
                num_edges=plan.graph.num_edges,
                num_slots=plan.num_slots,
                exchange=self._exchange,
                until_idle=self._until_counted,
            )

    async def open(self) -> None:
        """Connect, and make sure that the core is the right one.

        Raises
        ------
        LinkError
            If there is no core at the link.
        WrongCoreError
            If it is another one.
        """
        await self.transport.open()
        try:
            await self.identify()
        except BaseException:
            await self.transport.close()
            raise

    async def close(self) -> None:
        """Disconnect; the core goes on with what it has."""
        await self.transport.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def identify(self) -> dict[str, int]:
        """Return the registers that say what the core is, after comparing them with the folder.

        Raises
        ------
        WrongCoreError
            If one differs.
        """
        window = self.core.manifest.window
        assert window is not None
        expected = {
            "id": ID_VALUE,
            "version": MAP_VERSION,
            "graph_hash": int(self.core.plan.plan_hash[:8], 16),
            "num_slots": window.num_slots,
            "commit_rounds": window.commit_rounds,
            "buffer_rounds": window.buffer_rounds,
            "num_observables": self.core.plan.graph.num_observables,
            "image_chunks": window.image_chunks,
            "count_rows": self._counts.num_rows if self._counts else 0,
        }
        found = {}
        for name, value in expected.items():
            found[name] = await self.read(name)
            if found[name] != value:
                raise WrongCoreError(
                    f"Register {name} must be 0x{value:x}, as in {self.core.folder}, "
                    f"not 0x{found[name]:x}: another core is at the link"
                )
        return found

    async def reset(self) -> None:
        """Reset the core: no image, no rounds, counters 0; then `identify` it."""
        async with self._stream, self._registers:
            await self._timed(self.transport.reset(), "reset")
        if self._counts:
            self._counts.forget()
        await self.identify()

    async def read(self, register: str) -> int:
        """Read a register by name."""
        async with self._registers:
            address = REGISTER_BY_NAME[register].address
            return await self._timed(self.transport.read(address), f"register {register}")

    async def write(self, register: str, *values: int) -> None:
        """Write values to a register by name, one after another."""
        async with self._registers:
            address = REGISTER_BY_NAME[register].address
            await self.transport.write(address, values)

    async def configure(self, **settings: int) -> None:
        """Write settings, e.g. ``max_passes=3, cycle_budget=0``; see ``docs/registers.md``.

        Raises
        ------
        ValueError
            If there is no such setting, or the value does not fit; nothing is written then.
        """
        words = {}
        for name, value in settings.items():
            register = next(
                (r for r in REGISTER_BY_NAME.values() for f in r.fields if f.name == name), None
            )
            if register is None or not register.access.writable:
                raise ValueError(f"Setting must be a register that can be written, not {name!r}")
            words[register.name] = register.pack(**{name: value})
        for register_name, word in words.items():
            await self.write(register_name, word)

    async def load_image(self, image: WindowImage) -> int:
        """Load a weight image and wait until it is in force; rounds may go on meanwhile.

        Returns
        -------
        int
            Its number: predictions made with it have it in their field ``image``.

        Raises
        ------
        ValueError
            If the image was not made for this core.
        ImageRejectedError
            If the core does not accept it; the one in force stays.
        """
        return await self.swap_image(await self.stage_image(image))

    async def stage_image(self, image: WindowImage) -> int:
        """Send a weight image up to its checksum; the one in force stays, and rounds may go on.

        Returns
        -------
        int
            Its checksum, for `swap_image`. Another image that is sent meanwhile takes its place.

        Raises
        ------
        ValueError
            If the image was not made for this core.
        """
        self.core.check_image(image)
        made = window_image_chunks(image, self.core.manifest.config)
        await self._until(lambda state: not state["image_busy"], "take another image")
        status = REGISTER_BY_NAME["image_status"].unpack(await self.read("image_status"))
        known = REGISTER_BY_NAME["faults"].unpack(await self.read("faults"))
        await self.write("image_start", 0)
        await self.write("image_data", *made.chunks)
        if status["image_loading"]:
            # An image that was staged is dropped on purpose: the faults that say so are no news.
            for name in (fault for fault in DROPPED_IMAGE_FAULTS if not known[fault]):
                await self.write("faults", REGISTER_BY_NAME["faults"].pack(**{name: 1}))
                await self.write(f"{name}_count", 0)
        return made.checksum

    async def swap_image(self, checksum: int) -> int:
        """Bring the image that was staged into force, after the window that is being decoded.

        Parameters
        ----------
        checksum : int
            From `stage_image`.

        Returns
        -------
        int
            As `load_image`.

        Raises
        ------
        ImageRejectedError
            If the core does not accept the image; the one in force stays.
        """
        before = await self.read("image_count")
        await self.write("image_checksum", checksum)
        status = REGISTER_BY_NAME["image_status"].unpack(await self.read("image_status"))
        if not status["image_accepted"]:
            raise ImageRejectedError(
                "Core must accept the image, but did not: it came with a wrong checksum"
            )
        await self._until(
            lambda state: bool(state["image_loaded"]) and not state["image_busy"],
            "bring the image into force",
        )
        number = await self.read("image_count")
        if number == before:
            raise ImageRejectedError("Core must bring the image into force, but counts none")
        return number

    async def decode(self, shots: Sequence[np.ndarray], *, check: bool = True) -> Predictions:
        """Send whole shots and return all their windows.

        Parameters
        ----------
        shots : sequence of bool arrays of shape ``(num_rounds, num_slots)``
        check : bool
            Raise an exception if the core reports a fault.

        Raises
        ------
        LinkTimeoutError
            If windows are missing.
        HardwareFaultError
            If the core reports a fault; the predictions are in its attribute ``predictions``.
        """
        num_windows = sum(self.core.plan.num_windows(len(shot)) for shot in shots)
        if not num_windows:
            return self._decoded([])
        rounds = pack_bits(np.concatenate(shots))
        ends = np.zeros(len(rounds), bool)
        ends[np.cumsum([len(shot) for shot in shots]) - 1] = True
        async with self._stream:
            sending = asyncio.create_task(self._send_all(rounds, ends))
            words: list[np.ndarray] = []
            try:
                missing = num_windows
                while missing > 0:
                    words.append(await self._receive(sending, missing=missing, of=num_windows))
                    missing -= len(words[-1])
                await sending
            finally:
                sending.cancel()
        predictions = self._decoded(words)
        if check:
            try:
                await self.check()
            except HardwareFaultError as error:
                error.predictions = predictions
                raise
        return predictions

    async def send_rounds(self, rounds: np.ndarray, *, ends: bool = False) -> None:
        """Send rounds of a stream that has no end yet; `predictions` receives what comes of them.

        Parameters
        ----------
        rounds : bool, shape ``(num_rounds, num_slots)``
        ends : bool
            The last one is the last round of its shot.
        """
        last = np.zeros(len(rounds), bool)
        last[-1:] = ends
        async with self._registers:
            await self.transport.send(pack_bits(rounds), last)

    async def predictions(self) -> AsyncIterator[Predictions]:
        """Yield predictions as they come, without end. Not while `decode` runs."""
        async with self._stream:
            while True:
                yield self._decoded([await self.transport.receive()])

    async def counters(self) -> dict[str, int]:
        """Return what the core counted, and each fault's count."""
        names = (*COUNTERS, *(f"{fault.name}_count" for fault in FAULTS))
        return {name: await self.read(name) for name in names}

    async def take_counts(self) -> StreamCounts:
        """Take a snapshot of the core's counters and return it; they begin again at 0.

        Rounds may go on meanwhile. Every window and every round is in one snapshot.

        Raises
        ------
        ValueError
            If the core was generated without counters.
        """
        if self._counts is None:
            raise ValueError("Core must have counters to be read: generate it with --counters")
        return await self._counts.take()

    async def take_level(self) -> BufferLevel:
        """Return how full the buffer is and was since the last call; its peak begins anew.

        A peak between the two accesses, of a register's read and its clear, is lost.
        """
        window = self.core.manifest.window
        assert window is not None
        now, peak = await self.read("buffered_rounds"), await self.read("peak_rounds")
        await self.write("peak_rounds", 0)
        return BufferLevel(now=now, peak=max(now, peak), depth=window.buffer_depth)

    async def check(self, *, clear: bool = True) -> None:
        """Raise `HardwareFaultError` if sticky bits are set, and clear them: it is said once."""
        register = await self.read("faults")
        if not register:
            return
        found = REGISTER_BY_NAME["faults"].unpack(register)
        names = [name for name, is_set in found.items() if is_set]
        counts = {name: await self.read(f"{name}_count") for name in names}
        if clear:
            await self.write("faults", register)
            for name in names:
                await self.write(f"{name}_count", 0)
        self.faults_told += 1
        raise HardwareFaultError(register, counts)

    async def _send_all(self, rounds: np.ndarray, ends: np.ndarray) -> None:
        for start in range(0, len(rounds), SEND_ROUNDS):
            stop = start + SEND_ROUNDS
            async with self._registers:
                await self.transport.send(rounds[start:stop], ends[start:stop])
            self._sent += len(rounds[start:stop])

    async def _receive(self, sending: "asyncio.Task[None]", *, missing: int, of: int) -> np.ndarray:
        """Wait for predictions; give up when nothing has moved for a while."""
        receiving = asyncio.ensure_future(self.transport.receive())
        try:
            while not receiving.done():
                waited_for = {receiving} if sending.done() else {receiving, sending}
                sent = self._sent
                done, _ = await asyncio.wait(
                    waited_for, timeout=self.timeout_s, return_when=asyncio.FIRST_COMPLETED
                )
                if sending in done:
                    sending.result()
                elif not done and sent == self._sent:
                    raise LinkTimeoutError(
                        f"Core must answer within {self.timeout_s:g} s, but {missing} of {of} "
                        "windows are missing: has it an image?"
                    )
            return receiving.result()
        finally:
            receiving.cancel()

    async def _exchange(self, accesses: list[Access]) -> list[int]:
        async with self._registers:
            return await self._timed(self.transport.exchange(accesses), "counters")

    async def _until_counted(self) -> None:
        await self._until(
            lambda state: not state["counts_busy"],
            "take a snapshot of its counters",
            register="count_status",
            reason="its clock stands still, or it is being reset",
        )

    async def _until(
        self,
        holds: Callable[[dict[str, int]], bool],
        what: str,
        *,
        register: str = "status",
        reason: str = "a window does not end, or its prediction is not read",
    ) -> None:
        """Read a register until it says what it should."""
        deadline = time.monotonic() + self.timeout_s
        while not holds(REGISTER_BY_NAME[register].unpack(await self.read(register))):
            if time.monotonic() > deadline:
                raise LinkTimeoutError(
                    f"Core must {what} within {self.timeout_s:g} s, but does not: {reason}"
                )

    async def _timed(self, answer: Awaitable[Answer], what: str) -> Answer:
        try:
            return await asyncio.wait_for(answer, self.timeout_s)
        except TimeoutError:
            raise LinkTimeoutError(
                f"Core must answer for {what} within {self.timeout_s:g} s, but does not"
            ) from None

    def _decoded(self, words: Sequence[np.ndarray]) -> Predictions:
        num_observables = self.core.plan.graph.num_observables
        empty = np.zeros((0, prediction_bits(num_observables) // 8), np.uint8)
        fields = decode_predictions(
            np.concatenate([empty, *words]), num_observables=num_observables
        )
        return Predictions(fields=fields)
