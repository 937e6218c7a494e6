# amaranth: UnusedElaboratable=no
"""The register bank against a model in Python, access by access."""

import random

import pytest

from quantacore.golden.spec.registers import (
    CORE_FAULTS,
    FAULTS,
    REGISTER_BY_NAME,
    REGISTERS,
    Access,
)
from quantacore.hdl.register_bank import RegisterBank
from quantacore.sim.pysim import simulate

CONSTANTS = {
    "num_slots": 24,
    "commit_rounds": 3,
    "buffer_rounds": 4,
    "num_observables": 2,
    "image_chunks": 1000,
    "count_rows": 70,
}
FULL = 0xFFFF_FFFF
EVENTS = ("rounds_accepted", "windows", "shots")


class Model:
    """What the map says, in one step a cycle."""

    def __init__(self):
        self.values = {r.name: CONSTANTS.get(r.name, r.reset) for r in REGISTERS}
        self.by_address = {r.address: r for r in REGISTERS}

    def read(self, address):
        register = self.by_address.get(address & ~3)
        if register is None or not register.access.readable:
            return None
        return self.values[register.name]

    def write(self, address, word, strobe, *, image_refused, count_refused):
        """Return whether the write is refused, the faults and counters that it clears."""
        register = self.by_address.get(address & ~3)
        if register is None or not register.access.writable:
            return True, 0, None
        lanes = sum(0xFF << 8 * byte for byte in range(4) if strobe >> byte & 1)
        if register.access is Access.COMMAND:
            refused = count_refused if register.name == "count_snapshot" else image_refused
            return (strobe != 0 and (strobe != 15 or refused)), 0, None
        if register.access is Access.STICKY:
            return False, word & lanes, None
        if register.access in (Access.FAULT_COUNT, Access.PEAK):
            return False, 0, register.name if strobe else None
        mask = sum(field.mask for field in register.fields)
        value = (self.values[register.name] & ~lanes | word & lanes) & mask
        for name, part in register.unpack(value).items():
            field = next(field for field in register.fields if field.name == name)
            if part < field.least:
                return True, 0, None
        self.values[register.name] = value
        return False, 0, None

    def keep_peak(self, cleared):
        level = self.values["buffered_rounds"]
        peak = 0 if cleared == "peak_rounds" else self.values["peak_rounds"]
        self.values["peak_rounds"] = max(peak, level)

    def count(self, events, cleared, cleared_counter):
        self.values["faults"] = self.values["faults"] & ~cleared | events
        for bit, fault in enumerate(FAULTS):
            name = f"{fault.name}_count"
            if name == cleared_counter:
                self.values[name] = 0
            self.values[name] = min(0xFFFF, self.values[name] + (events >> bit & 1))


def test_register_bank_matches_the_map():
    rng = random.Random("register_bank")
    dut = RegisterBank(CONSTANTS)
    model = Model()
    status = {f.name: f for r in REGISTERS if r.access is Access.STATUS for f in r.fields}
    del status["irq"]
    num_refused = 0

    async def testbench(ctx):
        nonlocal num_refused
        for cycle in range(6000):
            for register in REGISTERS:
                if register.access is not Access.STATUS:
                    continue
                word = register.reset
                for field in register.fields:
                    if field.name in status:
                        if cycle == 0 or rng.random() < 0.1:
                            bits = rng.randint(1, field.width)  # small values, too: peaks pass
                            ctx.set(getattr(dut, field.name), rng.getrandbits(bits))
                        word |= ctx.get(getattr(dut, field.name)) << field.lsb
                if register.name == "status":
                    irq = model.values["faults"] & model.values["fault_enable"] != 0
                    word |= irq << 3
                    assert ctx.get(dut.irq) == irq
                model.values[register.name] = word
            core_faults = rng.getrandbits(len(CORE_FAULTS)) & rng.getrandbits(len(CORE_FAULTS))
            core_faults &= rng.getrandbits(len(CORE_FAULTS))
            image_fault = rng.random() < 0.05
            write, read = rng.random() < 0.5, rng.random() < 0.5
            register = rng.choice(REGISTERS)
            address = rng.choice([register.address, register.address + 2, rng.randrange(256)])
            read_address = rng.choice([rng.choice(REGISTERS).address, rng.randrange(256)])
            word = rng.choice([0, FULL, rng.getrandbits(32), 1 << rng.randrange(16)])
            strobe = rng.choice([15, 15, rng.randrange(16)])
            image_refused = rng.random() < 0.3
            count_refused = rng.random() < 0.3
            events = {name: rng.random() < 0.3 for name in EVENTS}
            for name, value in {
                "core_faults": core_faults,
                "image_fault": image_fault,
                "image_refused": image_refused,
                "count_refused": count_refused,
                "write": write,
                "write_address": address,
                "write_data": word,
                "write_strobe": strobe,
                "read": read,
                "read_address": read_address,
                **events,
            }.items():
                ctx.set(getattr(dut, name), value)
            await ctx.delay(1e-10)
            answer = model.read(read_address)
            for register in REGISTERS:
                if register.access is Access.COMMAND:
                    meant = write and address & ~3 == register.address and strobe == 15
                    assert ctx.get(getattr(dut, register.name)) == meant, f"{cycle=}"
            bad = False
            if read:
                assert ctx.get(dut.read_error) == (answer is None), f"{cycle=} {read_address=:#x}"
                if answer is not None:
                    assert ctx.get(dut.read_data) == answer, f"{cycle=} {read_address=:#x}"
                bad = answer is None
            cleared, counter = 0, None
            if write:
                refused, cleared, counter = model.write(
                    address,
                    word,
                    strobe,
                    image_refused=image_refused,
                    count_refused=count_refused,
                )
                assert ctx.get(dut.write_error) == refused, f"{cycle=} {address=:#x}"
                assert ctx.get(dut.image_value) == word
                bad = bad or refused
            num_refused += bad
            model.keep_peak(counter)
            model.count(core_faults | image_fault << 9 | bad << 10, cleared, counter)
            for name in EVENTS:
                model.values[name] += events[name]
            await ctx.tick()
            for name in ("max_passes", "cycle_budget", "expected_rounds", "fault_enable"):
                assert ctx.get(getattr(dut, name)) == model.values[name], f"{cycle=}"
            assert ctx.get(dut.no_wait) == model.values["control"]

    simulate(dut, testbench)
    assert num_refused > 500
    assert model.values["short_packet_count"] < 6000


def test_fault_counters_stop_at_all_ones():
    dut = RegisterBank(CONSTANTS)

    async def testbench(ctx):
        ctx.set(dut.core_faults, 1)
        await ctx.tick().repeat(0x10010)
        ctx.set(dut.core_faults, 0)
        ctx.set(dut.read_address, REGISTER_BY_NAME["short_packet_count"].address)
        await ctx.delay(1e-10)
        assert ctx.get(dut.read_data) == 0xFFFF

    simulate(dut, testbench)


def test_register_bank_rejects_other_constants():
    with pytest.raises(ValueError, match="Constants must be"):
        RegisterBank({"num_slots": 1})
    with pytest.raises(ValueError, match="Constant num_slots must have 32 bits"):
        RegisterBank({**CONSTANTS, "num_slots": 1 << 32})
