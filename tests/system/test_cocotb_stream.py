"""The cocotb bench of streaming cores passes on every simulator that is installed, and can fail.

The bench is `quantacore.sim.bench`; its tests are listed in ``stream_tests.py`` there.
"""

from pathlib import Path

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.bench.run import BenchError, run_bench
from quantacore.sim.core_cache import cached_stream_core
from tests.system.test_cocotb import with_icarus
from tests.system.test_planted_bugs import Bug, mutated_core


def small_core(links: str) -> Path:
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.02))
    image = build_window_image(window_plan(memory, commit_rounds=2, buffer_rounds=2))
    # Two words a round, of half a byte: what is above them in `tdata` must not count.
    return cached_stream_core(image, CoreConfig(links=links, word_bits=4), buffer_depth=8)


# Each breaks one thing that the watch or the comparison is there to see.
BUGS = {
    "frame-forgets": (Bug(r"= frame \^ observables;", "= observables;"), "golden says otherwise"),
    "access-not-refused": (Bug(r"\.bresp\(s_axil_bresp\)", ".bresp()"), "AssertionError"),
}


@pytest.mark.verilator
@pytest.mark.slow
@pytest.mark.parametrize("links", ["baked", "runtime"])
def test_bench_passes(tmp_path, links):
    assert run_bench(small_core(links), tmp_path) == 15


@with_icarus
def test_bench_passes_on_another_simulator(tmp_path):
    assert run_bench(small_core("baked"), tmp_path, simulator="icarus", test_filter="identify") == 3


@pytest.mark.verilator
@pytest.mark.slow
@pytest.mark.parametrize("name", BUGS)
def test_bench_catches_planted_bug(tmp_path, name):
    bug, complaint = BUGS[name]
    mutated_core(small_core("baked"), tmp_path / "core", bug)
    with pytest.raises(BenchError, match="tests failed"):
        run_bench(tmp_path / "core", tmp_path / "bench", test_filter=r"(identify|decode).*0\.4")
    assert complaint in (tmp_path / "bench" / "test.log").read_text()
