"""Which counts each of the simple opponents holds."""

import numpy as np

from quantacore.host.predict.change_point import ChangePoint
from quantacore.host.predict.last_value import LastValue
from quantacore.host.predict.moving_average import MovingAverage
from quantacore.host.predict.pooled_counts import PooledCountsPredictor
from quantacore.host.predict.sliding_window import SlidingWindow


def feed(predictor: PooledCountsPredictor, counts: list[float], exposure: float = 10.0) -> None:
    for epoch, count in enumerate(counts):
        predictor.update(np.array([count]), np.array([exposure]), time_s=2.0 * epoch)


def test_last_value_holds_the_last_epoch() -> None:
    predictor = LastValue(1)
    feed(predictor, [3, 1, 4])
    assert (predictor.counts[0], predictor.exposures[0]) == (4, 10)


def test_sliding_window_holds_what_is_young_enough() -> None:
    predictor = SlidingWindow(1, window_s=6.0)
    feed(predictor, [3, 1, 4, 1, 5])
    assert (predictor.counts[0], predictor.exposures[0]) == (4 + 1 + 5, 30)


def test_sliding_window_holds_the_last_epoch_after_a_long_time() -> None:
    predictor = SlidingWindow(1, window_s=0.1)
    feed(predictor, [3, 1, 4])
    assert (predictor.counts[0], predictor.exposures[0]) == (4, 10)


def test_moving_average_fades_counts_and_exposures_alike() -> None:
    predictor = MovingAverage(1, memory_s=2.0)
    feed(predictor, [3, 1, 4])
    np.testing.assert_allclose(predictor.counts[0], 3 * np.exp(-2) + np.exp(-1) + 4)
    np.testing.assert_allclose(predictor.exposures[0], 10 * (np.exp(-2) + np.exp(-1) + 1))


def test_moving_average_goes_back_to_the_model_in_a_long_gap() -> None:
    predictor = MovingAverage(1, memory_s=2.0)
    feed(predictor, [80, 80])
    predictor.update(np.zeros(1), np.zeros(1), time_s=100.0)
    assert abs(predictor.predict(1.0).mean[0]) < 1e-3


def test_change_point_forgets_what_is_contradicted() -> None:
    predictor = ChangePoint(2, memory_s=1e6, significance=4.0)
    for epoch in range(10):
        predictor.update(np.full(2, 10.0), np.full(2, 10.0), time_s=float(epoch))
    predictor.update(np.array([60.0, 13.0]), np.full(2, 10.0), time_s=10.0)
    np.testing.assert_allclose(predictor.exposures, [10, 110], rtol=1e-3)
