# amaranth: UnusedElaboratable=no
"""The mesh: one node per detector, one unit per edge, wired as the decoding graph is.

In: a shot's defects and the controller's strobes.   Out: settled, active, and the correction.
Next: `quantacore.hdl.controller` (who gives the strobes), `quantacore.hdl.core`.

Source: Liyanage et al. (Helios), arXiv:2301.08419. Here the mesh is generated from any decoding
graph, edges have run-time lengths, and the correction is there when growth ends, or after the
forest has been built anew.
"""

from collections import defaultdict

import numpy as np
from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from quantacore.golden.spec.config import MAX_STEPS
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image_words import edge_index_bits
from quantacore.golden.spec.lengths import absent_length
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan
from quantacore.hdl.detector_node import DetectorNode
from quantacore.hdl.edge_unit import EdgeUnit, useful_steps
from quantacore.hdl.interfaces import weights_layout
from quantacore.hdl.link_listener import LinkListener, edge_strobes
from quantacore.hdl.unit_library import place
from quantacore.hdl.weight_bank import KindGroups, WeightBank

WORD = 32
"""Edges whose bits are gathered at a time: simulators take far longer to compile wider terms."""

NEAR_GROUP = 4
"""Edges whose nearness is summed up before a register; the rest of that OR comes behind it. Before
it there is activity, behind it the choice of the steps: with 4 both halves are as deep."""

REGION = 64
"""Edges that hear of growth from one register: it reaches fewer of them sooner."""


class Mesh(wiring.Component):
    """Growth, forest and parities of a whole decoding graph.

    Parameters
    ----------
    graph : DecodingGraph
        Only its topology is used; at least one edge.
    length_bits : int
        Width of a length.
    links : sequence of (source, target, length), optional
        Correlation lengths, for later passes: if link source ``source`` is in the correction of a
        pass, edge ``target`` has at most ``length`` in the next one. Each edge is a link source;
        with ``plan`` they are the plan's.
    lanes : int
        Links that can be told at run time in one cycle; 0 if all are in ``links``.
    plan : WindowPlan, optional
        The shots are windows of a stream; ``graph`` is the plan's.
    most_steps : int
        Growth steps that it takes at once at most, 1 .. `MAX_STEPS`.

    Members
    -------
    shift : In(1)
        Move the chain of weights on by one edge. The first word moved in ends at edge 0.
    weights : In(weights_layout)
        Next word of the chain.
    swap : In(1)
        The weights in the chain come into force. Not between ``start`` and the end of a shot.
    start : In(1)
        Take ``defects_in`` as the next shot.
    defects_in : In(num_detectors)
    kind : In(num_kinds)
        Kind of the window that starts, one bit each. With ``plan`` only.
    kind_valid : In(1)
        It is a window that starts, and not just anything. With ``plan`` only.
    parity_error : Out(1)
        A bit of the weights in force has flipped. With ``plan`` only.
    grow : In(1)
        Grow by ``steps``, in the next cycle. Only while ``settled``.
    steps : Out(range(most_steps + 1))
        Steps that can be grown at once without missing a fusion. Valid while ``settled``.
    rebuild : In(1)
        Build the canonical forest. Only while ``decoded`` or ``settled``.
    latch : In(1)
        Remember the correction of the pass that ends. With ``links`` or ``lanes`` only.
    restart : In(1)
        Start a later pass, on lengths lowered by the ``links`` of the correction, or by those told
        from the cycle after ``latch`` to this one. Not before ``latch``. With ``links`` or
        ``lanes`` only.
    sources : Out(num_sources)
        Link sources in the correction. With ``lanes`` only.
    repeats : Out(1)
        The correction of the cycle before is the remembered one. With ``links`` or ``lanes`` only.
    link_targets, link_lengths : In(array of lanes)
        Links of the remembered correction, in any order; targets differ. A length of all ones
        says nothing. With ``lanes`` only.
    settled : Out(1)
        Roots, parents, parities and activity are final for the present fused edges.
    decoded : Out(1)
        Roots, parents and parities are, and no cluster is active, even if detectors have yet to
        hear that they are not. The correction is there, unless the forest is ``tangled`` and was
        not rebuilt.
    tangled : Out(1)
        Some fused edge leads to no parent: the fused edges are no forest, and that of the parents
        may not be the canonical one. Valid while ``settled`` or ``decoded``.
    any_defect : Out(1)
        The present shot has defects.
    any_active : Out(1)
        Some cluster is active. Valid while ``settled``.
    any_growable : Out(1)
        Some edge would grow. Valid while ``settled``.
    correction : Out(num_edges)
        The correction. Valid while ``decoded``, of a canonical forest.
    active : Out(num_detectors)
        Detectors in active clusters. Valid while ``settled``.
    observables : Out(array of num_components x num_observables)
        XOR of the observables over the correction, by component; valid with it.

    Timing
    ------
    Strobes act after one cycle. After ``start``, ``rebuild``, or ``grow`` that fuses edges the mesh
    relaxes by one hop per cycle. Edges grow in the cycle after ``grow``; roots travel over those
    that fuse in that cycle already. What the mesh reports is one cycle behind its state: two
    cycles after the last change ``settled`` is 1, two cycles after a strobe at the earliest, three
    after ``grow``. ``any_defect`` is valid in the cycle after ``start``.
    """

    def __init__(
        self,
        graph: DecodingGraph,
        *,
        length_bits,
        links=(),
        lanes=0,
        plan: WindowPlan | None = None,
        most_steps: int = MAX_STEPS,
    ):
        self.graph = graph
        self.length_bits = length_bits
        self.links = tuple(links)
        self.lanes = lanes
        self.plan = plan
        self.most_steps = most_steps
        self.has_later = bool(self.links) or lanes > 0
        weights = weights_layout(length_bits, graph.num_observables, has_later=self.has_later)
        later = {"latch": In(1), "restart": In(1), "repeats": Out(1)} if self.has_later else {}
        if lanes:
            later["sources"] = Out(plan.num_sources if plan else graph.num_edges)
            index_bits = edge_index_bits(graph.num_edges)
            later["link_targets"] = In(data.ArrayLayout(index_bits, lanes))
            later["link_lengths"] = In(data.ArrayLayout(length_bits, lanes))
        if plan:
            later |= {"kind": In(plan.num_kinds), "kind_valid": In(1), "parity_error": Out(1)}
        super().__init__(
            {
                **later,
                "shift": In(1),
                "weights": In(weights),
                "swap": In(1),
                "start": In(1),
                "defects_in": In(graph.num_detectors),
                "grow": In(1),
                "rebuild": In(1),
                "steps": Out(range(most_steps + 1)),
                "settled": Out(1),
                "decoded": Out(1),
                "tangled": Out(1),
                "any_defect": Out(1),
                "any_active": Out(1),
                "any_growable": Out(1),
                "correction": Out(graph.num_edges),
                "active": Out(graph.num_detectors),
                "observables": Out(data.ArrayLayout(graph.num_observables, graph.num_components)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        nodes, edges = self._make_units(m, platform)
        bank = self._wire_weights(m, edges)
        self._choose_jump(m, edges)
        grows = Signal()
        last_steps = Signal.like(self.steps)
        ports_used = [0] * len(nodes)
        correction, beside_forest = [], []
        growing = self._grow_regions(m, edges)
        for index, (unit, edge) in enumerate(zip(edges, self.graph.edges, strict=True)):
            m.d.comb += [
                unit.start.eq(self.start),
                unit.grow.eq(growing[index // REGION]),
                unit.steps.eq(self.steps),
                unit.last_steps.eq(last_steps),
            ]
            ends = [nodes[detector] for detector in edge.detectors]
            m.d.comb += unit.active.eq(Cat(node.active for node in ends))
            if len(ends) == 1:
                m.d.comb += ends[0].boundary_fused.eq(unit.fused)
                correction.append(ends[0].to_boundary)
                continue
            ports = [ports_used[detector] for detector in edge.detectors]
            for detector in edge.detectors:
                ports_used[detector] += 1
            m.d.comb += [unit.root0.eq(ends[0].root[:-1]), unit.root1.eq(ends[1].root[:-1])]
            joins = ends[0].parent[ports[0]] | ends[1].parent[ports[1]]
            beside_forest.append(unit.was_fused & ~joins)
            for this, other in ((0, 1), (1, 0)):
                node, port, far = ends[this], ports[this], ends[other]
                m.d.comb += [
                    node.offers[port].eq(unit.offers[this]),
                    node.neighbour_roots[port].eq(far.root),
                    node.neighbour_active[port].eq(far.active),
                    node.next_child_parity[port].eq(far.next_to_parent[ports[other]]),
                ]
            correction.append(ends[0].to_parent[ports[0]] | ends[1].to_parent[ports[1]])

        for index, node in enumerate(nodes):
            m.d.comb += [
                node.start.eq(self.start),
                node.rebuild.eq(self.rebuild),
                node.defect_in.eq(self.defects_in[index]),
                node.grown.eq(grows),
            ]
        m.d.sync += [
            grows.eq(self.grow),
            last_steps.eq(self.steps),
            self.tangled.eq(Cat(beside_forest).any()),
        ]
        self._report(m, nodes, edges, correction, grows)
        if self.has_later:
            m.d.comb += [unit.restart.eq(self.restart) for unit in (*nodes, *edges)]
            groups = KindGroups(m, bank.present) if self.plan else None
            if self.lanes:
                m.d.comb += self.sources.eq(self._sources(groups))
                self._tell_links(m, edges, platform)
            else:
                self._bake_links(m, edges, groups)
        m.d.comb += self.active.eq(Cat(node.active for node in nodes))
        self._sum_observables(m, bank)
        return m

    def _report(self, m, nodes, edges, correction, grows):
        """Sum up what all units say.

        Registers cut the way from roots over sums to strobes. In the cycle after a strobe they hold
        what was before it, which is told to nobody. Edges grow in that cycle, so that what they
        report takes one more.
        """
        strobe = self.start | self.rebuild | grows
        if self.has_later:
            strobe = strobe | self.restart
        stale = Signal()
        m.d.sync += [
            stale.eq(strobe),
            self.any_active.eq(Cat(node.active for node in nodes).any()),
        ]
        words = []
        for start in range(0, len(correction), WORD):
            bits = correction[start : start + WORD]
            words.append(Signal(len(bits), name=f"correction_{start}"))
            m.d.sync += words[-1].eq(Cat(bits))
        m.d.comb += self.correction.eq(Cat(words))
        with m.If(self.start):
            m.d.sync += self.any_defect.eq(self.defects_in.any())
        relaxing = Cat(node.relaxing for node in nodes).any()
        root_active = Cat(node.root_active for node in nodes).any()
        m.d.comb += [
            self.settled.eq(~grows & ~stale & ~Cat(node.changed for node in nodes).any()),
            self.decoded.eq(~grows & ~stale & ~relaxing & ~root_active),
        ]
        if self.has_later:
            remembered = Signal(self.graph.num_edges, reset_less=True)
            with m.If(self.latch):
                m.d.sync += remembered.eq(self.correction)
            m.d.sync += self.repeats.eq(remembered == self.correction)

    def _sum_observables(self, m, bank):
        components = defaultdict(list)
        for index, edge in enumerate(self.graph.edges):
            components[self.graph.detectors[edge.detectors[0]].component].append(index)
        for component, members in components.items():
            for k in range(self.graph.num_observables):
                parities = []
                for start in range(0, len(members), WORD):
                    word = members[start : start + WORD]
                    chosen = Cat(self.correction[index] for index in word)
                    masks = Cat(bank.edge_weights[index].observables[k] for index in word)
                    parity = Signal(name="parity")
                    m.d.comb += parity.eq((chosen & masks).xor())
                    parities.append(parity)
                m.d.comb += self.observables[component][k].eq(Cat(parities).xor())

    def _grow_regions(self, m, edges):
        """Return the strobe to grow for each `REGION` of edges, from a register of its own.

        Where nothing can grow it stays 0.
        """
        growing = Signal(-(-len(edges) // REGION))
        growable = Signal.like(growing)
        for k in range(len(growing)):
            region = edges[k * REGION : (k + 1) * REGION]
            m.d.sync += growable[k].eq(Cat(unit.growable for unit in region).any())
        m.d.comb += self.any_growable.eq(growable.any())
        m.d.sync += growing.eq(growable & self.grow.replicate(len(growing)))
        return growing

    def _choose_jump(self, m, edges):
        """Take as many steps as fuse no edge too late."""
        most = useful_steps(self.most_steps, length_bits=self.length_bits)
        groups = []
        for start in range(0, len(edges), NEAR_GROUP):
            groups.append(Signal(most - 1, name=f"near_{start}"))
            group = edges[start : start + NEAR_GROUP]
            m.d.sync += groups[-1].eq(_any_of([edge.near for edge in group]))
        near = _any_of(groups)
        # What is nearer than some steps is nearer than more, so each bit of their number is an OR
        # over the ranges of numbers that have it.
        for bit in range(len(self.steps)):
            ranges = []
            for first in range(1 << bit, most + 1, 2 << bit):
                begins = ~near[first - 2] if first > 1 else Const(1)
                after = first + (1 << bit)
                ranges.append(begins & (near[after - 2] if after <= most else Const(1)))
            m.d.comb += self.steps[bit].eq(Cat(ranges).any())

    def _make_units(self, m, platform):
        """Return the nodes and the edge units, added to the module."""
        component_sizes = defaultdict(int)
        labels = []
        for detector in self.graph.detectors:
            component_sizes[detector.component] += 1
            labels.append(component_sizes[detector.component])
        # Roots are numbered within their component, so they are no wider than the component needs.
        root_bits = [bits_for(component_sizes[d.component]) for d in self.graph.detectors]

        nodes = []
        for index, incident in enumerate(self.graph.incident_edges):
            pairs = [e for e in incident if len(self.graph.edges[e].detectors) == 2]
            node = DetectorNode(
                num_neighbours=len(pairs),
                has_boundary=len(pairs) < len(incident),
                root_bits=root_bits[index],
            )
            place(m, f"node_{index}", node, platform)
            m.d.comb += node.label.eq(labels[index])
            nodes.append(node)
        edges = []
        for index, edge in enumerate(self.graph.edges):
            unit = EdgeUnit(
                num_ends=len(edge.detectors),
                length_bits=self.length_bits,
                root_bits=root_bits[edge.detectors[0]],
                has_later=self.has_later,
                most_steps=self.most_steps,
            )
            place(m, f"edge_{index}", unit, platform)
            edges.append(unit)
        return nodes, edges

    def _wire_weights(self, m, edges):
        m.submodules.bank = bank = WeightBank(
            num_edges=len(edges),
            length_bits=self.length_bits,
            num_observables=self.graph.num_observables,
            has_later=self.has_later,
            plan=self.plan,
        )
        m.d.comb += [
            bank.shift.eq(self.shift),
            bank.weights.eq(self.weights),
            bank.swap.eq(self.swap),
        ]
        if self.plan:
            m.d.comb += [
                bank.start.eq(self.kind_valid),
                bank.kind.eq(self.kind),
                self.parity_error.eq(bank.parity_error),
            ]
        for unit, weights in zip(edges, bank.edge_weights, strict=True):
            m.d.comb += unit.length.eq(weights.length)
            if self.has_later:
                m.d.comb += unit.later.eq(weights.later)
        return bank

    def _sources(self, groups):
        """Return which link sources the correction has in a window of the present kind."""
        if not self.plan:
            return self.correction
        return Cat(
            self._in_kinds(
                edge, np.flatnonzero(self.plan.sources[:, edge] == source).tolist(), groups
            )
            for source, edge in enumerate(self.plan.source_edges.tolist())
        )

    def _in_kinds(self, edge, kinds, groups, *, target=None):
        """Return whether the correction has an edge, and the present kind is one of these.

        In other kinds than those in which the edge exists no correction has it; and what it does
        to a ``target`` does not matter in kinds in which that does not exist.
        """
        exists = self.plan.tables[:, edge] != NO_ENTRY
        if target is not None:
            exists &= self.plan.tables[:, target] != NO_ENTRY
        if set(np.flatnonzero(exists).tolist()) <= set(kinds):
            return self.correction[edge]
        return self.correction[edge] & groups.any_of(kinds)

    def _tell_links(self, m, edges, platform):
        """Let each edge hear the least of the lengths that the lanes bring for it."""
        hits = [edge_strobes(m, target, len(edges)) for target in self.link_targets]
        for index, unit in enumerate(edges):
            listener = LinkListener(length_bits=self.length_bits, lanes=self.lanes)
            place(m, f"listener_{index}", listener, platform)
            m.d.comb += [
                listener.clear.eq(self.latch),
                listener.hits.eq(Cat(lane[index] for lane in hits)),
                listener.link_lengths.eq(self.link_lengths),
                unit.link_length.eq(listener.least),
            ]

    def _bake_links(self, m, edges, groups):
        """Lower the lengths of the next pass by the correction of the present one."""
        links_to = defaultdict(lambda: defaultdict(list))
        for (edge, target, length), kinds in self._links_by_edge().items():
            fires = self.correction[edge]
            if self.plan:
                fires = self._in_kinds(edge, kinds, groups, target=target)
            links_to[target][length].append(fires)
        for index, unit in enumerate(edges):
            # A few OR gates per length, and the least length that is hit wins.
            least = Const(absent_length(self.length_bits), self.length_bits)
            for length, sources in sorted(links_to[index].items(), reverse=True):
                least = Mux(Cat(sources).any(), Const(length, self.length_bits), least)
            m.d.comb += unit.link_length.eq(least)

    def _links_by_edge(self):
        """Return (edge, target, length) -> kinds of windows in which that link is in force."""
        kinds_of = defaultdict(list)
        for source, target, length in self.links:
            edge, kinds = source, []
            if self.plan:
                edge = int(self.plan.source_edges[source])
                kinds = np.flatnonzero(self.plan.sources[:, edge] == source).tolist()
            kinds_of[edge, target, length] += kinds
        return kinds_of


def _any_of(values):
    """Return the OR of values, bit by bit, as a tree."""
    values = list(values)
    while len(values) > 1:
        pairs = [a | b for a, b in zip(values[::2], values[1::2], strict=False)]
        values = pairs + values[len(pairs) * 2 :]
    return values[0]
