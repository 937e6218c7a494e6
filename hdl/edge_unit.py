"""One edge of the decoding graph: its weights, its growth, and the keys at its two ends.

In: activity and keys of the detectors at its ends.   Out: fused, and what it offers to each end.
Next: `quantacore.hdl.detector_node`.   Golden twin: `quantacore.golden.decode.growth`, and
`offered_key` of `quantacore.golden.decode.forest`.

Source: Huang, Newman & Brown, arXiv:2004.04693 (weighted growth). The keys are compared here and
not in the detectors, because an edge has one comparison where its two detectors would have two.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.hdl.interfaces import key_layout, weights_layout


class EdgeUnit(wiring.Component):
    """Growth of one edge, and the comparison of the keys at its ends.

    Parameters
    ----------
    num_ends : int
        1 (the other end is the boundary) or 2.
    length_bits : int
        Width of a length, at least 2.
    num_observables : int
        Width of the observable mask, at least 0.
    root_bits, hops_bits : int
        Widths of a key, at least 1. Not used by an edge to the boundary.

    Members
    -------
    shift : In(1)
        Take ``weights_in`` as this edge's weights. Edges form a chain through ``weights_out``.
    weights_in, weights_out : In/Out(weights_layout)
        Weights of the neighbour in the chain; weights of this edge.
    start : In(1)
        Start of a shot: growth returns to zero.
    grow : In(1)
        Grow by the number of active ends. Ignored when fused or absent.
    active : In(num_ends)
        The detector at that end lies in an active cluster.
    fused : Out(1)
        Growth has reached the length.
    growable : Out(1)
        Neither fused nor absent, and an end is active.
    key0, key1 : In(key_layout)
        Keys of the lower and the higher detector. Two ends only.
    offers : Out(2)
        Bit k: fused, and the key offered to end k is below the one it has. Two ends only.
    ties : Out(2)
        Bit k: fused, and the key offered to end k equals the one it has. Two ends only.

    Timing
    ------
    ``shift``, ``start`` and ``grow`` act on the outputs after one cycle; ``active`` and the keys
    act in the same cycle. A step takes one cycle.
    """

    def __init__(self, *, num_ends, length_bits, num_observables, root_bits=1, hops_bits=1):
        if num_ends not in (1, 2):
            raise ValueError(f"Edge must have 1 or 2 ends, not {num_ends!r}")
        if length_bits < 2:
            raise ValueError(f"Length width must be at least 2 bits, not {length_bits!r}")
        self.num_ends = num_ends
        self.length_bits = length_bits
        self.kind = f"edge_unit_e{num_ends}_l{length_bits}_o{num_observables}"
        weights = weights_layout(length_bits, num_observables)
        members = {
            "shift": In(1),
            "weights_in": In(weights),
            "weights_out": Out(weights),
            "start": In(1),
            "grow": In(1),
            "active": In(num_ends),
            "fused": Out(1),
            "growable": Out(1),
        }
        if num_ends == 2:
            self.kind += f"_r{root_bits}_h{hops_bits}"
            key = key_layout(root_bits, hops_bits)
            members |= {"key0": In(key), "key1": In(key), "offers": Out(2), "ties": Out(2)}
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()

        # Per-image state: changes with `shift` only.
        weights = Signal(self.weights_out.shape(), reset_less=True)
        m.d.comb += self.weights_out.eq(weights)
        with m.If(self.shift):
            m.d.sync += weights.eq(self.weights_in)

        # Per-shot state: steps that are left. Counting down needs no comparison with the length,
        # and all ones can only mean absent: no length that grows is that large.
        left = Signal(self.length_bits, reset_less=True)
        absent = left.all()
        m.d.comb += [
            self.fused.eq(left == 0),
            self.growable.eq(~self.fused & ~absent & self.active.any()),
        ]
        with m.If(self.start):
            m.d.sync += left.eq(weights.length)
        with m.Elif(self.grow & self.growable):
            with m.If(self.active.all() & (left != 1) if self.num_ends == 2 else 0):
                m.d.sync += left.eq(left - 2)
            with m.Else():
                m.d.sync += left.eq(left - 1)

        if self.num_ends == 2:
            self._compare_keys(m)
        return m

    def _compare_keys(self, m):
        ends = (self.key0, self.key1)
        same_root = ends[0].root == ends[1].root
        for end, other in ((0, 1), (1, 0)):
            offered_hops = ends[other].hops + 1
            m.d.comb += [
                self.offers[end].eq(
                    self.fused
                    & (
                        (ends[other].root < ends[end].root)
                        | (same_root & (offered_hops < ends[end].hops))
                    )
                ),
                self.ties[end].eq(self.fused & same_root & (offered_hops == ends[end].hops)),
            ]
