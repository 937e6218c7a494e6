"""Put a streaming core behind its registers: settings, state, faults and images by address.

In: `WindowCore`, single-cycle register accesses.   Out: streams, answers, the interrupt.
Next: `quantacore.hdl.axi_top` (AXI ports), `quantacore.hdl.platform.board_core` (a UART).
"""

from amaranth.hdl import Module, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from quantacore.golden.spec.image_words import num_image_words
from quantacore.golden.spec.prediction_word import prediction_bits, prediction_fields
from quantacore.golden.spec.registers import ADDRESS_BITS, REGISTER_BITS
from quantacore.golden.spec.stream_counts import COUNTS_PER_ROW
from quantacore.hdl.image_port import ImagePort
from quantacore.hdl.interfaces import words_layout
from quantacore.hdl.register_bank import RegisterBank
from quantacore.hdl.window_core import WindowCore

SETTINGS = ("max_passes", "cycle_budget", "no_wait", "expected_rounds")
STATUS = (
    "graph_hash",
    "image_loaded",
    "image_count",
    "image_busy",
    "busy",
    "buffered_rounds",
)
COUNTS = (
    "counts_busy",
    "count_windows",
    "count_rounds",
    *(f"count_{lane}" for lane in range(COUNTS_PER_ROW)),
)
ACCESS_INPUTS = {
    "write": In(1),
    "write_address": In(ADDRESS_BITS),
    "write_data": In(REGISTER_BITS),
    "write_strobe": In(REGISTER_BITS // 8),
    "read": In(1),
    "read_address": In(ADDRESS_BITS),
}
ACCESS_OUTPUTS = {
    "write_error": Out(1),
    "read_data": Out(REGISTER_BITS),
    "read_error": Out(1),
}


class RegisteredCore(wiring.Component):
    """Streaming core, register bank and image port as one component.

    Parameters
    ----------
    core : WindowCore
    with_lights : bool
        Also say what a board shows: ``any_fault`` and ``active``.

    Attributes
    ----------
    image_port : ImagePort
        Knows how many chunks an image has.
    with_corrections : bool
        The core has the stream.

    Members
    -------
    write .. read_error
        As in `quantacore.hdl.register_bank.RegisterBank`: each access is answered in its cycle.
    rounds : In(stream of round_word_layout)
    predictions : Out(stream of words_layout)
        One word a window, as `quantacore.golden.spec.prediction_word` says; ``last`` with a
        shot's final one.
    corrections : Out(stream of words_layout)
        Only if the core has it.
    irq : Out(1)
        A fault is set that is enabled.
    any_fault : Out(1)
        A fault is set, enabled or not. With ``with_lights`` only.
    active : Out(1)
        Rounds are buffered or being decoded. With ``with_lights`` only.

    Timing
    ------
    That of `WindowCore` and `RegisterBank`; nothing is added.
    """

    def __init__(self, core: WindowCore, *, with_lights: bool = False):
        self.core = core
        self.with_lights = with_lights
        plan = core.plan
        self.num_observables = plan.graph.num_observables
        self.image_port = ImagePort(
            core.image.payload.shape(),
            num_words=num_image_words(core.config, num_edges=plan.num_entries),
        )
        self.bank = RegisterBank(
            {
                "num_slots": plan.num_slots,
                "commit_rounds": plan.commit_rounds,
                "buffer_rounds": plan.buffer_rounds,
                "num_observables": self.num_observables,
                "image_chunks": self.image_port.num_chunks,
                "count_rows": core.counters.num_rows if core.counters else 0,
            }
        )
        self.with_corrections = "corrections" in core.signature.members
        word = words_layout(prediction_bits(self.num_observables))
        members = {
            **ACCESS_INPUTS,
            **ACCESS_OUTPUTS,
            "rounds": In(core.rounds.signature.flip()),
            "predictions": Out(stream.Signature(word)),
            "irq": Out(1),
        }
        if with_lights:
            members |= {"any_fault": Out(1), "active": Out(1)}
        if self.with_corrections:
            members["corrections"] = Out(core.corrections.signature)
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        m.submodules.core = core = self.core
        m.submodules.bank = bank = self.bank
        m.submodules.image_port = image_port = self.image_port
        for name in ACCESS_INPUTS:
            m.d.comb += getattr(bank, name).eq(getattr(self, name))
        for name in ACCESS_OUTPUTS:
            m.d.comb += getattr(self, name).eq(getattr(bank, name))
        m.d.comb += [
            image_port.start.eq(bank.image_start),
            image_port.chunk.eq(bank.image_data),
            image_port.check.eq(bank.image_checksum),
            image_port.data.eq(bank.image_value),
            image_port.busy.eq(core.image_busy),
            bank.image_refused.eq(image_port.refused),
            bank.image_fault.eq(image_port.fault),
            bank.image_loading.eq(image_port.loading),
            bank.image_accepted.eq(image_port.accepted),
            core.image.valid.eq(image_port.image.valid),
            core.image.payload.eq(image_port.image.payload),
            image_port.image.ready.eq(core.image.ready),
            bank.core_faults.eq(Value.cast(core.faults)),
            self.irq.eq(bank.irq),
        ]
        if self.with_lights:
            m.d.comb += [
                self.any_fault.eq(bank.any_fault),
                self.active.eq(core.busy | (core.buffered_rounds != 0)),
            ]
        for name in STATUS:
            m.d.comb += getattr(bank, name).eq(getattr(core, name))
        if core.counters:
            m.d.comb += [
                core.count_snapshot.eq(bank.count_snapshot & ~core.counts_busy),
                core.count_row.eq(bank.count_row),
                bank.count_refused.eq(core.counts_busy),
            ]
            for name in COUNTS:
                m.d.comb += getattr(bank, name).eq(getattr(core, name))
        else:
            m.d.comb += bank.count_refused.eq(1)
        for name in SETTINGS:
            if name in core.signature.members:  # no passes to choose in cores without links
                m.d.comb += getattr(core, name).eq(getattr(bank, name))

        connect(m, flipped(self.rounds), core.rounds)
        if self.with_corrections:
            connect(m, core.corrections, flipped(self.corrections))
        rounds, predictions = core.rounds, core.predictions
        word = self.predictions.payload
        for field in prediction_fields(self.num_observables):
            bits = word.data[field.lsb : field.lsb + field.width]
            m.d.comb += bits.eq(getattr(predictions.payload, field.name))
        predicted = predictions.valid & predictions.ready
        m.d.comb += [
            word.last.eq(predictions.payload.shot_end),
            self.predictions.valid.eq(predictions.valid),
            predictions.ready.eq(self.predictions.ready),
            bank.rounds_accepted.eq(rounds.valid & rounds.ready & rounds.payload.last),
            bank.windows.eq(predicted),
            bank.shots.eq(predicted & predictions.payload.shot_end),
        ]
        return m
