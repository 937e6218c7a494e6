"""Intervals of dependent values: they hold, and they say when a run is too short."""

import math

import numpy as np
import pytest

from quantacore.sim.allocation.run_intervals import mean_interval, quantile_interval


def dependent(rng: np.random.Generator, runs: int, number: int) -> np.ndarray:
    """Return normal values, each correlated by 0.8 with the one before it in its run."""
    values = rng.standard_normal((number, runs))
    for k in range(1, number):
        values[k] = 0.8 * values[k - 1] + 0.6 * values[k]
    return values.T


def test_intervals_cover_the_truth_of_dependent_values() -> None:
    rng = np.random.default_rng(7)
    quantile, covered = 1.2815515655446004, {"mean": 0, "quantile": 0}
    for values in dependent(rng, 100, 2000):
        covered["mean"] += mean_interval(values).contains(0.0)
        covered["quantile"] += quantile_interval(values, 0.9).contains(quantile)
    # Intervals for independent values would cover about 50 of 100.
    assert covered["mean"] >= 85
    assert covered["quantile"] >= 85


def test_quantile_needs_values_above_it() -> None:
    rng = np.random.default_rng(1)
    short, long = (quantile_interval(rng.random(n), 0.999) for n in (1000, 30_000))
    assert short.high == math.inf and short.low > 0.9
    assert 0.99 < long.low < 0.999 < long.high < 1


def test_few_values_have_no_interval() -> None:
    for found in (mean_interval([1.0, 3.0]), quantile_interval([1.0, 3.0], 0.5)):
        assert (found.value, found.low, found.high) == (2.0, -math.inf, math.inf)
    assert math.isnan(mean_interval([]).value) and math.isnan(quantile_interval([], 0.5).value)


def test_quantile_rejects_shares_outside() -> None:
    with pytest.raises(ValueError, match=r"Share must be in \(0, 1\), not 1"):
        quantile_interval([1.0], 1)
