"""Intervals over runs."""

import math

import numpy as np
import pytest

from quantacore.sim.experiments.run_bootstrap import mean_over_runs, ratio_over_runs


def test_mean_over_runs_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    covered = [
        mean_over_runs(3 + rng.standard_normal(20), seed=seed).contains(3) for seed in range(60)
    ]
    assert 0.8 < np.mean(covered) <= 1


def test_ratio_over_runs_weighs_runs() -> None:
    found = ratio_over_runs([10.0, 0.0], [10.0, 30.0])
    assert found.value == 0.25
    assert (found.low, found.high) == (0.0, 1.0)


def test_mean_over_runs_leaves_out_what_is_not_known() -> None:
    assert mean_over_runs([2.0, math.nan, 2.0]).value == pytest.approx(2)


@pytest.mark.parametrize("values", [[], [math.nan]])
def test_mean_over_runs_of_nothing_is_nan(values: list[float]) -> None:
    found = mean_over_runs(values)
    assert math.isnan(found.value) and math.isnan(found.low)


def test_ratio_over_runs_without_weight_is_nan() -> None:
    assert math.isnan(ratio_over_runs([0.0, 0.0], [0.0, 0.0]).value)
