# amaranth: UnusedElaboratable=no
"""The AXI4-Lite slave answers every access once, in order, keeps its offers, and never locks up."""

import pytest
from amaranth.hdl import Assert, Module, Signal

from quantacore.hdl.axi_lite import OKAY, SLVERR, AxiLiteSlave
from tests.formal.prove import prove

pytestmark = pytest.mark.formal

COUNT_BITS = 3
"""More than the accesses that can be under way."""


class ForgetsResponse(AxiLiteSlave):
    """Planted bug: a response is withdrawn before the master has taken it."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(~self.write & ~self.awvalid):
            m.d.sync += self.bvalid.eq(0)
        return m


class TakesTooMany(AxiLiteSlave):
    """Planted bug: an address moves while another one is held."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.comb += self.awready.eq(1)
        return m


class NeverWrites(AxiLiteSlave):
    """Planted bug: a write to one address waits for ever."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        with m.If(self.write_address == 4):
            m.d.comb += self.write.eq(0)
        return m


class ChangesData(AxiLiteSlave):
    """Planted bug: what was read follows the register while it waits."""

    def elaborate(self, platform):
        m = super().elaborate(platform)
        m.d.sync += self.rdata.eq(self.read_data)
        return m


def prove_answers(dut, folder):
    m = Module()
    m.submodules.dut = dut

    def count(event, name):
        counter = Signal(COUNT_BITS, name=name)
        m.d.sync += counter.eq(counter + event)
        return counter

    addresses = count(dut.awvalid & dut.awready, "addresses")
    data = count(dut.wvalid & dut.wready, "data")
    writes = count(dut.write, "writes")
    answered = count(dut.bvalid & dut.bready, "answered")
    asked = count(dut.arvalid & dut.arready, "asked")
    reads = count(dut.read, "reads")
    told = count(dut.rvalid & dut.rready, "told")
    # Each part of an access is held until the access is done; each access has one response.
    m.d.comb += [
        Assert((addresses - writes)[:COUNT_BITS] == ~dut.awready),
        Assert((data - writes)[:COUNT_BITS] == ~dut.wready),
        Assert((writes - answered)[:COUNT_BITS] == dut.bvalid),
        Assert((asked - reads)[:COUNT_BITS] == ~dut.arready),
        Assert((reads - told)[:COUNT_BITS] == dut.rvalid),
    ]

    # What was asked is what is done, and the response is that of the access.
    shadows = {}
    for name, valid, ready in (
        ("awaddr", dut.awvalid, dut.awready),
        ("wdata", dut.wvalid, dut.wready),
        ("wstrb", dut.wvalid, dut.wready),
        ("araddr", dut.arvalid, dut.arready),
    ):
        pin = getattr(dut, name)
        shadows[name] = Signal(pin.shape(), name=f"{name}_shadow")
        with m.If(valid & ready):
            m.d.sync += shadows[name].eq(pin)
    with m.If(~dut.awready):
        m.d.comb += Assert(dut.write_address == shadows["awaddr"])
    with m.If(~dut.wready):
        m.d.comb += Assert(dut.write_data == shadows["wdata"])
        m.d.comb += Assert(dut.write_strobe == shadows["wstrb"])
    with m.If(~dut.arready):
        m.d.comb += Assert(dut.read_address == shadows["araddr"])
    refused, unread, value = Signal(), Signal(), Signal(len(dut.rdata))
    with m.If(dut.write):
        m.d.sync += refused.eq(dut.write_error)
    with m.If(dut.read):
        m.d.sync += [unread.eq(dut.read_error), value.eq(dut.read_data)]
    with m.If(dut.bvalid):
        m.d.comb += Assert(dut.bresp == refused * SLVERR + ~refused * OKAY)
    with m.If(dut.rvalid):
        m.d.comb += Assert(dut.rresp == unread * SLVERR)
        with m.If(unread):
            m.d.comb += Assert(dut.rdata == 0)
        with m.Else():
            m.d.comb += Assert(dut.rdata == value)

    # A complete request waits for nothing but the master's taking the response before it.
    write_age, read_age = Signal(2), Signal(2)
    m.d.sync += write_age.eq(0)
    with m.If(~dut.awready & ~dut.wready & dut.bready & ~dut.write):
        m.d.sync += write_age.eq(write_age + 1)
    m.d.sync += read_age.eq(0)
    with m.If(~dut.arready & dut.rready & ~dut.read):
        m.d.sync += read_age.eq(read_age + 1)
    m.d.comb += [Assert(write_age == 0), Assert(read_age == 0)]

    inputs = [
        *(dut.awaddr, dut.awprot, dut.awvalid, dut.wdata, dut.wstrb, dut.wvalid, dut.bready),
        *(dut.araddr, dut.arprot, dut.arvalid, dut.rready),
        *(dut.write_error, dut.read_data, dut.read_error),
    ]
    return prove(m, inputs=inputs, depth=6, folder=folder)


def test_axi_lite_answers_every_access(tmp_path):
    outcome = prove_answers(AxiLiteSlave(), tmp_path)
    assert outcome.holds, outcome.log


@pytest.mark.parametrize("mutant", [ForgetsResponse, TakesTooMany, NeverWrites, ChangesData])
def test_axi_lite_proof_fails_on_a_planted_bug(mutant, tmp_path):
    outcome = prove_answers(mutant(), tmp_path)
    assert not outcome.holds and outcome.trace is not None
