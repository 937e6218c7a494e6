"""Lattice surgery on generated cores, bit for bit against the golden decoder."""

import pytest
import stim

from quantacore.golden.gates.folded import short_fold_h
from quantacore.golden.gates.surgery_gates import short_cnot, short_merge
from quantacore.sim.experiments.gate_core import CoreRow, compare_with_core


def check(circuit: stim.Circuit, *, p: float = 2e-3, passes: int = 1) -> CoreRow:
    found = compare_with_core(circuit, p=p, num_shots=20_000, seed=1, passes=passes)
    assert found.mismatches == 0
    assert found.busy_shots > 10_000 and 0 < found.errors < found.busy_shots
    assert found.passes == passes and (found.links > 0) == (passes > 1)
    return found


@pytest.mark.verilator
@pytest.mark.slow
def test_core_of_a_folded_h_matches_golden_in_three_passes() -> None:
    """One round before and one after, distance 2: what is left of CI's time for links."""
    assert check(short_fold_h(2, "z", rounds=1), p=0.02, passes=3).nodes == 8


@pytest.mark.verilator
@pytest.mark.slow
def test_core_of_a_memory_with_a_merge_matches_golden() -> None:
    """Two patches, one round, merged for a round, split for a round: what fits into CI."""
    assert check(short_merge(3, "z", rounds=1)).nodes == 48


@pytest.mark.verilator
@pytest.mark.soak
def test_core_of_a_surgery_cnot_matches_golden() -> None:
    assert check(short_cnot(3, "x", rounds=1)).nodes > 80


@pytest.mark.verilator
@pytest.mark.soak
def test_core_of_a_surgery_cnot_matches_golden_in_three_passes() -> None:
    assert check(short_cnot(3, "x", rounds=1), passes=3).links > 500
