"""The bench: sources, sinks, monitors, model and scoreboard around one core. It only wires.

In: a simulated core and its folder.   Out: what tests need to send shots and wait for answers.
Next: `quantacore.sim.bench.decoder_tests`.
"""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from quantacore.golden.spec.config import num_words
from quantacore.golden.spec.core_folder import GRAPH_FILE, MANIFEST_FILE
from quantacore.golden.spec.graph_json import graph_from_json
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.image_words import image_words
from quantacore.golden.spec.manifest import manifest_from_json
from quantacore.sim.bench.model import GoldenModel
from quantacore.sim.bench.monitors import PacketCollector, StreamMonitor
from quantacore.sim.bench.scoreboard import Scoreboard
from quantacore.sim.bench.streams import Pause, Stream, StreamSink, StreamSource, Word, never

CLOCK_PERIOD_NS = 10
PATIENCE_CYCLES = 5_000
"""Longest wait for progress."""


class DecoderBench:
    """Everything around the core.

    Parameters
    ----------
    dut : cocotb handle
        Top module of a generated core.
    folder : path
        Where the core was generated.
    seed : str
        Of the pauses; `rng` is for the tests.
    """

    def __init__(self, dut, folder: str | Path, *, seed: str):
        self.dut = dut
        self.seed = seed
        self.rng = random.Random(seed)
        self.cycle = 0
        folder = Path(folder)
        self.graph = graph_from_json((folder / GRAPH_FILE).read_text())
        self.manifest = manifest_from_json((folder / MANIFEST_FILE).read_text())
        self.config = self.manifest.config
        self.words_per_shot = num_words(self.graph.num_detectors, word_bits=self.config.word_bits)

        self._streams = {name: self._stream(name) for name in ("rounds", "image", "predictions")}
        if self.config.with_corrections:
            self._streams["corrections"] = self._stream("corrections")
        self.rounds = StreamSource(self._streams["rounds"])
        self.image = StreamSource(self._streams["image"])
        self.sinks = [
            StreamSink(self._streams[n])
            for n in ("predictions", "corrections")
            if n in self._streams
        ]
        self.monitors = {name: StreamMonitor(stream) for name, stream in self._streams.items()}

        self.model = GoldenModel(self.graph, self.config)
        self.scoreboard = Scoreboard(
            self.model,
            word_bits=self.config.word_bits,
            with_corrections=self.config.with_corrections,
        )
        predictions = self.monitors["predictions"]
        collectors = {
            "rounds": PacketCollector(lambda cycle, words: self._take_rounds(cycle, words)),
            "image": PacketCollector(lambda _, words: self.model.take_image(words)),
            "corrections": PacketCollector(self.scoreboard.take_correction),
        }
        self._collectors = {name: collectors[name] for name in collectors if name in self._streams}
        for name, collector in self._collectors.items():
            self.monitors[name].on_word(collector.add)
        predictions.on_word(self._take_prediction)
        self._image_complete = False
        self.last_accepted_cycle = -1
        self.last_prediction: Word = {}

    def set_pauses(self, *, gaps: float = 0.0, stalls: float = 0.0) -> None:
        """Pause each source, each sink, with these probabilities in each cycle."""
        for source in (self.rounds, self.image):
            source.pause = self._pause(gaps)
        for sink in self.sinks:
            sink.pause = self._pause(stalls)

    def _pause(self, probability: float) -> Pause:
        rng = random.Random(self.rng.getrandbits(64))
        return (lambda: rng.random() < probability) if probability else never

    async def start(self, *, passes: int = 1) -> None:
        """Start clock, drivers and monitors, and reset the core."""
        self.dut.rst.value = 1
        self.model.passes = passes
        if self.config.has_later:
            self.dut.max_passes.value = passes
        Clock(self.dut.clk, CLOCK_PERIOD_NS, unit="ns").start()
        for source in (self.rounds, self.image):
            cocotb.start_soon(source.run())
        for sink in self.sinks:
            cocotb.start_soon(sink.run())
        cocotb.start_soon(self._sample())
        await self.reset()

    async def reset(self) -> None:
        """Reset core and bench; the core has no image afterwards."""
        await RisingEdge(self.dut.clk)
        self.dut.rst.value = 1
        self.rounds.clear()
        self.image.clear()
        for _ in range(3):
            await RisingEdge(self.dut.clk)
        self.dut.rst.value = 0

    def send_image(self, image: WeightImage) -> None:
        """Queue an image."""
        self.send_image_words(self.image_words(image))

    def send_image_words(self, words: Sequence[Word]) -> None:
        """Queue an image of any number of words."""
        self.image.send(_with_last(words))

    def image_words(self, image: WeightImage) -> list[Word]:
        """Return the words of an image."""
        fields = image_words(image, self.config)
        return [dict(zip(fields, word, strict=True)) for word in zip(*fields.values(), strict=True)]

    def send_shot(self, defects: Iterable[bool], *, num_extra_words: int = 0) -> None:
        """Queue a shot; with words too many or, if negative, too few."""
        bits = sum(1 << detector for detector, defect in enumerate(defects) if defect)
        width = self.config.word_bits
        # Bits past the last detector may be anything.
        bits |= self.rng.getrandbits(width) << self.graph.num_detectors
        words: list[Word] = [
            {"data": bits >> (index * width) & ((1 << width) - 1)}
            for index in range(self.words_per_shot + num_extra_words)
        ]
        self.rounds.send(_with_last(words))

    def random_shot(self, *, density: float) -> list[bool]:
        """Return defects."""
        return [self.rng.random() < density for _ in range(self.graph.num_detectors)]

    async def wait_cycles(self, num_cycles: int) -> None:
        """Wait; returns after a rising edge."""
        for _ in range(num_cycles):
            await RisingEdge(self.dut.clk)

    async def finish(self) -> None:
        """Wait until all that was sent is answered; check that nothing else comes."""
        waited, progress = 0, None
        while not (self.rounds.idle and self.image.idle and self.scoreboard.complete):
            await RisingEdge(self.dut.clk)
            now = [monitor.num_presented for monitor in self.monitors.values()]
            waited, progress = (waited + 1, progress) if now == progress else (0, now)
            assert waited < PATIENCE_CYCLES, f"Core hangs in cycle {self.cycle}, seed {self.seed!r}"
        await self.wait_cycles(20)
        self.scoreboard.assert_complete()
        for name, expected in (
            ("rounds_error", self.model.rounds_error),
            ("image_error", self.model.image_error),
            ("image_loaded", self.model.num_images > 0),
            ("image_count", self.model.num_images),
            ("image_shot", self.model.image_shot),
        ):
            found = int(getattr(self.dut, name).value)
            assert found == expected, f"{name} is {found}, must be {expected}, seed {self.seed!r}"

    async def _sample(self) -> None:
        # Outputs first: which shots are answered decides which image the others have.
        order = sorted(self.monitors, key=lambda name: name != "predictions")
        while True:
            await FallingEdge(self.dut.clk)
            self.cycle += 1
            if int(self.dut.rst.value):
                self._forget()
                continue
            try:
                for name in order:
                    self.monitors[name].sample(self.cycle)
                    if name == "image":
                        self._watch_swap()
            except AssertionError as error:
                raise AssertionError(f"{error} (seed {self.seed!r})") from error

    def _watch_swap(self) -> None:
        """Notice that an image has come into force: the stream is ready for the next one."""
        if self._image_complete and self.monitors["image"].ready:
            self.model.swap_image(shots_before=self.monitors["predictions"].num_presented)
        self._image_complete = self.model.image_waits

    def _forget(self) -> None:
        self._image_complete = False
        for monitor in self.monitors.values():
            monitor.reset()
        for collector in self._collectors.values():
            collector.reset()
        self.model.reset()
        self.scoreboard.reset()

    def _take_rounds(self, cycle: int, words: list[Word]) -> None:
        self.model.take_rounds(words)
        self.last_accepted_cycle = cycle

    def _take_prediction(self, cycle: int, word: Word) -> None:
        self.last_prediction = word
        self.scoreboard.take_prediction(cycle, word)

    def _stream(self, name: str) -> Stream:
        prefix = f"{name}_"
        ports = [
            port.name.removeprefix(prefix)
            for port in self.manifest.ports
            if port.name.startswith(prefix)
        ]
        status = ("valid", "ready", "error", "loaded", "count", "shot")
        return Stream(self.dut, name, [field for field in ports if field not in status])


def _with_last(words: Sequence[Word]) -> list[Word]:
    return [{**word, "last": int(k == len(words) - 1)} for k, word in enumerate(words)]
