"""Lattice surgery on generated cores, bit for bit against the golden decoder."""

import pytest
import stim

from quantacore.golden.gates.surgery_gates import short_cnot, short_merge
from quantacore.sim.experiments.gate_core import CoreRow, compare_with_core


def check(circuit: stim.Circuit) -> CoreRow:
    found = compare_with_core(circuit, p=2e-3, num_shots=20_000, seed=1)
    assert found.mismatches == 0
    assert found.busy_shots > 10_000 and 0 < found.errors < found.busy_shots
    return found


@pytest.mark.verilator
@pytest.mark.slow
def test_core_of_a_memory_with_a_merge_matches_golden() -> None:
    """Two patches, one round, merged for a round, split for a round: what fits into CI."""
    assert check(short_merge(3, "z", rounds=1)).nodes == 48


@pytest.mark.verilator
@pytest.mark.soak
def test_core_of_a_surgery_cnot_matches_golden() -> None:
    assert check(short_cnot(3, "x", rounds=1)).nodes > 80
