"""The decoder core: mesh, buffers, controller and streams.

In: rounds and image streams.   Out: predictions and corrections streams.
Next: `quantacore.hdl.top` (flat ports), `quantacore.hdl.generate` (Verilog).
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from quantacore.golden.spec.config import COUNTER_BITS, PASSES_BITS, CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, check_image_fits
from quantacore.golden.spec.link_rows import with_link_rows
from quantacore.hdl.controller import Controller
from quantacore.hdl.image_loader import ImageLoader
from quantacore.hdl.interfaces import image_layout, prediction_layout, words_layout
from quantacore.hdl.link_memory import LinkMemory
from quantacore.hdl.link_walk import LinkWalk
from quantacore.hdl.mesh import Mesh
from quantacore.hdl.output_register import CorrectionShifter, PredictionRegister
from quantacore.hdl.pass_choice import PassChoice
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
        if not graph.edges:
            raise ValueError("Decoding graph must have at least one edge to become a core, not 0")
        self.graph = graph
        self.config = config = with_link_rows(config, graph, image)
        self.links = baked_links(graph, config, image)
        layout = image_layout(
            config, num_edges=graph.num_edges, num_observables=graph.num_observables
        )
        members = {
            "rounds": In(stream.Signature(words_layout(config.word_bits))),
            "image": In(stream.Signature(layout)),
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
        m.submodules.mesh = mesh = Mesh(
            graph,
            length_bits=config.length_bits,
            links=self.links,
            lanes=config.lanes if config.links == "runtime" else 0,
        )
        m.submodules.buffer = buffer = RoundsBuffer(
            num_detectors=graph.num_detectors, word_bits=config.word_bits
        )
        m.submodules.loader = loader = ImageLoader(
            config, num_edges=graph.num_edges, num_observables=graph.num_observables
        )
        m.submodules.controller = controller = Controller(has_later=mesh.has_later)
        m.submodules.prediction = prediction = PredictionRegister(
            num_observables=graph.num_observables
        )
        m.submodules.choice = choice = PassChoice(
            graph, has_later=mesh.has_later, with_corrections=config.with_corrections
        )
        connect(m, flipped(self.rounds), buffer.rounds)
        connect(m, flipped(self.image), loader.image)
        connect(m, prediction.predictions, flipped(self.predictions))

        m.d.comb += [
            mesh.shift.eq(loader.shift),
            mesh.weights.eq(loader.weights),
            mesh.swap.eq(loader.swap),
            mesh.defects_in.eq(buffer.defects),
            mesh.start.eq(controller.start),
            mesh.grow.eq(controller.grow),
            buffer.take.eq(controller.start),
            loader.idle.eq(~controller.busy),
            controller.available.eq(buffer.available),
            controller.blocked.eq(loader.blocking),
            controller.steps.eq(mesh.steps),
            controller.settled.eq(mesh.settled),
            controller.decoded.eq(mesh.decoded),
            controller.any_defect.eq(mesh.any_defect),
            controller.any_active.eq(mesh.any_active),
            controller.any_growable.eq(mesh.any_growable),
            prediction.capture.eq(controller.finish),
            choice.start.eq(controller.start),
            choice.grow.eq(controller.grow),
            choice.steps.eq(mesh.steps),
            choice.active.eq(mesh.active),
            choice.mesh_observables.eq(mesh.observables),
            prediction.prediction.observables.eq(Mux(controller.unmatched, 0, choice.observables)),
            prediction.prediction.volume.eq(Mux(controller.unmatched, 0, choice.volume)),
            prediction.prediction.contested.eq(choice.contested),
            prediction.prediction.growth_steps.eq(controller.growth_steps),
            prediction.prediction.passes.eq(controller.passes),
            prediction.prediction.cycles.eq(controller.cycles),
            prediction.prediction.unmatched.eq(controller.unmatched),
        ]
        if mesh.has_later:
            m.d.comb += [
                mesh.latch.eq(controller.latch),
                mesh.restart.eq(controller.restart),
                controller.repeats.eq(mesh.repeats),
                choice.pass_index.eq(controller.pass_index),
                choice.again.eq(controller.latch),
            ]
        if config.links == "baked":
            m.d.comb += [controller.max_passes.eq(self.max_passes), controller.links_ready.eq(1)]
        if config.links == "runtime":
            self._add_links(m, loader, controller, mesh)
        outputs_free = prediction.free
        if config.with_corrections:
            m.submodules.correction = correction = CorrectionShifter(
                num_edges=graph.num_edges, word_bits=config.word_bits
            )
            connect(m, correction.corrections, flipped(self.corrections))
            m.d.comb += [
                correction.capture.eq(controller.finish),
                correction.correction.eq(Mux(controller.unmatched, 0, choice.correction)),
                choice.mesh_correction.eq(mesh.correction),
            ]
            outputs_free = outputs_free & correction.free
        m.d.comb += controller.outputs_free.eq(outputs_free)

        shots = Signal(SHOT_BITS)
        image_count = Signal(COUNTER_BITS)
        image_shot = Signal(SHOT_BITS)
        with m.If(controller.start):
            m.d.sync += shots.eq(shots + 1)
        with m.If(loader.swap):
            m.d.sync += [image_count.eq(image_count + 1), image_shot.eq(shots)]
        m.d.comb += [self.image_count.eq(image_count), self.image_shot.eq(image_shot)]

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

    def _add_links(self, m, loader, controller, mesh):
        """Add the memory of links and what reads it between passes."""
        config, num_edges = self.config, self.graph.num_edges
        m.submodules.link_memory = memory = LinkMemory(config, num_edges=num_edges)
        m.submodules.link_walk = walk = LinkWalk(config, num_edges=num_edges)
        m.d.comb += [
            memory.write.eq(loader.write),
            memory.write_index.eq(loader.row_index),
            memory.write_row.eq(loader.row),
            memory.swap.eq(loader.swap),
            memory.read_index.eq(walk.row_index),
            walk.row.eq(memory.read_row),
            walk.latch.eq(controller.latch),
            walk.correction.eq(mesh.correction),
            mesh.link_targets.eq(walk.link_targets),
            mesh.link_lengths.eq(walk.link_lengths),
            controller.links_ready.eq(walk.ready),
            # Without links the first pass is the last one.
            controller.max_passes.eq(Mux(memory.any_link, self.max_passes, 1)),
        ]


def baked_links(
    graph: DecodingGraph, config: CoreConfig, image: WeightImage | None
) -> tuple[tuple[int, int, int], ...]:
    """Return the (source, target, length) links that a core of this configuration bakes in."""
    if config.links != "baked":
        return ()
    if image is None or image.num_links == 0:
        raise ValueError("Image with correlations must be given to bake its links into a core")
    if image.length_bits != config.length_bits:
        raise ValueError(
            f"Image must have the core's {config.length_bits}-bit lengths, "
            f"not {image.length_bits}-bit"
        )
    check_image_fits(image, graph)
    links = (image.link_sources, image.link_targets, image.link_lengths)
    return tuple(zip(*(array.tolist() for array in links), strict=True))
