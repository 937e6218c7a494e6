"""One detector: its root and parent in the forest, the parity of its subtree, its activity.

In: what the edges at it offer, and the registers of its neighbours.   Out: its own registers.
Next: `quantacore.hdl.mesh`.   Golden twin: `quantacore.golden.decode.forest`, and
`active_detectors` of `quantacore.golden.decode.growth`.

Source: Delfosse & Zemor, arXiv:1703.01517 (forest), Liyanage et al. (Helios), arXiv:2301.08419
(one processing element per detector). Here subtree parities are kept up to date while clusters
grow, over whatever forest there is; at the end of a pass the canonical one is built where it may
differ, and the correction is there.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out


class DetectorNode(wiring.Component):
    """State of one detector, relaxed by one hop per cycle.

    All registers relax together. When no node reports ``changed``, roots and activity are the
    unique fixpoint that the golden model defines, whatever happened before, and parents and
    parities are those of some spanning forest of the fused edges. When no node reports
    ``relaxing``, roots, parents and parities are, and ``root_active`` tells of each cluster whether
    it is active, although its detectors may not have heard yet. Both reports look back, at
    registers only: what sums them up over all nodes has a cycle to itself.

    A root only gets lower, and a parent's is never above its child's, so parents never form a
    cycle. Only the canonical forest needs hops, and nobody counts them: after ``rebuild`` the roots
    of the clusters and the detectors at the boundary reach all others as a wave, which comes over
    a shortest path. Who it comes from first, over the lowest edge, is the canonical parent.

    Parameters
    ----------
    num_neighbours : int
        Edges with two detectors at this one. Port k belongs to the k-th of them by edge index.
    has_boundary : bool
        There is an edge to the boundary.
    root_bits : int
        Width of a root's number.

    Members
    -------
    label : In(root_bits)
        Root number of this detector, constant: 1 or more, increasing with the detector's index.
        0 is the boundary.
    start : In(1)
        Start of a shot: take ``defect_in``, become a cluster of one.
    restart : In(1)
        Start of a later pass: become a cluster of one, with the defect of the present shot.
    rebuild : In(1)
        Build the canonical forest anew on the present fused edges. Only when the clusters are
        final: whoever is no root forgets which one it had.
    defect_in : In(1)
        The detector fired in the shot that starts.
    boundary_fused : In(1)
        The edge to the boundary is fused. Tie to 0 if there is none.
    offers : In(num_neighbours)
        From edge k: it is fused, and the root at the far end is lower.
    neighbour_roots : array of num_neighbours In(root_bits + 1)
        Roots at the far ends.
    neighbour_active : In(num_neighbours)
        Activity at the far ends.
    next_child_parity : In(num_neighbours)
        The far end is a child by the parents that hold after this cycle, and its parity is odd.
    grown : In(1)
        The mesh grew in the cycle before.
    root : Out(root_bits + 1)
        The root of its cluster, as far as it has heard; the highest bit is 1 if that is not the
        boundary.
    parent : Out(num_neighbours)
        Edge k leads to the parent.
    parity : Out(1)
        Odd number of defects in the subtree of this detector.
    active : Out(1)
        The detector lies in an active cluster.
    defect : Out(1)
        The detector fired in this shot.
    to_parent : Out(num_neighbours)
        Edge k leads to the parent, and the parity is odd: if the forest is canonical, the edge is
        in the correction.
    next_to_parent : Out(num_neighbours)
        The same with the parent that holds after this cycle.
    to_boundary : Out(1)
        The same for the edge to the boundary.
    root_active : Out(1)
        This is a root without boundary, of odd parity.
    relaxing : Out(1)
        Root, parent or parity changed at the end of the cycle before. Valid from the second cycle
        after a strobe on.
    changed : Out(1)
        One of these or the activity did.

    Timing
    ------
    ``start`` acts after one cycle. Registers follow the inputs with one cycle; the other outputs
    follow inputs in the same cycle.
    """

    def __init__(self, *, num_neighbours, has_boundary, root_bits):
        if num_neighbours < 0:
            raise ValueError(f"Number of neighbours must be at least 0, not {num_neighbours!r}")
        self.num_neighbours = num_neighbours
        self.has_boundary = has_boundary
        self.kind = f"detector_node_n{num_neighbours}_b{int(has_boundary)}_r{root_bits}"
        super().__init__(
            {
                "label": In(root_bits),
                "start": In(1),
                "restart": In(1),
                "rebuild": In(1),
                "defect_in": In(1),
                "boundary_fused": In(1),
                "offers": In(num_neighbours),
                "neighbour_roots": In(root_bits + 1).array(num_neighbours),
                "neighbour_active": In(num_neighbours),
                "next_child_parity": In(num_neighbours),
                "grown": In(1),
                "root": Out(root_bits + 1),
                "parent": Out(num_neighbours),
                "parity": Out(1),
                "active": Out(1),
                "defect": Out(1),
                "to_parent": Out(num_neighbours),
                "next_to_parent": Out(num_neighbours),
                "to_boundary": Out(1),
                "root_active": Out(1),
                "relaxing": Out(1),
                "changed": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        root = Signal.like(self.root, reset_less=True)
        parent = Signal(self.num_neighbours, reset_less=True)
        at_boundary = Signal(reset_less=True)
        parity = Signal(reset_less=True)
        told_active = Signal(reset_less=True)
        active = Signal()
        defect = Signal(reset_less=True)
        # A root's parity is its cluster's: it need not be told.
        is_root = Signal(reset_less=True)
        m.d.comb += [
            active.eq(Mux(is_root, parity, told_active)),
            self.root.eq(root),
            self.parent.eq(parent),
            self.parity.eq(parity),
            self.active.eq(active),
            self.defect.eq(defect),
        ]

        # The boundary is the least root there is. Of several neighbours that offer less, the lowest
        # edge is taken: while clusters grow any would do, after a rebuild all offer the same root.
        boundary_offers = Signal()
        if self.has_boundary:
            m.d.comb += boundary_offers.eq(self.boundary_fused & ~at_boundary)
        taken = Signal(self.num_neighbours)
        first_root = Signal.like(root)
        first_active = Signal()
        moves = Signal()
        offered = [
            Cat(self.neighbour_roots[k], self.neighbour_active[k])
            for k in range(self.num_neighbours)
        ]
        m.d.comb += [
            moves.eq(self.offers.any()),
            taken.eq(_lowest_bit(self.offers, unless=boundary_offers)),
            Cat(first_root, first_active).eq(_first(m, self.offers, offered)),
        ]
        next_root = Mux(boundary_offers, 0, first_root)
        with m.If(boundary_offers | moves):
            m.d.sync += [root.eq(next_root), parent.eq(taken), at_boundary.eq(boundary_offers)]

        # The same registers twice in a row are a fixpoint.
        moved = Signal(reset_less=True)
        last_parity = Signal(reset_less=True)
        last_told = Signal(reset_less=True)
        m.d.sync += [
            moved.eq(boundary_offers | moves),
            last_parity.eq(parity),
            last_told.eq(told_active),
        ]
        # What the present parent says.
        m.d.comb += [
            self.to_parent.eq(Mux(parity, parent, 0)),
            self.to_boundary.eq(parity & at_boundary if self.has_boundary else 0),
            self.root_active.eq(is_root & parity),
            self.relaxing.eq(moved | (parity != last_parity)),
            self.changed.eq(self.relaxing | (told_active != last_told)),
        ]

        # What comes next: parity and activity travel with the root, over the edge it comes from.
        next_active = Signal()
        stays = parent & (~moves).replicate(self.num_neighbours)
        m.d.comb += self.next_to_parent.eq(Mux(parity & ~boundary_offers, taken | stays, 0))
        # Everybody but a root hears it from the parent.
        with m.If(boundary_offers):
            m.d.comb += next_active.eq(0)
        with m.Elif(moves):
            # A guess, made good by hearing: after growth, two clusters meet and an odd number of
            # defects and another make an even one; later, the far end has heard already. With the
            # boundary nobody is active.
            m.d.comb += next_active.eq((first_active ^ (self.grown & active)) & first_root[-1])
        with m.Else():
            m.d.comb += next_active.eq((parent & self.neighbour_active).any())
        m.d.sync += [
            told_active.eq(next_active),
            is_root.eq(is_root & ~boundary_offers & ~moves),
        ]
        with m.If(self.rebuild):
            m.d.sync += told_active.eq(0)
            # All ones is above any root that has others in its cluster.
            with m.If(~is_root):
                m.d.sync += [root.eq(~0), parent.eq(0), at_boundary.eq(0)]
        first_defect = Mux(self.start, self.defect_in, defect)
        with m.If(self.start | self.restart):
            m.d.sync += [
                root.eq(Cat(self.label, 1)),
                parent.eq(0),
                at_boundary.eq(0),
                is_root.eq(1),
                told_active.eq(0),
                defect.eq(first_defect),
            ]
        # After a strobe there are no children. Written out: what they say is late.
        alone = self.start | self.restart | self.rebuild
        m.d.sync += parity.eq(first_defect ^ (self.next_child_parity.xor() & ~alone))
        return m


def _lowest_bit(bits, *, unless):
    """Return the value with only the lowest 1 of ``bits`` left, or 0 if ``unless`` is 1.

    Written out as ORs: a subtraction would become a carry chain, which is larger for few bits.
    """
    return Cat(bit & ~(unless | bits[:k].any()) for k, bit in enumerate(bits))


def _first(m, bits, values):
    """Return the value whose bit is the lowest that is set; anything if none is.

    A tree of choices between two: it does not wait until it is known which bit that is.
    """
    if not values:
        return Const(0)
    found = [(bits[k], value) for k, value in enumerate(values)]
    while len(found) > 1:
        pairs = []
        for (any_low, low), (any_high, high) in zip(found[::2], found[1::2], strict=False):
            chosen = Signal(len(low), name="chosen")
            some = Signal(name="some")
            m.d.comb += [chosen.eq(Mux(any_low, low, high)), some.eq(any_low | any_high)]
            pairs.append((some, chosen))
        found = pairs + found[len(pairs) * 2 :]
    return found[0][1]
