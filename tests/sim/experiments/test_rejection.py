"""Curves of a perfect confidence, of useless ones, and of ties."""

import numpy as np
import pytest

from quantacore.sim.experiments.rejection import rejection_curve

WRONG = np.arange(1000) % 50 == 0
"""20 errors in 1000 shots."""


def test_rejection_curve_of_a_perfect_confidence_loses_only_errors() -> None:
    curve = rejection_curve(WRONG.astype(float), WRONG)
    left = [curve.errors_left(share) for share in (0, 0.005, 0.02, 0.5)]
    assert left == [20, 15, 0, 0]
    assert curve.rate(0.02).value == 0
    assert curve.rate(0.02).high > 0


def test_rejection_curve_of_a_confidence_without_information_keeps_the_rate() -> None:
    curve = rejection_curve(np.zeros(1000), WRONG)
    for share in (0, 0.001, 0.1, 0.9):
        assert curve.rate(share).value == pytest.approx(0.02)
        assert curve.share_left(share) == pytest.approx(1 - share)


def test_rejection_curve_of_a_wrong_confidence_loses_only_right_shots() -> None:
    curve = rejection_curve(-WRONG.astype(float), WRONG)
    assert curve.errors_left(0.98) == 20
    assert curve.rate(0.98).value == 1


def test_rejection_curve_averages_over_the_order_of_ties() -> None:
    rng = np.random.default_rng(4)
    doubts = rng.integers(0, 4, 40)
    wrong = rng.random(40) < 0.1 + doubts / 6
    curve = rejection_curve(doubts, wrong)
    for discarded in (0.1, 0.35, 0.6):
        drawn = []
        for _ in range(4000):
            order = np.lexsort((rng.random(40), -doubts))
            drawn.append(wrong[order[round(discarded * 40) :]].sum())
        assert curve.errors_left(discarded) == pytest.approx(np.mean(drawn), abs=0.1)


def test_rejection_curve_interval_holds_the_rate() -> None:
    curve = rejection_curve(np.zeros(1000), WRONG)
    rates = [curve.rate(share) for share in np.linspace(0, 0.9, 50)]
    assert all(rate.contains(rate.value) for rate in rates)


def test_rejection_curve_without_errors_has_no_share() -> None:
    curve = rejection_curve(np.zeros(10), np.zeros(10, bool))
    assert np.isnan(curve.share_left(0.5))
    assert curve.rate(0.5).value == 0


@pytest.mark.parametrize("share", [-0.1, 1, float("nan")])
def test_rejection_curve_rejects_shares_out_of_range(share: float) -> None:
    with pytest.raises(ValueError, match="Share of discarded shots must be in"):
        rejection_curve(np.zeros(10), np.zeros(10, bool)).num_kept(share)


def test_rejection_curve_rejects_discarding_every_shot() -> None:
    with pytest.raises(ValueError, match=r"must leave a shot, not 0\.99"):
        rejection_curve(np.zeros(10), np.zeros(10, bool)).errors_left(0.99)


@pytest.mark.parametrize("shape", [(0,), (3,), (4, 1)])
def test_rejection_curve_rejects_shapes(shape: tuple[int, ...]) -> None:
    wrong = np.zeros(0 if shape == (0,) else 4, bool)
    with pytest.raises(ValueError, match="Doubts must be one per shot"):
        rejection_curve(np.zeros(shape), wrong)
