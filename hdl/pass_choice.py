"""Measure how much each pass had to grow, and answer with the pass that grew least.

In: the mesh's activity while it grows, its answer when a pass ends.   Out: the shot's answer.
Next: `quantacore.hdl.core`.   Golden twin: `least_volume` of `quantacore.golden.decode.passes`.
"""

from functools import reduce
from operator import xor

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from quantacore.golden.spec.config import MAX_STEPS, MOST_VOLUME, PASSES_BITS, VOLUME_BITS
from quantacore.golden.spec.graph import DecodingGraph

GROUP = 7
"""Detectors that are counted at a time: what three bits can count."""


class PassChoice(wiring.Component):
    """Choose for each component of the graph the later pass with the least growth volume.

    Parameters
    ----------
    graph : DecodingGraph
    has_later : bool
        There are later passes; without them the answer is that of the one pass.
    with_corrections : bool
        Keep the correction of the best pass so far: one flip-flop per edge.
    most_steps : int
        Growth steps that the mesh takes at once at most.

    Members
    -------
    start : In(1)
        A shot starts.
    grow : In(1)
        The mesh grows by ``steps``.
    steps : In(range(most_steps + 1))
    active : In(num_detectors)
        Detectors in active clusters. Sampled in the cycle before ``grow``.
    pass_index : In(PASSES_BITS)
        The present pass; 1 is the first. With ``has_later`` only.
    again : In(1)
        The present pass ends, with the answer below, and another will follow. With ``has_later``.
    mesh_observables : In(array of num_components x num_observables)
        XOR of the observables over the correction of the present pass, by component.
    mesh_correction : In(num_edges)
        Correction of the present pass. With ``with_corrections`` only.
    observables : Out(num_observables)
        What the chosen passes predict, the present one among them.
    correction : Out(num_edges)
        What they choose. With ``with_corrections`` only.
    volume : Out(VOLUME_BITS)
        Growth volume of the chosen passes, over all components; stops at all ones.
    contested : Out(1)
        The passes up to now do not all predict the same.

    Timing
    ------
    Outputs follow ``mesh_observables`` and ``mesh_correction`` in the same cycle, and count all
    growth up to three cycles before. The cycle of the last ``grow``, and the next two, are never
    that of ``again``.
    """

    def __init__(
        self,
        graph: DecodingGraph,
        *,
        has_later: bool,
        with_corrections: bool,
        most_steps: int = MAX_STEPS,
    ):
        self.graph = graph
        self.has_later = has_later
        self.most_steps = most_steps
        self.with_corrections = with_corrections
        members = {
            "start": In(1),
            "grow": In(1),
            "steps": In(range(most_steps + 1)),
            "active": In(graph.num_detectors),
            "mesh_observables": In(data.ArrayLayout(graph.num_observables, graph.num_components)),
            "observables": Out(graph.num_observables),
            "volume": Out(VOLUME_BITS),
            "contested": Out(1),
        }
        if has_later:
            members |= {"pass_index": In(PASSES_BITS), "again": In(1)}
        if with_corrections:
            members |= {
                "mesh_correction": In(graph.num_edges),
                "correction": Out(graph.num_edges),
            }
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        volumes = self._measure(m)
        observables = [self.mesh_observables[k] for k in range(self.graph.num_components)]
        correction = self.mesh_correction if self.with_corrections else None
        if self.has_later:
            self._watch_predictions(m, reduce(xor, observables))
            volumes, observables, correction = self._choose(m, volumes, observables, correction)
        total = _sum(volumes)
        m.d.comb += [
            self.observables.eq(reduce(xor, observables)),
            # The volume of a single component has no bits above.
            self.volume.eq(Mux(total[VOLUME_BITS:].any(), MOST_VOLUME, total)),
        ]
        if self.with_corrections:
            m.d.comb += self.correction.eq(correction)
        return m

    def _measure(self, m):
        """Return the growth volume of the present pass for each component."""
        volumes = []
        restarted = Signal()
        grows, grew = Signal(), Signal()
        steps = Signal.like(self.steps)
        m.d.sync += [
            restarted.eq(self.start | self.again if self.has_later else self.start),
            grows.eq(self.grow),
            grew.eq(grows),
            steps.eq(self.steps),
        ]
        for component in range(self.graph.num_components):
            active = [
                self.active[index]
                for index, detector in enumerate(self.graph.detectors)
                if detector.component == component
            ]
            # Counting takes two cycles, multiplying one: activity does not change in the cycle
            # before growth, and the mesh needs some to settle after it. Whether it grew is known
            # late, and goes into a register first.
            counts = []
            for start in range(0, len(active), GROUP):
                group = active[start : start + GROUP]
                counts.append(Signal(range(len(group) + 1), name=f"count_{component}_{start}"))
                m.d.sync += counts[-1].eq(_sum(group))
            count = Signal(range(len(active) + 1))
            grown = Signal(bits_for(len(active) * self.most_steps))
            volume = Signal(VOLUME_BITS)
            total = volume + Mux(grew, grown, 0)
            m.d.sync += count.eq(_sum(counts))
            m.d.sync += grown.eq(count * steps)
            m.d.sync += volume.eq(Mux(total > MOST_VOLUME, MOST_VOLUME, total))
            with m.If(restarted):
                m.d.sync += volume.eq(0)
            volumes.append(volume)
        return volumes

    def _choose(self, m, volumes, observables, correction):
        """Return what is best, the present pass included; remember it when the pass ends."""
        kept = [Signal.like(correction, reset_less=True)] if self.with_corrections else []
        better_edges = []
        chosen_volumes, chosen_observables = [], []
        better = Signal(self.graph.num_components)
        for component, (volume, mask) in enumerate(zip(volumes, observables, strict=True)):
            least = Signal(VOLUME_BITS, reset_less=True)
            kept_mask = Signal(len(mask), reset_less=True)
            # The first pass counts only if there is no other.
            m.d.comb += better[component].eq((self.pass_index <= 2) | (volume < least))
            with m.If(self.again & better[component]):
                m.d.sync += [least.eq(volume), kept_mask.eq(mask)]
            chosen_volumes.append(Mux(better[component], volume, least))
            chosen_observables.append(Mux(better[component], mask, kept_mask))
        if not self.with_corrections:
            return chosen_volumes, chosen_observables, None
        for edge in self.graph.edges:
            better_edges.append(better[self.graph.detectors[edge.detectors[0]].component])
        takes = Cat(better_edges)
        chosen = (correction & takes) | (kept[0] & ~takes)
        with m.If(self.again):
            m.d.sync += kept[0].eq(chosen)
        return chosen_volumes, chosen_observables, chosen

    def _watch_predictions(self, m, prediction):
        """Tell whether any pass of the shot predicted otherwise than the first."""
        first = Signal(self.graph.num_observables, reset_less=True)
        differed = Signal()
        is_first = self.pass_index == 1
        m.d.comb += self.contested.eq(~is_first & (differed | (prediction != first)))
        with m.If(self.again):
            m.d.sync += differed.eq(self.contested)
            with m.If(is_first):
                m.d.sync += first.eq(prediction)


def _sum(values):
    """Return the sum as a tree of adders."""
    values = list(values)
    while len(values) > 1:
        pairs = [a + b for a, b in zip(values[::2], values[1::2], strict=False)]
        values = pairs + values[len(pairs) * 2 :]
    return values[0]
