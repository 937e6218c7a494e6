"""Tests of the choice of checks."""

import numpy as np
import pytest

from quantacore.golden.search.circuit import assemble
from quantacore.golden.search.cover import greedy_cover, refined_cover, unseen_sets
from quantacore.golden.search.faults import check_faults, weights_of
from quantacore.golden.search.pool import CheckPool
from quantacore.golden.search.prepare import beam
from quantacore.golden.search.targets import target


@pytest.mark.parametrize("name", ["shor-zero", "surface3-zero", "carbon-zero"])
def test_greedy_choice_leaves_nothing_unseen(name: str) -> None:
    state = target(name)
    weights = weights_of(state)
    plan = beam(state, width=2)[0]
    pool = CheckPool(state, plan, final_weight=8)
    chosen = greedy_cover(pool, weights)
    assert chosen and unseen_sets(pool, weights, chosen) == []
    checks = [pool.checks[k] for k in chosen]
    circuit = assemble(state.num_qubits, plan.plus, plan.cnots, checks)
    assert check_faults(circuit, state, weights=weights).is_fault_tolerant
    assert circuit.num_cnots == len(plan.cnots) + pool.costs[chosen].sum()
    for k in chosen:  # and none of them is spare
        assert unseen_sets(pool, weights, [j for j in chosen if j != k])


def test_unseen_sets_finds_what_the_whole_circuit_check_finds() -> None:
    """With d = 5 and random checks, the two ways to look must agree that something is wrong."""
    state = target("colour17-zero")
    weights = weights_of(state)
    plan = beam(state, width=1, patience=1)[0]
    pool = CheckPool(state, plan, early_weight=2, final_weight=4)
    rng = np.random.default_rng(1)
    for size in (0, 3, 6):
        chosen = sorted(rng.choice(len(pool.checks), size, replace=False).tolist())
        checks = [pool.checks[k] for k in chosen]
        circuit = assemble(17, plan.plus, plan.cnots, checks)
        verdict = check_faults(circuit, state, weights=weights)
        assert verdict.prepares_target
        assert bool(unseen_sets(pool, weights, chosen)) == any(verdict.num_dangerous)


def test_exact_choice_matches_the_published_steane_circuit() -> None:
    pytest.importorskip("ortools", reason="OR-tools is not installed (make test-search)")
    from quantacore.golden.search.exact_cover import cheapest

    state = target("steane-zero")
    pool = CheckPool(state, beam(state, width=2)[0], final_weight=4)
    chosen, settled = refined_cover(pool, weights_of(state), cheapest)
    assert chosen is not None and settled
    assert pool.costs[chosen].sum() == 3
