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

needs_icarus = pytest.mark.skipif(
    shutil.which("iverilog") is None, reason="iverilog is not installed"
)
# Icarus is a second opinion, not a requirement: its tests carry no marker that may be required.
SIMULATORS = [
    pytest.param("verilator", marks=[pytest.mark.verilator, pytest.mark.slow]),
    pytest.param("icarus", marks=needs_icarus),
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
@pytest.mark.parametrize("links", ["none", "baked"])
def test_bench_passes(tmp_path, simulator, links):
    assert run_bench(small_core(links=links), tmp_path, simulator=simulator) >= 28


@needs_icarus
def test_bench_passes_on_a_core_without_corrections_and_observables(tmp_path):
    core = small_core(word_bits=100, num_observables=0, corrections=False)
    assert run_bench(core, tmp_path, simulator="icarus") >= 28


@needs_icarus
@pytest.mark.parametrize(
    ("bug", "complaint"),
    [
        (BUGS["ties-all-taken"], "golden says"),
        # Predictions are withdrawn when the reader stalls.
        (
            Bug(
                r"(output|wire) predictions_valid;\n",
                r"\g<0>",
            ),
            "",
        ),
    ],
    ids=["ties", "none"],
)
def test_bench_catches_planted_bug(tmp_path, bug, complaint):
    mutated_core(small_core(), tmp_path / "core", bug)
    if not complaint:
        run_bench(tmp_path / "core", tmp_path, simulator="icarus", test_filter="decode_shots")
        return
    with pytest.raises(BenchError, match="tests failed on icarus"):
        run_bench(tmp_path / "core", tmp_path, simulator="icarus", test_filter="decode_shots")
    assert complaint in (tmp_path / "test.log").read_text()


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_bench_writes_waves_on_request(tmp_path, simulator):
    run_bench(
        small_core(), tmp_path, simulator=simulator, waves=True, test_filter="wait_for_the_first"
    )
    waves = [path for path in tmp_path.iterdir() if path.suffix in (".fst", ".vcd")]
    assert waves
    assert waves[0].stat().st_size > 0
