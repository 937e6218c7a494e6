"""What is measured of the tiers: cycles of the mesh, times of the CPU."""

from pathlib import Path

import numpy as np
import pytest

from quantacore.sim.allocation import measured
from quantacore.sim.allocation.gate_windows import Gate
from quantacore.sim.allocation.measured import core_tier, cpu_tier, measure_core_cycles, measure_cpu

GATE = Gate("merge-zz", 3, 0.005, commit_rounds=3, buffer_rounds=3)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "cache_directory", lambda: tmp_path)


def test_cpu_is_timed_window_by_window() -> None:
    times = measure_cpu(3, 0.005, GATE, windows=60)
    assert len(times.single) == 100  # whole shots
    assert [len(joint) for joint in times.joint] == [20, 20, 20]
    tier = cpu_tier(times, transfer_us=2.0)
    assert tier.mean_us > 2.0
    assert tier.mean_of(0) == pytest.approx(2.0 + np.mean(times.joint[0]))


def test_cores_take_cycles_at_a_clock() -> None:
    slow, fast = (core_tier(3, 0.005, mhz=mhz, gate=GATE, windows=200) for mhz in (50, 100))
    assert slow.mean_us == pytest.approx(2 * fast.mean_us)
    assert len(slow.times_us) == 200
    # 6 rounds of 8 slots in words of 64 bits, and 2 cycles; of the gate 6 rounds of 20 slots.
    assert slow.transfer_us == pytest.approx(3 / 50)
    assert slow.joint_transfer_us == pytest.approx(4 / 50)
    # Joint windows take longer than those of one patch, but not twice as long as two.
    assert 1.2 < slow.mean_of(0) / slow.mean_us < 4


def test_cycles_come_from_the_cache_the_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = measure_core_cycles(3, 0.01, windows=100)
    monkeypatch.setattr(measured, "memory_stream", None)  # would fail if it were used
    assert np.array_equal(measure_core_cycles(3, 0.01, windows=100), first)
    monkeypatch.setattr(measured, "generator_digest", lambda: "another")
    with pytest.raises(TypeError):
        measure_core_cycles(3, 0.01, windows=100)


def test_core_tier_rejects_no_clock() -> None:
    with pytest.raises(ValueError, match="Clock must be above 0 MHz, not 0"):
        core_tier(3, 0.005, mhz=0)
