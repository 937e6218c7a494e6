"""What was found is told the same way to people and machines."""

import dataclasses
import json
from pathlib import Path

import pytest

from quantacore.golden.spec.core_folder import read_any_manifest
from quantacore.sim.synthesis.critical_path import CriticalPath, Hop
from quantacore.sim.synthesis.flow import Synthesis
from quantacore.sim.synthesis.parts import Ecp5Part
from quantacore.sim.synthesis.place_route import Route
from quantacore.sim.synthesis.report import headline, synthesis_json, tables
from quantacore.sim.synthesis.yosys import ModuleArea

HOPS = (
    Hop(kind="logic", delay_ns=0.5, cell="core.a_TRELLIS_FF_Q", port="Q", net=""),
    Hop(kind="routing", delay_ns=1.5, cell="core.b_LUT4_Z", port="A", net="core.a"),
    Hop(kind="logic", delay_ns=0.0, cell="core.b_LUT4_Z", port="F", net=""),
)


def route(seed: int, fmax: float) -> Route:
    return Route(
        seed=seed,
        fmax_mhz=fmax,
        used={"TRELLIS_COMB": 300, "TRELLIS_FF": 60},
        available={"TRELLIS_COMB": 3000, "TRELLIS_FF": 3000},
        path=CriticalPath(hops=HOPS),
    )


@pytest.fixture
def synthesis(tiny_core: Path) -> Synthesis:
    return Synthesis(
        target="ecp5",
        core=read_any_manifest(tiny_core),
        tools={"yosys": "1", "nextpnr": "2"},
        options={},
        cells={"LUT4": 210, "CCU2C": 30, "TRELLIS_FF": 60, "PFUMX": 9},
        part=Ecp5Part(),
        routes=(route(1, 90.0), route(2, 70.0), route(3, 80.0)),
        modules=(ModuleArea(name="unit", instances=3, lut4=40, ccu2c=10, flip_flops=20),),
    )


def test_report_says_what_kind_of_figures_these_are(synthesis: Synthesis) -> None:
    assert "Post-route estimate: ECP5 85k CABGA381 speed 6, out of context" in headline(synthesis)
    assert synthesis_json(synthesis)["estimate"] == "post-route estimate"
    unplaced = dataclasses.replace(synthesis, routes=(), part=None)
    assert "Synthesis estimate: ECP5, not placed, no timing" in headline(unplaced)
    generic = dataclasses.replace(unplaced, target="lut6", cells={"LUT6": 5, "LUT2": 1, "FDRE": 2})
    assert "Synthesis estimate: generic 6-LUT part, no timing" in headline(generic)


def test_report_tables(synthesis: Synthesis) -> None:
    area, clock, path, modules = tables(synthesis)
    rows = {row[0]: row[1:] for row in area.rows}
    assert rows["TRELLIS_COMB"] == ["300", "100.0", "10.0%"]
    assert rows["CCU2C"] == ["30", "10.0", ""]
    assert rows["DP16KD"] == ["0", "0.0", ""]
    assert clock.title.endswith("Fmax min 70.0, median 80.0, max 90.0 MHz")
    assert clock.rows[0] == ["1", "90.0", "2.00", "0.50", "1.50"]
    assert path.title == "Critical path of seed 3:"  # that with the median clock
    assert path.rows == [
        ["logic", "0.50", "0.50", "core.a > TRELLIS_FF.Q", ""],
        ["routing", "1.50", "2.00", "core.b > LUT4.A", "core.a"],
    ]
    assert modules.rows == [["unit", "3", "40", "10", "20", "180", "100.0%"]]


def test_report_table_of_six_input_luts(synthesis: Synthesis) -> None:
    cells = {"LUT1": 1, "LUT4": 3, "LUT6": 5, "CARRY4": 2, "CARRY8": 1, "FDRE": 6, "FDSE": 3}
    generic = dataclasses.replace(
        synthesis, target="lut6", routes=(), part=None, modules=(), cells=cells
    )
    (area,) = tables(generic)
    rows = {row[0]: row[1:] for row in area.rows}
    assert rows["LUT (all of LUT1 to LUT6)"] == ["9", "3.0"]
    assert rows["flip-flop"] == ["9", "3.0"]
    assert rows["carry"] == ["3", "1.0"]


def test_report_json_has_it_all(synthesis: Synthesis) -> None:
    data = json.loads(json.dumps(synthesis_json(synthesis)))
    assert (data["format"], data["version"]) == ("quantacore-synthesis", 1)
    assert data["core"]["detectors"] == 3
    assert len(data["core"]["verilog_sha256"]) == 64
    assert data["area"]["trellis_comb_per_detector"] == 100
    assert data["fmax_mhz"] == {"min": 70, "median": 80, "max": 90}
    assert data["tools"] == {"yosys": "1", "nextpnr": "2"}
    assert len(data["routes"][0]["critical_path"]["hops"]) == 3
    assert data["modules"][0]["combs"] == 180
