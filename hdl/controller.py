"""Decide in every cycle whether to start a shot, grow, finish, or wait.

In: what the mesh, the buffers and the outputs report.   Out: their strobes, and the counters.
Next: `quantacore.hdl.core`.   Golden twin: `quantacore.golden.decode.passes`.
"""

from amaranth.hdl import Const, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import COUNTER_BITS, MAX_STEPS, PASSES_BITS


class Controller(wiring.Component):
    """Sequence of a shot: one pass or several.

    Parameters
    ----------
    has_later : bool
        The mesh has links, so there are later passes.
    has_budget : bool
        Shots that take too long are given up.
    most_steps : int
        Growth steps that the mesh takes at once at most.

    Members
    -------
    available : In(1)
        A shot waits.
    blocked : In(1)
        It must not start: an image is missing or coming in.
    outputs_free : In(1)
        Prediction and correction of a finished shot can be handed over.
    max_passes : In(PASSES_BITS)
        Most passes of the shot that is taken in this cycle; 0 counts as 1. With ``has_later`` only.
    repeats : In(1)
        From the mesh: this pass chose the correction of the last. With ``has_later`` only.
    links_ready : In(1)
        The mesh knows the links of the correction that has been latched, or that is latched in
        this cycle. With ``has_later`` only.
    steps : In(range(most_steps + 1))
        Growth steps that the mesh takes with ``grow``.
    settled, decoded, tangled, any_defect, any_active, any_growable : In(1)
        From the mesh. What can grow is active.
    budget : In(COUNTER_BITS)
        Cycles after which a shot is given up, as ``cycles`` counts them; 0: never. With
        ``has_budget`` only.
    start : Out(1)
        The mesh takes the waiting shot.
    open : Out(1)
        The mesh takes a shot, if there is one: always with ``start``, but known earlier. What it
        takes otherwise does not matter, as it decodes nothing.
    grow : Out(1)
        The mesh grows by ``steps``, in the next cycle.
    rebuild : Out(1)
        The mesh has decoded in the cycle before, but its forest may not be canonical: it builds it
        anew.
    latch : Out(1)
        A pass has ended and another follows: the mesh remembers the correction.
    restart : Out(1)
        The mesh starts the next pass.
    finish : Out(1)
        The outputs take the mesh's answer.
    abandoned : Out(1)
        There is no answer: it takes more cycles than the budget. Valid with ``finish``. With
        ``has_budget`` only.
    unmatched : Out(1)
        The answer is that there is none: an active cluster cannot grow. Valid with ``finish``.
    busy : Out(1)
        A shot is in the mesh.
    growth_steps : Out(COUNTER_BITS)
        Steps taken in this shot; stops at all ones. Valid with ``finish``.
    pass_index : Out(PASSES_BITS)
        The present pass; 1 is the first. With ``has_later`` only.
    passes : Out(PASSES_BITS)
        Passes that ran; 0 for a shot without defects. Valid with ``finish``.
    cycles : Out(COUNTER_BITS)
        Cycles from the one in which the shot was taken to the first with the prediction valid,
        waiting for the outputs left out; stops at all ones. Valid with ``finish``.

    Timing
    ------
    A shot that is taken in cycle 0 finishes in cycle 1 at the earliest, and the next one is taken
    in the cycle in which it finishes. A pass ends in the cycle after the mesh has ``decoded`` it,
    with a canonical forest. The mesh starts a further pass in that cycle, or as soon after as
    ``links_ready`` is 1.
    """

    def __init__(self, *, has_later=False, has_budget=False, most_steps=MAX_STEPS):
        self.has_later = has_later
        self.has_budget = has_budget
        budget = {"budget": In(COUNTER_BITS), "abandoned": Out(1)} if has_budget else {}
        inputs = ("available", "blocked", "outputs_free", "repeats", "links_ready")
        reports = ("settled", "decoded", "tangled", "any_defect", "any_active", "any_growable")
        strobes = ("start", "open", "grow", "rebuild", "latch", "restart", "finish")
        super().__init__(
            budget
            | {name: In(1) for name in inputs + reports}
            | {name: Out(1) for name in (*strobes, "unmatched", "busy")}
            | {"steps": In(range(most_steps + 1))}
            | {"max_passes": In(PASSES_BITS), "passes": Out(PASSES_BITS)}
            | {"pass_index": Out(PASSES_BITS)}
            | {"growth_steps": Out(COUNTER_BITS), "cycles": Out(COUNTER_BITS)}
        )

    def elaborate(self, platform):
        m = Module()
        busy = Signal()
        growth_steps = Signal(COUNTER_BITS)
        cycles = Signal(COUNTER_BITS)

        # Much hangs on the end of a pass, so it gets a cycle to itself. A shot without defects need
        # not settle, although edges may be fused from the start.
        decoded = Signal()
        stuck = Signal()
        restarts = self.open | self.restart
        rebuilt = Signal()  # once in a pass is enough, though there are edges beside the forest
        canonical = rebuilt | ~self.tangled
        astray = Signal()
        m.d.sync += [
            rebuilt.eq((rebuilt | self.rebuild) & ~restarts),
            decoded.eq(self.decoded & canonical & ~restarts),
            astray.eq(self.decoded & ~canonical & ~restarts & ~self.rebuild),
            stuck.eq(self.settled & self.any_active & ~self.any_growable & ~restarts),
        ]
        between = Signal()  # the mesh still shows the pass that has ended
        pass_ends = busy & ~between & (~self.any_defect | decoded | stuck)
        more = self._more_passes(m, stuck) if self.has_later else Const(0)
        answered = pass_ends & ~more
        late = self._too_late(m, busy, answered, cycles) if self.has_budget else Const(0)
        done = answered | late
        ended = (self.latch | between) & ~late
        m.d.comb += [
            self.latch.eq(pass_ends & more & ~late),
            self.restart.eq(ended & self.links_ready),
        ]
        m.d.sync += between.eq(ended & ~self.links_ready)
        if not self.has_later:
            m.d.comb += self.passes.eq(self.any_defect)
        m.d.comb += [
            self.busy.eq(busy),
            self.unmatched.eq(self.any_defect & stuck),
            self.finish.eq(done & self.outputs_free),
            self.rebuild.eq(busy & ~between & self.any_defect & astray),
            self.grow.eq(busy & ~between & ~late & self.settled & self.any_growable),
            self.open.eq(~busy | self.finish),
            self.start.eq(self.available & ~self.blocked & self.open),
            self.growth_steps.eq(growth_steps),
            self.cycles.eq(cycles),
        ]
        with m.If(self.start):
            m.d.sync += busy.eq(1)
        with m.Elif(self.finish):
            m.d.sync += busy.eq(0)

        # Whether it grew is known late, and goes into a register first.
        grew = Signal()
        steps = Signal.like(self.steps)
        m.d.sync += [grew.eq(self.grow), steps.eq(self.steps)]
        with m.If(grew):
            grown = Signal(COUNTER_BITS + 1)
            m.d.comb += grown.eq(growth_steps + steps)
            m.d.sync += growth_steps.eq(Mux(grown[-1], ~0, grown))
        with m.If(busy & ~done & ~cycles.all()):
            m.d.sync += cycles.eq(cycles + 1)
        with m.If(self.open):
            # Taken now (1 cycle), and the outputs' register will take another.
            m.d.sync += [growth_steps.eq(0), cycles.eq(2)]
        return m

    def _too_late(self, m, busy, answered, cycles):
        """Tell whether a shot has used up its budget without an answer."""
        # It stays given up while it waits for the outputs, whatever the mesh comes to say.
        given_up = Signal()
        late = (self.budget != 0) & (cycles >= self.budget) & ~answered
        m.d.comb += self.abandoned.eq(busy & (late | given_up))
        m.d.sync += given_up.eq(self.abandoned & ~self.finish)
        return self.abandoned

    def _more_passes(self, m, stuck):
        """Count passes, and tell whether another follows the one that ends."""
        pass_index = Signal(PASSES_BITS)
        last = Signal(PASSES_BITS)
        with m.If(self.open):
            m.d.sync += [pass_index.eq(1), last.eq(self.max_passes)]
        with m.Elif(self.latch):
            m.d.sync += pass_index.eq(pass_index + 1)
        m.d.comb += [
            self.pass_index.eq(pass_index),
            self.passes.eq(Mux(self.any_defect, pass_index, 0)),
        ]
        # No pass ends in the cycle after its number changed, but the end of one reaches all edges.
        may_repeat = Signal()
        may_follow = Signal()
        m.d.sync += [may_repeat.eq(pass_index >= 2), may_follow.eq(pass_index < last)]
        return self.any_defect & ~stuck & ~(may_repeat & self.repeats) & may_follow
