"""The cocotb bench of streaming cores passes on every simulator that is installed, and can fail.

The bench is `quantacore.sim.bench`; its tests are listed in ``stream_tests.py`` there.
"""

from pathlib import Path

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.bench.run import run_bench
from quantacore.sim.core_cache import cached_stream_core
from tests.system.test_cocotb import SIMULATORS, with_icarus


def small_core(links: str) -> Path:
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.02))
    image = build_window_image(window_plan(memory, commit_rounds=2, buffer_rounds=2))
    # Two words a round, of half a byte: what is above them in `tdata` must not count.
    return cached_stream_core(image, CoreConfig(links=links, word_bits=4), buffer_depth=8)


@pytest.mark.parametrize("simulator", SIMULATORS)
@pytest.mark.parametrize("links", ["baked"])
def test_bench_passes(tmp_path, simulator, links):
    assert run_bench(small_core(links), tmp_path, simulator=simulator) == 15


@with_icarus
def test_bench_passes_with_run_time_links(tmp_path):
    assert run_bench(small_core("runtime"), tmp_path, simulator="icarus") == 15
