"""Calm epochs, then drift, on one clock."""

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.calm import calm_then_drift
from quantacore.golden.noise.drift import DriftSimulator
from quantacore.golden.noise.regimes import drift_regime


def test_calm_epochs_are_those_of_the_model_and_drift_begins_after_them():
    circuit = rotated_memory(distance=3, p=0.003)
    config = drift_regime("jumps", circuit, epoch_s=0.001)
    delayed, at_once = (DriftSimulator(circuit, config, seed=5) for _ in range(2))
    found = [calm_then_drift(delayed, k, epoch_s=0.001, calm_epochs=2) for k in range(4)]
    assert [(epoch.index, epoch.first_round) for epoch in found] == [
        (k, 1000 * k) for k in range(4)
    ]
    assert all((epoch.factors == 1).all() for epoch in found[:2])
    for epoch in found[2:]:
        assert epoch.factors.tolist() == at_once.advance(1000).factors.tolist()
    assert (found[2].factors != 1).any()
