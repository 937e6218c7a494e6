"""Tests of the game and of learning it."""

import numpy as np
import pytest

from quantacore.golden.search.faults import check_faults
from quantacore.golden.search.targets import target


def test_random_legal_moves_end_in_a_certified_circuit() -> None:
    pytest.importorskip("gymnasium", reason="gymnasium is not installed (make test-search)")
    from quantacore.golden.search.environment import PreparationGame

    state = target("steane-zero")
    game = PreparationGame(state)
    rng = np.random.default_rng(1)
    for episode in range(5):
        game.reset(seed=episode)
        done = lost = False
        total = 0.0
        while not (done or lost):
            move = int(rng.choice(np.flatnonzero(game.action_masks())))
            seen, reward, done, lost, info = game.step(move)
            total += reward
            assert game.observation_space.contains(seen)
        if done:
            assert check_faults(info["circuit"], state).is_fault_tolerant


def test_learned_circuit_is_certified() -> None:
    pytest.importorskip("sb3_contrib", reason="sb3-contrib is not installed (make test-search)")
    from quantacore.golden.search.learn import learned

    state = target("shor-plus")
    circuit, _ = learned(state, seconds=3)
    assert circuit is not None and check_faults(circuit, state).is_fault_tolerant
