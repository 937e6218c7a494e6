"""Weights from counts help where the noise is hot, and nowhere else."""

import pytest

from quantacore.golden.noise.hot_spots import Case
from quantacore.sim.experiments.adaptation import measure_adaptation


def test_counts_recover_what_the_true_model_gains():
    row = measure_adaptation(Case.THREE_HOT, distance=5, shots=20_000, training=[2_000], repeats=2)
    assert row.true_gain.low > 1.5
    for trained in row.trained:
        assert trained.shots == 2_000
        assert 0 < trained.changed_edges < 200
        assert trained.gain > 1 + 0.75 * (row.true_gain.value - 1)
    assert row.gains(2_000) == [trained.gain for trained in row.trained]


def test_uniform_noise_leaves_the_weights_alone():
    row = measure_adaptation(Case.UNIFORM, distance=3, shots=5_000, training=[1_000], repeats=2)
    assert row.true_model.errors == row.true_model.reference_errors > 0
    for trained in row.trained:
        assert trained.changed_edges <= 3  # by chance, of 78
        assert trained.gain == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("settings", [{"shots": 0}, {"repeats": 0}, {"training": [0]}])
def test_adaptation_rejects_empty_measurement(settings):
    with pytest.raises(ValueError, match="must be at least 1"):
        measure_adaptation(Case.HOT, distance=3, **settings)
