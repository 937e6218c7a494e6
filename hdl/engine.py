"""The engine: mesh, weights, passes and their controller; it decodes one shot after another.

In: defects of a shot or window, the image stream.   Out: its answer, for one cycle.
Next: `quantacore.hdl.core` (whole shots), `quantacore.hdl.window_core` (endless streams).
"""

from collections.abc import Sequence

from amaranth.hdl import Const, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from quantacore.golden.spec.config import COUNTER_BITS, PASSES_BITS, VOLUME_BITS, CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.link_rows import Linked
from quantacore.golden.spec.window import WindowPlan
from quantacore.hdl.controller import Controller
from quantacore.hdl.image_loader import ImageLoader
from quantacore.hdl.interfaces import image_layout
from quantacore.hdl.link_memory import LinkMemory
from quantacore.hdl.link_walk import LinkWalk
from quantacore.hdl.mesh import Mesh
from quantacore.hdl.pass_choice import PassChoice


class Engine(wiring.Component):
    """Decoder of one decoding graph.

    Parameters
    ----------
    graph : DecodingGraph
        Only its topology is baked in; at least one edge.
    config : CoreConfig
        Its number of link rows settled.
    links : sequence of (source, target, length), optional
        What to bake in: see `baked_links`.
    plan : WindowPlan, optional
        The shots are windows of a stream; ``graph`` is the plan's.

    Members
    -------
    image : In(stream of image_layout)
        One packet an image; see `ImageLoader`.
    available : In(1)
        A shot waits.
    start : Out(1)
        It is taken in this cycle.
    defects : In(num_detectors)
        Of the shot that waits.
    kind : In(num_kinds)
        Of the window that waits, one bit each. With ``plan`` only.
    max_passes : In(3)
        Most passes per shot, 1 .. 7; sampled with ``start``. Only with links.
    budget : In(COUNTER_BITS)
        Cycles after which a window is given up; 0: never. With ``plan`` only.
    outputs_free : In(1)
        An answer can be taken in this cycle.
    finish : Out(1)
        The outputs below are the answer; for one cycle.
    observables, correction, volume, contested, growth_steps, passes, cycles, unmatched : Out
        As in `prediction_layout`; observables, volume and correction are 0 without an answer.
        ``correction`` only with ``config.with_corrections``.
    abandoned : Out(1)
        It was given up. With ``plan`` only.
    image_parity : Out(1)
        A bit of the image in force turns out to have flipped. For one cycle. With ``plan`` only.
    busy : Out(1)
        A shot is being decoded.
    swap, image_loaded, image_waits, image_error : Out(1)
        An image comes into force in this cycle; one is in force; one waits for the shot to end;
        a packet with the wrong number of words is dropped in this cycle.

    Timing
    ------
    See `Controller`.
    """

    def __init__(
        self,
        graph: DecodingGraph,
        config: CoreConfig,
        links: Sequence[tuple[int, int, int]] = (),
        plan: WindowPlan | None = None,
    ):
        if not graph.edges:
            raise ValueError("Decoding graph must have at least one edge to become a core, not 0")
        self.graph = graph
        self.config = config
        self.links = links
        self.plan = plan
        layout = image_layout(
            config, num_edges=graph.num_edges, num_observables=graph.num_observables
        )
        members = {
            "image": In(stream.Signature(layout)),
            "available": In(1),
            "start": Out(1),
            "defects": In(graph.num_detectors),
            "outputs_free": In(1),
            "finish": Out(1),
            "observables": Out(graph.num_observables),
            "volume": Out(VOLUME_BITS),
            "contested": Out(1),
            "growth_steps": Out(COUNTER_BITS),
            "passes": Out(PASSES_BITS),
            "cycles": Out(COUNTER_BITS),
            "unmatched": Out(1),
            "busy": Out(1),
            "swap": Out(1),
            "image_loaded": Out(1),
            "image_waits": Out(1),
            "image_error": Out(1),
        }
        if config.has_later:
            members["max_passes"] = In(PASSES_BITS)
        if config.with_corrections:
            members["correction"] = Out(graph.num_edges)
        if plan:
            members |= {
                "kind": In(plan.num_kinds),
                "budget": In(COUNTER_BITS),
                "abandoned": Out(1),
                "image_parity": Out(1),
            }
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        graph, config = self.graph, self.config
        m.submodules.mesh = mesh = Mesh(
            graph,
            length_bits=config.length_bits,
            links=self.links,
            lanes=config.lanes if config.links == "runtime" else 0,
            plan=self.plan,
            most_steps=config.most_steps,
        )
        m.submodules.loader = loader = ImageLoader(
            config,
            num_edges=graph.num_edges,
            num_entries=self.plan.num_entries if self.plan else graph.num_edges,
            num_observables=graph.num_observables,
        )
        m.submodules.controller = controller = Controller(
            has_later=mesh.has_later,
            has_budget=self.plan is not None,
            most_steps=config.most_steps,
        )
        m.submodules.choice = choice = PassChoice(
            graph,
            has_later=mesh.has_later,
            with_corrections=config.with_corrections,
            most_steps=config.most_steps,
        )
        connect(m, flipped(self.image), loader.image)
        # A shot without defects ends before the mesh reports on it.
        no_answer = controller.unmatched | ~mesh.any_defect
        if self.plan:
            no_answer = no_answer | controller.abandoned
            m.d.comb += [
                mesh.kind.eq(self.kind),
                mesh.kind_valid.eq(controller.start),
                controller.budget.eq(self.budget),
                self.abandoned.eq(controller.abandoned),
            ]
        m.d.comb += [
            mesh.shift.eq(loader.shift),
            mesh.weights.eq(loader.weights),
            mesh.swap.eq(loader.swap),
            mesh.defects_in.eq(self.defects),
            mesh.start.eq(controller.open),
            mesh.grow.eq(controller.grow),
            mesh.rebuild.eq(controller.rebuild),
            loader.idle.eq(~controller.busy),
            controller.available.eq(self.available),
            controller.outputs_free.eq(self.outputs_free),
            controller.blocked.eq(loader.blocking),
            controller.steps.eq(mesh.steps),
            controller.settled.eq(mesh.settled),
            controller.decoded.eq(mesh.decoded),
            controller.tangled.eq(mesh.tangled),
            controller.any_defect.eq(mesh.any_defect),
            controller.any_active.eq(mesh.any_active),
            controller.any_growable.eq(mesh.any_growable),
            choice.start.eq(controller.open),
            choice.grow.eq(controller.grow),
            choice.steps.eq(mesh.steps),
            choice.active.eq(mesh.active),
            choice.mesh_observables.eq(mesh.observables),
            self.start.eq(controller.start),
            self.finish.eq(controller.finish),
            self.observables.eq(Mux(no_answer, 0, choice.observables)),
            self.volume.eq(Mux(no_answer, 0, choice.volume)),
            self.contested.eq(choice.contested),
            self.growth_steps.eq(controller.growth_steps),
            self.passes.eq(controller.passes),
            self.cycles.eq(controller.cycles),
            self.unmatched.eq(controller.unmatched),
            self.busy.eq(controller.busy),
            self.swap.eq(loader.swap),
            self.image_loaded.eq(loader.loaded),
            self.image_waits.eq(~loader.image.ready),
            self.image_error.eq(loader.error),
        ]
        if config.with_corrections:
            m.d.comb += [
                choice.mesh_correction.eq(mesh.correction),
                self.correction.eq(Mux(no_answer, 0, choice.correction)),
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
        flipped_bit = mesh.parity_error if self.plan else Const(0)
        if config.links == "runtime":
            memory = self._add_links(m, loader, controller, mesh)
            flipped_bit = flipped_bit | memory.parity_error
        if self.plan:
            was_flipped = Signal()
            m.d.sync += was_flipped.eq(flipped_bit)
            m.d.comb += self.image_parity.eq(flipped_bit & ~was_flipped)
        return m

    def _add_links(self, m, loader, controller, mesh):
        """Add the memory of links and what reads it between passes."""
        config, num_edges = self.config, self.graph.num_edges
        m.submodules.link_memory = memory = LinkMemory(config, num_edges=num_edges)
        m.submodules.link_walk = walk = LinkWalk(
            config, num_edges=num_edges, num_sources=len(mesh.sources)
        )
        m.d.comb += [
            memory.write.eq(loader.write),
            memory.write_index.eq(loader.row_index),
            memory.write_row.eq(loader.row),
            memory.swap.eq(loader.swap),
            memory.read_index.eq(walk.row_index),
            walk.row.eq(memory.read_row),
            walk.latch.eq(controller.latch),
            walk.sources.eq(mesh.sources),
            mesh.link_targets.eq(walk.link_targets),
            mesh.link_lengths.eq(walk.link_lengths),
            walk.cancel.eq(controller.abandoned & controller.finish if self.plan else Const(0)),
            controller.links_ready.eq(walk.ready),
            # Without links the first pass is the last one.
            controller.max_passes.eq(Mux(memory.any_link, self.max_passes, 1)),
        ]
        return memory


def baked_links(config: CoreConfig, image: Linked | None) -> tuple[tuple[int, int, int], ...]:
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
    links = (image.link_sources, image.link_targets, image.link_lengths)
    return tuple(zip(*(array.tolist() for array in links), strict=True))
