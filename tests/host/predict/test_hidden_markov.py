"""The filter over levels, and what it learns from counts."""

import itertools
from itertools import pairwise

import numpy as np
import pytest

from quantacore.host.predict.hidden_markov import HiddenMarkov, likelihoods, stationary_of
from quantacore.host.predict.learn_transitions import (
    PRIOR_STEPS,
    default_levels,
    learn_transitions,
    prior_transitions,
)
from tests.host.predict.synthetic_runs import synthetic_run

LEVELS = np.array([0.0, 1.0, 2.0])
MATRIX = np.array([[0.9, 0.0, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]])


def test_hidden_markov_matches_the_sum_over_all_paths() -> None:
    counts = [4.0, 9.0, 30.0, 3.0]
    model = HiddenMarkov(1, levels=LEVELS, transitions=MATRIX, step_s=10.0)
    for epoch, count in enumerate(counts):
        model.update(np.array([count]), np.array([4.0]), time_s=10.0 * epoch)
    start = stationary_of(MATRIX)
    belief = np.zeros(3)
    for path in itertools.product(range(3), repeat=len(counts) + 1):
        weight = start[path[0]]
        for epoch, count in enumerate(counts):
            rate = 4 * np.exp(LEVELS[path[epoch]])
            weight *= np.exp(count * np.log(rate) - rate) * MATRIX[path[epoch], path[epoch + 1]]
        belief[path[-1]] += weight
    belief /= belief.sum()
    said = model.predict(10.0)
    mean = belief @ LEVELS
    np.testing.assert_allclose(said.mean[0], mean, rtol=1e-8)
    np.testing.assert_allclose(said.variance[0], belief @ (LEVELS - mean) ** 2 + 1 / 12, rtol=1e-8)


@pytest.mark.parametrize(("horizon_s", "steps"), [(0.0, 0), (1.0, 1), (10.0, 1), (26.0, 3)])
def test_hidden_markov_rounds_times_to_steps(horizon_s: float, steps: int) -> None:
    model = HiddenMarkov(1, levels=LEVELS, transitions=MATRIX, step_s=10.0)
    model.update(np.array([30.0]), np.array([4.0]), time_s=0.0)
    belief = model.belief[0] @ np.linalg.matrix_power(MATRIX, steps)
    np.testing.assert_allclose(model.predict(horizon_s).mean[0], belief @ LEVELS)


def test_stationary_of_does_not_change_in_a_step() -> None:
    stationary = stationary_of(MATRIX)
    np.testing.assert_allclose(stationary @ MATRIX, stationary, atol=1e-12)


def test_likelihoods_are_flat_without_exposure() -> None:
    assert (likelihoods(np.zeros(2), np.zeros(2), LEVELS) == 1).all()


def test_prior_transitions_wander_and_jump() -> None:
    levels = default_levels()
    matrix = prior_transitions(levels)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    assert (matrix > 0).all()
    assert (matrix.argmax(axis=1) == np.arange(len(levels))).all()


def test_learn_transitions_finds_how_often_noise_jumps() -> None:
    runs = [
        synthetic_run(seed=seed, jumps_per_epoch=0.1, num_epochs=60, num_groups=30)
        for seed in range(3)
    ]
    iterations: list[int] = []
    matrix = learn_transitions(runs, step_s=10.0, iterations=8, progress=iterations.append)
    assert iterations == list(range(1, 9))
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    levels = default_levels()
    low, high = np.abs(levels) < 0.7, np.abs(levels - 2) < 0.7
    stationary = stationary_of(matrix)
    leaving = stationary[low] @ matrix[np.ix_(low, high)].sum(axis=1) / stationary[low].sum()
    assert 0.06 < leaving < 0.14


def test_learn_transitions_matches_the_sum_over_all_paths() -> None:
    """One iteration, on levels few enough for each path to be weighed."""
    run = synthetic_run(seed=4, num_epochs=4, num_groups=2, exposure=1.0, jumps_per_epoch=0.5)
    levels = np.array([-1.0, 0.0, 1.0, 2.0])
    before = prior_transitions(levels)
    moves = PRIOR_STEPS * before
    start = stationary_of(before)
    for group in range(2):
        likely = likelihoods(run.counts[:, group], run.exposures[:, group], levels)
        weights = {
            path: start[path[0]]
            * likely[0, path[0]]
            * np.prod([before[a, b] * likely[n, b] for n, (a, b) in enumerate(pairwise(path), 1)])
            for path in itertools.product(range(4), repeat=4)
        }
        for path, weight in weights.items():
            for a, b in pairwise(path):
                moves[a, b] += weight / sum(weights.values())
    learnt = learn_transitions([run], step_s=10.0, levels=levels, iterations=1)
    np.testing.assert_allclose(learnt, moves / moves.sum(axis=1, keepdims=True), rtol=1e-6)


def test_learn_transitions_learns_nothing_over_gaps() -> None:
    run = synthetic_run(seed=1, jumps_per_epoch=0.5, num_epochs=30)
    matrix = learn_transitions([run], step_s=3.0, iterations=1)
    np.testing.assert_allclose(matrix, prior_transitions(default_levels()))


def test_learn_transitions_rejects_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="Runs to learn from must be at least one"):
        learn_transitions([], step_s=1.0)
    with pytest.raises(ValueError, match="Iterations must be at least 1"):
        learn_transitions([synthetic_run(seed=1, num_epochs=2)], step_s=1.0, iterations=0)
