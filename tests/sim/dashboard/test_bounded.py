"""Bounded curves and histograms lose nothing that was counted."""

import numpy as np
import pytest

from quantacore.sim.dashboard.bounded import BoundedHistogram, BoundedSeries


@pytest.mark.parametrize("number", [1, 7, 8, 9, 1000, 12_345])
def test_series_stays_small_and_complete(number):
    series = BoundedSeries(8, lambda a, b: (a[0], a[1] + b[1]))
    for k in range(number):
        series.add((k, 1))
        assert len(series.points) <= 8
    points = series.points
    assert sum(count for _, count in points) == number
    assert points[0][0] == 0
    # Neighbours meet: each begins where the one before ended.
    assert [first for first, _ in points[1:]] == np.cumsum([n for _, n in points])[:-1].tolist()
    assert len(points) >= min(number, 4)
    # A curve is as fine at its end as at its beginning.
    assert len({count for _, count in points[:-1]}) <= 1


def test_histogram_widens_its_bins():
    rng = np.random.default_rng(5)
    values = rng.integers(0, 3_000, 5_000)
    histogram = BoundedHistogram(64)
    for value in values.tolist():
        histogram.add([(value, 1)])
    assert histogram.width == 64
    assert len(histogram.counts) == 64
    assert histogram.total == 5_000
    expected = np.bincount(values // 64, minlength=64)
    assert histogram.counts.tolist() == expected.tolist()
    assert histogram.largest == values.max()
    for share in (0.5, 0.99, 0.999):
        exact = np.quantile(values, share, method="inverted_cdf")
        assert exact <= histogram.quantile(share) < exact + 64


def test_histogram_of_nothing():
    histogram = BoundedHistogram(8)
    assert histogram.quantile(0.5) is None
    assert histogram.to_page()["counts"] == []


def test_histogram_on_the_page():
    histogram = BoundedHistogram(8)
    histogram.add([(3, 98), (5, 2)])
    page = histogram.to_page()
    assert page["starts"] == [0, 1, 2, 3, 4, 5]
    assert page["counts"] == [0, 0, 0, 98, 0, 2]
    assert (page["p50"], page["p99"], page["max"], page["total"]) == (3, 5, 5, 100)
