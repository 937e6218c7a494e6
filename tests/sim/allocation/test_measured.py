"""What is measured of the tiers, as far as it needs no simulator."""

from pathlib import Path

import numpy as np
import pytest

from quantacore.sim.allocation.measured import clock_mhz, cpu_tier
from tests.repo.sources import ROOT


def test_clock_is_the_median_of_the_record() -> None:
    assert clock_mhz(ROOT / "docs" / "synthesis.json", 3) == pytest.approx(76.4, abs=3)


def test_clock_rejects_what_the_record_lacks(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"clock of a baked core of d = 3, but has none"):
        clock_mhz(tmp_path / "synthesis.json", 3)


def test_cpu_is_timed_window_by_window() -> None:
    tier = cpu_tier(3, 0.005, transfer_us=2.0, windows=50)
    assert tier.times_us.shape == (50,)
    assert np.all(tier.times_us > 0)
    assert tier.mean_us > 2.0
