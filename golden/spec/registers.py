"""The register map of a streaming core and its faults: one table for gateware, driver and docs.

In: nothing.   Out: `REGISTERS`, `FAULTS`, and the page about them (`render_registers`).
Next: `quantacore.hdl.register_bank`, ``docs/registers.md``.

Registers are 32 bits wide, their addresses count bytes. Bits without a field read as 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from quantacore.golden.spec.config import COUNTER_BITS, INDEX_BITS, PASSES_BITS
from quantacore.golden.spec.stream_counts import COUNT_BITS, COUNTS_PER_ROW

ADDRESS_BITS = 8
REGISTER_BITS = 32
ID_VALUE = int.from_bytes(b"QCOR", "big")
MAP_VERSION = 3
FAULT_COUNTER_BITS = 16
FAULT_COUNTERS_ADDRESS = 0x80
COUNTS_ADDRESS = 0xC0
COUNT_ROW_BITS = 16
"""Cores have at most as many rows of counters as that can tell."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that went wrong and is not hidden: sticky bit, counter, interrupt."""

    name: str
    doc: str


CORE_FAULTS = (
    Fault(name="short_packet", doc="a round's packet ended early; the round counts as damaged"),
    Fault(name="long_packet", doc="a round's packet did not end in time; the round is damaged"),
    Fault(name="lost_round", doc="a round found no room in the buffer; a damaged one replaces it"),
    Fault(name="lost_shot", doc="a whole shot found no room behind lost rounds and was dropped"),
    Fault(name="shot_length", doc="a shot did not have `expected_rounds` rounds"),
    Fault(name="unmatched", doc="a window had no correction; its prediction says so"),
    Fault(name="abandoned", doc="a window took more than `cycle_budget` cycles and was given up"),
    Fault(name="image_words", doc="an image had the wrong number of words and was dropped"),
    Fault(name="image_parity", doc="the image in force gave back a word with wrong parity"),
)
"""Faults that `quantacore.hdl.window_core` reports; the first ones of `FAULTS`."""

FAULTS = (
    *CORE_FAULTS,
    Fault(name="image_checksum", doc="an image was incomplete or not as sent, and was dropped"),
    Fault(name="bad_access", doc="an access was refused with SLVERR; it changed nothing"),
)
"""In the order of their bits in `faults` and `fault_enable`, and of their counters."""


class Access(Enum):
    """What reading and writing a register does."""

    CONSTANT = auto()
    """Fixed when the core was generated."""
    STATUS = auto()
    """What is the case now."""
    COUNT = auto()
    """Counts events since reset, and wraps."""
    READ_WRITE = auto()
    STICKY = auto()
    """A bit stays 1 once its event has come."""
    FAULT_COUNT = auto()
    """Counts events and stops at all ones; a write of anything clears it."""
    PEAK = auto()
    """Largest value of a status since a write of anything, or reset."""
    COMMAND = auto()
    """A write does something."""

    @property
    def readable(self) -> bool:
        return self is not Access.COMMAND

    @property
    def writable(self) -> bool:
        return self not in (Access.CONSTANT, Access.STATUS, Access.COUNT)


_ACCESS_DOCS = {
    Access.CONSTANT: "r",
    Access.STATUS: "r",
    Access.COUNT: "r, counts",
    Access.READ_WRITE: "rw",
    Access.STICKY: "r, write 1 clears",
    Access.FAULT_COUNT: "r, write clears",
    Access.PEAK: "r, write clears",
    Access.COMMAND: "w",
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """Some bits of a register."""

    name: str
    """That of the register if it has only one field; else unique in the map, but for faults."""
    lsb: int
    width: int
    doc: str
    reset: int = 0
    least: int = 0
    """Writes of a smaller value are refused."""

    @property
    def mask(self) -> int:
        """The field's bits of the register."""
        return ((1 << self.width) - 1) << self.lsb


@dataclass(frozen=True, kw_only=True)
class Register:
    """One register of the map."""

    name: str
    address: int
    """In bytes, a multiple of 4."""
    access: Access
    doc: str
    fields: tuple[Field, ...]

    @property
    def reset(self) -> int:
        """Value after reset, as far as it is not the core's state."""
        return sum(field.reset << field.lsb for field in self.fields)

    def pack(self, **values: int) -> int:
        """Return the register with these values in its fields; others have their reset value.

        Raises
        ------
        KeyError
            If there is no such field.
        ValueError
            If a value does not fit.
        """
        by_name = {field.name: field for field in self.fields}
        word = self.reset
        for name, value in values.items():
            field = by_name[name]
            if not field.least <= value < 1 << field.width:
                raise ValueError(
                    f"Field {self.name}.{name} must be in {field.least} .. "
                    f"{(1 << field.width) - 1}, not {value!r}"
                )
            word = word & ~field.mask | value << field.lsb
        return word

    def unpack(self, word: int) -> dict[str, int]:
        """Return the fields of a register that was read."""
        return {field.name: (word & field.mask) >> field.lsb for field in self.fields}

    def takes(self, word: int) -> bool:
        """Tell whether a write is not refused; of a command, whether it may be if it fits."""
        values = self.unpack(word)
        return self.access.writable and all(values[f.name] >= f.least for f in self.fields)


def _register(
    name: str, address: int, access: Access, doc: str, *, width: int = 32, **field: int
) -> Register:
    """Return a register of one field."""
    only = Field(name=name, lsb=0, width=width, doc=doc, **field)
    return Register(name=name, address=address, access=access, doc=doc, fields=(only,))


def _flags(name: str, address: int, access: Access, doc: str, flags: Mapping[str, str]) -> Register:
    """Return a register of one-bit fields."""
    fields = tuple(
        Field(name=flag, lsb=lsb, width=1, doc=text)
        for lsb, (flag, text) in enumerate(flags.items())
    )
    return Register(name=name, address=address, access=access, doc=doc, fields=fields)


_FAULT_DOCS = {fault.name: fault.doc for fault in FAULTS}

REGISTERS = (
    _register(
        "id", 0x00, Access.CONSTANT, "`0x51434f52`, ASCII QCOR: a streaming core", reset=ID_VALUE
    ),
    _register("version", 0x04, Access.CONSTANT, "version of this map", reset=MAP_VERSION),
    _register("graph_hash", 0x08, Access.STATUS, "first 4 bytes of the hash of what is baked in"),
    _register("num_slots", 0x0C, Access.CONSTANT, "detectors of a round"),
    _register("commit_rounds", 0x10, Access.CONSTANT, "rounds that a window decides"),
    _register("buffer_rounds", 0x14, Access.CONSTANT, "rounds that it looks ahead"),
    _register("num_observables", 0x18, Access.CONSTANT, "observables of a prediction"),
    _register("image_chunks", 0x1C, Access.CONSTANT, "writes to `image_data` that make an image"),
    _flags(
        "status",
        0x20,
        Access.STATUS,
        "what the core does",
        {
            "image_loaded": "an image is in force",
            "image_busy": "a complete image waits to come into force",
            "busy": "rounds are buffered or being decoded",
            "irq": "the interrupt line",
        },
    ),
    _flags("faults", 0x24, Access.STICKY, "faults since they were cleared", _FAULT_DOCS),
    _flags("fault_enable", 0x28, Access.READ_WRITE, "faults that interrupt", _FAULT_DOCS),
    _flags(
        "control",
        0x2C,
        Access.READ_WRITE,
        "how the core takes rounds",
        {"no_wait": "1: rounds that find no room are lost and reported; 0: they wait"},
    ),
    _register(
        "max_passes",
        0x30,
        Access.READ_WRITE,
        "most passes per window, 1 to 7; without effect in cores without links",
        width=PASSES_BITS,
        reset=1,
        least=1,
    ),
    _register(
        "cycle_budget",
        0x34,
        Access.READ_WRITE,
        "most cycles per window, then it is given up; 0: no limit",
        width=COUNTER_BITS,
    ),
    _register(
        "expected_rounds", 0x38, Access.READ_WRITE, "rounds of every shot; 0: any", width=INDEX_BITS
    ),
    _register("buffered_rounds", 0x3C, Access.STATUS, "rounds in the buffer"),
    _register("rounds_accepted", 0x40, Access.COUNT, "packets taken from the rounds stream"),
    _register("windows", 0x44, Access.COUNT, "predictions handed over"),
    _register("shots", 0x48, Access.COUNT, "predictions with `shot_end` handed over"),
    _register(
        "peak_rounds",
        0x4C,
        Access.PEAK,
        "largest `buffered_rounds` since it was cleared; clearing makes it the present one",
    ),
    _register(
        "image_start",
        0x50,
        Access.COMMAND,
        "a write of anything begins an image; one that was being written is dropped. "
        "Refused while `image_busy`",
    ),
    _register("image_data", 0x54, Access.COMMAND, "next chunk of the image"),
    _register(
        "image_checksum",
        0x58,
        Access.COMMAND,
        "CRC-32 of all chunks: the image is complete; if it is not, or differs, it is dropped",
    ),
    _flags(
        "image_status",
        0x5C,
        Access.STATUS,
        "the image that is or was being written",
        {
            "image_loading": "`image_start` was written, `image_checksum` not yet",
            "image_accepted": "the last one that ended was right and went to the core",
        },
    ),
    _register(
        "image_count",
        0x60,
        Access.STATUS,
        "images that have come into force since reset; wraps",
        width=COUNTER_BITS,
    ),
    _register(
        "count_rows",
        0x64,
        Access.CONSTANT,
        "rows of counters: of edges, then of slots; 0: the core has no counters",
    ),
    _register(
        "count_row", 0x68, Access.READ_WRITE, "row that `count_0` .. show", width=COUNT_ROW_BITS
    ),
    _register(
        "count_snapshot",
        0x6C,
        Access.COMMAND,
        "a write of anything keeps all counts and lets them begin at 0 again. "
        "Refused while `counts_busy`, and by a core without counters",
    ),
    _flags(
        "count_status",
        0x70,
        Access.STATUS,
        "the counters",
        {"counts_busy": "a snapshot is being taken, or counters are cleared after reset"},
    ),
    _register("count_windows", 0x74, Access.STATUS, "windows that the snapshot counts; wraps"),
    _register("count_rounds", 0x78, Access.STATUS, "rounds that the snapshot counts; wraps"),
    *(
        _register(
            f"count_{lane}",
            COUNTS_ADDRESS + 4 * lane,
            Access.STATUS,
            f"counter {lane} of row `count_row` of the snapshot; stops at all ones",
            width=COUNT_BITS,
        )
        for lane in range(COUNTS_PER_ROW)
    ),
    *(
        _register(
            f"{fault.name}_count",
            FAULT_COUNTERS_ADDRESS + 4 * index,
            Access.FAULT_COUNT,
            f"how often: {fault.doc}",
            width=FAULT_COUNTER_BITS,
        )
        for index, fault in enumerate(FAULTS)
    ),
)

REGISTER_BY_NAME = {register.name: register for register in REGISTERS}
REGISTER_BY_ADDRESS = {register.address: register for register in REGISTERS}


_HEAD = f"""# Registers of a streaming core

Written from `golden/spec/registers.py`, which gateware and driver read too; a test compares.
To write it again:

    python -m quantacore.golden.spec.registers > docs/registers.md

AXI4-Lite with 32-bit data and {ADDRESS_BITS}-bit byte addresses; the lowest two address bits
and `prot` are ignored. Bits without a field read as 0, and what is written to them is ignored.

- **Refused** accesses answer SLVERR, change nothing and count as the fault `bad_access`: an
  address without a register, a write to a register that cannot be written, a read of one that
  cannot be read, a value that its field does not allow, an image command that does not fit.
- **Byte strobes**: bytes without a strobe keep their value (rw) or clear nothing (write 1
  clears). Commands need all four strobes and are refused with fewer. A write without any strobe
  changes nothing.
- **Interrupt**: `irq` is 1 while a bit of `faults` is 1 whose bit in `fault_enable` is.
- An event in the cycle of its clear is not lost: the bit stays, the counter is 1.

| address | register | access | reset | meaning |
|---|---|---|---|---|
"""

_TAIL = """
## To load an image

1. Wait until `status.image_busy` is 0. Write anything to `image_start`.
2. Write every chunk to `image_data`, in order (`golden/spec/image_chunks.py` makes them); there
   are `image_chunks`.
3. Write their CRC-32 (that of zlib) to `image_checksum`. If `image_status.image_accepted` is 1
   now, the core has the image and swaps it in as soon as it may; `image_count` goes up by one.

The last word of an image goes to the core only when the checksum was right. With a wrong
checksum, too few or too many chunks, or `image_start` before the end, the image is dropped, the
one in force stays, and the fault `image_checksum` comes (`image_words` too, if the core had
already got words of it). `image_data` and `image_checksum` are refused before `image_start`, and
any image command while a word waits for the core; a core that is not `image_busy` takes them.

## To read the counters

Cores generated with `--counters` count in which windows each edge was committed, and in which
rounds each slot held a defect (`golden/spec/stream_counts.py`).

1. Wait until `count_status.counts_busy` is 0. Write anything to `count_snapshot`; wait again.
2. Write each row, 0 to `count_rows` - 1, to `count_row`, and read `count_0` .. `count_3`. Rows of
   edges come first, four edges a row; those of slots begin a new row.

Nothing stops meanwhile: counting goes on in the other bank from 0. Every window and every round is
in one snapshot; `count_windows` and `count_rounds` say how many are in this one.
"""


def render_registers() -> str:
    """Return ``docs/registers.md``."""
    lines = []
    for register in REGISTERS:
        fixed = register.access not in (Access.STATUS, Access.COMMAND)
        reset = f"0x{register.reset:x}" if fixed else ""
        if register.access is Access.CONSTANT and not register.reset:
            reset = "of the core"
        lines.append(
            f"| 0x{register.address:02x} | `{register.name}` | {_ACCESS_DOCS[register.access]} "
            f"| {reset} | {register.doc} |"
        )
    for register in REGISTERS:
        if len(register.fields) > 1 or register.fields[0].name != register.name:
            lines += ["", f"## {register.name}", "", "| bit | field | meaning |", "|---|---|---|"]
            lines += [f"| {f.lsb} | `{f.name}` | {f.doc} |" for f in register.fields]
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


if __name__ == "__main__":
    print(render_registers(), end="")
