"""Kinds of windows, and what they commit and carry."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window import NO_ENTRY, check_window


@pytest.fixture(scope="module")
def plan():
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.003))
    return window_plan(memory, commit_rounds=1, buffer_rounds=2)


def test_kinds_count_windows_up_to_the_steady_one(plan):
    assert plan.num_starts == 3  # the first two rounds differ, and windows move by one
    kinds = [plan.kind(window=window, end=0) for window in (0, 1, 2, 3, 1000)]
    assert kinds == [0, 4, 8, 8, 8]
    assert not any(plan.is_final(kind) for kind in kinds)
    assert plan.is_final(plan.kind(window=5, end=3))


@pytest.mark.parametrize(
    ("num_rounds", "num_windows"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 3), (10**9, 10**9 - 2)]
)
def test_windows_of_a_shot(plan, num_rounds, num_windows):
    assert plan.num_windows(num_rounds) == num_windows


def test_carried_detectors_are_the_far_ends_of_committed_edges(plan):
    num_slots = plan.num_slots
    for edge, carried in enumerate(plan.carries):
        ends = plan.graph.edges[edge].detectors
        assert plan.committed[edge] == (ends[0] < num_slots)
        crosses = ends[0] < num_slots <= ends[-1]
        assert carried == (ends[-1] - num_slots if crosses else -1)
    assert (plan.carries >= 0).sum() > 8


def test_windows_behind_the_first_have_no_edges_into_the_past(plan):
    ends = plan.graph.edge_detectors
    steady = plan.tables[plan.kind(window=2, end=0)]
    first = plan.tables[plan.kind(window=0, end=0)]
    alone = np.flatnonzero((ends[:, 1] < 0) & (ends[:, 0] < plan.num_slots))
    # At d = 3 every check is at the rim of the patch; the first round has those of one basis.
    assert (steady[alone] != NO_ENTRY).sum() == 8
    assert (first[alone] != NO_ENTRY).sum() == 4
    # Checks of the other basis begin with the second round: their boundary is in the past.
    second = (ends[:, 1] < 0) & (ends[:, 0] // plan.num_slots == 1)
    priors = plan.entry_priors
    changed = [
        edge for edge in np.flatnonzero(second) if priors[first[edge]] > 1.05 * priors[steady[edge]]
    ]
    assert len(changed) == 4


def test_hash_covers_what_is_baked(plan):
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.001))
    other_noise = window_plan(memory, commit_rounds=1, buffer_rounds=2)
    other_commit = window_plan(memory, commit_rounds=2, buffer_rounds=1)
    assert other_noise.plan_hash == plan.plan_hash
    assert other_commit.plan_hash != plan.plan_hash


@pytest.mark.parametrize("value", [0, -1, 1.5])
def test_window_rejects_sizes(value):
    with pytest.raises(ValueError, match=f"Commit must be at least 1 round, not {value}"):
        check_window(commit_rounds=value, buffer_rounds=1)
