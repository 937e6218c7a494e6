"""Processes that decode windows for the hybrid run: simulated cores behind their driver, and CPUs.

In: windows through a pipe.   Out: `Answer` through the same pipe.
Next: `quantacore.sim.allocation.hybrid`.

A core worker is a Verilated streaming core and the driver that a board would have: faults come as
sticky bits of its registers, and as the driver's exception. A worker decodes one window at a time
and keeps nothing of it: a window is a shot of the core, and its answer tells what it carries over
(`quantacore.golden.spec.single_window`). Windows of another kind, as the first ones of a stream,
are another image, which is loaded before them.
"""

import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from quantacore.golden.decode.window_matching import WindowMatching
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.link_rows import num_link_rows
from quantacore.golden.spec.single_window import SingleWindows
from quantacore.golden.spec.window import NO_ENTRY
from quantacore.golden.spec.window_image import WindowImage
from quantacore.host.blocking import BlockingDriver
from quantacore.host.errors import HardwareFaultError
from quantacore.host.scheduling import CORE
from quantacore.sim.allocation.streamed import Memory, memory
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.rtl_decoder import linked_config
from quantacore.sim.stream_batch import StreamBatch
from quantacore.sim.transport import SimTransport


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a worker says of a window."""

    number: int
    answer: int = 0
    """What it flips and carries over: see `SingleWindows`."""
    faults: tuple[str, ...] = ()
    """Names of the faults that the core reported: there is no answer then."""
    cycles: int = 0
    """Of the core."""
    busy_us: float = 0.0
    """Real time in the worker."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A window on its way to a worker."""

    number: int
    kind: int
    """See `WindowPlan`."""
    defects: np.ndarray
    """``bool``, shape ``(num_detectors,)``, what was carried over included."""
    cycle_budget: int = 0
    """After which the core gives the window up; 0: never. CPUs have none."""
    cpu_ms: float = 0.0
    """Least time of a CPU."""


@dataclass(frozen=True, kw_only=True)
class SingleCore:
    """The core of single windows: an image for each kind, and room for the links of all."""

    images: dict[int, WindowImage]
    config: CoreConfig

    def build(self) -> Path:
        """Return its folder, with the simulation built; the first time that takes minutes.

        Raises
        ------
        VerilatorError
            If it cannot be built.
        """
        folder = cached_stream_core(next(iter(self.images.values())), self.config)
        StreamBatch(folder)
        return folder


def single_core(watched: Memory, *, passes: int) -> SingleCore:
    """Return the core of single windows of a memory; for one pass it has no links."""
    plan, image = watched.plan, watched.image
    windows = SingleWindows(plan=plan)
    kinds = np.flatnonzero((plan.tables != NO_ENTRY).any(axis=1)).tolist()
    images = {kind: windows.core_image(image, kind) for kind in kinds}
    config = linked_config(image, passes=passes, links="runtime")
    if config.links == "runtime":
        rows = max(num_link_rows(each, lanes=config.lanes) for each in images.values())
        config = replace(config, link_rows=rows)
    return SingleCore(images=images, config=config)


class CoreDecoder:
    """A simulated core behind its driver; `close` it."""

    def __init__(self, watched: Memory, *, passes: int) -> None:
        core = single_core(watched, passes=passes)
        folder = core.build()
        self._plan, self._images = watched.plan, core.images
        self._driver = BlockingDriver(SimTransport(folder), folder)
        if core.config.has_later:
            self._driver.configure(max_passes=passes)
        self._kind = -1
        self._budget = 0

    def decode(self, task: Task) -> Answer:
        began = time.perf_counter()
        if task.kind != self._kind:
            self._driver.load_image(self._images[task.kind])
            self._kind = task.kind
        if task.cycle_budget != self._budget:
            self._driver.configure(cycle_budget=task.cycle_budget)
            self._budget = task.cycle_budget
        rounds = task.defects.reshape(self._plan.num_rounds, self._plan.num_slots)
        try:
            found = self._driver.decode([rounds])
        except HardwareFaultError as error:
            busy_us = (time.perf_counter() - began) * 1e6
            return Answer(number=task.number, faults=tuple(error.faults), busy_us=busy_us)
        return Answer(
            number=task.number,
            answer=int(found.shot_frames[-1]),
            cycles=int(found.fields["cycles"].sum()),
            busy_us=(time.perf_counter() - began) * 1e6,
        )

    def close(self) -> None:
        """End the driver."""
        self._driver.close()


class CpuDecoder:
    """PyMatching on the windows of a memory."""

    def __init__(self, watched: Memory) -> None:
        self._decoder = WindowMatching(watched.plan)

    def decode(self, task: Task) -> Answer:
        began = time.perf_counter()
        answer = self._decoder.decode_window(task.defects.astype(np.uint8), kind=task.kind)
        time.sleep(max(0.0, task.cpu_ms / 1000 - (time.perf_counter() - began)))
        return Answer(
            number=task.number, answer=answer, busy_us=(time.perf_counter() - began) * 1e6
        )

    def close(self) -> None:
        """Nothing is open."""


def make_decoder(tier: str, watched: Memory, *, passes: int) -> "CoreDecoder | CpuDecoder":
    """Return the decoder of a kind of server."""
    return CoreDecoder(watched, passes=passes) if tier == CORE else CpuDecoder(watched)


def work(
    tier: str,
    distance: int,
    p: float,
    window: tuple[int, int] | None,
    passes: int,
    connection: Connection,
) -> None:
    """Decode what comes through the connection until it is closed or None comes.

    The first thing sent is None: the worker is ready.
    """
    decoder = make_decoder(tier, memory(distance, p, window), passes=passes)
    try:
        connection.send(None)
        while (task := connection.recv()) is not None:
            connection.send(decoder.decode(task))
    except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        pass  # the run has ended
    finally:
        decoder.close()
