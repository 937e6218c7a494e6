"""The bench of a streaming core: cocotbext-axi on every port, pauses on every channel, a watch.

In: a simulated core and its folder.   Out: what tests need to send rounds and to compare answers.
Next: `quantacore.sim.bench.stream_tests`.
"""

import random
from pathlib import Path

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge, with_timeout
from cocotbext.axi import (
    AxiLiteBus,
    AxiLiteMaster,
    AxiResp,
    AxiStreamBus,
    AxiStreamFrame,
    AxiStreamSink,
    AxiStreamSource,
)

from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.config import num_words
from quantacore.golden.spec.core_folder import GRAPH_FILE, MANIFEST_FILE, PLAN_FILE
from quantacore.golden.spec.graph_json import graph_from_json
from quantacore.golden.spec.manifest import manifest_from_json
from quantacore.golden.spec.prediction_word import decode_predictions
from quantacore.golden.spec.registers import FAULTS, REGISTER_BY_NAME
from quantacore.golden.spec.window_image import WindowImage, window_image_chunks
from quantacore.golden.spec.window_json import plan_from_json
from quantacore.sim.bench.decoder_bench import CLOCK_PERIOD_NS
from quantacore.sim.bench.monitors import StreamMonitor
from quantacore.sim.bench.streams import Pins
from quantacore.sim.stream_batch import StreamedWindows

MOST_READS = 500
PATIENCE_NS = 200_000 * CLOCK_PERIOD_NS
"""Longest wait for an answer."""

WATCHED = (
    ("s_axis_rounds_t", ("data", "last", "user")),
    ("m_axis_predictions_t", ("data", "last")),
    ("m_axis_corrections_t", ("data", "last")),
    ("s_axil_aw", ("addr",)),
    ("s_axil_w", ("data", "strb")),
    ("s_axil_b", ("resp",)),
    ("s_axil_ar", ("addr",)),
    ("s_axil_r", ("data", "resp")),
)
"""Channels by how their pins begin, and what must not change while it waits."""


class AxiBench:
    """Everything around a streaming core.

    Parameters
    ----------
    dut : cocotb handle
        Top module of a streaming core with corrections.
    folder : path
        Where the core was generated.
    seed : str
        Of pauses and of `rng`, which is for the tests.
    pauses : float
        Probability of a cycle in which a channel does not move, for each of the eight channels.
    """

    def __init__(self, dut, folder: str | Path, *, seed: str, pauses: float):
        self.dut = dut
        self.rng = random.Random(seed)
        folder = Path(folder)
        self.graph = graph_from_json((folder / GRAPH_FILE).read_text())
        self.manifest = manifest_from_json((folder / MANIFEST_FILE).read_text())
        self.plan = plan_from_json((folder / PLAN_FILE).read_text(), self.graph)
        self.config = self.manifest.config
        self.words_per_round = num_words(self.plan.num_slots, word_bits=self.config.word_bits)
        place = (dut.aclk, dut.aresetn, False)  # reset is active low
        self.rounds = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis_rounds"), *place)
        self.predictions = AxiStreamSink(
            AxiStreamBus.from_prefix(dut, "m_axis_predictions"), *place
        )
        self.corrections = AxiStreamSink(
            AxiStreamBus.from_prefix(dut, "m_axis_corrections"), *place
        )
        self.registers = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), *place)
        write, read = self.registers.write_if, self.registers.read_if
        channels = [self.rounds, self.predictions, self.corrections]
        channels += [write.aw_channel, write.w_channel, write.b_channel]
        channels += [read.ar_channel, read.r_channel]
        if pauses:
            for channel in channels:
                channel.set_pause_generator(self._pauses(pauses))
        self._monitors = [
            StreamMonitor(
                Pins(
                    name=prefix,
                    valid=getattr(dut, f"{prefix}valid"),
                    ready=getattr(dut, f"{prefix}ready"),
                    payload={name: getattr(dut, f"{prefix}{name}") for name in payload},
                )
            )
            for prefix, payload in WATCHED
        ]

    def _pauses(self, probability: float):
        rng = random.Random(self.rng.getrandbits(64))
        while True:
            yield rng.random() < probability

    async def start(self) -> None:
        """Start the clock and the watch, and reset the core."""
        Clock(self.dut.aclk, CLOCK_PERIOD_NS, unit="ns").start()
        cocotb.start_soon(self._watch())
        await self.reset()

    async def reset(self) -> None:
        """Reset the core, whatever it is doing."""
        self.dut.aresetn.value = 0
        for _ in range(5):
            await RisingEdge(self.dut.aclk)
        self.dut.aresetn.value = 1
        await RisingEdge(self.dut.aclk)

    async def _watch(self) -> None:
        """Fail if an offer on any channel is withdrawn or changed before it has moved."""
        cycle = 0
        while True:
            await FallingEdge(self.dut.aclk)
            cycle += 1
            for monitor in self._monitors:
                if not self.dut.aresetn.value:
                    monitor.reset()
                else:
                    monitor.sample(cycle)

    async def write(self, name: str | int, value: int) -> AxiResp:
        """Write a register, by name or address; return the response."""
        done = await self.registers.write(_address(name), value.to_bytes(4, "little"))
        return done.resp

    async def read(self, name: str | int) -> tuple[int, AxiResp]:
        """Read a register, by name or address; return its value and the response."""
        done = await self.registers.read(_address(name), 4)
        return int.from_bytes(done.data, "little"), done.resp

    async def load_image(self, image: WindowImage) -> bool:
        """Load an image; tell whether the core took it."""
        made = window_image_chunks(image, self.config)
        await self.write("image_start", 0)
        for chunk in made.chunks:
            await self.write("image_data", chunk)
        await self.write("image_checksum", made.checksum)
        state, _ = await self.read("image_status")
        return bool(REGISTER_BY_NAME["image_status"].unpack(state)["image_accepted"])

    async def wait_for(self, name: str, value: int) -> None:
        """Read a register until it has a value."""
        for _ in range(MOST_READS):
            if (await self.read(name))[0] == value:
                return
        raise AssertionError(f"{name} must become {value}, but does not")

    def send_round(self, defects: np.ndarray, *, end: bool, extra_words: int = 0) -> None:
        """Put a round into the queue; with words too many, or too few if negative."""
        width = self.config.word_bits
        packed = int(np.dot(defects, 1 << np.arange(len(defects)).astype(object)))
        lanes = self.rounds.byte_lanes
        mask = (1 << width) - 1
        words = [packed >> width * index & mask for index in range(self.words_per_round)]
        words = (words + [0] * max(0, extra_words))[: len(words) + extra_words]
        data = b"".join(word.to_bytes(lanes, "little") for word in words)
        self.rounds.send_nowait(AxiStreamFrame(data, tuser=int(end)))

    def send_shot(self, shot: np.ndarray) -> None:
        """Put all rounds of a shot into the queue."""
        for index, defects in enumerate(shot):
            self.send_round(defects, end=index == len(shot) - 1)

    async def answers(self, num_windows: int) -> StreamedWindows:
        """Wait for the answers of some windows.

        Raises
        ------
        AssertionError
            If ``tlast`` is not where the fields say, or answers are missing for long.
        """
        observables = self.graph.num_observables
        words, ends = [], []
        while len(words) < num_windows:
            # A frame of the sink ends with `tlast`: with the shot. Each of its words is a window.
            frame = await with_timeout(self.predictions.recv(), PATIENCE_NS, "ns")
            size = self.predictions.byte_lanes
            count = len(frame.tdata) // size
            words += [frame.tdata[size * k : size * (k + 1)] for k in range(count)]
            ends += [False] * (count - 1) + [True]
        rows = np.array([list(word) for word in words], np.uint8)
        fields = decode_predictions(rows, num_observables=observables)
        assert fields["shot_end"].astype(bool).tolist() == ends, "tlast must be with a shot's end"
        corrections = []
        for _ in words:
            frame = await with_timeout(self.corrections.recv(), PATIENCE_NS, "ns")
            corrections.append(self._correction(bytes(frame.tdata)))
        return StreamedWindows(
            fields=fields,
            valid_at=np.zeros(len(words), np.uint64),
            accepted_at=np.zeros(0, np.uint64),
            faults={},
            responses=np.zeros(0, np.uint8),
            corrections=np.stack(corrections),
        )

    def _correction(self, data: bytes) -> np.ndarray:
        """Return the packed edges of a packet of corrections."""
        size = self.corrections.byte_lanes
        words = [data[size * k : size * (k + 1)] for k in range(len(data) // size)]
        bits = np.unpackbits(
            np.array([list(word) for word in words], np.uint8), axis=1, bitorder="little"
        )[:, : self.config.word_bits].reshape(-1)
        num_edges = self.graph.num_edges
        assert len(words) == num_words(num_edges, word_bits=self.config.word_bits)
        assert not bits[num_edges:].any()
        return pack_bits(bits[None, :num_edges].astype(bool))[0]

    async def faults(self) -> dict[str, int]:
        """Return the count of each kind of fault that has come."""
        counts = {fault.name: (await self.read(f"{fault.name}_count"))[0] for fault in FAULTS}
        return {name: count for name, count in counts.items() if count}


def _address(register: str | int) -> int:
    return register if isinstance(register, int) else REGISTER_BY_NAME[register].address
