"""Give a streaming core AXI ports: streams for rounds and answers, registers for everything else.

In: `RegisteredCore`.   Out: a module with flat AXI port names, and their list for the manifest.
Next: `quantacore.hdl.generate`.
"""

from amaranth.hdl import ClockDomain, ClockSignal, Module, ResetSignal, Shape
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.manifest import Port
from quantacore.golden.spec.prediction_word import prediction_bits
from quantacore.hdl.axi_lite import AxiLiteSlave, axi_lite_members
from quantacore.hdl.registered_core import ACCESS_INPUTS, ACCESS_OUTPUTS, RegisteredCore
from quantacore.hdl.window_core import WindowCore

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
        self.registered = RegisteredCore(core)
        self.image_port = self.registered.image_port
        self.with_corrections = self.registered.with_corrections
        members = {"aclk": In(1), "aresetn": In(1), "irq": Out(1)}
        members |= _stream("s_axis_rounds", In, whole_bytes(len(core.rounds.payload.data)))
        members["s_axis_rounds_tuser"] = In(1)
        word_bits = prediction_bits(core.plan.graph.num_observables)
        members |= _stream("m_axis_predictions", Out, word_bits)
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
        m.submodules.registered = registered = self.registered
        m.submodules.axi_lite = axi_lite = AxiLiteSlave()
        m.d.comb += [
            ClockSignal().eq(self.aclk),
            ResetSignal().eq(~self.aresetn),
            self.irq.eq(registered.irq),
        ]
        for name, member in axi_lite_members().items():
            outer, inner = getattr(self, f"s_axil_{name}"), getattr(axi_lite, name)
            m.d.comb += inner.eq(outer) if member.flow == In else outer.eq(inner)
        for name in ACCESS_INPUTS:
            m.d.comb += getattr(registered, name).eq(getattr(axi_lite, name))
        for name in ACCESS_OUTPUTS:
            m.d.comb += getattr(axi_lite, name).eq(getattr(registered, name))
        rounds, predictions = registered.rounds, registered.predictions
        m.d.comb += [
            rounds.valid.eq(self.s_axis_rounds_tvalid),
            rounds.payload.data.eq(self.s_axis_rounds_tdata),
            rounds.payload.last.eq(self.s_axis_rounds_tlast),
            rounds.payload.shot_end.eq(self.s_axis_rounds_tuser),
            self.s_axis_rounds_tready.eq(rounds.ready),
            self.m_axis_predictions_tdata.eq(predictions.payload.data),
            self.m_axis_predictions_tvalid.eq(predictions.valid),
            self.m_axis_predictions_tlast.eq(predictions.payload.last),
            predictions.ready.eq(self.m_axis_predictions_tready),
        ]
        if self.with_corrections:
            corrections = registered.corrections
            m.d.comb += [
                self.m_axis_corrections_tdata.eq(corrections.payload.data),
                self.m_axis_corrections_tvalid.eq(corrections.valid),
                self.m_axis_corrections_tlast.eq(corrections.payload.last),
                corrections.ready.eq(self.m_axis_corrections_tready),
            ]
        return m


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
