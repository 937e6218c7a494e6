"""Qubits behind groups: found from few counts, steps small or large, edges told apart."""

from typing import Any

import numpy as np
import pytest

from quantacore.host.predict.device import NoiseParts
from quantacore.host.predict.qubit_factors import QubitFactors

PARAMETERS: dict[str, Any] = {
    "walk_per_root_s": 0.1,
    "memory_s": 1e4,
    "degrees": 3.0,
    "prior_deviation": 1.5,
}
NUM_QUBITS, NUM_GROUPS = 4, 12


def parts(seed: int = 1) -> NoiseParts:
    """Return groups of two edges, made by single qubits and by pairs."""
    rng = np.random.default_rng(seed)
    exponents = np.zeros((NUM_QUBITS + 3, NUM_QUBITS + 1))  # the last qubit has no noise
    exponents[:NUM_QUBITS, :NUM_QUBITS] = np.eye(NUM_QUBITS)
    for pair in range(3):
        exponents[NUM_QUBITS + pair, [pair, pair + 1]] = 0.5
    shares = rng.dirichlet(np.full(len(exponents), 0.5), 2 * NUM_GROUPS)
    groups = np.repeat(np.arange(NUM_GROUPS), 2)
    return NoiseParts(
        shares=shares, exponents=exponents, groups=groups, expected=np.ones(2 * NUM_GROUPS)
    )


def predictor(**changes: Any) -> QubitFactors:
    return QubitFactors(NUM_GROUPS, **{"parts": parts(), **PARAMETERS, **changes})


def follow(
    found: QubitFactors, truth: np.ndarray, *, exposure: float, epochs: int, seed: int, start: int
) -> None:
    """Tell counts of true log factors."""
    rng = np.random.default_rng(seed)
    exposures = np.full(NUM_GROUPS, exposure)
    ratios = parts().of_groups @ np.exp(parts().exponents @ truth)
    for epoch in range(start, start + epochs):
        found.update(rng.poisson(exposures * ratios), exposures, time_s=10.0 * epoch)


def test_it_finds_the_qubits_and_tells_edges_of_a_group_apart() -> None:
    truth = np.array([2.0, 0.0, -0.5, 1.0, 0.0])
    found = predictor()
    follow(found, truth, exposure=2_000.0, epochs=5, seed=1, start=0)
    np.testing.assert_allclose(found.log_factors(), truth, atol=0.15)
    edges = parts().shares @ np.exp(parts().exponents @ truth)
    np.testing.assert_allclose(found.edge_ratios(found.log_factors()), edges, rtol=0.1)
    np.testing.assert_allclose(
        np.log(found.group_ratios(found.log_factors())), found.predict(0.0).mean, atol=1e-9
    )


def test_few_counts_say_more_with_parts_than_without() -> None:
    rng = np.random.default_rng(2)
    away = {True: 0.0, False: 0.0}
    for seed in range(20):
        truth = np.append(rng.normal(0, 1, NUM_QUBITS), 0.0)
        logs = np.log(parts().of_groups @ np.exp(parts().exponents @ truth))
        for knows in away:
            found = predictor(parts=parts() if knows else None)
            follow(found, truth, exposure=10.0, epochs=1, seed=seed, start=0)
            away[knows] += float(((found.predict(0.0).mean - logs) ** 2).mean())
    assert away[True] < 0.6 * away[False]


def test_a_few_degrees_of_freedom_follow_jumps_and_average_noise() -> None:
    quiet, jumped = np.zeros(5), np.array([2.5, 0.0, 0.0, 0.0, 0.0])
    reached = {}
    for degrees in (1.0, 1e6):
        found = predictor(walk_per_root_s=0.005, degrees=degrees)
        follow(found, jumped, exposure=100.0, epochs=20, seed=3, start=0)
        assert found.log_factors()[0] == pytest.approx(2.5, abs=0.2)
        # Few counts now: whoever believes in small steps alone waits for more of them.
        follow(found, quiet, exposure=100.0, epochs=1, seed=4, start=20)
        reached[degrees] = found.log_factors()[0]
    assert reached[1.0] < 0.5 < 1.5 < reached[1e6]


def test_it_agrees_with_integrals_on_a_grid() -> None:
    """One group, one qubit: Laplace's approximation beside the exact posterior."""
    found = QubitFactors(1, **PARAMETERS)
    found.update(np.array([60.0]), np.array([20.0]), time_s=0.0)
    said = found.predict(0.0)
    grid = np.linspace(-3, 3, 6001)
    logs = 60 * grid - 20 * np.exp(grid) - grid**2 / (2 * 1.5**2)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = float(weights @ grid)
    assert said.mean[0] == pytest.approx(mean, abs=0.01)
    assert said.variance[0] == pytest.approx(float(weights @ (grid - mean) ** 2), rel=0.05)


def test_excess_weakens_large_counts() -> None:
    said = []
    for excess in (0.0, 0.5):
        found = QubitFactors(1, **PARAMETERS, excess=excess)
        found.update(np.array([1e5]), np.array([2e4]), time_s=0.0)
        said.append(found.predict(0.0))
    assert said[0].variance[0] < 1e-3 and said[1].variance[0] == pytest.approx(0.25, rel=0.2)
    assert said[0].mean[0] == pytest.approx(np.log(5), abs=1e-3) and said[1].mean[0] < np.log(5)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"degrees": 0.0}, "degrees must be above 0"),
        ({"memory_s": -1.0}, "memory_s must be above 0"),
        ({"walk_per_root_s": float("nan")}, "walk_per_root_s must be above 0"),
        ({"excess": -0.1}, "excess must be at least 0"),
    ],
)
def test_it_rejects_bad_parameters(changes: dict[str, float], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        predictor(**changes)


def test_it_rejects_parts_of_another_graph() -> None:
    with pytest.raises(ValueError, match="Parts must be of the 3 groups, not 12"):
        QubitFactors(3, parts=parts(), **PARAMETERS)
    with pytest.raises(ValueError, match="Parts must be known to tell edges apart"):
        QubitFactors(3, **PARAMETERS).edge_ratios(np.zeros(3))
