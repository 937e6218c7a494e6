"""Building models: the cache, what is missing, and what the compilers say."""

import multiprocessing
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from quantacore.sim.batch import HARNESS
from quantacore.sim.verilator import (
    VerilatorError,
    build_shared_library,
    cache_directory,
    verilator_environment,
)

verilator = pytest.mark.verilator

COUNTER = """
module counter(input clk, input rst, output reg [7:0] count);
  always @(posedge clk) count <= rst ? 8'd0 : count + 8'd1;
endmodule
"""
HARNESS_TEXT = """
#include "model.h"
extern "C" int count(int cycles) {
  VerilatedContext context;
  Model model{&context};
  for (int i = 0; i < cycles; ++i) {
    model.rst = i == 0;
    model.clk = 0; model.eval();
    model.clk = 1; model.eval();
  }
  return model.count * FACTOR;
}
"""


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """Verilog and harness, and a cache of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "counter.v").write_text(COUNTER)
    (tmp_path / "harness.cpp").write_text(HARNESS_TEXT)
    return tmp_path / "counter.v", tmp_path / "harness.cpp"


def build(sources: tuple[Path, Path]) -> Path:
    return build_shared_library(*sources, top="counter", defines=["FACTOR=3"])


@verilator
def test_library_is_built_once_by_several_processes(sources):
    import ctypes

    with multiprocessing.get_context("spawn").Pool(2) as pool:
        first, second = pool.map(build, [sources, sources])
    assert first == second
    assert ctypes.CDLL(str(first)).count(11) == 30
    stamp = first.stat().st_mtime_ns
    assert build(sources) == first
    assert first.stat().st_mtime_ns == stamp
    left_over = [path for path in cache_directory().rglob("*") if "unfinished" in path.name]
    assert not left_over


@verilator
@pytest.mark.slow
def test_library_changes_with_its_inputs(sources):
    verilog, harness = sources
    libraries = {build(sources)}
    harness.write_text(HARNESS_TEXT + "\n")
    libraries.add(build(sources))
    verilog.write_text(COUNTER.replace("8'd1", "8'd2"))
    libraries.add(build(sources))
    libraries.add(build_shared_library(verilog, harness, top="counter", defines=["FACTOR=4"]))
    assert len(libraries) == 4


@verilator
def test_build_error_says_what_verilator_said(sources):
    sources[0].write_text(COUNTER.replace("endmodule", "oops"))
    with pytest.raises(VerilatorError, match=r"verilator failed with exit code 1:\n(.|\n)*%Error"):
        build(sources)
    assert not list(cache_directory().rglob("*.so"))


@verilator
def test_build_error_says_what_the_compiler_said(sources):
    sources[1].write_text("#error planted\n")
    with pytest.raises(VerilatorError, match=r"g\+\+ failed with exit code 1:\n(.|\n)*planted"):
        build(sources)


@verilator
def test_environment_has_a_verilator_that_tells_its_version():
    answer = subprocess.run(
        ["verilator", "--version"], env=verilator_environment(), capture_output=True, text=True
    )
    assert re.match(r"Verilator 5\.\d+ ", answer.stdout)


@pytest.mark.parametrize("tool", ["g++", "make", "perl"])
def test_missing_tool_is_named_with_its_package(tmp_path, monkeypatch, tool):
    for name in {"g++", "make", "perl", "sh"} - {tool}:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is missing")
        (tmp_path / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VerilatorError, match=rf"{re.escape(tool)} is missing: .* apt-get install"):
        verilator_environment()


def test_harness_is_beside_the_code():
    assert HARNESS.exists()
