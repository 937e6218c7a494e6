"""The decoder core for whole shots: engine, buffers and streams.

In: rounds and image streams.   Out: predictions and corrections streams.
Next: `quantacore.hdl.top` (flat ports), `quantacore.hdl.generate` (Verilog).
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from quantacore.golden.spec.config import COUNTER_BITS, PASSES_BITS, CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, check_image_fits
from quantacore.golden.spec.link_rows import with_link_rows
from quantacore.hdl.engine import Engine, baked_links
from quantacore.hdl.interfaces import prediction_layout, words_layout
from quantacore.hdl.output_register import CorrectionShifter, PredictionRegister
from quantacore.hdl.rounds_buffer import RoundsBuffer

SHOT_BITS = 32
"""Width of shot indices; they wrap."""

HASH_BITS = 32
"""A core answers with the first bits of its graph's topology hash."""


class Core(wiring.Component):
    """Union-find decoder of whole shots, in one pass or several.

    Parameters
    ----------
    graph : DecodingGraph
        Only its topology is baked in; at least one edge.
    config : CoreConfig
    image : WeightImage, optional
        Its correlation lengths are baked in, or room is made for them, if ``config.links`` says so.

    Attributes
    ----------
    config : CoreConfig
        The same with the number of link rows settled.

    Members
    -------
    rounds : In(stream of words_layout)
        One packet a shot; see `RoundsBuffer`.
    image : In(stream of image_layout)
        One packet an image; see `ImageLoader`.
    predictions : Out(stream of prediction_layout)
        One word a shot, in the order of the shots.
    corrections : Out(stream of words_layout)
        One packet a shot; see `CorrectionShifter`. Only with ``config.with_corrections``; it must
        then be read, or the core waits.
    max_passes : In(3)
        Most passes per shot, 1 .. 7; sampled when a shot starts. Only with links.
    graph_hash : Out(32)
        First 4 bytes of the topology hash, constant.
    image_loaded : Out(1)
        An image is in force.
    image_count : Out(COUNTER_BITS)
        Images that have come into force since reset; wraps.
    image_shot : Out(SHOT_BITS)
        Index of the first shot that is decoded with the image in force; shot 0 is the first one
        after reset, dropped packets do not count.
    rounds_error, image_error : Out(1)
        A packet had the wrong number of words and was dropped. Stay 1 until reset.

    Timing
    ------
    Loading the next shot or image and draining the last shot overlap with decoding. From the cycle
    in which the last word of a shot moves, an idle core takes 2 cycles for a shot without defects.
    """

    def __init__(self, graph: DecodingGraph, config: CoreConfig, image: WeightImage | None = None):
        if config.with_counters:
            raise ValueError(
                "Counters must be left out of cores of whole shots: nothing reads them"
            )
        self.graph = graph
        if image is not None:
            check_image_fits(image, graph)
        self.config = config = with_link_rows(config, graph, image)
        self.engine = Engine(graph, config, baked_links(config, image))
        members = {
            "rounds": In(stream.Signature(words_layout(config.word_bits))),
            "image": In(stream.Signature(self.engine.image.payload.shape())),
            "predictions": Out(stream.Signature(prediction_layout(graph.num_observables))),
            "graph_hash": Out(HASH_BITS),
            "image_loaded": Out(1),
            "image_count": Out(COUNTER_BITS),
            "image_shot": Out(SHOT_BITS),
            "rounds_error": Out(1),
            "image_error": Out(1),
        }
        if config.has_later:
            members["max_passes"] = In(PASSES_BITS)
        if config.with_corrections:
            members["corrections"] = Out(stream.Signature(words_layout(config.word_bits)))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        graph, config = self.graph, self.config
        m.submodules.engine = engine = self.engine
        m.submodules.buffer = buffer = RoundsBuffer(
            num_detectors=graph.num_detectors, word_bits=config.word_bits
        )
        m.submodules.prediction = prediction = PredictionRegister(
            prediction_layout(graph.num_observables)
        )
        connect(m, flipped(self.rounds), buffer.rounds)
        connect(m, flipped(self.image), engine.image)
        connect(m, prediction.predictions, flipped(self.predictions))
        m.d.comb += [
            engine.available.eq(buffer.available),
            engine.defects.eq(buffer.defects),
            buffer.take.eq(engine.start),
            prediction.capture.eq(engine.finish),
        ]
        for name, _ in prediction.prediction.shape():
            m.d.comb += getattr(prediction.prediction, name).eq(getattr(engine, name))
        if config.has_later:
            m.d.comb += engine.max_passes.eq(self.max_passes)
        outputs_free = prediction.free
        if config.with_corrections:
            m.submodules.correction = correction = CorrectionShifter(
                num_edges=graph.num_edges, word_bits=config.word_bits
            )
            connect(m, correction.corrections, flipped(self.corrections))
            m.d.comb += [
                correction.capture.eq(engine.finish),
                correction.correction.eq(engine.correction),
            ]
            outputs_free = outputs_free & correction.free
        m.d.comb += engine.outputs_free.eq(outputs_free)

        shots = Signal(SHOT_BITS)
        image_count = Signal(COUNTER_BITS)
        image_shot = Signal(SHOT_BITS)
        with m.If(engine.start):
            m.d.sync += shots.eq(shots + 1)
        with m.If(engine.swap):
            m.d.sync += [image_count.eq(image_count + 1), image_shot.eq(shots)]
        m.d.comb += [self.image_count.eq(image_count), self.image_shot.eq(image_shot)]

        rounds_error = Signal()
        image_error = Signal()
        m.d.sync += [
            rounds_error.eq(rounds_error | buffer.error),
            image_error.eq(image_error | engine.image_error),
        ]
        m.d.comb += [
            self.rounds_error.eq(rounds_error),
            self.image_error.eq(image_error),
            self.image_loaded.eq(engine.image_loaded),
            self.graph_hash.eq(int(graph.topology_hash[: HASH_BITS // 4], 16)),
        ]
        return m
