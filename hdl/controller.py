"""Decide in every cycle whether to start a shot, grow, finish, or wait.

In: what the mesh, the buffers and the outputs report.   Out: their strobes, and the counters.
Next: `quantacore.hdl.core`.   Golden twin: `quantacore.golden.decode.passes`.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import COUNTER_BITS


class Controller(wiring.Component):
    """Sequence of one pass.

    Members
    -------
    available : In(1)
        A shot waits.
    blocked : In(1)
        It must not start: an image is missing or coming in.
    outputs_free : In(1)
        Prediction and correction of a finished shot can be handed over.
    settled, any_defect, any_active, any_growable : In(1)
        From the mesh.
    start : Out(1)
        The mesh takes the waiting shot.
    grow : Out(1)
        The mesh grows by one step.
    finish : Out(1)
        The outputs take the mesh's answer.
    unmatched : Out(1)
        The answer is that there is none: an active cluster cannot grow. Valid with ``finish``.
    busy : Out(1)
        A shot is in the mesh.
    growth_steps : Out(COUNTER_BITS)
        Steps taken in this shot; stops at all ones. Valid with ``finish``.
    cycles : Out(COUNTER_BITS)
        Cycles from the one in which the shot was taken to the first with the prediction valid,
        waiting for the outputs left out; stops at all ones. Valid with ``finish``.

    Timing
    ------
    A shot that is taken in cycle 0 finishes in cycle 1 at the earliest, and the next one is taken
    in the cycle in which it finishes.
    """

    def __init__(self):
        inputs = ("available", "blocked", "outputs_free")
        reports = ("settled", "any_defect", "any_active", "any_growable")
        strobes = ("start", "grow", "finish", "unmatched", "busy")
        super().__init__(
            {name: In(1) for name in inputs + reports}
            | {name: Out(1) for name in strobes}
            | {"growth_steps": Out(COUNTER_BITS), "cycles": Out(COUNTER_BITS)}
        )

    def elaborate(self, platform):
        m = Module()
        busy = Signal()
        growth_steps = Signal(COUNTER_BITS)
        cycles = Signal(COUNTER_BITS)

        # A shot without defects need not settle, although edges may be fused from the start.
        stuck = self.settled & self.any_active & ~self.any_growable
        done = busy & (~self.any_defect | (self.settled & ~self.any_active) | stuck)
        m.d.comb += [
            self.busy.eq(busy),
            self.unmatched.eq(self.any_defect & stuck),
            self.finish.eq(done & self.outputs_free),
            self.grow.eq(busy & self.settled & self.any_active & self.any_growable),
            self.start.eq(self.available & ~self.blocked & (~busy | self.finish)),
            self.growth_steps.eq(growth_steps),
            self.cycles.eq(cycles),
        ]
        with m.If(self.start):
            m.d.sync += busy.eq(1)
        with m.Elif(self.finish):
            m.d.sync += busy.eq(0)

        with m.If(self.grow & ~growth_steps.all()):
            m.d.sync += growth_steps.eq(growth_steps + 1)
        with m.If(~done & ~cycles.all()):
            m.d.sync += cycles.eq(cycles + 1)
        with m.If(self.start):
            # Taken now (1 cycle), and the outputs' register will take another.
            m.d.sync += [growth_steps.eq(0), cycles.eq(2)]
        return m
