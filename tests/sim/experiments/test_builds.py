"""The build bench on the smallest core."""

import os

import pytest

from quantacore.sim.experiments.builds import measure_build


@pytest.mark.verilator
@pytest.mark.slow
def test_measure_build_starts_from_an_empty_cache() -> None:
    cache = os.environ.get("XDG_CACHE_HOME")
    row = measure_build(distance=3)
    assert (row.num_detectors, row.num_edges) == (24, 78)
    assert row.verilog_bytes > 10_000
    assert row.elaborate_seconds > 0
    assert row.verilate_seconds > 1, "the model came from a cache"
    assert row.total_seconds == row.generate_seconds + row.verilate_seconds
    assert row.cycles_per_second > 1000
    assert os.environ.get("XDG_CACHE_HOME") == cache
