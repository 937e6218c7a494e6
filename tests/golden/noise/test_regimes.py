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


def test_bad_regimes_are_refused():
    with pytest.raises(ValueError, match="Noise must be one of quiet, global"):
        drift_regime("loud", CIRCUIT, epoch_s=1)
    with pytest.raises(ValueError, match="longer than 0 s"):
        drift_regime("hot", CIRCUIT, epoch_s=0)
