"""Plain RTLIL is the same hardware: proved for each operator, with operands of all kinds."""

import operator

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Array, Const, Module, Mux, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.hdl.plain_rtlil import plain_rtlil
from tests.yosys import run_yosys

OPERATORS = {
    name: getattr(operator, name)
    for name in ("add", "sub", "mul", "eq", "ne", "lt", "le", "gt", "ge", "and_", "or_", "xor")
}
SHAPES = {
    "wide-narrow": (unsigned(5), unsigned(2)),
    "narrow-wide": (unsigned(2), unsigned(5)),
    "signed": (signed(5), signed(2)),
    "mixed": (unsigned(4), signed(2)),
}


class Operators(wiring.Component):
    """Every operator on a pair of shapes, on constants, parts and registers of them."""

    def __init__(self, first, second):
        members = {f"{name}_{i}": Out(12) for name in [*OPERATORS, "other"] for i in range(4)}
        super().__init__({"first": In(first), "second": In(second), **members})

    def elaborate(self, platform):
        m = Module()
        a, b = self.first, self.second
        held = Signal.like(b)
        unread = Signal(7)
        m.d.sync += [held.eq(b), unread.eq(a)]
        minus_one = Const(-1, signed(1))
        for name, apply in OPERATORS.items():
            for i, value in enumerate((apply(a, b), apply(a, 1), apply(minus_one, b))):
                m.d.comb += getattr(self, f"{name}_{i}").eq(value)
            m.d.comb += getattr(self, f"{name}_3").eq(apply(a[:2].as_signed(), held))
        m.d.comb += [
            self.other_0.eq(a << held.as_unsigned()[:2]),
            self.other_1.eq(~(a.bool()) ^ (held == 0)),
            self.other_2.eq(Mux(a, b, held)),
            self.other_3.eq(Array([a, b, held, 5])[b.as_unsigned()[:2]]),
        ]
        return m


PROOF = """
read_rtlil before.il; hierarchy -top top; proc; flatten; rename top before; design -stash before
read_rtlil after.il; hierarchy -top top; proc; flatten; check -assert; rename top after
design -stash after
design -copy-from before -as before before; design -copy-from after -as after after
miter -equiv -flatten -make_outputs before after miter
hierarchy -top miter
sat -verify -prove trigger 0 -set-init-undef -set-def-inputs -tempinduct -seq 1 miter
"""


def prove_equal(before, after, folder):
    (folder / "before.il").write_text(before)
    (folder / "after.il").write_text(after)
    return run_yosys(PROOF, folder)


@pytest.mark.synth
@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_plain_rtlil_is_the_same_hardware(name, tmp_path):
    before = rtlil.convert(Operators(*SHAPES[name]), name="top", emit_src=False)
    after = plain_rtlil(before)
    assert after != before
    answer = prove_equal(before, after, tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.synth
@pytest.mark.slow
def test_proof_finds_a_wrong_extension(tmp_path):
    before = rtlil.convert(Operators(*SHAPES["signed"]), name="top", emit_src=False)
    wrong = plain_rtlil(before).replace("\\A_SIGNED 1", "\\A_SIGNED 0")
    assert prove_equal(before, wrong, tmp_path).returncode != 0


def cells(text):
    """Return the widths of the operands of each cell."""
    found = []
    for block in text.split("  cell ")[1:]:
        lines = [line.split() for line in block.split("\n  end")[0].splitlines()]
        widths = {words[1]: words[2] for words in lines if words[:1] == ["parameter"]}
        found.append((lines[0][0], {k: int(v) for k, v in widths.items() if k.endswith("WIDTH")}))
    return found


@pytest.mark.parametrize("name", SHAPES)
def test_plain_rtlil_has_operands_of_one_width(name):
    after = plain_rtlil(rtlil.convert(Operators(*SHAPES[name]), name="top", emit_src=False))
    kinds = set()
    for kind, widths in cells(after):
        kinds.add(kind)
        if kind in ("$add", "$sub", "$mul", "$eq", "$ne", "$lt", "$le", "$gt", "$ge"):
            assert widths["\\A_WIDTH"] == widths["\\B_WIDTH"], (kind, widths)
    assert {"$add", "$sub", "$mul", "$eq", "$lt"} <= kinds
    assert "$logic_not" not in kinds
    assert "unread" not in after


class Outer(wiring.Component):
    """Holds a component whose second input matters to nothing that is read."""

    def __init__(self):
        self.inner = Inner()
        super().__init__({"wanted": In(4), "ignored": In(4), "sum": Out(4)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.inner = self.inner
        m.d.comb += [
            self.inner.wanted.eq(self.wanted + 1),
            self.inner.ignored.eq(self.ignored + 1),
            self.sum.eq(self.inner.sum),
        ]
        return m


class Inner(wiring.Component):
    def __init__(self):
        super().__init__({"wanted": In(4), "ignored": In(4), "sum": Out(4)})

    def elaborate(self, platform):
        m = Module()
        lost = Signal(4)
        m.d.sync += [self.sum.eq(self.wanted), lost.eq(self.ignored)]
        return m


def test_plain_rtlil_keeps_ports_of_the_top_and_drops_what_leads_nowhere():
    after = plain_rtlil(rtlil.convert(Outer(), name="top", emit_src=False))
    top, inner = (part for part in after.split("module ")[1:])
    assert top.startswith("\\top")
    assert "input 1 \\ignored" in top.replace("  ", " ")
    assert "ignored" not in inner
    assert "lost" not in inner
    assert [kind for kind, _ in cells(top)].count("$add") == 1
