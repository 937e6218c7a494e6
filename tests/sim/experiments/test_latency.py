"""Core cycles: small runs, and the definition of a cycle count."""

import pytest

from quantacore.sim.experiments.latency import Noise, measure_latency


@pytest.mark.verilator
@pytest.mark.parametrize("passes", [1, 3])
def test_latency_of_circuit_noise_stays_near_the_cycle_model(passes: int) -> None:
    row = measure_latency(Noise.CIRCUIT, distance=3, p=0.005, passes=passes, num_shots=2000, seed=1)
    assert row.mismatches == 0
    assert row.yardstick is not None
    assert 2 <= row.p50 <= row.p99 <= row.p999 <= row.max
    assert row.mean <= row.yardstick + 4


@pytest.mark.verilator
@pytest.mark.parametrize("p", [0.001, 0.005])
def test_latency_of_phenomenological_noise_is_at_most_half_of_helios(p: float) -> None:
    row = measure_latency(Noise.PHENOMENOLOGICAL, distance=3, p=p, num_shots=2000, seed=1)
    assert row.mismatches == 0
    assert row.num_detectors == 12
    assert row.yardstick is not None
    assert row.mean <= row.yardstick / 2


def test_latency_rejects_passes_out_of_range() -> None:
    with pytest.raises(ValueError, match="Number of passes must be 1 to 7, not 8"):
        measure_latency(Noise.CIRCUIT, distance=3, p=0.01, passes=8, num_shots=1, seed=1)
