"""The registers: settings for the core, its state, its faults.

In: single-cycle writes and reads, events.   Out: settings, image commands, the interrupt.
Next: `quantacore.hdl.image_port`, `quantacore.hdl.axi_top`.
Data: `quantacore.golden.spec.registers`.
"""

from amaranth.hdl import Cat, Const, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.registers import (
    ADDRESS_BITS,
    CORE_FAULTS,
    FAULTS,
    REGISTER_BITS,
    REGISTERS,
    Access,
)

STROBE_BITS = REGISTER_BITS // 8
IMAGE_COMMANDS = ("image_start", "image_data", "image_checksum")
PEAK_OF = {"peak_rounds": "buffered_rounds"}
"""Register that keeps the largest value -> status register whose it is."""


class RegisterBank(wiring.Component):
    """Every register of the map, each access answered in its own cycle: nothing can wait.

    Parameters
    ----------
    constants : dict of str to int
        Registers that are fixed when the core is generated -> value; those whose reset value the
        map gives need none.

    Members
    -------
    write, write_address, write_data, write_strobe, write_error
    read, read_address, read_data, read_error
        As in `quantacore.hdl.axi_lite.AxiLiteSlave`, the other way round.
    core_faults : In(number of CORE_FAULTS)
        One bit each, for one cycle per event.
    image_fault : In(1)
        The fault ``image_checksum``.
    image_start, image_data, image_checksum : Out(1)
        Write to the register of that name, for one cycle.
    image_value : Out(32)
        What was written.
    count_snapshot : Out(1)
        Write to the register of that name, for one cycle.
    image_refused, count_refused : In(1)
        Answer in that cycle.
    rounds_accepted, windows, shots : In(1)
        One more; for one cycle.
    irq : Out(1)
        An enabled fault is set.
    any_fault : Out(1)
        A fault is set, enabled or not.
    *status : In
        Each field of a status register, under its name, but ``irq``.
    *settings : Out
        Each field of a register that can be read and written, under its name; the mask of faults
        as ``fault_enable``.

    Timing
    ------
    A write changes registers in the next cycle; reads see the cycle in which they happen. A fault
    is in ``faults`` and ``irq`` one cycle after its event.
    """

    def __init__(self, constants):
        self.constants = {
            register.name: register.reset
            for register in REGISTERS
            if register.access is Access.CONSTANT and register.reset
        }
        open_names = {
            register.name for register in REGISTERS if register.access is Access.CONSTANT
        } - set(self.constants)
        if set(constants) != open_names:
            raise ValueError(f"Constants must be {sorted(open_names)}, not {sorted(constants)}")
        for name, value in constants.items():
            if not 0 <= value < 1 << REGISTER_BITS:
                raise ValueError(f"Constant {name} must have {REGISTER_BITS} bits, not {value!r}")
        self.constants |= constants
        members = {}
        for register in REGISTERS:
            if register.access is Access.STATUS:
                for field in register.fields:
                    members[field.name] = In(field.width)
            elif register.access is Access.COUNT:
                members[register.name] = In(1)
            elif register.access is Access.COMMAND:
                members[register.name] = Out(1)
            elif register.name == "fault_enable":
                members["fault_enable"] = Out(len(FAULTS))
            elif register.access is Access.READ_WRITE:
                for field in register.fields:
                    members[field.name] = Out(field.width)
        members["any_fault"] = Out(1)
        members["irq"] = Out(1)  # a field of the status register, and made here
        super().__init__(
            {
                **members,
                "write": In(1),
                "write_address": In(ADDRESS_BITS),
                "write_data": In(REGISTER_BITS),
                "write_strobe": In(STROBE_BITS),
                "write_error": Out(1),
                "read": In(1),
                "read_address": In(ADDRESS_BITS),
                "read_data": Out(REGISTER_BITS),
                "read_error": Out(1),
                "core_faults": In(len(CORE_FAULTS)),
                "image_fault": In(1),
                "image_value": Out(REGISTER_BITS),
                "image_refused": In(1),
                "count_refused": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        lanes = Cat(strobe.replicate(8) for strobe in self.write_strobe)
        any_strobe = self.write_strobe.any()
        write_error = Signal()
        read_error = Signal()
        # One bit per event; two accesses may be refused in one cycle, and count as one.
        events = Signal(len(FAULTS))
        m.d.comb += [
            events.eq(
                Cat(
                    self.core_faults,
                    self.image_fault,
                    (self.write & write_error) | (self.read & read_error),
                )
            ),
            self.write_error.eq(write_error),
            self.read_error.eq(read_error),
            self.image_value.eq(self.write_data),
            write_error.eq(1),
        ]

        faults = Signal(len(FAULTS))
        cleared = Signal(len(FAULTS))
        m.d.sync += faults.eq((faults & ~cleared) | events)
        m.d.comb += self.irq.eq((faults & self.fault_enable).any())
        m.d.comb += self.any_fault.eq(faults.any())

        values = {}
        for register in REGISTERS:
            selected = Signal(name=f"write_{register.name}")
            m.d.comb += selected.eq(self.write & (self.write_address[2:] == register.address >> 2))
            allowed = Const(register.access.writable)
            if register.access is Access.CONSTANT:
                values[register] = Const(self.constants[register.name], REGISTER_BITS)
            elif register.access is Access.STATUS:
                values[register] = self._status(register)
            elif register.access is Access.COUNT:
                values[register] = self._count(m, register)
            elif register.access is Access.STICKY:
                values[register] = faults
                with m.If(selected):
                    m.d.comb += cleared.eq(self.write_data & lanes)
            elif register.access is Access.FAULT_COUNT:
                index = [f"{fault.name}_count" for fault in FAULTS].index(register.name)
                values[register] = self._fault_count(
                    m, register, events[index], selected & any_strobe
                )
            elif register.access is Access.PEAK:
                values[register] = self._peak(m, register, selected & any_strobe)
            elif register.access is Access.READ_WRITE:
                values[register], allowed = self._setting(m, register, selected, lanes)
            elif register.access is Access.COMMAND:
                whole = self.write_strobe.all()
                m.d.comb += getattr(self, register.name).eq(selected & whole)
                refused = self.count_refused
                if register.name in IMAGE_COMMANDS:
                    refused = self.image_refused
                allowed = ~any_strobe | (whole & ~refused)
            with m.If(selected):
                m.d.comb += write_error.eq(~allowed)

        with m.Switch(self.read_address[2:]):
            for register, value in values.items():
                with m.Case(register.address >> 2):
                    m.d.comb += [self.read_data.eq(value), read_error.eq(0)]
            with m.Default():
                m.d.comb += [self.read_data.eq(0), read_error.eq(1)]
        return m

    def _status(self, register):
        """Return the value of a register whose fields are members."""
        value = Const(0, REGISTER_BITS)
        for field in register.fields:
            value = value | (getattr(self, field.name) << field.lsb)
        return value

    def _count(self, m, register):
        """Return a counter of the strobes of its member."""
        counter = Signal(register.fields[0].width, name=register.name)
        with m.If(getattr(self, register.name)):
            m.d.sync += counter.eq(counter + 1)
        return counter

    def _fault_count(self, m, register, event, clear):
        """Return a counter that stops at all ones."""
        counter = Signal(register.fields[0].width, name=register.name)
        with m.If(clear):
            m.d.sync += counter.eq(event)
        with m.Elif(event & ~counter.all()):
            m.d.sync += counter.eq(counter + 1)
        return counter

    def _peak(self, m, register, clear):
        """Return the largest value of a status so far."""
        level = getattr(self, PEAK_OF[register.name])
        peak = Signal.like(level, name=register.name)
        with m.If(clear | (level > peak)):
            m.d.sync += peak.eq(level)
        return peak

    def _setting(self, m, register, selected, lanes):
        """Return the value of a register that keeps what is written, and whether it may be."""
        value = Signal(REGISTER_BITS, name=f"{register.name}_value", init=register.reset)
        mask = sum(field.mask for field in register.fields)
        written = Signal(REGISTER_BITS, name=f"{register.name}_written")
        m.d.comb += written.eq(((value & ~lanes) | (self.write_data & lanes)) & mask)
        allowed = Const(1)
        for field in register.fields:
            part = written[field.lsb : field.lsb + field.width]
            if field.least:
                allowed = allowed & (part >= field.least)
        with m.If(selected & allowed):
            m.d.sync += value.eq(written)
        if register.name == "fault_enable":
            m.d.comb += self.fault_enable.eq(value)
        else:
            for field in register.fields:
                m.d.comb += getattr(self, field.name).eq(value[field.lsb : field.lsb + field.width])
        return value, allowed
