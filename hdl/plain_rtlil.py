"""Rewrite a design so that its Verilog says what it does, and no more.

In: RTLIL from Amaranth.   Out: the same design in RTLIL, without what Verilog tools warn of.
Next: `quantacore.hdl.unit_library` (writes it as Verilog).

Amaranth leaves two things to the reader of its RTLIL that Verilog tools rightly complain about,
since in hand-written Verilog they are slips: operands that are narrower than their operator, which
are extended without a word, and names for things that nothing reads (fields of structures, bits
of results). Among thousands of such warnings nobody would find the one that matters. So operands
are extended here in writing, and what nothing reads is left out. Neither changes a bit of what a
port or a register holds: a test proves it for each operator.
"""

import re
from dataclasses import dataclass, field

OPERANDS = ("\\A", "\\B")
EXTENDED = {
    **dict.fromkeys(("$add", "$sub", "$mul"), OPERANDS),
    **dict.fromkeys(("$eq", "$ne", "$lt", "$le", "$gt", "$ge"), OPERANDS),
    "$shl": ("\\A",),
}
"""Kind of cell -> operands that it extends without a word, all to the same width."""
EXTENDED_TO_RESULT = ("$add", "$sub", "$mul", "$shl")
"""Cells whose operands are at least as wide as the result."""
OUTPUTS = ("\\Y", "\\Q")
"""Ports of Amaranth's own cells that drive something."""
KEPT = ("\\", "$mem", "$assert", "$assume", "$cover", "$check", "$print")
"""Kinds of cells that stay even if nothing reads them: instances, memories, properties."""

NAME = re.compile(r"(?<!\S)[\\$]\S+")
SIGN = re.compile(r"(?:\{ )*(?:\d+'([01])|([\\$]\S+) \[(\d+)(?::\d+)?\])")


@dataclass
class Statement:
    """One statement of a module, with its attributes."""

    lines: list[str]
    kind: str
    """First word."""
    writes: set[str] = field(default_factory=set)
    """Wires that it drives."""
    reads: set[str] = field(default_factory=set)
    kept: bool = False
    """Stays, even if nothing reads what it drives."""
    module: str = ""
    """Of an instance, what it is one of."""
    input: str = ""
    """Of an input, its name."""


def plain_rtlil(text: str) -> str:
    """Return a design with every width spelled out and without what nothing reads.

    Parameters
    ----------
    text : str
        As `amaranth.back.rtlil.convert` writes it.
    """
    heads: list[list[str]] = [[]]
    modules: dict[str, list[Statement]] = {}
    lines = iter(text.splitlines())
    for line in lines:
        heads[-1].append(line)
        if line.startswith("module "):
            modules[line.split()[1]] = _statements(lines)
            heads.append([])
    for top in modules.keys() - {s.module for body in modules.values() for s in body}:
        _leave_out(modules, top)
    plain = []
    for head, statements in zip(heads, modules.values(), strict=False):
        plain += [*head, *(line for s in statements for line in s.lines), "end"]
    return "\n".join(plain) + "\n"


def _leave_out(modules, name):
    """Leave out of a module what nothing reads, first of the modules in it, inputs too.

    Amaranth writes a module for each object, so each is in one place.
    """
    for cell in modules[name]:
        if cell.module not in modules:
            continue
        _leave_out(modules, cell.module)
        inner = modules[cell.module]
        read = {wire for statement in inner for wire in statement.reads}
        unread = {s.input for s in inner if s.input} - read
        modules[cell.module] = [s for s in inner if s.input not in unread]
        ports = {name: value for name, value in _ports(cell.lines).items() if name not in unread}
        # Attributes and the first line; a module of ours has no parameters.
        first = next(i for i, line in enumerate(cell.lines) if line.startswith("  cell "))
        cell.lines = _cell_lines(cell.lines[: first + 1], {}, ports)
        cell.reads = {wire for value in ports.values() for wire in _names(value)}
    modules[name] = _read_ones(modules[name])


def _statements(lines):
    """Take the statements of a module from an iterator, up to its ``end``."""
    found = []
    attributes = []
    for line in lines:
        words = line.split(None, 1)
        if not words:
            continue
        kind = words[0]
        if kind == "end":
            break
        if kind == "attribute":
            attributes.append(line)
            continue
        block = [line]
        if kind in ("cell", "process"):
            block += _block(lines)
        read = {"cell": _cell, "process": _process, "connect": _connect, "wire": _wire}
        statement = read.get(kind, _other)(block)
        statement.lines = attributes + statement.lines
        attributes = []
        found.append(statement)
    return found


def _block(lines):
    """Take the lines of a cell or process, its ``end`` included."""
    depth = 1
    taken = []
    for line in lines:
        word = line.split(None, 1)[:1]
        if not word:
            continue
        taken.append(line)
        depth += (word[0] in ("switch", "sync")) - (word[0] == "end")
        if not depth:
            break
    return taken


def _other(lines):
    return Statement(lines, lines[0].split(None, 1)[0], kept=True)


def _wire(lines):
    *words, name = lines[0].split()
    is_input = "input" in words
    kept = is_input or "output" in words
    return Statement(lines, "wire", writes={name}, kept=kept, input=name if is_input else "")


def _connect(lines):
    target, value = _split(lines[0])
    return Statement(lines, "connect", writes=_names(target), reads=_names(value))


def _process(lines):
    statement = Statement(lines, "process")
    for line in lines[1:]:
        kind, _, rest = line.strip().partition(" ")
        if kind == "assign":
            target, value = _split(line)
            statement.writes |= _names(target)
            statement.reads |= _names(value)
        elif kind != "end":
            statement.reads |= _names(rest)
    return statement


def _cell(lines):
    kind = lines[0].split()[1]
    statement = Statement(lines, "cell", kept=kind.startswith(KEPT))
    if kind.startswith("\\"):
        statement.module = kind
    for name, value in _ports(lines).items():
        drives = name in OUTPUTS and not statement.kept
        (statement.writes if drives else statement.reads).update(_names(value))
    statement.lines = _spelled(lines, kind)
    return statement


def _ports(lines, word="connect"):
    """Return what a cell is connected to, or its parameters, by name."""
    found = (line.split(None, 2) for line in lines[1:-1])
    return {words[1]: words[2] for words in found if words[0] == word}


def _spelled(lines, kind):
    """Return a cell whose operands have the width that the operator gives them."""
    parameters, ports = _ports(lines, "parameter"), _ports(lines)
    if kind == "$logic_not":
        # Verilog's `!` wants one bit; of more it means "is zero".
        width = int(parameters["\\A_WIDTH"])
        parameters |= {"\\B_SIGNED": "0", "\\B_WIDTH": str(width), "\\A_SIGNED": "0"}
        ports = {"\\A": ports["\\A"], "\\B": f"{width}'{'0' * width}", "\\Y": ports["\\Y"]}
        return _cell_lines([lines[0].replace("$logic_not", "$eq", 1)], parameters, ports)
    extended_ports = EXTENDED.get(kind, ())
    widths = {port: int(parameters[f"{port}_WIDTH"]) for port in extended_ports}
    wanted = max(widths.values(), default=0)
    if kind in EXTENDED_TO_RESULT:
        wanted = max(wanted, int(parameters["\\Y_WIDTH"]))
    if all(width == wanted for width in widths.values()):
        return lines
    is_signed = all(int(parameters[f"{port}_SIGNED"]) for port in extended_ports)
    for port, width in widths.items():
        extended = _extended(ports[port], width, wanted, is_signed)
        if extended is None:
            return lines
        ports[port] = extended
        parameters[f"{port}_WIDTH"] = str(wanted)
    return _cell_lines(lines[:1], parameters, ports)


def _extended(value, width, wanted, is_signed):
    """Return a value with more bits in front; None if its sign cannot be told from its text."""
    if width == wanted:
        return value
    count = wanted - width
    prefix, quote, bits = value.partition("'")
    if quote and prefix.isdigit():
        return f"{wanted}'{(bits[0] if is_signed else '0') * count}{bits}"
    if not is_signed:
        return f"{{ {count}'{'0' * count} {value} }}"
    # The sign is the first bit in a text that says it: a constant's, or the top of a slice.
    if part := SIGN.match(value):
        sign = f"1'{part[1]}" if part[1] else f"{part[2]} [{part[3]}]"
        return f"{{ {' '.join([sign] * count)} {value} }}"
    return None


def _cell_lines(head, parameters, ports):
    return [
        *head,
        *(f"    parameter {name} {value}" for name, value in parameters.items()),
        *(f"    connect {name} {value}" for name, value in ports.items()),
        "  end",
    ]


def _read_ones(statements):
    """Return the statements without those that drive only what nothing reads."""
    drivers: dict[str, list[Statement]] = {}
    for statement in statements:
        for name in statement.writes:
            drivers.setdefault(name, []).append(statement)
    # Ports are read by whoever uses the module; so is what kept cells are connected to.
    waiting = [s for s in statements if s.kept]
    live = {id(statement) for statement in waiting}
    while waiting:
        statement = waiting.pop()
        for name in statement.reads | statement.writes:
            for driver in drivers.get(name, ()):
                if id(driver) not in live:
                    live.add(id(driver))
                    waiting.append(driver)
    return [statement for statement in statements if id(statement) in live]


def _names(text):
    """Return the wires in a signal's text."""
    return set(NAME.findall(text))


def _split(line):
    """Return target and value of ``connect`` or ``assign``."""
    rest = line.split(None, 1)[1]
    if rest.startswith("{"):
        target, value = rest.split("}", 1)
        return target, value
    name, _, rest = rest.partition(" ")
    if rest.startswith("["):
        bits, _, rest = rest.partition("]")
        return f"{name} {bits}]", rest.strip()
    return name, rest
