"""The state-space filter against exact Gaussian-process regression by a dense solve."""

import numpy as np
import pytest

from quantacore.host.predict.gaussian_process import GaussianProcess
from quantacore.host.predict.poisson_update import poisson_posterior

CONSTANT, WANDER, SCALE_S = 0.6, 0.8, 30.0
TIMES = np.array([0.0, 10, 20, 30, 45, 50, 90, 100])
"""With gaps of unlike length."""


def kernel(a: np.ndarray, b: np.ndarray, roughness: float) -> np.ndarray:
    away = np.abs(a[:, None] - b[None]) / SCALE_S
    if roughness == 0.5:
        shape = np.exp(-away)
    else:
        shape = (1 + np.sqrt(3) * away) * np.exp(-np.sqrt(3) * away)
    return CONSTANT**2 + WANDER**2 * shape


def process(roughness: float) -> GaussianProcess:
    return GaussianProcess(
        1,
        wander_deviation=WANDER,
        wander_time_s=SCALE_S,
        roughness=roughness,
        prior_deviation=CONSTANT,
    )


@pytest.mark.parametrize("roughness", [0.5, 1.5])
@pytest.mark.parametrize("horizon_s", [0.0, 10.0, 200.0])
def test_gaussian_process_matches_exact_regression(roughness: float, horizon_s: float) -> None:
    """Each count stands for a normal observation: what the filter itself made of it."""
    counts = np.random.default_rng(3).poisson(30 * np.exp(np.sin(TIMES / 20)))
    predictor = process(roughness)
    means, variances = [], []
    for time, count in zip(TIMES, counts, strict=True):
        elapsed = 0.0 if not means else time - TIMES[len(means) - 1]
        before = predictor.predict(elapsed)
        after = poisson_posterior(
            before.mean, before.variance, np.array([float(count)]), np.array([30.0])
        )
        precision = 1 / after.variance[0] - 1 / before.variance[0]
        shift = after.mean[0] / after.variance[0] - before.mean[0] / before.variance[0]
        means.append(shift / precision)
        variances.append(1 / precision)
        predictor.update(np.array([float(count)]), np.array([30.0]), time_s=time)
    place = np.array([TIMES[-1] + horizon_s])
    gram = kernel(TIMES, TIMES, roughness) + np.diag(variances)
    across = kernel(place, TIMES, roughness)
    mean = across @ np.linalg.solve(gram, means)
    variance = kernel(place, place, roughness) - across @ np.linalg.solve(gram, across.T)
    said = predictor.predict(horizon_s)
    np.testing.assert_allclose(said.mean, mean, atol=1e-8)
    np.testing.assert_allclose(said.variance, variance[0], rtol=1e-7)


@pytest.mark.parametrize("roughness", [0.5, 1.5])
def test_gaussian_process_is_near_the_exact_posterior_of_poisson_counts(roughness: float) -> None:
    """Few counts, and the last of them: importance sampling of the whole path is the truth."""
    rng = np.random.default_rng(5)
    counts, exposure = np.array([0, 2, 1, 0, 5, 3, 1, 4]), 1.5
    root = np.linalg.cholesky(kernel(TIMES, TIMES, roughness) + 1e-10 * np.eye(len(TIMES)))
    paths = rng.standard_normal((200_000, len(TIMES))) @ root.T
    logs = paths @ counts - exposure * np.exp(paths).sum(axis=1)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = weights @ paths[:, -1]
    variance = weights @ (paths[:, -1] - mean) ** 2
    predictor = process(roughness)
    for time, count in zip(TIMES, counts, strict=True):
        predictor.update(np.array([float(count)]), np.array([exposure]), time_s=time)
    said = predictor.predict(0.0)
    assert abs(said.mean[0] - mean) < 0.05
    assert abs(said.variance[0] / variance - 1) < 0.08


def test_gaussian_process_goes_back_to_its_constant_in_a_long_gap() -> None:
    predictor = process(0.5)
    for time in range(40):
        predictor.update(np.array([200.0]), np.array([50.0]), time_s=20.0 * time)
    said = predictor.predict(1e9)
    assert 0.3 < said.mean[0] < np.log(4)
    assert said.variance[0] < CONSTANT**2 + WANDER**2


def test_gaussian_process_rejects_other_kernels() -> None:
    with pytest.raises(ValueError, match=r"roughness must be one of \(0.5, 1.5\)"):
        process(2.5)
