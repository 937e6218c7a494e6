"""Processes that decode windows for the hybrid run: simulated cores behind their driver, and CPUs.

In: windows through a pipe.   Out: `Answer` through the same pipe.
Next: `quantacore.sim.allocation.hybrid`.

A core worker is a Verilated streaming core and the driver that a board would have: faults come as
sticky bits of its registers, and as the driver's exception. A worker decodes one window at a time.
"""

import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np

from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.spec.bits import unpack_masks
from quantacore.host.blocking import BlockingDriver
from quantacore.host.errors import HardwareFaultError
from quantacore.host.scheduling import CORE
from quantacore.sim.allocation.streamed import Memory, memory
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.rtl_decoder import linked_config
from quantacore.sim.transport import SimTransport

PASSES = 3
"""Most passes of a core per window."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a worker says of a window."""

    number: int
    prediction: int = 0
    """Observable mask."""
    faults: tuple[str, ...] = ()
    """Names of the faults that the core reported: there is no prediction then."""
    cycles: int = 0
    """Of the core."""
    busy_us: float = 0.0
    """Real time in the worker."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A window on its way to a worker."""

    number: int
    events: bytes
    """Little-endian bits of its detection events."""
    cycle_budget: int = 0
    """After which the core gives the window up; 0: never. CPUs have none."""
    cpu_ms: float = 0.0
    """Least time of a CPU."""


def window_rounds(watched: Memory) -> int:
    """Return the rounds of a window: as many as the core decodes at a time."""
    return watched.plan.num_rounds


class CoreDecoder:
    """A simulated core behind its driver; `close` it."""

    def __init__(self, watched: Memory) -> None:
        folder = cached_stream_core(watched.image, linked_config(watched.image, passes=PASSES))
        self._watched = watched
        self._driver = BlockingDriver(SimTransport(folder), folder)
        self._driver.configure(max_passes=PASSES)
        self._driver.load_image(watched.image)
        self._budget = 0

    def decode(self, task: Task) -> Answer:
        plan = self._watched.plan
        if task.cycle_budget != self._budget:
            self._driver.configure(cycle_budget=task.cycle_budget)
            self._budget = task.cycle_budget
        events = np.frombuffer(task.events, np.uint8)[None]
        places = self._watched.source.places(plan.num_rounds)
        shots = rounds_of_events(events, places, num_slots=plan.num_slots)
        began = time.perf_counter()
        try:
            found = self._driver.decode(list(shots))
        except HardwareFaultError as error:
            busy_us = (time.perf_counter() - began) * 1e6
            return Answer(number=task.number, faults=tuple(error.faults), busy_us=busy_us)
        return Answer(
            number=task.number,
            prediction=int(found.shot_frames[-1]),
            cycles=int(found.fields["cycles"].sum()),
            busy_us=(time.perf_counter() - began) * 1e6,
        )

    def close(self) -> None:
        """End the driver."""
        self._driver.close()


class CpuDecoder:
    """PyMatching on the model of a window."""

    def __init__(self, watched: Memory) -> None:
        circuit = watched.source.circuit(window_rounds(watched))
        self._decoder = MatchingDecoder(model_from_circuit(circuit))

    def decode(self, task: Task) -> Answer:
        began = time.perf_counter()
        found = self._decoder.decode_shots(np.frombuffer(task.events, np.uint8)[None])
        time.sleep(max(0.0, task.cpu_ms / 1000 - (time.perf_counter() - began)))
        return Answer(
            number=task.number,
            prediction=int(unpack_masks(found.predictions)[0]),
            busy_us=(time.perf_counter() - began) * 1e6,
        )

    def close(self) -> None:
        """Nothing is open."""


def make_decoder(tier: str, watched: Memory) -> "CoreDecoder | CpuDecoder":
    """Return the decoder of a kind of server."""
    return CoreDecoder(watched) if tier == CORE else CpuDecoder(watched)


def work(tier: str, distance: int, p: float, connection: Connection) -> None:
    """Decode what comes through the connection until it is closed or None comes.

    The first thing sent is None: the worker is ready.
    """
    decoder = make_decoder(tier, memory(distance, p))
    try:
        connection.send(None)
        while (task := connection.recv()) is not None:
            connection.send(decoder.decode(task))
    except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        pass  # the run has ended
    finally:
        decoder.close()
