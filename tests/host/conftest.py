"""Cores behind every kind of link, for the conformance suite."""

import asyncio
import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.window_image import WindowImage, build_window_image
from quantacore.hdl.generate import generate_stream_core
from quantacore.hdl.platform.bitstream import board_config
from quantacore.hdl.platform.board_core import BoardCore
from quantacore.hdl.platform.board_top import TOP
from quantacore.host.driver import Driver
from quantacore.host.links.mmio import GpioReset, MmioTransport
from quantacore.host.links.serial_port import SerialTransport
from quantacore.sim.board_line import board_line
from quantacore.sim.board_model import BoardModel
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.mmio_board import MmioBoard
from quantacore.sim.transport import SimTransport

CYCLES_PER_BIT = 4.5
BAUD = 40_000  # on a pseudo-terminal it is only a number
MEMORY = RepeatingCircuit(rotated_memory(distance=3, p=0.02))
PLAN = window_plan(MEMORY, commit_rounds=2, buffer_rounds=1)
IMAGE = build_window_image(PLAN, with_links=False)
OTHER_MEMORY = RepeatingCircuit(rotated_memory(distance=3, p=0.002))
OTHER_IMAGE = build_window_image(
    window_plan(OTHER_MEMORY, commit_rounds=2, buffer_rounds=1), with_links=False
)
CONFIG = CoreConfig(with_counters=True)
LINKS = ("sim", "serial", "mmio")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A core, and a way to it."""

    kind: str
    folder: Path
    image: WindowImage = IMAGE

    @property
    def core_refuses(self):
        """Accesses that the core refuses get there, and are counted."""
        return self.kind != "mmio"

    @contextlib.asynccontextmanager
    async def driver(self, *, timeout_s=5.0, **damage):
        """Open a driver of a core that was just reset."""
        with self._transport(**damage) as transport:
            async with Driver(transport, self.folder, timeout_s=timeout_s) as driver:
                yield driver

    @contextlib.contextmanager
    def _transport(self, **damage):
        if self.kind == "sim":
            yield SimTransport(self.folder)
        elif self.kind == "mmio":
            yield mmio_transport(MmioBoard(self.folder), self.folder)
        else:
            model = BoardModel(self.folder, cycles_per_bit=CYCLES_PER_BIT)
            with board_line(model, **damage) as port:
                yield SerialTransport(port, baud=BAUD)


def mmio_transport(board, folder):
    """Return a transport to a board in memory."""
    return MmioTransport(
        folder, registers=board.registers, fifo=board.fifo, reset=GpioReset(board.gpio)
    )


@pytest.fixture(scope="session")
def board_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("board")
    generate_stream_core(
        PLAN,
        folder,
        config=board_config(CONFIG, num_slots=PLAN.num_slots),
        image=IMAGE,
        buffer_depth=8,
        wrap=lambda core: BoardCore(core, clock_hz=CYCLES_PER_BIT * BAUD, baud=BAUD),
        top_name=TOP,
    )
    return folder


def sim_link():
    """Return a core behind the simulated link."""
    return Link(kind="sim", folder=cached_stream_core(IMAGE, CONFIG))


@pytest.fixture(params=LINKS)
def link(request, board_folder):
    """Return a core behind each kind of link."""
    if request.param == "sim":
        return sim_link()
    folder = board_folder if request.param == "serial" else mmio_folder()
    return Link(kind=request.param, folder=folder)


def mmio_folder():
    """Return the folder of a core for processors."""
    return cached_stream_core(IMAGE, replace(CONFIG, word_bits=32, with_corrections=False))


@pytest.fixture
def run():
    """Run a coroutine, not for ever."""
    return lambda coroutine: asyncio.run(asyncio.wait_for(coroutine, 300))


def sampled(num_rounds, num_shots, seed=3):
    """Return detection events by round and slot: bool, (num_shots, num_rounds, num_slots)."""
    sampler = MEMORY.circuit(num_rounds).compile_detector_sampler(seed=seed)
    events = np.asarray(sampler.sample(num_shots, bit_packed=True))
    return rounds_of_events(events, MEMORY.places(num_rounds), num_slots=PLAN.num_slots)
