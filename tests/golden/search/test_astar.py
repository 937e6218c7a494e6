"""Tests of the proof of the fewest CNOTs."""

from itertools import permutations

import pytest

from quantacore.golden.gates.linear import pivoted_rows
from quantacore.golden.search import astar
from quantacore.golden.search.prepare import Preparation, beam, prepares
from quantacore.golden.search.targets import target


def distances(num_qubits: int) -> dict[astar.Rows, int]:
    """Return each span and its fewest CNOTs, breadth first from the product states, no names."""
    front = {tuple(1 << q for q in range(num_qubits) if chosen >> q & 1) for chosen in range(32)}
    found = dict.fromkeys(front, 0)
    while front:
        reached = set()
        for rows in front:
            for control, goal in permutations(range(num_qubits), 2):
                added = (row ^ (row >> control & 1) << goal for row in rows)
                fresh = tuple(pivoted_rows(added).values())
                if fresh not in found:
                    found[fresh] = found[rows] + 1
                    reached.add(fresh)
        front = reached
    return found


def test_estimate_never_says_too_much() -> None:
    found = distances(5)
    assert len(found) == 374  # all spaces of five bits: Galois number
    assert all(astar.estimate(rows) <= fewest for rows, fewest in found.items())
    assert sum(astar.estimate(rows) == fewest for rows, fewest in found.items()) > 300


def test_renamed_keeps_what_a_span_costs() -> None:
    found = distances(5)
    for rows, fewest in found.items():
        if rows:
            renamed, order = astar._renamed(rows, 5)
            assert sorted(order) == list(range(5))
            assert found[renamed] == fewest


@pytest.mark.parametrize(("name", "fewest"), [("steane", 8), ("shor", 8), ("surface3", 8)])
def test_fewest_cnots_are_proved_for_small_codes(name: str, fewest: int) -> None:
    proof = astar.fewest_cnots(target(name), seconds=20.0)
    assert proof.is_settled
    assert proof.at_least == fewest
    assert prepares(target(name), proof.preparation.plus, proof.preparation.cnots)


def test_fewest_cnots_finds_what_the_beam_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    goal = target("steane")
    long = beam(goal, seed=1)[0]
    spoiled = Preparation(long.plus, (*long.cnots, (0, 1), (0, 1)))
    monkeypatch.setattr(astar, "beam", lambda *_, **__: [spoiled])
    proof = astar.fewest_cnots(goal, seconds=20.0)
    assert proof.is_settled
    assert len(proof.preparation.cnots) == 8
    assert prepares(goal, proof.preparation.plus, proof.preparation.cnots)


def test_fewest_cnots_says_how_far_it_came() -> None:
    proof = astar.fewest_cnots(target("tetrahedral"), seconds=0.5)
    assert not proof.is_settled
    assert 15 <= proof.at_least < len(proof.preparation.cnots)


def test_fewest_cnots_rejects_too_many_rows() -> None:
    with pytest.raises(ValueError, match="at most 8 for A"):
        astar.fewest_cnots(target("surface5"), seconds=1.0)
