"""Poisoned tetrons and their code."""

import pytest

from quantacore.golden.noise.poisoning import Poisoning
from quantacore.sim.experiments.poisoning import (
    MATCHING,
    UNION_FIND,
    PoisonedRow,
    measure_poisoned,
    measure_tetron,
)


def measured(electrons: float, **changes: int) -> PoisonedRow:
    settings = {"distance": 2, "rounds": 2, "num_shots": 500, "length_bits": 4, "passes": 1}
    noise = Poisoning(electrons=electrons, flips=electrons)
    return measure_poisoned(noise, seed=1, **{**settings, **changes})


def test_errors_grow_with_electrons() -> None:
    low, high = measured(0.002), measured(0.05)
    for decoder in (MATCHING, UNION_FIND):
        assert low.rate(decoder).high < high.rate(decoder).low
    assert low.tetrons == 18


def test_no_noise_gives_no_errors() -> None:
    assert set(measured(1e-9).errors.values()) == {0}


def test_tetron_row_holds_theory() -> None:
    row = measure_tetron(0.2, num_shots=5000, seed=1)
    assert row.odd.low < row.odd_theory < row.odd.high
    assert row.flipped.low < row.flipped_theory < row.flipped.high


@pytest.mark.parametrize("changes", [{"distance": 3}, {"distance": 0}, {"rounds": 0}])
def test_measure_poisoned_rejects(changes: dict) -> None:
    with pytest.raises(ValueError, match="must be"):
        measured(0.01, **changes)
