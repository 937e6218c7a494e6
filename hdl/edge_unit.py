"""One edge of the decoding graph: its growth, and the roots at its two ends.

In: activity and roots of the detectors at its ends.   Out: fused, and what it offers to each end.
Next: `quantacore.hdl.detector_node`.   Golden twin: `quantacore.golden.decode.growth`.

Source: Huang, Newman & Brown, arXiv:2004.04693 (weighted growth). The roots are compared here and
not in the detectors, because an edge has one comparison where its two detectors would have two.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import MAX_STEPS, check_most_steps


def useful_steps(most_steps, *, length_bits):
    """Return how many steps at once are of use: no edge with so few bits is further away."""
    return min(most_steps, (1 << length_bits) - 2)


class EdgeUnit(wiring.Component):
    """Growth of one edge, and the comparison of the roots at its ends.

    Parameters
    ----------
    num_ends : int
        1 (the other end is the boundary) or 2.
    length_bits : int
        Width of a length, at least 2.
    root_bits : int
        Width of a root's number, at least 1. Not used by an edge to the boundary.
    has_later : bool
        The edge takes part in later passes.
    most_steps : int
        Steps that the mesh can grow at once, 1 .. `MAX_STEPS`. Between two fusions nothing
        happens, so it takes as many together as no edge's length forbids.

    Members
    -------
    start : In(1)
        Start of a shot: growth returns to zero.
    length : In(length_bits)
        Length in the first pass. Valid with ``start``.
    later : In(length_bits)
        Length in later passes. Valid with ``restart``. With ``has_later`` only.
    restart : In(1)
        Start of a later pass: growth returns to zero, and the length is that of later passes or
        ``link_length``, whichever is less. With ``has_later`` only.
    link_length : In(length_bits)
        Least length that the present correction's links have for this edge; all ones if none has.
        Valid with ``restart``.
    grow : In(1)
        Grow by the number of active ends, ``last_steps`` times. Ignored when fused or absent, and
        with ``start``. What decides on it does so in the cycle before.
    steps : In(range(most_steps + 1))
        Steps by which the mesh would grow in the next cycle: no more than bring this edge to its
        length.
    last_steps : In(range(most_steps + 1))
        ``steps`` of the cycle before. Valid with ``grow``, if activity is as it was then.
    active : In(num_ends)
        The detector at that end lies in an active cluster.
    fused : Out(1)
        Growth has reached the length, or does so at the end of this cycle.
    was_fused : Out(1)
        The same but for the growth of this cycle; as early as a register.
    growable : Out(1)
        Neither fused nor absent, and an end is active.
    near : Out(useful_steps(most_steps) - 1)
        Bit k: growable, and its length is less than k + 2 steps away.
    root0, root1 : In(root_bits)
        Roots of the lower and the higher detector. Two ends only.
    offers : Out(2)
        Bit k: fused, and the root at the other end is below that at end k. Two ends only.

    Timing
    ------
    Strobes act on the outputs after one cycle, but for ``grow``, which acts on ``fused`` and the
    offers at once; ``active`` and the roots act in the same cycle.
    """

    def __init__(
        self, *, num_ends, length_bits, root_bits=1, has_later=False, most_steps=MAX_STEPS
    ):
        if num_ends not in (1, 2):
            raise ValueError(f"Edge must have 1 or 2 ends, not {num_ends!r}")
        if length_bits < 2:
            raise ValueError(f"Length width must be at least 2 bits, not {length_bits!r}")
        check_most_steps(most_steps)
        self.num_ends = num_ends
        self.length_bits = length_bits
        self.most_steps = useful_steps(most_steps, length_bits=length_bits)
        self.kind = f"edge_unit_e{num_ends}_l{length_bits}_s{most_steps}"
        members = {
            "start": In(1),
            "length": In(length_bits),
            "grow": In(1),
            "steps": In(range(most_steps + 1)),
            "last_steps": In(range(most_steps + 1)),
            "active": In(num_ends),
            "fused": Out(1),
            "was_fused": Out(1),
            "growable": Out(1),
            "near": Out(self.most_steps - 1),
        }
        if num_ends == 2:
            self.kind += f"_r{root_bits}"
            members |= {"root0": In(root_bits), "root1": In(root_bits), "offers": Out(2)}
        self.has_later = has_later
        if has_later:
            self.kind += "_later"
            members |= {name: In(length_bits) for name in ("later", "link_length")}
            members["restart"] = In(1)
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()

        # Per-shot state: steps that are left, which do not matter any more when the edge is fused
        # (two ends may step over the length by one, to all ones).
        # Counting down needs no comparison with the length, and all ones can only mean absent: no
        # length that grows is that large.
        left = Signal(self.length_bits, reset_less=True)
        was_fused = Signal(reset_less=True)
        # Whether growth would fuse this edge is known when it is decided on: so roots travel over
        # the edge in the cycle in which it grows, and the decision has a register before it.
        fuses = Signal(reset_less=True)
        m.d.comb += [
            self.was_fused.eq(was_fused),
            self.fused.eq(was_fused | (self.grow & fuses)),
            self.growable.eq(~was_fused & ~left.all() & self.active.any()),
        ]
        twice = Signal()
        m.d.comb += twice.eq(self.active.all() if self.num_ends == 2 else 0)
        away = Signal(self.length_bits)
        close = Signal()  # fewer than 8 steps
        m.d.comb += [
            away.eq(Mux(twice, _half_up(left), left)),
            close.eq(self.growable & ~away[3:].any()),
        ]
        m.d.sync += fuses.eq(close & (away[:3] == self.steps))
        for k in range(self.most_steps - 1):
            m.d.comb += self.near[k].eq(close & (away[:3] < k + 2))
        m.d.sync += was_fused.eq(self.fused)
        with m.If(self.start):
            m.d.sync += [left.eq(self.length), was_fused.eq(self.length == 0)]
        with m.Elif(self.grow & self.growable):
            m.d.sync += left.eq(left - Mux(twice, self.last_steps << 1, self.last_steps))

        if self.has_later:
            # An absent edge stays absent whatever links say.
            lowers = (self.link_length < self.later) & ~self.later.all()
            lowered = Signal(self.length_bits)
            m.d.comb += lowered.eq(Mux(lowers, self.link_length, self.later))
            with m.If(self.restart):
                m.d.sync += [left.eq(lowered), was_fused.eq(lowered == 0)]

        if self.num_ends == 2:
            less0, less1 = _compare(m, self.root0, self.root1)
            m.d.comb += self.offers.eq(Cat(self.fused & less1, self.fused & less0))
        return m


def _compare(m, a, b):
    """Return whether ``a`` is less, and whether ``b`` is.

    A tree: both answers take no more LUTs than the carry chain of one, and fewer levels.
    """
    less_a, less_b = Signal(name="less_a"), Signal(name="less_b")
    if len(a) == 1:
        m.d.comb += [less_a.eq(~a & b), less_b.eq(a & ~b)]
        return less_a, less_b
    # Pairs of bits stay together: two of them are what a LUT of 4 inputs compares.
    half = (len(a) + 2) // 4 * 2 if len(a) > 2 else 1
    low_a, low_b = _compare(m, a[:half], b[:half])
    high_a, high_b = _compare(m, a[half:], b[half:])
    m.d.comb += [less_a.eq(high_a | (~high_b & low_a)), less_b.eq(high_b | (~high_a & low_b))]
    return less_a, less_b


def _half_up(value):
    """Return half of a value, rounded up; written out, as an adder would become a carry chain."""
    return Cat(value[k + 1] ^ value[: k + 1].all() for k in range(len(value) - 1))
