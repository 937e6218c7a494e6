"""The generated Verilog is clean: nothing that Verilator or Yosys would warn of is hidden."""

import re
from pathlib import Path

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

import quantacore.hdl.vendor
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import VERILOG_FILE
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.window_image import build_window_image
from quantacore.hdl.generate import TOP
from quantacore.hdl.verilog import component_verilog
from quantacore.sim.core_cache import cached_core, cached_stream_core
from tests.verilator_lint import lint
from tests.yosys import check_verilog

WAIVERS = Path(quantacore.hdl.vendor.__path__[0]) / "lint.vlt"
MAY_BE_WAIVED = {"DECLFILENAME", "SYMRSVDWORD", "UNUSEDSIGNAL"}
"""Classes of messages about names. Every other one may be a fault and is never waived."""


def shot_core(links, rounds=2):
    graph = graph_from_circuit(rotated_memory(distance=3, p=0.005, rounds=rounds))
    return cached_core(graph, CoreConfig(links=links), build_image(graph))


def stream_core(links, **config):
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.005))
    plan = window_plan(memory, commit_rounds=1, buffer_rounds=1)
    image = build_window_image(plan, with_links=links != "none")
    return cached_stream_core(image, CoreConfig(links=links, **config))


CORES = {
    "shot-none": lambda: shot_core("none", rounds=1),  # all in one component
    "shot-baked": lambda: shot_core("baked"),
    "shot-runtime": lambda: shot_core("runtime"),
    "stream-none": lambda: stream_core("none", with_corrections=False, word_bits=8),
    "stream-baked": lambda: stream_core("baked"),
    "stream-runtime": lambda: stream_core("runtime", lanes=2),
}


@pytest.mark.verilator
@pytest.mark.slow
@pytest.mark.parametrize("name", CORES)
def test_verilator_has_nothing_to_say(name):
    assert lint(WAIVERS, CORES[name]() / VERILOG_FILE, top=TOP) == []


@pytest.mark.synth
@pytest.mark.slow
@pytest.mark.parametrize("name", ["shot-none", "shot-baked", "stream-runtime"])
def test_yosys_finds_no_latch_loop_or_undriven_net(name):
    answer = check_verilog(VERILOG_FILE, folder=CORES[name](), top=TOP)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_waivers_are_of_harmless_classes_and_have_reasons():
    *blocks, last = WAIVERS.read_text().split("\n\n")
    for block in [*blocks[1:], last]:
        reason, *entries = re.split(r"^(?=lint_off)", block, flags=re.M)
        assert reason.startswith("//"), block
        assert entries, block
        for entry in entries:
            rule = re.fullmatch(r'lint_off -rule (\w+) -file "\*" -match "[^"]{9,}"\s*', entry)
            assert rule, entry
            assert rule[1] in MAY_BE_WAIVED, entry


def with_slip(slip):
    """Return a module with one planted slip."""
    return f"""module slip(input [3:0] a, input clk, input b, output reg [3:0] y);
  wire [3:0] c = a;
  always @(posedge clk) y <= c;
  {slip}
endmodule
"""


SLIPS = {
    "WIDTHTRUNC": "wire d = a + 4'd1; always @(posedge d) if (b) $stop;",
    "LATCH": "reg d; always @* if (b) d = a[0]; always @(posedge d) $stop;",
    "CASEINCOMPLETE": "reg d; always @* begin d = 0; case (a[1:0]) 2'd1: d = b; endcase end "
    "always @(posedge d) $stop;",
    "MULTIDRIVEN": "always @(negedge clk) y <= a;",
    "UNOPTFLAT": "wire [3:0] loop = b ? (loop ^ a) : c; always @(posedge clk) if (&loop) $stop;",
    "UNDRIVEN": "wire d; always @(posedge clk) if (d & b) $stop;",
    "UNUSEDSIGNAL": "wire forgotten = b;",
    "PINMISSING": "inner inner(.p(b)); endmodule module inner(input p, input q); "
    "always @(posedge p) if (q) $stop;",
}


@pytest.mark.verilator
@pytest.mark.parametrize("rule", SLIPS)
def test_waivers_hide_no_slip(rule, tmp_path):
    file = tmp_path / "slip.v"
    file.write_text(with_slip(SLIPS[rule]))
    assert any(f"-{rule}:" in message for message in lint(WAIVERS, file, top="slip"))


class Held(wiring.Component):
    """A register with a value at the start."""

    def __init__(self):
        super().__init__({"value": In(4), "held": Out(4, init=9)})

    def elaborate(self, platform):
        m = Module()
        unread = Signal(8)
        m.d.comb += unread.eq(self.value)
        m.d.sync += self.held.eq(self.value)
        return m


def test_component_verilog_keeps_initial_values_and_drops_what_nothing_reads():
    text = component_verilog(Held(), "held_value")
    assert text.count("module held_value(") == 1
    assert "initial held = 4'h9;" in text
    assert "unread" not in text
