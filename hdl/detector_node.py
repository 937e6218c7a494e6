"""One detector: its key in the canonical forest, the parity of its subtree, its activity.

In: what the edges at it offer, and the registers of its neighbours.   Out: its own registers.
Next: `quantacore.hdl.mesh`.   Golden twin: `quantacore.golden.decode.forest`, and
`active_detectors` of `quantacore.golden.decode.growth`.

Source: Delfosse & Zemor, arXiv:1703.01517 (forest), Liyanage et al. (Helios), arXiv:2301.08419
(one processing element per detector). Here keys carry hops, which makes the forest canonical, and
subtree parities are kept up to date while clusters grow: when growth ends the correction is there.
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.hdl.interfaces import key_layout


class DetectorNode(wiring.Component):
    """State of one detector, relaxed by one hop per cycle.

    All three registers relax together. When no node reports ``changed``, keys, parities and
    activity are the unique fixpoint that the golden model defines, whatever happened before.

    Parameters
    ----------
    num_neighbours : int
        Edges with two detectors at this one. Port k belongs to the k-th of them by edge index.
    has_boundary : bool
        There is an edge to the boundary.
    root_bits, hops_bits : int
        Widths of a key.

    Members
    -------
    label : In(root_bits)
        Root number of this detector, constant: 1 or more, increasing with the detector's index.
    start : In(1)
        Start of a shot: take ``defect_in``, become a cluster of one.
    restart : In(1)
        Start of a later pass: become a cluster of one, with the defect of the present shot.
    defect_in : In(1)
        The detector fired in the shot that starts.
    boundary_fused : In(1)
        The edge to the boundary is fused. Tie to 0 if there is none.
    offers, ties : In(num_neighbours)
        From edge k: it offers a lower key; it offers exactly the present key.
    neighbour_keys : array of num_neighbours In(key_layout)
        Keys at the far ends.
    neighbour_active : In(num_neighbours)
        Activity at the far ends.
    child_parity : In(num_neighbours)
        The far end is a child, and its parity is odd.
    key : Out(key_layout)
    parity : Out(1)
        Odd number of defects in the subtree of this detector.
    active : Out(1)
        The detector lies in an active cluster.
    defect : Out(1)
        The detector fired in this shot.
    to_parent : Out(num_neighbours)
        Edge k leads to the parent, and the parity is odd: the edge is in the correction.
    to_boundary : Out(1)
        The same for the edge to the boundary.
    changed : Out(1)
        Some register changes at the end of this cycle.

    Timing
    ------
    ``start`` acts after one cycle. Registers follow the inputs with one cycle; ``to_parent``,
    ``to_boundary`` and ``changed`` follow inputs in the same cycle.
    """

    def __init__(self, *, num_neighbours, has_boundary, root_bits, hops_bits):
        if num_neighbours < 0:
            raise ValueError(f"Number of neighbours must be at least 0, not {num_neighbours!r}")
        self.num_neighbours = num_neighbours
        self.has_boundary = has_boundary
        self.kind = (
            f"detector_node_n{num_neighbours}_b{int(has_boundary)}_r{root_bits}_h{hops_bits}"
        )
        key = key_layout(root_bits, hops_bits)
        super().__init__(
            {
                "label": In(root_bits),
                "start": In(1),
                "restart": In(1),
                "defect_in": In(1),
                "boundary_fused": In(1),
                "offers": In(num_neighbours),
                "ties": In(num_neighbours),
                "neighbour_keys": In(key).array(num_neighbours),
                "neighbour_active": In(num_neighbours),
                "child_parity": In(num_neighbours),
                "key": Out(key),
                "parity": Out(1),
                "active": Out(1),
                "defect": Out(1),
                "to_parent": Out(num_neighbours),
                "to_boundary": Out(1),
                "changed": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        key = Signal(self.key.shape(), reset_less=True)
        parity = Signal(reset_less=True)
        active = Signal(reset_less=True)
        defect = Signal(reset_less=True)
        m.d.comb += [
            self.key.eq(key),
            self.parity.eq(parity),
            self.active.eq(active),
            self.defect.eq(defect),
        ]

        # The boundary's offer (0, 1) is the least key there is. Of several neighbours that offer
        # less, the lowest edge is taken: any improvement leads to the same fixpoint.
        at_boundary = (key.root == 0) & (key.hops == 1)
        boundary_offers = self.boundary_fused & ~at_boundary if self.has_boundary else 0
        next_key = Signal.like(key)
        m.d.comb += next_key.eq(_select(lowest_bit(self.offers), self.neighbour_keys))
        with m.If(boundary_offers):
            m.d.sync += [key.root.eq(0), key.hops.eq(1)]
        with m.Elif(self.offers.any()):
            m.d.sync += [key.root.eq(next_key.root), key.hops.eq(next_key.hops + 1)]

        parent = Signal(self.num_neighbours)
        next_parity = Signal()
        next_active = Signal()
        m.d.comb += [
            parent.eq(lowest_bit(self.ties)),
            next_parity.eq(defect ^ self.child_parity.xor()),
            # A root knows; everybody else hears it from the parent. At the boundary nobody is.
            next_active.eq(
                Mux(
                    key.hops == 0,
                    next_parity,
                    (key.root != 0) & (parent & self.neighbour_active).any(),
                )
            ),
            self.to_parent.eq(Mux(parity, parent, 0)),
            self.to_boundary.eq(parity & at_boundary if self.has_boundary else 0),
            self.changed.eq(
                boundary_offers
                | self.offers.any()
                | (next_parity != parity)
                | (next_active != active)
            ),
        ]
        m.d.sync += [parity.eq(next_parity), active.eq(next_active)]

        first_defect = Mux(self.start, self.defect_in, defect)
        with m.If(self.start | self.restart):
            m.d.sync += [
                key.root.eq(self.label),
                key.hops.eq(0),
                parity.eq(first_defect),
                active.eq(first_defect),
                defect.eq(first_defect),
            ]
        return m


def lowest_bit(bits):
    """Return the value with only the lowest 1 of ``bits`` left."""
    return (bits & (~bits + 1))[: len(bits)]


def _select(one_hot, values):
    """Return the value whose bit is set, or 0: an AND-OR tree, not a chain of multiplexers."""
    result = 0
    for bit, value in zip(one_hot, values, strict=True):
        result = result | (value.as_value() & bit.replicate(len(value.as_value())))
    return result
