"""The streaming core: rounds in, one prediction a window out, for shots of any length.

In: rounds and image streams.   Out: predictions and corrections streams, fault strobes.
Next: `quantacore.hdl.top` (flat ports).   Golden twin: `quantacore.golden.decode.window`.

Source: Skoric et al., arXiv:2209.08552. Here rounds come in while the window before is decoded,
and the next window starts in the cycle in which the last one ends.
"""

from dataclasses import replace
from functools import reduce
from operator import xor

import numpy as np
from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from quantacore.golden.spec.config import (
    COUNTER_BITS,
    INDEX_BITS,
    PASSES_BITS,
    CoreConfig,
)
from quantacore.golden.spec.registers import CORE_FAULTS
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage, with_window_link_rows
from quantacore.hdl.engine import Engine, baked_links
from quantacore.hdl.interfaces import (
    round_word_layout,
    window_prediction_layout,
    words_layout,
)
from quantacore.hdl.output_register import CorrectionShifter, PredictionRegister
from quantacore.hdl.round_buffer import RoundBuffer
from quantacore.hdl.round_intake import RoundIntake
from quantacore.hdl.stream_counters import COUNT_MEMBERS, StreamCounters
from quantacore.hdl.window_feeder import WindowFeeder

DEFAULT_BUFFER_DEPTH = 64
"""Rounds; a block RAM of an FPGA holds more, so that fewer save nothing."""
HASH_BITS = 32
"""A core answers with the first bits of its plan's hash."""

INTAKE_FAULTS = ("short_packet", "long_packet", "lost_round", "lost_shot", "shot_length")


class WindowCore(wiring.Component):
    """Union-find decoder of endless streams, in sliding windows.

    Parameters
    ----------
    plan : WindowPlan
        Graph, kinds of windows and what they commit are baked in.
    config : CoreConfig
        ``with_corrections`` adds the stream; the core keeps corrections in any case.
    image : WindowImage, optional
        Its correlation lengths are baked in, or room is made for them, if ``config.links`` says so.
    buffer_depth : int
        Rounds that can wait in block RAM.

    Members
    -------
    rounds : In(stream of round_word_layout)
        One packet a round; see `RoundIntake`.
    image : In(stream of image_layout)
        One packet an image, one word for each entry of the plan; see `ImageLoader`.
    predictions : Out(stream of window_prediction_layout)
        One word a window, in order.
    corrections : Out(stream of words_layout)
        One packet a window: the edges of the plan's graph that it commits. Only with
        ``config.with_corrections``; it must then be read, or the core waits.
    max_passes : In(3)
        Most passes per window, 1 .. 7; sampled when a window starts. Only with links.
    cycle_budget : In(COUNTER_BITS)
        Cycles after which a window is given up: it commits nothing. 0: never.
    no_wait, expected_rounds : In
        See `RoundIntake`.
    graph_hash : Out(32)
        First 4 bytes of the plan's hash, constant.
    image_loaded, image_busy : Out(1)
        An image is in force; one waits for the window to end.
    image_count : Out(COUNTER_BITS)
        Images that have come into force since reset; wraps.
    busy : Out(1)
        A window is being decoded.
    buffered_rounds : Out
        Rounds that wait in the buffer.
    count_snapshot, count_row, counts_busy, count_windows, count_rounds, count_0 .. : In, Out
        As in `StreamCounters`. Only with ``config.with_counters``.
    faults : Out(struct)
        One bit for each of `CORE_FAULTS`, 1 for one cycle per event.

    Attributes
    ----------
    counters : StreamCounters, optional

    Timing
    ------
    Loading, decoding, committing and draining overlap.
    """

    def __init__(
        self,
        plan: WindowPlan,
        config: CoreConfig,
        image: WindowImage | None = None,
        *,
        buffer_depth: int = DEFAULT_BUFFER_DEPTH,
    ):
        self.plan = plan
        if image is not None:
            image.check_plan(plan)
        self.config = config = with_window_link_rows(config, plan, image)
        # What crosses into the next window is known from the correction that was chosen.
        inner = replace(config, with_corrections=True)
        self.engine = Engine(plan.graph, inner, baked_links(config, image), plan)
        self.buffer_depth = buffer_depth
        self.buffer = RoundBuffer(num_slots=plan.num_slots, depth=buffer_depth)
        layout = window_prediction_layout(plan.graph.num_observables)
        members = {
            "rounds": In(stream.Signature(round_word_layout(config.word_bits))),
            "image": In(stream.Signature(self.engine.image.payload.shape())),
            "predictions": Out(stream.Signature(layout)),
            "cycle_budget": In(COUNTER_BITS),
            "no_wait": In(1),
            "expected_rounds": In(INDEX_BITS),
            "graph_hash": Out(HASH_BITS),
            "image_loaded": Out(1),
            "image_busy": Out(1),
            "image_count": Out(COUNTER_BITS),
            "busy": Out(1),
            "buffered_rounds": Out(self.buffer.level.shape()),
            "faults": Out(data.StructLayout({fault.name: 1 for fault in CORE_FAULTS})),
        }
        if config.has_later:
            members["max_passes"] = In(PASSES_BITS)
        if config.with_corrections:
            members["corrections"] = Out(stream.Signature(words_layout(config.word_bits)))
        self.counters = None
        if config.with_counters:
            self.counters = StreamCounters(num_edges=plan.graph.num_edges, num_slots=plan.num_slots)
            members |= COUNT_MEMBERS
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        plan, config = self.plan, self.config
        m.submodules.engine = engine = self.engine
        m.submodules.intake = intake = RoundIntake(
            num_slots=plan.num_slots, word_bits=config.word_bits
        )
        m.submodules.buffer = buffer = self.buffer
        m.submodules.feeder = feeder = WindowFeeder(plan)
        m.submodules.prediction = prediction = PredictionRegister(
            window_prediction_layout(plan.graph.num_observables)
        )
        connect(m, flipped(self.rounds), intake.rounds)
        connect(m, intake.out, buffer.rounds)
        connect(m, flipped(self.image), engine.image)
        connect(m, prediction.predictions, flipped(self.predictions))

        # What the window in the mesh is; the feeder already gathers the next one.
        final = Signal()
        damaged = Signal()
        shot = Signal(INDEX_BITS)
        last_round = Signal(INDEX_BITS)
        frame = Signal(plan.graph.num_observables)
        image_count = Signal(COUNTER_BITS)
        with m.If(engine.start):
            m.d.sync += [
                final.eq(feeder.final),
                damaged.eq(feeder.damaged),
                shot.eq(feeder.shot),
                last_round.eq(feeder.last_round),
            ]
        next_frame = frame ^ engine.observables
        with m.If(engine.finish):
            m.d.sync += frame.eq(Mux(final, 0, next_frame))
        with m.If(engine.swap):
            m.d.sync += image_count.eq(image_count + 1)

        word = prediction.prediction
        m.d.comb += [
            engine.available.eq(feeder.available),
            engine.defects.eq(feeder.defects),
            engine.kind.eq(feeder.kind),
            engine.budget.eq(self.cycle_budget),
            feeder.take.eq(engine.start),
            feeder.carry.eq(engine.finish & ~final),
            feeder.flips.eq(self._flips(engine.correction)),
            prediction.capture.eq(engine.finish),
            word.observables.eq(next_frame),
            word.shot.eq(shot),
            word.round.eq(last_round),
            word.image.eq(image_count),
            word.shot_end.eq(final),
            word.damaged.eq(damaged),
            intake.no_wait.eq(self.no_wait),
            intake.expected_rounds.eq(self.expected_rounds),
            self.graph_hash.eq(int(plan.plan_hash[: HASH_BITS // 4], 16)),
            self.image_loaded.eq(engine.image_loaded),
            self.image_busy.eq(engine.image_waits),
            self.image_count.eq(image_count),
            self.busy.eq(engine.busy),
            self.buffered_rounds.eq(buffer.level),
            self.faults.unmatched.eq(engine.finish & engine.unmatched & ~engine.abandoned),
            self.faults.abandoned.eq(engine.finish & engine.abandoned),
            self.faults.image_words.eq(engine.image_error),
            # Before the first image the weights in force are what the reset left there: anything.
            self.faults.image_parity.eq(engine.image_parity & engine.image_loaded),
        ]
        for name in ("growth_steps", "cycles", "volume", "passes", "contested", "abandoned"):
            m.d.comb += getattr(word, name).eq(getattr(engine, name))
        m.d.comb += word.unmatched.eq(engine.unmatched & ~engine.abandoned)
        for name in INTAKE_FAULTS:
            m.d.comb += getattr(self.faults, name).eq(getattr(intake, name))
        if config.has_later:
            m.d.comb += engine.max_passes.eq(self.max_passes)

        committed = Cat(
            bit if kept else bit & final
            for bit, kept in zip(engine.correction, plan.committed.tolist(), strict=True)
        )
        outputs_free = prediction.free
        if config.with_corrections:
            m.submodules.shifter = shifter = CorrectionShifter(
                num_edges=plan.graph.num_edges, word_bits=config.word_bits
            )
            connect(m, shifter.corrections, flipped(self.corrections))
            m.d.comb += [
                shifter.capture.eq(engine.finish),
                shifter.correction.eq(committed),
            ]
            outputs_free = outputs_free & shifter.free
        if self.counters:
            m.submodules.counters = counters = self.counters
            moves = buffer.out.valid & feeder.rounds.ready & counters.round_free
            m.d.comb += [
                counters.window.eq(engine.finish),
                counters.committed.eq(committed),
                counters.round.eq(moves),
                counters.defects.eq(buffer.out.payload.defects),
                feeder.rounds.payload.eq(buffer.out.payload),
                feeder.rounds.valid.eq(buffer.out.valid & counters.round_free),
                buffer.out.ready.eq(feeder.rounds.ready & counters.round_free),
            ]
            outputs_free = outputs_free & counters.window_free
            for name, flow in COUNT_MEMBERS.items():
                source, target = (self, counters) if flow.flow is In else (counters, self)
                m.d.comb += getattr(target, name).eq(getattr(source, name))
        else:
            connect(m, buffer.out, feeder.rounds)
        m.d.comb += engine.outputs_free.eq(outputs_free)
        return m

    def _flips(self, correction):
        """Return for each detector that stays whether what is committed flips it."""
        plan = self.plan
        flips = []
        for detector in range(plan.buffer_rounds * plan.num_slots):
            edges = np.flatnonzero(plan.carries == detector).tolist()
            flips.append(reduce(xor, (correction[edge] for edge in edges), Const(0, 1)))
        return Cat(flips)
