"""Gaussian states: measurements, exchanges, poisoning."""

import numpy as np
import pytest

from quantacore.golden.anyons.gaussian import (
    GaussianShots,
    exchange_by_measurement,
    odd_probability,
    pair_flip_probability,
    poison_tetrons,
)
from quantacore.golden.anyons.majorana import exchange, majorana_operators
from quantacore.golden.metrics import error_rate

OPERATORS = majorana_operators(8)


def covariance_of(state: np.ndarray) -> np.ndarray:
    made = np.zeros((8, 8))
    for a in range(8):
        for b in range(8):
            if a != b:
                made[a, b] = (state.conj() @ (1j * OPERATORS[a] @ OPERATORS[b] @ state)).real
    return made


def gaussian_state(seed: int) -> np.ndarray:
    """Return a pure Gaussian state as a vector: pairs, turned by random rotations of pairs."""
    state = np.zeros(16, complex)
    state[5] = 1
    rng = np.random.default_rng(seed)
    for _ in range(20):
        a, b = rng.choice(8, 2, replace=False)
        angle = rng.uniform(0, np.pi)
        state = np.cos(angle) * state + np.sin(angle) * OPERATORS[a] @ OPERATORS[b] @ state
    return state


def shots_of(state: np.ndarray, num_shots: int) -> GaussianShots:
    shots = GaussianShots([(0, 1), (2, 3), (4, 5), (6, 7)], num_shots=num_shots, seed=1)
    shots.covariance[:] = covariance_of(state)
    return shots


def test_measurement_matches_state_vectors() -> None:
    state = gaussian_state(1)
    shots = shots_of(state, 2000)
    outcomes = shots.measure(2, 5)
    for outcome in (1, -1):
        projector = (np.eye(16) + outcome * 1j * OPERATORS[2] @ OPERATORS[5]) / 2
        after = projector @ state
        probability = float(np.linalg.norm(after) ** 2)
        found = int(np.count_nonzero(outcomes == outcome))
        assert error_rate(errors=found, shots=2000, confidence=0.999).contains(probability)
        expected = covariance_of(after / np.linalg.norm(after))
        assert shots.covariance[outcomes == outcome] == pytest.approx(
            np.broadcast_to(expected, (found, 8, 8)), abs=1e-9
        )


def test_exchange_and_poison_match_state_vectors() -> None:
    state = gaussian_state(2)
    shots = shots_of(state, 2)
    shots.exchange(3, 6)
    expected = covariance_of(exchange(OPERATORS, 3, 6) @ state)
    assert shots.covariance[0] == pytest.approx(expected)
    shots.poison(np.array([4, -1]))
    assert shots.covariance[1] == pytest.approx(expected)
    state = OPERATORS[4] @ exchange(OPERATORS, 3, 6) @ state
    assert shots.covariance[0] == pytest.approx(covariance_of(state))


@pytest.mark.parametrize(("i", "j"), [(0, 1), (1, 2), (3, 0)])
def test_measurements_exchange_as_braids_do(i: int, j: int) -> None:
    """Tetron 0-3, helper 4-5; operators 6-9 are partners that tell what became of each operator."""
    pairs = [(0, 6), (1, 7), (2, 8), (3, 9), (4, 5)]
    shots = GaussianShots(pairs, num_shots=300, seed=2)
    done = exchange_by_measurement(shots, i, j, helper=(4, 5))
    outcomes = np.array([done.before, done.first, done.second, done.after])
    assert len(np.unique(outcomes, axis=1).T) == 8  # the helper starts even, all else is random
    # <i (image of g) partner> is the same for direct exchanges of the same direction.
    for shot in range(300):
        # One exchange takes g_i to -g_j; i_to_j = -1 is that, 1 its inverse.
        forward = done.i_to_j[shot] == -1
        direct = GaussianShots(pairs, num_shots=1, seed=3)
        direct.exchange(*((i, j) if forward else (j, i)))
        if not done.keeps_parity[shot]:
            direct.poison(np.array([i]))
            direct.poison(np.array([4]))  # the electron went to the helper
        # An electron also changes the sign of all that it did not pass through.
        found, expected = shots.covariance[shot], direct.covariance[0]
        assert found[:4, 6:] == pytest.approx(expected[:4, 6:]), (shot, outcomes[:, shot])
        assert found[4, 5] == expected[4, 5] == done.after[shot]
        assert done.keeps_parity[shot] == (done.i_to_j[shot] == -done.j_to_i[shot])


@pytest.mark.parametrize("electrons", [0.05, 0.7])
def test_poisoning_matches_theory(electrons: float) -> None:
    shots = GaussianShots([(0, 1), (2, 3)], num_shots=20_000, seed=4)
    poison_tetrons(shots, range(4), mean_electrons=electrons)
    first, second = shots.measure(0, 1), shots.measure(2, 3)
    for count, theory in (
        (np.count_nonzero(first != second), odd_probability(electrons)),
        (np.count_nonzero(first < 0), pair_flip_probability(electrons)),
    ):
        assert error_rate(errors=int(count), shots=20_000, confidence=0.999).contains(theory)


@pytest.mark.parametrize(
    ("pairs", "num_shots", "message"),
    [([(0, 1), (1, 2)], 1, "Pairs must hold"), ([(0, 1)], 0, "Number of shots")],
)
def test_gaussian_shots_rejects(pairs: list, num_shots: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GaussianShots(pairs, num_shots=num_shots, seed=1)
