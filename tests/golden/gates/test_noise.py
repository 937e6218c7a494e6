"""The noise hook puts one strength everywhere and nothing else."""

import pytest
import stim

from quantacore.golden.gates.noise import uniform_noise


def test_uniform_noise_puts_noise_at_each_place() -> None:
    circuit = stim.Circuit("R 0\nRX 1\nTICK\nCX 0 1\nH 2\nTICK\nM 0\nMX 1")
    expected = stim.Circuit(
        """
        R 0
        X_ERROR(0.01) 0
        RX 1
        Z_ERROR(0.01) 1
        TICK
        CX 0 1
        DEPOLARIZE2(0.01) 0 1
        H 2
        DEPOLARIZE1(0.01) 2
        TICK
        X_ERROR(0.01) 0
        M 0
        Z_ERROR(0.01) 1
        MX 1
        DEPOLARIZE1(0.01) 2
        """
    )
    assert uniform_noise(circuit, 0.01) == expected


def test_uniform_noise_rejects() -> None:
    with pytest.raises(ValueError, match="must be in"):
        uniform_noise(stim.Circuit("H 0"), 0.6)
    with pytest.raises(ValueError, match="must be noiseless"):
        uniform_noise(stim.Circuit("X_ERROR(0.1) 0"), 0.1)
