"""Gather rounds into windows, and keep those that the next window needs.

In: rounds one by one, what the last window carries over.   Out: windows for the mesh.
Next: `quantacore.hdl.window_core`.   Golden twin: `quantacore.golden.decode.window`.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import INDEX_BITS
from quantacore.golden.spec.window import WindowPlan
from quantacore.hdl.interfaces import round_layout


class WindowFeeder(wiring.Component):
    """The rounds that are not committed yet.

    Parameters
    ----------
    plan : WindowPlan

    Members
    -------
    rounds : In(stream of round_layout)
    take : In(1)
        The mesh takes the window. Only while ``available``.
    carry : In(1)
        The window that was taken last ends, and flips ``flips``. Not if it was final.
    flips : In(buffer_rounds * num_slots)
    available : Out(1)
        A window is complete.
    defects : Out(num_rounds * num_slots)
        Its detectors; valid with ``available``, ``carry`` of this cycle included.
    kind : Out(num_kinds)
        One bit each.
    final : Out(1)
        It ends its shot.
    damaged : Out(1)
        One of its rounds is.
    shot, last_round : Out(INDEX_BITS)
        Index of the shot, and of the last round that the window commits.

    Attributes
    ----------
    held, damaged_rounds, count : Signal
        Detectors of the rounds that are held, which of these are damaged, and how many there are.
        These and those below are the state, for proofs.
    ended : Signal
        The last one of them ends its shot.
    window : Signal
        Window of the shot that is gathered; stays at the one from which on all are alike.
    base : Signal
        Index of the first round that is held.

    Timing
    ------
    One round per cycle, also while the mesh decodes. A round that completes a window is in it one
    cycle later.
    """

    def __init__(self, plan: WindowPlan):
        self.plan = plan
        super().__init__(
            {
                "rounds": In(stream.Signature(round_layout(plan.num_slots))),
                "take": In(1),
                "carry": In(1),
                "flips": In(plan.buffer_rounds * plan.num_slots),
                "available": Out(1),
                "defects": Out(plan.num_rounds * plan.num_slots),
                "kind": Out(plan.num_kinds),
                "final": Out(1),
                "damaged": Out(1),
                "shot": Out(INDEX_BITS),
                "last_round": Out(INDEX_BITS),
            }
        )
        self.held = Signal(plan.num_rounds * plan.num_slots)
        self.damaged_rounds = Signal(plan.num_rounds)
        self.count = Signal(range(plan.num_rounds + 1))
        self.ended = Signal()
        self.window = Signal(range(plan.num_starts))
        self.base = Signal(INDEX_BITS)

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        size, commit = plan.num_rounds, plan.commit_rounds
        held, damaged, count, ended = self.held, self.damaged_rounds, self.count, self.ended
        window, base = self.window, self.base
        shot = Signal(INDEX_BITS)
        arriving = self.rounds.payload
        loads = self.rounds.valid & self.rounds.ready

        m.d.comb += [
            self.available.eq(ended | (count == size)),
            self.rounds.ready.eq(~self.available),
            self.defects.eq(held ^ Mux(self.carry, self.flips, 0)),
            self.final.eq(ended),
            self.damaged.eq(damaged.any()),
            self.shot.eq(shot),
            self.last_round.eq(base + Mux(ended, count, commit) - 1),
        ]
        for start in range(plan.num_starts):
            for end in range(size + 1):
                is_end = (ended & (count == end)) if end else ~ended
                kind = plan.kind(window=start, end=end)
                m.d.comb += self.kind[kind].eq((window == start) & is_end)

        with m.If(self.take & ended):
            m.d.sync += [held.eq(0), damaged.eq(0), count.eq(0), ended.eq(0), window.eq(0)]
        with m.Elif(self.take):
            m.d.sync += [
                held.eq(self.defects >> commit * plan.num_slots),
                damaged.eq(damaged >> commit),
                count.eq(plan.buffer_rounds),
                base.eq(base + commit),
                window.eq(Mux(window == plan.num_starts - 1, window, window + 1)),
            ]
        with m.Else():
            layers = []
            for index in range(size):
                layer = self.defects.word_select(index, plan.num_slots)
                here = loads & (count == index)
                layers.append(layer | Mux(here, arriving.defects, 0))
                with m.If(here):
                    m.d.sync += damaged[index].eq(arriving.damaged)
            m.d.sync += held.eq(Cat(layers))
            with m.If(loads):
                m.d.sync += [count.eq(count + 1), ended.eq(arriving.shot_end)]
                with m.If(count == 0):
                    m.d.sync += [shot.eq(arriving.shot), base.eq(arriving.round)]
        return m
