"""The arithmetic of the speed bench with a clock of our own, and the promise itself."""

import itertools

import pytest

from quantacore.sim.experiments.contenders import CORRELATED, MATCHING
from quantacore.sim.experiments.speed import measure_speed


def test_speed_takes_the_best_repeat_of_each_decoder() -> None:
    # Four decoders in turn: first the warm-up, then two repeats; a call reads the clock twice.
    seconds = [9, 9, 9, 9, 4, 8, 2, 24, 5, 6, 3, 12]
    ends = itertools.accumulate(itertools.chain.from_iterable((0, s) for s in seconds))
    rows = measure_speed(
        distance=3, p=0.01, num_shots=1000, repeats=2, seed=1, clock=lambda: float(next(ends))
    )
    plain, correlated = rows
    assert (plain.passes, plain.rival, plain.shots) == (1, MATCHING, 1000)
    assert (plain.us_per_shot, plain.rival_us_per_shot, plain.ratio) == (2000, 4000, 0.5)
    assert (correlated.passes, correlated.rival) == (3, CORRELATED)
    assert (correlated.us_per_shot, correlated.rival_us_per_shot) == (12000, 6000)
    assert correlated.ratio == 2


def test_speed_chooses_the_number_of_shots() -> None:
    rows = measure_speed(distance=3, p=0.005, repeats=1, seed=1)
    assert 100 <= rows[0].shots <= 500_000


def test_speed_rejects_no_repeats() -> None:
    with pytest.raises(ValueError, match="Number of repeats must be at least 1, not 0"):
        measure_speed(distance=3, p=0.01, repeats=0)


@pytest.mark.slow
@pytest.mark.parametrize("p", [0.001, 0.005])
@pytest.mark.parametrize("distance", [5, 9, 13])
def test_union_find_takes_at_most_twice_the_time_of_matching(distance: int, p: float) -> None:
    for row in measure_speed(distance=distance, p=p, repeats=5, seed=1):
        assert row.ratio < 2, row
