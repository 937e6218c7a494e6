"""Weights and lengths."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantacore.golden.spec.lengths import (
    absent_length,
    check_length_bits,
    longest_length,
    quantise_weights,
    weight_from_prior,
)


def test_weight_from_prior_known_answers() -> None:
    assert weight_from_prior(0.5) == 0
    assert weight_from_prior(1 / (1 + math.e)) == pytest.approx(1)
    assert weight_from_prior(1e-12) == pytest.approx(27.631, abs=1e-3)


@pytest.mark.parametrize("prior", [0, -0.1, 0.5001, 1, math.nan, math.inf])
def test_weight_from_prior_rejects_prior(prior: float) -> None:
    with pytest.raises(ValueError, match=r"Prior must be in \(0, 0.5\], not"):
        weight_from_prior(prior)


@pytest.mark.parametrize("length_bits", [1, 9, 0, -4, 4.0, "4", None])
def test_length_bits_rejects(length_bits: int) -> None:
    with pytest.raises(ValueError, match="Length width must be 2 to 8 bits, not"):
        check_length_bits(length_bits)


@pytest.mark.parametrize(("length_bits", "absent"), [(2, 3), (4, 15), (8, 255)])
def test_absent_is_all_ones_and_longest_one_below(length_bits: int, absent: int) -> None:
    assert (absent_length(length_bits), longest_length(length_bits)) == (absent, absent - 1)


def test_quantise_rounds_half_up_and_clamps() -> None:
    weights = np.array([0.0, 0.49, 0.5, 1.49, 1.5, 2.5, 3.5, 14.49, 14.5, 1e9])
    lengths = quantise_weights(weights, unit=1.0, length_bits=4)
    assert lengths.tolist() == [1, 1, 1, 1, 2, 3, 4, 14, 14, 14]
    assert lengths.dtype == np.uint8


@given(
    weights=st.lists(st.floats(0, 50), min_size=1, max_size=20),
    unit=st.floats(0.01, 10),
    length_bits=st.integers(2, 8),
)
def test_quantise_keeps_order_and_never_gives_a_code(
    weights: list[float], unit: float, length_bits: int
) -> None:
    lengths = quantise_weights(np.sort(weights), unit=unit, length_bits=length_bits)
    assert (np.diff(lengths.astype(int)) >= 0).all()
    assert lengths.min() >= 1
    assert lengths.max() <= longest_length(length_bits)
