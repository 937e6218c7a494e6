"""Give a streaming core AXI ports: streams for rounds and answers, registers for everything else.

In: `WindowCore`.   Out: a module with flat AXI port names, and their list for the manifest.
Next: `quantacore.hdl.generate`.
"""

from amaranth.hdl import ClockDomain, ClockSignal, Module, ResetSignal, Shape, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.image_words import num_image_words
from quantacore.golden.spec.manifest import Port
from quantacore.golden.spec.prediction_word import prediction_bits, prediction_fields
from quantacore.hdl.axi_lite import AxiLiteSlave, axi_lite_members
from quantacore.hdl.image_port import ImagePort
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

PORT_DOCS = {
    "aclk": "clock of everything, rising edge",
    "aresetn": "reset of everything, synchronous, active low",
    "irq": "1 while a fault is set that is enabled; stays until it is cleared",
    "s_axis_rounds_tdata": "defects of a round, slot k in bit k % width of word k // width",
    "s_axis_rounds_tlast": "last word of the round",
    "s_axis_rounds_tuser": "with the last word: the round is the last of its shot",
    "m_axis_predictions_tdata": "one window; fields as in golden/spec/prediction_word.py",
    "m_axis_predictions_tlast": "the shot's final window",
    "m_axis_corrections_tdata": "edges of a window's correction, edge k in bit k % width",
    "m_axis_corrections_tlast": "last word of the window's correction",
    "s_axil_awaddr": "byte address of a register to write; the lowest two bits are ignored",
    "s_axil_awprot": "ignored",
    "s_axil_wdata": "what is written",
    "s_axil_wstrb": "bytes of it that count",
    "s_axil_bresp": "0 done, 2 (SLVERR) refused",
    "s_axil_araddr": "byte address of a register to read; the lowest two bits are ignored",
    "s_axil_arprot": "ignored",
    "s_axil_rdata": "what was read; 0 if refused",
    "s_axil_rresp": "0 done, 2 (SLVERR) refused",
}
HANDSHAKE_DOCS = {
    "valid": "the word is there; stays 1 and the word unchanged until it has moved",
    "ready": "the word moves in this cycle if valid is 1",
}


class AxiTop(wiring.Component):
    """Wrap a streaming core; flat ports, named as AXI names them.

    Parameters
    ----------
    core : WindowCore

    Attributes
    ----------
    image_port : ImagePort
        Knows how many chunks an image has.
    ports : tuple of Port
        All ports with direction, width and meaning.
    """

    def __init__(self, core: WindowCore):
        self.core = core
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
            }
        )
        self.with_corrections = "corrections" in core.signature.members
        members = {"aclk": In(1), "aresetn": In(1), "irq": Out(1)}
        members |= _stream("s_axis_rounds", In, whole_bytes(len(core.rounds.payload.data)))
        members["s_axis_rounds_tuser"] = In(1)
        members |= _stream("m_axis_predictions", Out, prediction_bits(self.num_observables))
        if self.with_corrections:
            width = whole_bytes(len(core.corrections.payload.data))
            members |= _stream("m_axis_corrections", Out, width)
        members |= {f"s_axil_{name}": member for name, member in axi_lite_members().items()}
        self.ports = tuple(
            Port(
                name=name,
                direction="in" if member.flow == In else "out",
                width=Shape.cast(member.shape).width,
                doc=PORT_DOCS.get(name) or HANDSHAKE_DOCS[name[-5:]],
            )
            for name, member in members.items()
        )
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        m.domains.sync = ClockDomain()
        m.submodules.core = core = self.core
        m.submodules.axi_lite = axi_lite = AxiLiteSlave()
        m.submodules.bank = bank = self.bank
        m.submodules.image_port = image_port = self.image_port
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]

        for name, member in axi_lite_members().items():
            outer, inner = getattr(self, f"s_axil_{name}"), getattr(axi_lite, name)
            m.d.comb += inner.eq(outer) if member.flow == In else outer.eq(inner)
        for name in ("write", "write_address", "write_data", "write_strobe"):
            m.d.comb += getattr(bank, name).eq(getattr(axi_lite, name))
        for name in ("read", "read_address"):
            m.d.comb += getattr(bank, name).eq(getattr(axi_lite, name))
        m.d.comb += [
            axi_lite.write_error.eq(bank.write_error),
            axi_lite.read_error.eq(bank.read_error),
            axi_lite.read_data.eq(bank.read_data),
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
        for name in STATUS:
            m.d.comb += getattr(bank, name).eq(getattr(core, name))
        for name in SETTINGS:
            if name in core.signature.members:  # no passes to choose in cores without links
                m.d.comb += getattr(core, name).eq(getattr(bank, name))
        self._add_streams(m, core, bank)
        return m

    def _add_streams(self, m, core, bank):
        """Pack the streams' fields into ``tdata`` and count what moves."""
        rounds, predictions = core.rounds, core.predictions
        packed = self.m_axis_predictions_tdata
        for field in prediction_fields(self.num_observables):
            bits = packed[field.lsb : field.lsb + field.width]
            m.d.comb += bits.eq(getattr(predictions.payload, field.name))
        predicted = predictions.valid & predictions.ready
        m.d.comb += [
            rounds.valid.eq(self.s_axis_rounds_tvalid),
            rounds.payload.data.eq(self.s_axis_rounds_tdata),
            rounds.payload.last.eq(self.s_axis_rounds_tlast),
            rounds.payload.shot_end.eq(self.s_axis_rounds_tuser),
            self.s_axis_rounds_tready.eq(rounds.ready),
            self.m_axis_predictions_tvalid.eq(predictions.valid),
            self.m_axis_predictions_tlast.eq(predictions.payload.shot_end),
            predictions.ready.eq(self.m_axis_predictions_tready),
            bank.rounds_accepted.eq(rounds.valid & rounds.ready & rounds.payload.last),
            bank.windows.eq(predicted),
            bank.shots.eq(predicted & predictions.payload.shot_end),
        ]
        if self.with_corrections:
            corrections = core.corrections
            m.d.comb += [
                self.m_axis_corrections_tdata.eq(corrections.payload.data),
                self.m_axis_corrections_tvalid.eq(corrections.valid),
                self.m_axis_corrections_tlast.eq(corrections.payload.last),
                corrections.ready.eq(self.m_axis_corrections_tready),
            ]


def whole_bytes(num_bits):
    """Return the width of a ``tdata`` that carries some bits."""
    return 8 * -(-num_bits // 8)


def _stream(name, flow, width):
    """Return the pins of an AXI4-Stream; ``flow`` is that of the data."""
    return {
        f"{name}_tdata": flow(width),
        f"{name}_tvalid": flow(1),
        f"{name}_tready": flow.flip()(1),
        f"{name}_tlast": flow(1),
    }
