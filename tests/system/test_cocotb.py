"""The cocotb bench passes on every simulator that is installed, and can fail.

The bench is `quantacore.sim.bench`; its tests are listed in ``decoder_tests.py`` there.
"""

import random
import shutil
from pathlib import Path

import pytest

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image import build_image
from quantacore.sim.bench.run import BenchError, run_bench
from quantacore.sim.core_cache import cached_core
from tests.random_graphs import random_graph
from tests.system.test_planted_bugs import BUGS, Bug, mutated_core

# Icarus is a second opinion, not a requirement: where it is missing its tests have no marker that
# `make test` requires.
HAS_ICARUS = shutil.which("iverilog") is not None
with_icarus = (
    pytest.mark.slow if HAS_ICARUS else pytest.mark.skip(reason="iverilog is not installed")
)
SIMULATORS = [
    pytest.param("verilator", marks=[pytest.mark.verilator, pytest.mark.slow]),
    pytest.param("icarus", marks=with_icarus),
]


def small_core(
    *, links: str = "none", word_bits: int = 16, num_observables: int = 3, corrections: bool = True
) -> Path:
    graph = random_graph(
        random.Random("cocotb"),
        num_detectors=20,
        num_edges=44,
        num_observables=num_observables,
        correlations=60,
    )
    config = CoreConfig(word_bits=word_bits, links=links, with_corrections=corrections)
    return cached_core(graph, config, build_image(graph))


@pytest.mark.parametrize("simulator", SIMULATORS)
@pytest.mark.parametrize("links", ["none", "baked", "runtime"])
def test_bench_passes(tmp_path, simulator, links):
    # Waves are asked for here, because each build with waves costs Verilator a minute.
    waves = links == "baked"
    core = small_core(links=links)
    assert run_bench(core, tmp_path, simulator=simulator, waves=waves) >= 28
    written = [path for path in tmp_path.iterdir() if path.suffix in (".fst", ".vcd")]
    assert bool(written) == waves
    assert all(path.stat().st_size > 0 for path in written)


@with_icarus
def test_bench_passes_on_a_core_without_corrections_and_observables(tmp_path):
    core = small_core(word_bits=100, num_observables=0, corrections=False)
    assert run_bench(core, tmp_path, simulator="icarus") >= 28


# Each breaks one thing that a monitor or the scoreboard is there to see.
STREAM_BUGS = {
    "wrong-answer": (BUGS["two-offers-taken"], "golden says"),
    "prediction-lost-in-a-stall": (
        Bug(r"assign free = (\\\$\d+ ) \| predictions__ready;", r"assign free = 1'h1;"),
        "before ready",
    ),
    "buffer-not-held": (
        Bug(r"assign rounds__ready = ~ full;", "assign rounds__ready = 1'h1;"),
        "decoder: ",
    ),
    "error-flag-not-set": (
        Bug(r"rounds_error <= \\\$\d+ ;", "rounds_error <= 1'h0;"),
        "rounds_error is 0, must be True",
    ),
}


@with_icarus
@pytest.mark.parametrize("name", STREAM_BUGS)
def test_bench_catches_planted_bug(tmp_path, name):
    bug, complaint = STREAM_BUGS[name]
    mutated_core(small_core(), tmp_path / "core", bug)
    with pytest.raises(BenchError, match="tests failed on icarus"):
        run_bench(
            tmp_path / "core",
            tmp_path,
            simulator="icarus",
            test_filter="decode_shots|hold_everything|drop_malformed_shots",
        )
    assert complaint in (tmp_path / "test.log").read_text()
