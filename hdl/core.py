"""The decoder core: mesh, buffers, controller and streams.

In: rounds and image streams.   Out: predictions and corrections streams.
Next: `quantacore.hdl.top` (flat ports), `quantacore.hdl.generate` (Verilog).
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.hdl.controller import Controller
from quantacore.hdl.image_loader import ImageLoader
from quantacore.hdl.interfaces import image_layout, prediction_layout, words_layout
from quantacore.hdl.mesh import Mesh
from quantacore.hdl.output_register import CorrectionShifter, PredictionRegister
from quantacore.hdl.rounds_buffer import RoundsBuffer

HASH_BITS = 32
"""A core answers with the first bits of its graph's topology hash."""


class Core(wiring.Component):
    """Single-pass union-find decoder of whole shots.

    Parameters
    ----------
    graph : DecodingGraph
        Only its topology is baked in; at least one edge.
    config : CoreConfig

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
    graph_hash : Out(32)
        First 4 bytes of the topology hash, constant.
    image_loaded : Out(1)
        An image is in force.
    rounds_error, image_error : Out(1)
        A packet had the wrong number of words and was dropped. Stay 1 until reset.

    Timing
    ------
    Loading the next shot and draining the last overlap with decoding. From the cycle in which the
    last word of a shot moves, an idle core takes 2 cycles for a shot without defects.
    """

    def __init__(self, graph: DecodingGraph, config: CoreConfig):
        self.graph = graph
        self.config = config
        image = image_layout(config.length_bits, graph.num_observables)
        members = {
            "rounds": In(stream.Signature(words_layout(config.word_bits))),
            "image": In(stream.Signature(image)),
            "predictions": Out(stream.Signature(prediction_layout(graph.num_observables))),
            "graph_hash": Out(HASH_BITS),
            "image_loaded": Out(1),
            "rounds_error": Out(1),
            "image_error": Out(1),
        }
        if config.with_corrections:
            members["corrections"] = Out(stream.Signature(words_layout(config.word_bits)))
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        graph, config = self.graph, self.config
        m.submodules.mesh = mesh = Mesh(graph, length_bits=config.length_bits)
        m.submodules.buffer = buffer = RoundsBuffer(
            num_detectors=graph.num_detectors, word_bits=config.word_bits
        )
        m.submodules.loader = loader = ImageLoader(
            num_edges=graph.num_edges,
            length_bits=config.length_bits,
            num_observables=graph.num_observables,
        )
        m.submodules.controller = controller = Controller()
        m.submodules.prediction = prediction = PredictionRegister(
            num_observables=graph.num_observables
        )
        connect(m, flipped(self.rounds), buffer.rounds)
        connect(m, flipped(self.image), loader.image)
        connect(m, prediction.predictions, flipped(self.predictions))

        m.d.comb += [
            mesh.shift.eq(loader.shift),
            mesh.weights.eq(loader.weights),
            mesh.defects_in.eq(buffer.defects),
            mesh.start.eq(controller.start),
            mesh.grow.eq(controller.grow),
            buffer.take.eq(controller.start),
            loader.idle.eq(~controller.busy),
            controller.available.eq(buffer.available),
            controller.blocked.eq(loader.blocking),
            controller.settled.eq(mesh.settled),
            controller.any_defect.eq(mesh.any_defect),
            controller.any_active.eq(mesh.any_active),
            controller.any_growable.eq(mesh.any_growable),
            prediction.capture.eq(controller.finish),
            prediction.prediction.observables.eq(Mux(controller.unmatched, 0, mesh.observables)),
            prediction.prediction.growth_steps.eq(controller.growth_steps),
            prediction.prediction.cycles.eq(controller.cycles),
            prediction.prediction.unmatched.eq(controller.unmatched),
        ]
        outputs_free = prediction.free
        if config.with_corrections:
            m.submodules.correction = correction = CorrectionShifter(
                num_edges=graph.num_edges, word_bits=config.word_bits
            )
            connect(m, correction.corrections, flipped(self.corrections))
            m.d.comb += [
                correction.capture.eq(controller.finish),
                correction.correction.eq(Mux(controller.unmatched, 0, mesh.correction)),
            ]
            outputs_free = outputs_free & correction.free
        m.d.comb += controller.outputs_free.eq(outputs_free)

        rounds_error = Signal()
        image_error = Signal()
        m.d.sync += [
            rounds_error.eq(rounds_error | buffer.error),
            image_error.eq(image_error | loader.error),
        ]
        m.d.comb += [
            self.rounds_error.eq(rounds_error),
            self.image_error.eq(image_error),
            self.image_loaded.eq(loader.loaded),
            self.graph_hash.eq(int(graph.topology_hash[: HASH_BITS // 4], 16)),
        ]
        return m
