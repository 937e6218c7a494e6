"""Settings are checked; splits are by seed and by regime, and stay as they are."""

import pytest

from quantacore.golden.noise.regimes import REGIMES
from quantacore.sim.experiments.dataset_settings import DatasetSettings


def test_splits_are_by_seed_and_by_regime():
    settings = DatasetSettings()
    regimes_of = {
        split: {run.regime for run in settings.runs if run.split == split}
        for split in ("train", "validation", "test")
    }
    assert regimes_of["test"] == set(REGIMES)
    assert regimes_of["train"] == regimes_of["validation"] == set(REGIMES) - set(settings.held_out)
    hot = {run.seed: run.split for run in settings.runs if run.regime == "hot"}
    assert [seed for seed, split in hot.items() if split == "test"] == [3, 7]
    assert [seed for seed, split in hot.items() if split == "validation"] == [2, 6]
    assert {settings.split_of("mixture", seed) for seed in range(8)} == {"test"}


def test_more_seeds_leave_splits_as_they_are():
    few, more = DatasetSettings(seeds=3), DatasetSettings(seeds=20)
    assert set(few.runs) < set(more.runs)
    assert few.shared() == more.shared()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"distance": 4}, "Distance must be odd"),
        ({"rounds": 0}, "rounds must be at least 1, not 0"),
        ({"p": 0.0}, "p must be in .*, not 0.0"),
        ({"p": 0.7}, "p must be in .*, not 0.7"),
        ({"regimes": ("quiet", "loud")}, "regimes must be among quiet.*, but has 'loud'"),
        ({"regimes": ()}, "regimes must be at least one"),
        ({"regimes": ("hot", "hot")}, "regimes must name no regime twice"),
        ({"held_out": ("loud",)}, "held_out must be among"),
        ({"seeds": 0}, "seeds must be at least 1, not 0"),
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"shots": 0}, "shots must be at least 1, not 0"),
        ({"epoch_s": 0.0}, "epoch_s must be at least a round"),
        ({"epoch_s": float("nan")}, "epoch_s must be at least a round"),
        ({"passes": 9}, "Number of passes must be 1 to 7"),
    ],
)
def test_bad_settings_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        DatasetSettings(**setting)
