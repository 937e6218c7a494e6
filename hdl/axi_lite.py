"""Answer AXI4-Lite: turn its channels into single-cycle reads and writes of a register bank.

In: the five channels.   Out: write and read strobes, answered in the same cycle.
Next: `quantacore.hdl.register_bank`.
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.registers import ADDRESS_BITS, REGISTER_BITS

OKAY = 0
SLVERR = 2


def axi_lite_members():
    """Return the pins of a slave: name -> member."""
    return {
        "awaddr": In(ADDRESS_BITS),
        "awprot": In(3),
        "awvalid": In(1),
        "awready": Out(1),
        "wdata": In(REGISTER_BITS),
        "wstrb": In(REGISTER_BITS // 8),
        "wvalid": In(1),
        "wready": Out(1),
        "bresp": Out(2),
        "bvalid": Out(1),
        "bready": In(1),
        "araddr": In(ADDRESS_BITS),
        "arprot": In(3),
        "arvalid": In(1),
        "arready": Out(1),
        "rdata": Out(REGISTER_BITS),
        "rresp": Out(2),
        "rvalid": Out(1),
        "rready": In(1),
    }


class AxiLiteSlave(wiring.Component):
    """AXI4-Lite slave with one access held per channel.

    All channels are independent: address and data of a write may come in any order, reads do not
    wait for writes. Outputs come from registers: no path from a ``valid`` to a ``ready``.

    Members
    -------
    awaddr .. rready
        The channels, named as AXI names them; ``prot`` is ignored. See `axi_lite_members`.
    write : Out(1)
        A write, for one cycle.
    write_address : Out(ADDRESS_BITS)
    write_data : Out(32)
    write_strobe : Out(4)
        Bit k: byte k of the data counts.
    write_error : In(1)
        Answer in the cycle of ``write``: it is refused.
    read : Out(1)
        A read, for one cycle.
    read_address : Out(ADDRESS_BITS)
    read_data : In(32)
    read_error : In(1)
        Answers in the cycle of ``read``.

    Timing
    ------
    The response comes 2 cycles after the last part of a request has moved; one write and one read
    every 2 cycles. A master that does not take responses holds back its own accesses only.
    """

    def __init__(self):
        super().__init__(
            {
                **axi_lite_members(),
                "write": Out(1),
                "write_address": Out(ADDRESS_BITS),
                "write_data": Out(REGISTER_BITS),
                "write_strobe": Out(REGISTER_BITS // 8),
                "write_error": In(1),
                "read": Out(1),
                "read_address": Out(ADDRESS_BITS),
                "read_data": In(REGISTER_BITS),
                "read_error": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        address_held = Signal()
        data_held = Signal()
        m.d.comb += [
            self.awready.eq(~address_held),
            self.wready.eq(~data_held),
            self.write.eq(address_held & data_held & (~self.bvalid | self.bready)),
        ]
        with m.If(self.awvalid & self.awready):
            m.d.sync += [address_held.eq(1), self.write_address.eq(self.awaddr)]
        with m.If(self.wvalid & self.wready):
            m.d.sync += [
                data_held.eq(1),
                self.write_data.eq(self.wdata),
                self.write_strobe.eq(self.wstrb),
            ]
        with m.If(self.bready):
            m.d.sync += self.bvalid.eq(0)
        with m.If(self.write):
            m.d.sync += [
                address_held.eq(0),
                data_held.eq(0),
                self.bvalid.eq(1),
                self.bresp.eq(Mux(self.write_error, SLVERR, OKAY)),
            ]

        read_held = Signal()
        m.d.comb += [
            self.arready.eq(~read_held),
            self.read.eq(read_held & (~self.rvalid | self.rready)),
        ]
        with m.If(self.arvalid & self.arready):
            m.d.sync += [read_held.eq(1), self.read_address.eq(self.araddr)]
        with m.If(self.rready):
            m.d.sync += self.rvalid.eq(0)
        with m.If(self.read):
            m.d.sync += [
                read_held.eq(0),
                self.rvalid.eq(1),
                self.rdata.eq(Mux(self.read_error, 0, self.read_data)),
                self.rresp.eq(Mux(self.read_error, SLVERR, OKAY)),
            ]
        return m
