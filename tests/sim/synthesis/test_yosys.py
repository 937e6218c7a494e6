"""Cells are counted as yosys maps them."""

import json
from pathlib import Path

import pytest

from quantacore.sim.synthesis.programs import Program, SynthesisError, yosys_program
from quantacore.sim.synthesis.yosys import (
    CELLS_FILE,
    ECP5_SCRIPT,
    ModuleArea,
    cell_counts,
    module_areas,
    synthesised,
)

ADDER = """
module top(input clk, input [7:0] a, output reg [7:0] sum);
  always @(posedge clk) sum <= sum + a;
endmodule
"""


def counts(folder: Path, modules: dict[str, dict[str, int]]) -> Path:
    data = {"modules": {f"\\{n}": {"num_cells_by_type": cells} for n, cells in modules.items()}}
    (folder / CELLS_FILE).write_text(json.dumps(data))
    return folder


def test_cell_counts_leave_out_what_is_no_hardware(tmp_path: Path) -> None:
    folder = counts(tmp_path, {"top": {"TRELLIS_FF": 3, "LUT4": 2, "$scopeinfo": 9}})
    assert cell_counts(folder) == {"LUT4": 2, "TRELLIS_FF": 3}


def test_module_areas_multiply_instances(tmp_path: Path) -> None:
    modules = {
        "top": {"pair": 3, "leaf": 1, "LUT4": 5},
        "pair": {"leaf": 2, "CCU2C": 4, "LUT4": 1},
        "leaf": {"LUT4": 10, "TRELLIS_FF": 6},
        "unused": {"LUT4": 99},
    }
    found = module_areas(counts(tmp_path, modules), top="top")
    assert found == (
        ModuleArea(name="leaf", instances=7, lut4=10, ccu2c=0, flip_flops=6),
        ModuleArea(name="pair", instances=3, lut4=1, ccu2c=4, flip_flops=0),
        ModuleArea(name="top", instances=1, lut4=5, ccu2c=0, flip_flops=0),
    )
    assert [area.combs for area in found] == [70, 27, 5]


@pytest.mark.parametrize("text", ["", "{", "{}", "[]"])
def test_cell_counts_reject_what_is_not_whole(tmp_path: Path, text: str) -> None:
    (tmp_path / CELLS_FILE).write_text(text)
    with pytest.raises(SynthesisError, match="yosys must write its counts as JSON, but did not"):
        cell_counts(tmp_path)


@pytest.mark.synth
@pytest.mark.usefixtures("step_cache")
def test_synthesised_counts_an_adder(tmp_path: Path) -> None:
    verilog = tmp_path / "adder.v"
    verilog.write_text(ADDER)
    stages: list[str] = []
    folder = synthesised(
        verilog, ECP5_SCRIPT, top="top", yosys=yosys_program(), progress=stages.append
    )
    assert cell_counts(folder) == {"CCU2C": 4, "TRELLIS_FF": 8}
    assert set(stages) == {"yosys synth_ecp5 -nowidelut"}


@pytest.mark.synth
@pytest.mark.usefixtures("step_cache")
def test_synthesised_says_what_yosys_says(tmp_path: Path) -> None:
    verilog = tmp_path / "bad.v"
    verilog.write_text("module top(; endmodule")
    with pytest.raises(SynthesisError, match=r"core\.v:1: ERROR: syntax error"):
        synthesised(
            verilog, ECP5_SCRIPT, top="top", yosys=yosys_program(), progress=lambda stage: None
        )


def test_synthesised_rejects_a_top_that_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Top module must have a plain Verilog name, not 'a; b'"):
        synthesised(
            tmp_path / "core.v",
            ECP5_SCRIPT,
            top="a; b",
            yosys=Program(name="yosys", version="", command=("false",)),
            progress=lambda stage: None,
        )
