"""Rates and ratios: known answers, and that the intervals hold what they promise."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantacore.golden.metrics import (
    Interval,
    PairedErrors,
    count_paired,
    error_rate,
    error_ratio,
    error_ratio_per_round,
    rate_per_round,
    wrong_shots,
)


def test_error_rate_is_wilsons() -> None:
    rate = error_rate(errors=10, shots=100)
    # Textbook: 10 of 100 at 95 % gives 0.0552 to 0.1744.
    assert rate.value == 0.1
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.0552, 0.1744)


def test_error_rate_of_no_errors_ends_at_zero() -> None:
    rate = error_rate(errors=0, shots=1000)
    assert (rate.value, rate.low) == (0, 0)
    assert rate.high == pytest.approx(3.84 / 1003.84, abs=1e-5)
    assert error_rate(errors=5, shots=5).high == 1


def test_error_rate_widens_with_confidence() -> None:
    narrow = error_rate(errors=50, shots=1000, confidence=0.5)
    wide = error_rate(errors=50, shots=1000, confidence=0.99)
    assert wide.low < narrow.low < 0.05 < narrow.high < wide.high


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"errors": 0, "shots": 0}, "Number of shots must be at least 1, not 0"),
        ({"errors": 6, "shots": 5}, "Number of errors must be 0 to 5, not 6"),
        ({"errors": -1, "shots": 5}, "Number of errors must be 0 to 5, not -1"),
        ({"errors": 1, "shots": 5, "confidence": 1.0}, r"Confidence must be in \(0, 1\), not 1.0"),
    ],
)
def test_error_rate_rejects(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        error_rate(**arguments)


def test_error_ratio_known_answer() -> None:
    paired = PairedErrors(shots=10_000, errors=80, reference_errors=100, both=70)
    ratio = error_ratio(paired)
    assert ratio.value == 0.8
    # Delta method: exp(ln 0.8 +- 1.96 sqrt((10 + 30) / (80 * 100))) = 0.70 .. 0.92.
    assert (round(ratio.low, 2), round(ratio.high, 2)) == (0.70, 0.92)


def test_error_ratio_is_narrower_when_errors_are_shared() -> None:
    shared = error_ratio(PairedErrors(shots=10_000, errors=90, reference_errors=100, both=88))
    apart = error_ratio(PairedErrors(shots=10_000, errors=90, reference_errors=100, both=1))
    assert shared.high - shared.low < 0.3 * (apart.high - apart.low)


def test_error_ratio_turns_over_with_the_decoders() -> None:
    forth = error_ratio(PairedErrors(shots=1000, errors=30, reference_errors=20, both=10))
    back = error_ratio(PairedErrors(shots=1000, errors=20, reference_errors=30, both=10))
    assert forth.low == pytest.approx(1 / back.high)
    assert forth.high == pytest.approx(1 / back.low)


def test_error_ratio_without_errors() -> None:
    nothing = error_ratio(PairedErrors(shots=10, errors=0, reference_errors=0, both=0))
    assert math.isnan(nothing.value)
    assert (nothing.low, nothing.high) == (0, math.inf)
    better = error_ratio(PairedErrors(shots=1000, errors=0, reference_errors=9, both=0))
    assert (better.value, better.low) == (0, 0)
    assert better.high < 1
    worse = error_ratio(PairedErrors(shots=1000, errors=9, reference_errors=0, both=0))
    assert (worse.value, worse.high) == (math.inf, math.inf)
    assert worse.low > 1


@pytest.mark.parametrize(
    ("both", "only", "only_reference"),
    [(0.01, 0.002, 0.004), (0.002, 0.002, 0.0), (0.0005, 0.001, 0.0025)],
)
def test_error_ratio_interval_covers_the_truth(
    both: float, only: float, only_reference: float
) -> None:
    rng = np.random.default_rng(11)
    truth = (both + only) / (both + only_reference)
    chances = [both, only, only_reference, 1 - both - only - only_reference]
    experiments = rng.multinomial(10_000, chances, size=2000)
    covered = sum(
        error_ratio(
            PairedErrors(
                shots=10_000,
                errors=int(shared + first),
                reference_errors=int(shared + second),
                both=int(shared),
            )
        ).contains(truth)
        for shared, first, second, _ in experiments
    )
    assert 0.93 < covered / 2000 < 0.98


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_error_ratio_lies_in_its_interval(
    both: int, only: int, only_reference: int, right: int
) -> None:
    ratio = error_ratio(
        PairedErrors(
            shots=both + only + only_reference + right,
            errors=both + only,
            reference_errors=both + only_reference,
            both=both,
        )
    )
    assert 0 <= ratio.low <= ratio.high
    assert math.isnan(ratio.value) or ratio.contains(ratio.value)


@pytest.mark.parametrize(
    "counts",
    [
        {"shots": 10, "errors": 3, "reference_errors": 2, "both": 3},
        {"shots": 10, "errors": 3, "reference_errors": 2, "both": -1},
        {"shots": 4, "errors": 3, "reference_errors": 2, "both": 0},
        {"shots": 10, "errors": -1, "reference_errors": 0, "both": 0},
    ],
)
def test_paired_errors_reject(counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Counts of errors must fit together"):
        PairedErrors(**counts)


def test_paired_errors_add_up_over_batches() -> None:
    rng = np.random.default_rng(2)
    wrong, reference = rng.random((2, 100)) < 0.3
    parts = count_paired(wrong[:40], reference[:40]) + count_paired(wrong[40:], reference[40:])
    assert parts == count_paired(wrong, reference)
    assert parts.both == int((wrong & reference).sum())


def test_count_paired_rejects_other_shots() -> None:
    with pytest.raises(ValueError, match="Shots must be the same for both decoders"):
        count_paired(np.zeros(3, bool), np.zeros(4, bool))


def test_wrong_shots_looks_at_every_observable() -> None:
    predictions = np.array([[1, 0], [1, 0], [0, 0]], np.uint8)
    observables = np.array([[1, 0], [1, 1], [0, 0]], np.uint8)
    assert wrong_shots(predictions, observables).tolist() == [False, True, False]


def test_wrong_shots_counts_unmatched_shots() -> None:
    zero = np.zeros((2, 1), np.uint8)
    assert wrong_shots(zero, zero, unmatched=np.array([False, True])).tolist() == [False, True]


def test_wrong_shots_of_no_observables_are_none() -> None:
    nothing = np.zeros((3, 0), np.uint8)
    assert wrong_shots(nothing, nothing).tolist() == [False, False, False]


def test_wrong_shots_rejects_shapes() -> None:
    with pytest.raises(ValueError, match=r"must have the observables' shape \(3, 1\), not"):
        wrong_shots(np.zeros((2, 1), np.uint8), np.zeros((3, 1), np.uint8))


def test_interval_formats_and_compares() -> None:
    interval = Interval(value=0.5, low=0.25, high=0.75)
    assert f"{interval:.2f}" == "0.50 [0.25, 0.75]"
    assert interval.contains(0.25)
    assert not interval.contains(0.8)
    assert interval.overlaps(Interval(value=0.8, low=0.75, high=0.9))
    assert not interval.overlaps(Interval(value=0.9, low=0.8, high=1.0))


def test_rate_per_round_is_that_of_rounds_whose_errors_cancel() -> None:
    rate, flipped = 0.01, 0.0
    for rounds in range(1, 30):
        flipped = flipped * (1 - rate) + (1 - flipped) * rate
        assert rate_per_round(flipped, rounds=rounds) == pytest.approx(rate)
    assert rate_per_round(0.7, rounds=3) == rate_per_round(0.5, rounds=3) == 0.5
    with pytest.raises(ValueError, match="Number of rounds must be at least 1, not 0"):
        rate_per_round(0.1, rounds=0)


def test_error_ratio_per_round_is_farther_from_one_in_long_shots() -> None:
    paired = PairedErrors(shots=1000, errors=240, reference_errors=200, both=180)
    assert error_ratio_per_round(paired, rounds=1) == error_ratio(paired)
    short, long = (error_ratio_per_round(paired, rounds=rounds) for rounds in (2, 50))
    rates = [rate_per_round(rate, rounds=50) for rate in (0.24, 0.2)]
    assert long.value == pytest.approx(rates[0] / rates[1])
    assert long.low < long.value < long.high
    assert error_ratio(paired).value < short.value < long.value


def test_error_ratio_per_round_without_errors_is_that_of_shots() -> None:
    nothing = PairedErrors(shots=5, errors=0, reference_errors=0, both=0)
    assert math.isnan(error_ratio_per_round(nothing, rounds=3).value)
    one = PairedErrors(shots=5, errors=1, reference_errors=0, both=0)
    assert error_ratio_per_round(one, rounds=3) == error_ratio(one)
