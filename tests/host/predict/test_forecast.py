"""What is kept of what a predictor said."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.host.predict.forecast import forecast, stacked
from quantacore.host.predict.kalman import Kalman
from quantacore.host.predict.last_value import LastValue
from tests.host.predict.synthetic_runs import synthetic_run


def test_forecast_of_an_epoch_knows_only_what_was_before() -> None:
    run = synthetic_run(seed=1, num_epochs=6, num_groups=3)
    one, three = forecast(LastValue(3, prior_deviation=9.0), run, horizons=(1, 3))
    assert (one.horizon, three.horizon) == (1, 3)
    assert np.isnan(one.mean[0]).all() and np.isfinite(one.mean[1:]).all()
    assert np.isnan(three.variance[:3]).all() and np.isfinite(three.variance[3:]).all()
    np.testing.assert_array_equal(one.mean[1:4], three.mean[3:])
    np.testing.assert_allclose(one.mean[1:], np.log(run.counts[:-1] / 20), atol=0.1)


def test_forecast_looks_as_far_as_the_epochs_are_apart() -> None:
    run = synthetic_run(seed=1, num_epochs=6, num_groups=3)
    uneven = replace(run, times=np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0]))
    predictor = Kalman(3, walk_per_root_s=0.05)
    said = forecast(predictor, uneven, horizons=(1, 3))
    again = Kalman(3, walk_per_root_s=0.05)
    for epoch in range(3):
        again.update(run.counts[epoch], run.exposures[epoch], time_s=float(uneven.times[epoch]))
    np.testing.assert_array_equal(said[0].variance[3], again.predict(4.0).variance)
    np.testing.assert_array_equal(said[1].variance[5], again.predict(28.0).variance)


def test_forecast_rejects_the_present() -> None:
    with pytest.raises(ValueError, match="Horizons must be at least 1 epoch, not 0"):
        forecast(LastValue(3), synthetic_run(seed=1, num_groups=3), horizons=(1, 0))


def test_stacked_runs_are_followed_as_each_alone() -> None:
    runs = [synthetic_run(seed=seed, num_epochs=5, num_groups=3, wander=0.5) for seed in (1, 2)]
    runs.append(synthetic_run(seed=3, num_epochs=4, num_groups=3))
    both, alone = stacked(runs)
    assert (both.num_groups, alone.num_groups) == (6, 3)
    said = forecast(Kalman(6, walk_per_root_s=0.1), both)[0]
    for place, run in enumerate(runs[:2]):
        own = forecast(Kalman(3, walk_per_root_s=0.1), run)[0]
        np.testing.assert_allclose(said.mean[:, 3 * place : 3 * place + 3], own.mean, atol=1e-4)
