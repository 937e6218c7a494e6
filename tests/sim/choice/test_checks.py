"""Predictions are of codes that the law has not seen."""

import pytest

from quantacore.sim.choice.checks import check_cost, check_law


def test_law_predicts_what_it_has_not_seen() -> None:
    found = check_law("rotated", p=0.01, distances=(2, 3, 5), shots=5000, errors=5000, seed=1)
    assert found.fitted == (2, 3)
    assert found.predicted is not None
    assert found.predicted.overlaps(found.counted)
    with pytest.raises(ValueError, match="Distances must be at least three"):
        check_law("rotated", p=0.01, distances=(3, 5), shots=10, errors=10, seed=1)


@pytest.mark.verilator
@pytest.mark.slow
def test_cost_of_the_smallest_core() -> None:
    found = check_cost("rotated", rounds=2, passes=1, shots=1000, seed=1)
    assert found.model == pytest.approx(found.core, rel=0.3)
