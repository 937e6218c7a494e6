"""Tests of the search for CNOTs."""

import pytest

from quantacore.golden.search.prepare import beam, greedy, prepares
from quantacore.golden.search.targets import PUBLISHED, target

LENGTHS = {
    "steane-zero": 8, "shor-zero": 8, "shor-plus": 6, "surface3-zero": 8, "tetrahedral-zero": 22,
    "hamming15-zero": 22, "carbon-zero": 16, "colour17-zero": 23, "colour19-zero": 27,
    "surface5-zero": 28,
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_beam_prepares_the_state_in_few_cnots(name: str) -> None:
    state = target(name)
    found = beam(state, width=6, seed=2)
    assert all(prepares(state, each.plus, each.cnots) for each in found)
    assert len(found[0].cnots) <= LENGTHS[name] + 1


def test_greedy_prepares_the_state() -> None:
    state = target("carbon-zero")
    found = greedy(state)
    assert prepares(state, found.plus, found.cnots)
    assert not prepares(state, found.plus, found.cnots[1:])
