"""Exchanges by joint parities of tetrons."""

import numpy as np
import pytest

from quantacore.golden.anyons.majorana import exchange, majorana_operators
from quantacore.golden.anyons.tetron import (
    HELPER_AFTER,
    HELPER_BEFORE,
    TwoTetrons,
    exchange_by_joint_parity,
)

G = majorana_operators(8)
PARITIES = [-G[k] @ G[k + 1] @ G[k + 2] @ G[k + 3] for k in (0, 4)]


def pair(a: int, b: int) -> np.ndarray:
    return 1j * G[a] @ G[b]


def random_state(seed: int) -> np.ndarray:
    """Return a state whose tetrons are both of even parity, their qubits entangled at random."""
    rng = np.random.default_rng(seed)
    state = rng.normal(size=16) + 1j * rng.normal(size=16)
    for parity in PARITIES:
        state = state + parity @ state
    return state / np.linalg.norm(state)


@pytest.mark.parametrize(("i", "j"), [(0, 1), (1, 2), (2, 3), (0, 3), (2, 0)])
def test_measurements_exchange_as_braids_do(i: int, j: int) -> None:
    seen = set()
    for seed in range(40):
        tetrons = TwoTetrons(random_state(seed), seed=seed)
        start = tetrons.state
        done = exchange_by_joint_parity(tetrons, i, j)
        seen.add((done.before, done.joint, done.after))
        # Braid of the state after the first measurement, then the helper as it was last measured.
        after_first = start + done.before * pair(*HELPER_BEFORE) @ start
        braid = exchange(G, i, j) if done.direction == 1 else exchange(G, i, j).conj().T
        expected = braid @ after_first
        expected = expected + done.after * pair(*HELPER_AFTER) @ expected
        overlap = abs(expected.conj() @ tetrons.state) / np.linalg.norm(expected)
        assert overlap == pytest.approx(1), (seed, done)
        for parity in PARITIES:
            assert (tetrons.state.conj() @ parity @ tetrons.state).real == pytest.approx(1)
    assert len(seen) == 8


@pytest.mark.parametrize(("i", "j"), [(1, 1), (0, 4)])
def test_exchange_rejects_other_modes(i: int, j: int) -> None:
    with pytest.raises(ValueError, match="two of 0 to 3"):
        exchange_by_joint_parity(TwoTetrons(random_state(1), seed=1), i, j)


def test_two_tetrons_rejects_other_states() -> None:
    with pytest.raises(ValueError, match="State must be a unit vector"):
        TwoTetrons(np.ones(16), seed=1)
