"""What all rates grew by, whatever a few of them do."""

import numpy as np
import pytest

from quantacore.golden.adapt.common_factor import (
    MOST_COMMON,
    POWERS,
    common_factor,
    powers_of_doubling,
)


def test_powers_are_those_of_doubled_noise():
    once, power = np.array([0.1, 0.02, 0.003]), np.array([1.0, 2.0, 3.0])
    assert powers_of_doubling(once, once * 2**power, little=1e-9) == pytest.approx(power)


def test_powers_of_rare_groups_are_those_of_all():
    powers = powers_of_doubling(np.array([1, 1e-9]), np.array([4, 0.0]), little=1e-5)
    assert powers == pytest.approx(2, rel=1e-3)


def test_powers_stay_within_bounds():
    powers = powers_of_doubling(np.array([1.0, 1.0]), np.array([0.1, 1000]), little=1e-9)
    assert powers.tolist() == list(POWERS)


def test_powers_of_no_corrections_are_one():
    assert powers_of_doubling(np.zeros(2), np.ones(2), little=1.0).tolist() == [1, 1]


def test_common_factor_is_not_moved_by_a_few_groups():
    powers = np.tile([1.0, 2.0], 20)
    ratios = 3.0**powers
    ratios[:5] *= 100
    assert common_factor(ratios, powers=powers, weights=np.ones(40)) == pytest.approx(3)


def test_common_factor_is_bounded():
    for ratio, bound in ((1e6, MOST_COMMON), (1e-6, 1 / MOST_COMMON)):
        found = common_factor(np.full(3, ratio), powers=np.ones(3), weights=np.ones(3))
        assert found == pytest.approx(bound)


def test_common_factor_of_nothing_is_one():
    assert common_factor(np.ones(2), powers=np.ones(2), weights=np.zeros(2)) == 1
