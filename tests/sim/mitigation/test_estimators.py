"""Tests of the estimators."""

import numpy as np
import pytest

from quantacore.sim.mitigation.estimators import (
    bias_and_spread,
    depolarising_gamma,
    extrapolate,
    flip_gamma,
)

RECORD = {
    "points": [
        {"distance": 3, "scale": 1.0, "shots": 10000, "errors": 200, "kept": [[0.1, 9000, 40]]},
        {"distance": 5, "scale": 1.0, "shots": 10000, "errors": 100, "kept": []},
        {"distance": 7, "scale": 1.0, "shots": 10000, "errors": 50, "kept": []},
        {"distance": 3, "scale": 2.0, "shots": 10000, "errors": 700, "kept": []},
    ]
}


@pytest.mark.parametrize("p", [0.0, 0.01, 0.1, 0.3])
def test_depolarising_gamma_inverts_the_channel(p: float) -> None:
    """The inverse as a sum of Paulis: its coefficients' absolute values add up to gamma."""
    kept = 1 - 4 * p / 3
    identity, other = (1 + 3 / kept) / 4, (1 - 1 / kept) / 4
    assert depolarising_gamma(p) == pytest.approx(identity + 3 * abs(other))


def test_flip_gamma_rejects_half() -> None:
    assert flip_gamma(0.1) == pytest.approx(1.25)
    with pytest.raises(ValueError, match="Flip rate must be in"):
        flip_gamma(0.5)


def test_extrapolate_is_exact_for_polynomials() -> None:
    scales = [1.0, 1.5, 3.0]
    values = np.array([2 - s + 0.5 * s * s for s in scales])
    assert extrapolate(scales, values, order=2) == pytest.approx(2.0)
    assert extrapolate(scales, 3 - 2 * np.array(scales), order=1) == pytest.approx(3.0)
    with pytest.raises(ValueError, match="Order must be below"):
        extrapolate(scales, values, order=3)


def test_cancellation_has_no_bias_and_the_spread_of_its_gamma() -> None:
    rows = bias_and_spread(RECORD, steps=10, budgets=[100_000], repeats=2000, seed=1)
    named = {row["method"]: row for row in rows}
    raw, cancelled = named["none, d=3"], named["cancellation, d=3"]
    assert raw["bias"] == pytest.approx((1 - 0.04) ** 10 - 1, abs=5 * raw["bias_error"])
    assert abs(cancelled["bias"]) < 5 * cancelled["bias_error"]
    # Shots of the circuit, and of the calibration: d/dp (1 - 2 p)^-N.
    gamma = flip_gamma(0.02)
    expected = np.hypot(raw["spread"] * gamma**10, 20 * gamma * np.sqrt(0.02 * 0.98 / 1e5))
    assert cancelled["spread"] == pytest.approx(expected, rel=0.1)
    assert abs(named["distance scaling, linear"]["bias"]) < abs(named["none, d=7"]["bias"])
