"""Regimes change the noise within some ten epochs, and controls leave it even."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.drift import DriftSimulator
from quantacore.golden.noise.regimes import REGIMES, drift_regime

CIRCUIT = rotated_memory(distance=5, p=0.003)


def largest_factors(name, *, epoch_s):
    config = drift_regime(name, CIRCUIT, epoch_s=epoch_s)
    simulator = DriftSimulator(CIRCUIT, config, seed=3)
    return np.array([simulator.advance(round(epoch_s * 1e6)).factors for _ in range(12)])


@pytest.mark.parametrize("epoch_s", [0.05, 10.0])
@pytest.mark.parametrize("name", REGIMES)
def test_regime_shows_at_any_length_of_an_epoch(name, epoch_s):
    factors = largest_factors(name, epoch_s=epoch_s)
    spread = np.log(factors.max(axis=1) / factors.min(axis=1))
    if name in ("quiet", "global"):
        assert (spread == 0).all()
        assert (factors == (2 if name == "global" else 1)).all()
    else:
        assert spread.max() > 1


def test_seed_chooses_what_else_is_the_same_in_each_run():
    configs = [drift_regime("hot", CIRCUIT, epoch_s=1, seed=seed) for seed in range(20)]
    assert configs[3] == drift_regime("hot", CIRCUIT, epoch_s=1, seed=3)
    assert len({qubit for config in configs for qubit in config.hot_qubits}) > 8
    assert {len(config.hot_qubits) for config in configs} == {1}
    assert all(5 <= config.onset_s <= 25 for config in configs)
    assert drift_regime("hot", CIRCUIT, epoch_s=1).onset_s == 0


def test_calibration_steps_back():
    factors = largest_factors("calibration", epoch_s=10.0)
    logs = np.abs(np.log(factors))
    assert (np.diff(logs, axis=0) > 0).all()  # away from 0, and no calibration in 12 epochs
    config = drift_regime("calibration", CIRCUIT, epoch_s=10.0)
    simulator = DriftSimulator(CIRCUIT, config, seed=3)
    longer = np.array([simulator.advance(10_000_000).factors for _ in range(13)])
    assert longer[12] == pytest.approx(longer[0])


def test_bad_regimes_are_refused():
    with pytest.raises(ValueError, match="Noise must be one of quiet, global"):
        drift_regime("loud", CIRCUIT, epoch_s=1)
    with pytest.raises(ValueError, match="longer than 0 s"):
        drift_regime("hot", CIRCUIT, epoch_s=0)
