"""Powers, and how sure they are."""

import math

import numpy as np
import pytest

from quantacore.sim.scale.power_law import fit_power_law, student_quantile


def test_interval_of_the_exponent_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    sizes = [3, 5, 7, 9]
    hits = 0
    for _ in range(400):
        values = [size**1.7 * math.exp(rng.normal(0, 0.1)) for size in sizes]
        law = fit_power_law(sizes, values)
        assert law is not None
        hits += law.exponent.contains(1.7)
    assert 365 <= hits <= 392  # 95 %, four standard deviations


def test_kinds_share_the_power_and_keep_their_factors() -> None:
    law = fit_power_law([1, 2, 4, 1], [3, 6, 12, 10], [0, 0, 0, 1])
    assert law is not None
    assert law.exponent.value == pytest.approx(1.0)
    assert law.predict(3, kind=1).value == pytest.approx(30)


def test_no_point_to_spare_is_no_interval() -> None:
    law = fit_power_law([3, 5], [1, 10])
    assert law is not None
    assert math.isinf(law.exponent.high)
    assert (law.predict(7).low, law.predict(7).high) == (0.0, math.inf)


@pytest.mark.parametrize(("sizes", "kinds"), [([3], None), ([3, 3], None), ([3, 5], [0, 1])])
def test_one_size_of_a_kind_is_no_fit(sizes: list[float], kinds: list[int] | None) -> None:
    assert fit_power_law(sizes, [1.0] * len(sizes), kinds) is None


@pytest.mark.parametrize(("freedom", "expected"), [(1, 12.706), (2, 4.303), (5, 2.571)])
def test_quantiles_are_those_of_tables(freedom: int, expected: float) -> None:
    assert student_quantile(freedom) == pytest.approx(expected, abs=2e-3)
