"""Shifts of GKP modes become flips as often, and as surely, as they should."""

import math

import numpy as np
import pytest

from quantacore.golden.codes.gkp import (
    GKP_SURFACE,
    PERIOD,
    GkpNoise,
    analog_weights,
    flip_probability,
    residues,
    sigma_of_squeezing,
)


@pytest.mark.parametrize(
    ("sigma", "expected"), [(0.3, 3.136e-3), (0.4, 2.672e-2), (0.5, 7.632e-2), (0.6, 0.13965)]
)
def test_flip_probability_has_the_published_values(sigma: float, expected: float) -> None:
    assert flip_probability(sigma) == pytest.approx(expected, rel=2e-4)


def test_flips_are_as_frequent_as_their_probability() -> None:
    shifts = np.random.default_rng(1).normal(0, 0.6, 200_000)
    left, flips = residues(shifts)
    assert flips.mean() == pytest.approx(flip_probability(0.6), abs=0.003)
    assert np.abs(left).max() <= PERIOD / 2
    multiples = (shifts - left) / PERIOD
    assert np.allclose(multiples, np.rint(multiples))
    assert (np.rint(multiples).astype(int) % 2 == flips).all()


@pytest.mark.parametrize("sigma", [0.3, 0.6, 2.0])
def test_analog_weights_are_the_probabilities_of_flips(sigma: float) -> None:
    shifts = np.random.default_rng(2).normal(0, sigma, 100_000)
    left, flips = residues(shifts)
    said = 1 / (1 + np.exp(analog_weights(left, sigma)))
    for low, high in ((0.0, 0.02), (0.02, 0.1), (0.1, 0.3), (0.3, 0.5)):
        some = (said >= low) & (said < high)
        if some.sum() > 1000:
            spread = 4 * math.sqrt(said[some].mean() / some.sum())
            assert flips[some].mean() == pytest.approx(said[some].mean(), abs=spread)


def test_analog_weights_are_zero_half_way_and_most_at_a_multiple() -> None:
    weights = analog_weights(np.array([-PERIOD / 2, -0.3, 0, 0.3, PERIOD / 2]), 0.4)
    assert weights[[0, 4]] == pytest.approx(0, abs=1e-9)
    assert weights[1] == pytest.approx(weights[3])
    assert weights.argmax() == 2


def test_squeezing_of_ten_decibels() -> None:
    assert sigma_of_squeezing(10) ** 2 == pytest.approx(0.05)
    assert sigma_of_squeezing(0) ** 2 == pytest.approx(0.5)


def test_gkp_noise_is_on_data_and_readouts() -> None:
    noise = GkpNoise(sigma=0.5, readout_sigma=0.4)
    assert dict(noise.idle) == {name: (flip_probability(0.5),) for name in ("X_ERROR", "Z_ERROR")}
    assert noise.measured("X", ancilla=True) == (("Z_ERROR", (flip_probability(0.4),)),)
    assert noise.measured("Z", ancilla=False) == noise.gate == ()


@pytest.mark.parametrize("sigma", [0, -0.3, 2.1, math.nan])
def test_gkp_rejects_sigma(sigma: float) -> None:
    message = r"Standard deviation of shifts must be in \(0, 2\], not"
    with pytest.raises(ValueError, match=message):
        flip_probability(sigma)
    with pytest.raises(ValueError, match=message):
        GkpNoise(readout_sigma=sigma)


def test_gates_shift_both_modes() -> None:
    assert GkpNoise().gate == ()
    p = flip_probability(0.4)
    noise = GkpNoise(gate_sigma=0.4)
    assert noise.gate == (("X_ERROR", (p,)), ("Z_ERROR", (p,)))
    text = str(GKP_SURFACE.circuit(3, noise=noise))
    assert text.count(f"Z_ERROR({p:.6g})") >= 4  # after each layer of gates
    with pytest.raises(ValueError, match=r"Standard deviation of shifts must be in \(0, 2\]"):
        GkpNoise(gate_sigma=-0.1)


def test_sigma_of_squeezing_rejects_nan() -> None:
    with pytest.raises(ValueError, match="Squeezing must be a finite number of dB, not nan"):
        sigma_of_squeezing(math.nan)
