"""A summary tells regimes apart, and says how counts follow the truth."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.host.predict.series import CountSeries
from quantacore.sim.experiments import dataset_summary as module
from quantacore.sim.experiments.dataset_summary import summarise
from tests.sim.experiments.small_dataset import contents, settings_with, small_dataset

RNG = np.random.default_rng(3)
TRUTH = RNG.normal(0, 1, (200, 4))
EXPOSURES = np.full((200, 4), 50.0)


def series(*, counts, truth=TRUTH, environment=None):
    return CountSeries(
        name="made-0000",
        regime="made",
        times=np.arange(1.0, 201.0),
        counts=counts,
        exposures=EXPOSURES,
        environment=np.zeros((200, 2)) if environment is None else environment,
        log_ratios=truth,
    )


def test_small_data_set_is_summed_up(tmp_path):
    small_dataset(tmp_path, settings_with(regimes=("quiet", "jumps"), seeds=2))
    before = contents(tmp_path)
    regimes, biases = summarise(tmp_path)
    assert contents(tmp_path) == before
    quiet, jumps = regimes
    assert (quiet.regime, quiet.runs) == ("quiet", 2)
    assert quiet.changed.value == quiet.together.value == quiet.correlation.value == 0
    assert jumps.changed.value > 0.1
    assert jumps.correlation.value > 0.5
    assert 0 < quiet.errors.low < quiet.errors.value < jumps.errors.value
    assert sum(row.epochs for row in biases) == 4 * 4 * len(set(header_groups(tmp_path)))
    calm = next(row for row in biases if row.low < 0 < row.high)
    assert calm.ratio.value == pytest.approx(1, abs=0.2)


def header_groups(folder):
    from quantacore.sim.experiments.dataset_reader import load_header

    return load_header(folder).groups


def test_bias_is_one_where_counts_are_what_the_truth_says():
    just = series(counts=EXPOSURES * np.exp(TRUTH))
    half = series(counts=EXPOSURES * np.exp(TRUTH) / 2)
    row = module._bias_row(0.2, 0.7, [just, half])
    assert row.epochs == 2 * ((TRUTH >= 0.2) & (TRUTH < 0.7)).sum()
    assert row.ratio.value == pytest.approx(0.75)
    assert (row.ratio.low, row.ratio.high) == pytest.approx((0.5, 1.0))
    assert np.isnan(module._bias_row(50, 60, [just]).ratio.value)


def test_measures_are_of_what_they_say():
    mean = TRUTH.mean(axis=1)
    seen = series(
        counts=EXPOSURES * np.exp(TRUTH), environment=np.column_stack([3 * mean, 1 - mean])
    )
    errors = np.array([[3, 100], [5, 100]])
    row = module._regime_row("made", [seen, seen], errors)
    assert row.thermometer.value == pytest.approx(1)
    assert row.readout.value == pytest.approx(-1)
    assert row.correlation.value > 0.99
    assert row.errors.value == pytest.approx(0.04)
    assert (row.errors.low, row.errors.high) == pytest.approx((0.03, 0.05))
    assert row.changed.value == pytest.approx((np.abs(TRUTH) > np.log(2)).mean())
    assert row.together.value == pytest.approx(0.25, abs=0.1)  # four groups, each for itself
    assert abs(row.persistence.value) < 0.1
    same = replace(seen, log_ratios=np.repeat(np.cumsum(TRUTH[:, :1], axis=0), 4, axis=1))
    row = module._regime_row("made", [same, same], errors)
    assert row.together.value == pytest.approx(1)
    assert row.persistence.value > 0.9


def test_groups_that_are_too_noisy_are_left_out():
    noisy = series(counts=np.where(EXPOSURES[:1] > 0, RNG.poisson(1, (200, 4)), 0).astype(float))
    few = replace(noisy, exposures=EXPOSURES / 20)
    assert module._regime_row("made", [few], np.array([[0, 1]])).correlation.value == 0


def test_what_is_no_data_set_is_refused(tmp_path):
    with pytest.raises(ValueError, match="must be a data set"):
        summarise(tmp_path)
