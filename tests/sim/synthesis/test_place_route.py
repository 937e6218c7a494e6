"""Routing is cached by seed, and a report that is not whole is noticed."""

import gzip
import json
import sys
from pathlib import Path

import pytest

from quantacore.sim.synthesis.parts import Ecp5Part
from quantacore.sim.synthesis.place_route import Route, routed
from quantacore.sim.synthesis.programs import Program, SynthesisError
from quantacore.sim.synthesis.yosys import PACKED_NETLIST
from tests.sim.synthesis.test_critical_path import PATH, report

pytestmark = pytest.mark.usefixtures("step_cache")

REPORT = {
    "fmax": {"clk": {"achieved": 62.0964, "constraint": 12}},
    "utilization": {
        "TRELLIS_COMB": {"used": 100, "available": 83640},
        "DP16KD": {"used": 0, "available": 208},
    },
    **report(("posedge clk", "posedge clk", PATH)),
}


def fake_nextpnr(folder: Path, report: object) -> Program:
    """Write the report, and count the calls in ``calls`` beside the netlist."""
    code = f"""
import sys, pathlib
words = sys.argv[1:]
with open({str(folder / "calls")!r}, "a") as calls:
    print(*words, file=calls)
assert pathlib.Path(words[words.index("--json") + 1]).read_text() == "netlist"
pathlib.Path(words[words.index("--report") + 1]).write_text({json.dumps(report)!r})
"""
    return Program(name="nextpnr", version="1", command=(sys.executable, "-c", code))


def route(folder: Path, seed: int, report: object = REPORT) -> Route:
    (folder / PACKED_NETLIST).write_bytes(gzip.compress(b"netlist", mtime=0))
    return routed(
        folder,
        Ecp5Part(device="45k", speed=8),
        seed=seed,
        nextpnr=fake_nextpnr(folder, report),
        stage="nextpnr",
        progress=lambda stage: None,
    )


def test_routed_runs_once_for_each_seed(tmp_path: Path) -> None:
    found = [route(tmp_path, seed) for seed in (1, 2, 1)]
    assert [each.seed for each in found] == [1, 2, 1]
    assert found[0] == found[2]
    assert found[0].fmax_mhz == 62.1
    assert found[0].used == {"TRELLIS_COMB": 100}
    assert found[0].available == {"TRELLIS_COMB": 83640}
    assert len(found[0].path.hops) == len(PATH)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == 2
    words = "--45k --package CABGA381 --speed 8 --seed 1 --out-of-context --timing-allow-fail"
    assert calls[0].startswith(words)


@pytest.mark.parametrize("field", ["fmax", "utilization", "critical_paths"])
def test_routed_notices_a_report_without(tmp_path: Path, field: str) -> None:
    broken = {name: value for name, value in REPORT.items() if name != field}
    with pytest.raises(SynthesisError, match="nextpnr must report one clock"):
        route(tmp_path, 1, broken)
    assert route(tmp_path, 1).fmax_mhz == 62.1  # what was broken is not in the cache


@pytest.mark.parametrize("clocks", [{}, {"a": {"achieved": 1.0}, "b": {"achieved": 2.0}}])
def test_routed_wants_one_clock(tmp_path: Path, clocks: dict) -> None:
    with pytest.raises(SynthesisError, match="nextpnr must report one clock"):
        route(tmp_path, 1, REPORT | {"fmax": clocks})


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_routed_rejects_seed(tmp_path: Path, seed: int) -> None:
    with pytest.raises(ValueError, match=f"Seed must be 0 to 2147483647, not {seed}"):
        route(tmp_path, seed)
