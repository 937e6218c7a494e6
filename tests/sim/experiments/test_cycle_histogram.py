"""A histogram says what the single shots say."""

import math

import numpy as np
import pytest

from quantacore.sim.experiments.cycle_histogram import (
    CycleHistogram,
    counts_of_cycles,
    histogram_from_counts,
)

SAMPLES = {
    "one": np.array([7], np.uint32),
    "two": np.array([2, 9], np.uint32),
    "equal": np.full(1000, 3, np.uint32),
    "long-tail": np.random.default_rng(3).geometric(0.05, 12_345).astype(np.uint32),
    "uneven": np.random.default_rng(4).choice([2, 6, 7, 40], 1001).astype(np.uint32),
}


@pytest.fixture(params=SAMPLES)
def cycles(request: pytest.FixtureRequest) -> np.ndarray:
    return SAMPLES[request.param]


def test_histogram_matches_numpy(cycles: np.ndarray) -> None:
    histogram = histogram_from_counts({"mismatches": 3} | counts_of_cycles(cycles))
    assert histogram.num_shots == len(cycles)
    assert histogram.max == cycles.max()
    assert histogram.mean == pytest.approx(cycles.mean())
    for percent in (0, 1, 50, 99, 99.9, 100):
        assert histogram.percentile(percent) == pytest.approx(np.percentile(cycles, percent))
    for value, share in zip(histogram.cycles, histogram.shares_above, strict=True):
        assert share == pytest.approx((cycles > value).mean())


def test_histogram_intervals_hold_the_value(cycles: np.ndarray) -> None:
    histogram = histogram_from_counts(counts_of_cycles(cycles))
    for interval in (
        histogram.mean_interval(),
        *(histogram.percentile_interval(percent) for percent in (50, 99, 99.9)),
    ):
        assert interval.low <= interval.value <= interval.high
        assert math.isfinite(interval.low + interval.high)


def test_histogram_intervals_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    population = rng.geometric(0.05, 200_000)
    hits = dict.fromkeys(("mean", "p50", "p99"), 0)
    for _ in range(300):
        histogram = histogram_from_counts(counts_of_cycles(rng.choice(population, 2000)))
        hits["mean"] += histogram.mean_interval().contains(population.mean())
        for name, percent in (("p50", 50), ("p99", 99)):
            interval = histogram.percentile_interval(percent)
            hits[name] += interval.contains(float(np.percentile(population, percent)))
    assert all(count >= 270 for count in hits.values()), hits


def test_histogram_rejects_no_shots() -> None:
    with pytest.raises(ValueError, match="at least one shot"):
        CycleHistogram({3: 0})
