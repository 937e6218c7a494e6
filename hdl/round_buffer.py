"""Keep rounds that the decoder has no time for yet.

In: rounds from the intake.   Out: the same rounds, in the same order.
Next: `quantacore.hdl.window_feeder`.
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.fifo import SyncFIFOBuffered
from amaranth.lib.wiring import In, Out

from quantacore.hdl.interfaces import round_layout

MIN_DEPTH = 3  # one round beside a block RAM that has two


class RoundBuffer(wiring.Component):
    """Queue of rounds in block RAM that an empty queue does not delay.

    A round that finds the queue empty passes straight through; if it is not taken, it waits in a
    register. The rounds behind it wait in the RAM.

    Parameters
    ----------
    num_slots : int
        Detectors in a round.
    depth : int
        Rounds in the queue, at least 3. Up to two places stay empty while rounds move on inside.

    Members
    -------
    rounds : In(stream of round_layout)
    out : Out(stream of round_layout)
    level : Out(range(depth + 1))
        Rounds in the queue.

    Attributes
    ----------
    waiting, first : Signal
        The register before the RAM, for proofs.

    Timing
    ------
    Into an empty queue: ``out.valid`` rises in the same cycle. One round per cycle, but for one
    cycle of ``~out.valid`` when the RAM takes over right after its first round was written.
    ``rounds.ready`` depends on registers only.
    """

    def __init__(self, *, num_slots, depth):
        if depth < MIN_DEPTH:
            raise ValueError(f"Depth must be at least {MIN_DEPTH}, not {depth!r}")
        self.depth = depth
        layout = round_layout(num_slots)
        super().__init__(
            {
                "rounds": In(stream.Signature(layout)),
                "out": Out(stream.Signature(layout)),
                "level": Out(range(depth + 1)),
            }
        )
        self.waiting = Signal()
        self.first = Signal(layout.size, reset_less=True)

    def elaborate(self, platform):
        m = Module()
        arriving = self.rounds.payload.as_value()
        m.submodules.queue = queue = SyncFIFOBuffered(width=len(arriving), depth=self.depth - 1)
        waiting, first = self.waiting, self.first
        arrives = self.rounds.valid & self.rounds.ready
        # The RAM is empty, and so is the register or about to be.
        passes = (queue.level == 0) & (~waiting | self.out.ready)
        m.d.comb += [
            self.rounds.ready.eq(queue.w_rdy),
            self.level.eq(queue.level + waiting),
            queue.w_data.eq(arriving),
            queue.w_en.eq(arrives & ~passes),
            queue.r_en.eq(~waiting & self.out.ready),
            self.out.valid.eq(waiting | queue.r_rdy | (arrives & (queue.level == 0))),
            self.out.payload.as_value().eq(
                Mux(waiting, first, Mux(queue.level == 0, arriving, queue.r_data))
            ),
        ]
        with m.If(passes):
            # The one that arrives passes only if nothing waits before it.
            m.d.sync += waiting.eq(arrives & (waiting | ~self.out.ready))
            m.d.sync += first.eq(arriving)
        with m.Elif(self.out.ready):
            m.d.sync += waiting.eq(0)
        return m
