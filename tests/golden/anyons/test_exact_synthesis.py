"""Exact matrices as braids."""

import itertools

import pytest

from quantacore.golden.anyons.braid_word import exact_matrix, reduced
from quantacore.golden.anyons.cyclotomic import F_MATRIX, ONE, T_MATRIX, ExactUnitary
from quantacore.golden.anyons.exact_synthesis import braid_from_powers, braid_of, powers_of_t
from tests.golden.anyons.test_braid_word import random_word


@pytest.mark.parametrize("length", [0, 1, 3, 12, 90])
def test_braids_are_found_again(length: int) -> None:
    word = random_word(f"synthesis/{length}", length)
    matrix = exact_matrix(word)
    braid = braid_of(matrix)
    assert exact_matrix(braid).equals_up_to_phase(matrix)
    assert len(braid) <= len(reduced(word))


def test_powers_multiply_to_the_matrix() -> None:
    matrix = exact_matrix(random_word("powers", 25))
    powers = powers_of_t(matrix)
    made = None
    for j in powers:
        part = T_MATRIX
        for _ in range(j + 9):
            part = part @ T_MATRIX
        made = part if made is None else made @ F_MATRIX @ part
    assert made is not None
    assert made.equals_up_to_phase(matrix)


def test_every_choice_of_powers_gives_its_matrix() -> None:
    for powers in itertools.product((0, 3, 8), repeat=4):
        braid = braid_from_powers(list(powers))
        found = braid_from_powers(powers_of_t(exact_matrix(braid)))
        assert exact_matrix(found).equals_up_to_phase(exact_matrix(braid))


def test_synthesis_rejects_what_is_not_unitary() -> None:
    with pytest.raises(ValueError, match="must be unitary"):
        braid_of(ExactUnitary(ONE, ONE, 0))
