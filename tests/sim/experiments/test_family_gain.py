"""Errors under a hot qubit: members that avoid it do not notice, others do."""

import pytest

from quantacore.golden.codes.patches import Patch
from quantacore.sim.experiments.family_gain import measure_gain

PATCHES = {"west": Patch(width=3, height=3), "east": Patch(width=3, height=3, corner=(2, 0))}
HOT = (1, 3)


def test_hot_qubit_harms_members_that_use_it():
    done = []
    rows = measure_gain(
        PATCHES, hot=HOT, factors=(1, 30), p=0.005, rounds=3, shots=4000, progress=done.append
    )
    assert [(row.member, row.factor, row.uses) for row in rows] == [
        ("west", 1, True),
        ("west", 30, True),
        ("east", 1, False),
    ]
    assert done == [1, 2, 3]
    cool, hot, avoiding = rows
    assert cool.stale == cool.true  # the same weights
    assert cool.true == avoiding.true  # the same experiment elsewhere, the same seeds
    assert cool.predicted == pytest.approx(sum(cool.true.values()) / 4000)
    assert hot.rate(true=True).low > avoiding.rate(true=True).high
    assert sum(hot.stale.values()) > sum(hot.true.values())
    assert 0.5 < hot.predicted / hot.rate(true=True).value < 2


def test_rate_is_of_both_bases():
    (row,) = measure_gain(
        {"west": PATCHES["west"]}, hot=(99, 99), factors=(1,), p=0.01, rounds=3, shots=1000
    )
    assert row.rate(true=True).value == pytest.approx(sum(row.true.values()) / 1000)
    assert row.rate(true=True).contains(row.rate(true=True).value)


@pytest.mark.parametrize("factors", [(), (0.5, 1)])
def test_factors_must_be_at_least_1(factors):
    with pytest.raises(ValueError, match="Factors must be at least 1 each, not"):
        measure_gain(PATCHES, hot=HOT, factors=factors, p=0.01, rounds=2, shots=10)
