"""Turn packets into rounds: one packet, one round, each with its place in the stream.

In: the words of the rounds stream.   Out: rounds with their indices, and what went wrong.
Next: `quantacore.hdl.round_buffer`.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import INDEX_BITS, num_words
from quantacore.hdl.interfaces import round_layout, round_word_layout
from quantacore.hdl.packets import PacketCounter


class RoundIntake(wiring.Component):
    """Put out one round for every packet, whatever the packet is.

    A packet of the wrong size becomes a round that is ``damaged``, without defects, with the
    ``shot_end`` of the packet's last word. A packet that does not end in time ends with the next
    ``last``.

    With ``no_wait`` the source is never stalled, and a round that finds ``out`` occupied is lost.
    It is still put out, damaged and without defects, as soon as ``out`` takes it, before any later
    round; rounds that come until then are lost too. Such a run of lost rounds stays within one
    shot. If the shot ends and rounds of the next one come before the run is out, that next shot
    is held back: its rounds are lost, and if it ends before the run is out, the whole shot is
    missing from ``out``: its index is skipped. If it lasts longer, what was lost of it follows
    as a run of its own, in the first cycle in which no round comes.

    So a stream in which ``out`` takes rounds as fast as they come recovers within the present
    shot if there are cycles without a round, else with the first shot after the one held back.

    Parameters
    ----------
    num_slots : int
        Detectors in a round. Slot ``k`` is bit ``k % word_bits`` of word ``k // word_bits``;
        bits past the last slot are ignored.
    word_bits : int

    Members
    -------
    rounds : In(stream of round_word_layout)
    no_wait : In(1)
        ``rounds.ready`` is always 1. May change at any time.
    expected_rounds : In(INDEX_BITS)
        Rounds in a shot, 0 for any number. Constant within a shot.
    out : Out(stream of round_layout)
        Rounds and shots count from 0 and wrap at ``2**INDEX_BITS``.
    accepted : Out(1)
        A round leaves through ``out``, a lost one's stand-in too.
    short_packet, long_packet : Out(1)
        A packet ended too early; did not end where it should. Once per packet.
    lost_round : Out(1)
        A round's defects are lost: ``out`` was occupied.
    lost_shot : Out(1)
        A shot ends of which nothing is put out. Each of its rounds was a ``lost_round`` too.
    shot_length : Out(1)
        A shot ended before ``expected_rounds``, or did not end there. Once per shot; its rounds
        are put out all the same.

    Attributes
    ----------
    shot, index : Signal
        Of the round that arrives. These and those below are the state, for proofs.
    lost : Signal
        Rounds of the run of lost rounds that are still to be put out.
    lost_shot_index, lost_index : Signal
        Of the first of these.
    lost_end : Signal
        The run is its shot's end.
    held_back : Signal
        The shot that arrives is.

    Timing
    ------
    One word per cycle. ``out.valid`` rises in the cycle after a packet's last word. Without
    ``no_wait``, ``rounds.ready`` depends on ``out.ready`` in the same cycle.
    """

    def __init__(self, *, num_slots, word_bits):
        self.num_words = num_words(num_slots, word_bits=word_bits)
        self.num_slots = num_slots
        self.word_bits = word_bits
        super().__init__(
            {
                "rounds": In(stream.Signature(round_word_layout(word_bits))),
                "no_wait": In(1),
                "expected_rounds": In(INDEX_BITS),
                "out": Out(stream.Signature(round_layout(num_slots))),
                "accepted": Out(1),
                "short_packet": Out(1),
                "long_packet": Out(1),
                "lost_round": Out(1),
                "lost_shot": Out(1),
                "shot_length": Out(1),
            }
        )
        self.shot = Signal(INDEX_BITS)
        self.index = Signal(INDEX_BITS)
        self.lost = Signal(INDEX_BITS)
        self.lost_end = Signal()
        self.lost_shot_index = Signal(INDEX_BITS)
        self.lost_index = Signal(INDEX_BITS)
        self.held_back = Signal()

    def elaborate(self, platform):
        m = Module()
        m.submodules.packets = packets = PacketCounter(num_words=self.num_words)
        word = self.rounds.payload
        shot, index, lost = self.shot, self.index, self.lost
        lost_shot, lost_index = self.lost_shot_index, self.lost_index
        lost_end, held_back = self.lost_end, self.held_back

        pending = lost.any()
        room = ~self.out.valid | self.out.ready
        arrives = packets.accept & word.last
        next_shot = arrives & pending & lost_end
        joins = arrives & ~held_back & ~next_shot & (pending | ~room)
        passes = arrives & ~held_back & ~pending & room
        m.d.comb += [
            self.rounds.ready.eq(self.no_wait | (room & ~pending & ~held_back)),
            packets.accept.eq(self.rounds.valid & self.rounds.ready),
            packets.last.eq(word.last),
            self.accepted.eq(self.out.valid & self.out.ready),
            self.short_packet.eq(packets.error & word.last),
            self.long_packet.eq(packets.error & ~word.last),
            self.lost_round.eq(arrives & ~passes),
            self.lost_shot.eq((arrives & held_back | next_shot) & word.shot_end),
            self.shot_length.eq(
                arrives
                & self.expected_rounds.any()
                & Mux(
                    word.shot_end,
                    index + 1 < self.expected_rounds,
                    index + 1 == self.expected_rounds,
                )
            ),
        ]

        with m.If(arrives):
            m.d.sync += index.eq(Mux(word.shot_end, 0, index + 1))
            with m.If(word.shot_end):
                m.d.sync += shot.eq(shot + 1)

        defects = self._collect(m, packets)
        out = self.out.payload
        with m.If(room):
            m.d.sync += self.out.valid.eq(pending | passes)
            with m.If(pending):
                m.d.sync += [
                    out.eq(0),
                    out.damaged.eq(1),
                    out.shot.eq(lost_shot),
                    out.round.eq(lost_index),
                    out.shot_end.eq(lost_end & (lost == 1)),
                ]
            with m.Else():
                m.d.sync += [
                    out.defects.eq(Mux(packets.complete, defects, 0)),
                    out.damaged.eq(~packets.complete),
                    out.shot.eq(shot),
                    out.round.eq(index),
                    out.shot_end.eq(word.shot_end),
                ]

        with m.If(pending & room):
            m.d.sync += lost_index.eq(lost_index + 1)
        m.d.sync += lost.eq(lost - (pending & room) + joins)
        with m.If(joins):
            m.d.sync += lost_end.eq(word.shot_end)
            with m.If(~pending):
                m.d.sync += [lost_shot.eq(shot), lost_index.eq(index)]
        with m.If(next_shot | (held_back & arrives)):
            m.d.sync += held_back.eq(~word.shot_end)
        with m.Elif(held_back & ~pending):
            m.d.sync += [
                held_back.eq(0),
                lost.eq(index),
                lost_end.eq(0),
                lost_shot.eq(shot),
                lost_index.eq(0),
            ]
        return m

    def _collect(self, m, packets):
        words = []
        for index in range(self.num_words - 1):
            stored = Signal(self.word_bits, name=f"word_{index}", reset_less=True)
            with m.If(packets.accept & (packets.index == index)):
                m.d.sync += stored.eq(self.rounds.payload.data)
            words.append(stored)
        return Cat(*words, self.rounds.payload.data)[: self.num_slots]
