"""Braids of Majorana zero modes."""

import numpy as np
import pytest

from quantacore.golden.anyons.fusion import ISING
from quantacore.golden.anyons.majorana import (
    braid_generators,
    braid_group_order,
    clifford_generators,
    clifford_group_order,
    exchange,
    generated_group,
    majorana_operators,
    pauli_action,
    tetron_pair_generators,
)


@pytest.mark.parametrize("number", [2, 4, 6])
def test_operators_anticommute(number: int) -> None:
    operators = majorana_operators(number)
    for a, left in enumerate(operators):
        for b, right in enumerate(operators):
            assert np.allclose(left @ right + right @ left, 2 * (a == b) * np.eye(len(left)))


def test_exchange_is_that_of_ising_anyons() -> None:
    """The eigenvalues differ by the ratio of the R symbols of the two fusion results."""
    operators = majorana_operators(4)
    gate = exchange(operators, 1, 2)
    assert np.allclose(gate @ operators[1] @ gate.conj().T, -operators[2])
    assert np.allclose(gate @ operators[2] @ gate.conj().T, operators[1])
    values = np.linalg.eigvals(gate)
    ratio = ISING.r("s", "s", "p") / ISING.r("s", "s", "1")
    ratios = {complex(np.round(a / b, 9)) for a in values for b in values}
    assert ratios == {1, complex(np.round(ratio, 9)), complex(np.round(1 / ratio, 9))}


@pytest.mark.parametrize("number", [4, 6])
def test_braids_with_fixed_parity_are_exactly_the_clifford_gates(number: int) -> None:
    braids = generated_group(braid_generators(number))
    gates = generated_group(clifford_generators(number // 2 - 1))
    assert len(braids) == braid_group_order(number) == clifford_group_order(number // 2 - 1)
    assert np.array_equal(braids, gates)


def test_braids_satisfy_the_relations() -> None:
    a, b, c = braid_generators(4)
    assert np.allclose(a @ b @ a, b @ a @ b)
    assert np.allclose(a @ c, c @ a)
    # A tetron: the outer pairs do the same, but for a phase.
    assert np.array_equal(pauli_action(a), pauli_action(c))


def test_two_tetrons_are_not_entangled_by_braids() -> None:
    """Single-qubit Clifford gates and the swap: 2 * 24**2, and single Paulis stay single."""
    group = generated_group(tetron_pair_generators())
    assert len(group) == 2 * 24**2
    single = [q for q in range(15) if (q + 1) % 4 == 0 or (q + 1) < 4]
    assert set((np.abs(group[:, single]) - 1).ravel().tolist()) == set(single)


def test_eight_modes_give_a_part_of_the_clifford_group() -> None:
    assert clifford_group_order(3) == 36 * braid_group_order(8)


def test_gate_that_is_not_clifford_is_refused() -> None:
    with pytest.raises(ValueError, match="to be a Clifford gate"):
        pauli_action(np.diag([1, np.exp(0.25j * np.pi)]))


@pytest.mark.parametrize("number", [0, 3])
def test_majorana_operators_rejects(number: int) -> None:
    with pytest.raises(ValueError, match="must be even"):
        majorana_operators(number)
    with pytest.raises(ValueError, match="must be even"):
        braid_group_order(number)
