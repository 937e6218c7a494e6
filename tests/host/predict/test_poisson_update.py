"""One count, one log ratio: against integrals on a fine grid."""

import itertools
import math

import numpy as np
import pytest

from quantacore.host.predict.poisson_update import log_factorial, poisson_posterior


def by_grid(mean: float, variance: float, count: float, exposure: float) -> tuple[float, ...]:
    """Return mean, variance and log evidence by brute force."""
    half = 12 * math.sqrt(variance) + 10
    places = np.linspace(mean - half, min(mean + half, 25.0), 60_001)
    logs = count * (places + math.log(exposure)) - exposure * np.exp(places)
    logs -= (places - mean) ** 2 / (2 * variance)
    weights = np.exp(logs - logs.max())
    found = weights @ places / weights.sum()
    spread = weights @ (places - found) ** 2 / weights.sum()
    area = logs.max() + math.log(weights.sum() * (places[1] - places[0]))
    evidence = area - 0.5 * math.log(2 * math.pi * variance) - math.lgamma(count + 1)
    return found, spread, evidence


def test_poisson_posterior_matches_integrals() -> None:
    cases = np.array(
        list(itertools.product((-2.0, 0.0, 2.0), (0.01, 0.3, 2.0), (0, 1, 7, 300), (0.02, 3, 100)))
    )
    known = poisson_posterior(*cases.T)
    wanted = np.array([by_grid(*case) for case in cases])
    deviations = np.sqrt(cases[:, 1])
    assert (np.abs(known.mean - wanted[:, 0]) < 0.002 * deviations).all()
    np.testing.assert_allclose(known.variance, wanted[:, 1], rtol=0.005)
    np.testing.assert_allclose(known.log_evidence, wanted[:, 2], atol=0.002)


def test_poisson_posterior_learns_nothing_without_exposure() -> None:
    one = np.ones(1)
    known = poisson_posterior(0.3 * one, 0.5 * one, 7 * one, 0 * one)
    assert (known.mean[0], known.variance[0], known.log_evidence[0]) == (0.3, 0.5, 0.0)


@pytest.mark.parametrize(
    ("count", "exposure"), [(0, 1e9), (1e9, 1e-9), (0, 1e-300), (2**24, 1), (1e15, 1e15)]
)
def test_poisson_posterior_stays_finite(count: float, exposure: float) -> None:
    one = np.ones(1)
    known = poisson_posterior(0 * one, 25 * one, count * one, exposure * one)
    assert np.isfinite([known.mean, known.variance, known.log_evidence]).all()
    assert 0 < known.variance[0] < 30


def test_log_factorial_matches_lgamma() -> None:
    counts = np.array([0, 0.5, 1, 2.25, 10, 1000, 1e7])
    wanted = [math.lgamma(count + 1) for count in counts]
    np.testing.assert_allclose(log_factorial(counts), wanted, atol=1e-8, rtol=1e-12)
