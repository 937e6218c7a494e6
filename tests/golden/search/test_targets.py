"""Tests of codes and states."""

import pytest

from quantacore.golden.gates.linear import rank
from quantacore.golden.search.targets import (
    CODES,
    PUBLISHED,
    target,
)

SIZES = {
    "steane": (7, 1), "shor": (9, 1), "surface3": (9, 1), "tetrahedral": (15, 1),
    "hamming15": (15, 7), "carbon": (12, 2), "colour17": (17, 1), "colour19": (19, 1),
    "surface5": (25, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", CODES)
def test_code_has_its_parameters(name: str) -> None:
    state = target(name)
    assert (state.num_qubits, state.code.num_logical) == SIZES[name]
    assert state.code.distance() == state.distance


@pytest.mark.parametrize("name", PUBLISHED)
def test_state_is_fixed_by_its_stabilizers(name: str) -> None:
    state = target(name)
    assert rank(state.x_rows) + rank(state.z_rows) == state.num_qubits
    assert all((x & z).bit_count() % 2 == 0 for x in state.x_rows for z in state.z_rows)


def test_tetrahedral_and_hamming_zeros_are_the_same_state() -> None:
    one, other = target("tetrahedral-zero"), target("hamming15-zero")
    assert (one.x_rows, one.z_rows) == (other.x_rows, other.z_rows)


def test_target_rejects_an_unknown_name() -> None:
    with pytest.raises(ValueError, match="State must be CODE-zero or CODE-plus"):
        target("steane-minus")
