"""Counts -> ratios: right on Poisson counts, deaf to noise and to common factors."""

import numpy as np
import pytest

from quantacore.golden.adapt.estimate import (
    EDGE_COUNTS,
    PRIOR_COUNTS,
    CorrectionCounts,
    helps,
)

GROUPS = np.repeat(np.arange(40), 5)
EXPECTED = np.random.default_rng(1).uniform(0.001, 0.01, len(GROUPS))


def counted(ratios, *, shots, seed=0, **settings):
    counts = CorrectionCounts(expected=EXPECTED, groups=GROUPS, **settings)
    rates = EXPECTED * ratios * shots
    counts.add(np.random.default_rng(seed).poisson(rates), shots=shots)
    return counts


def test_noise_alone_changes_nothing():
    changed = 0
    for seed in range(100):
        estimate = counted(np.ones(200), shots=2_000, seed=seed).estimate()
        changed += helps(estimate)
        assert (estimate.ratios == 1).all() or helps(estimate)
    assert changed <= 10  # expected: 40 groups, 5e-4 each


def test_expected_counts_have_an_uncertainty_of_their_own():
    seen = {100_000: 0, float("inf"): 0}
    for seed in range(30):
        rng = np.random.default_rng(seed)
        model = rng.poisson(EXPECTED * 100_000) / 100_000
        new = rng.poisson(EXPECTED * 400_000)
        for shots in seen:
            counts = CorrectionCounts(expected=model, groups=GROUPS, expected_shots=shots)
            counts.add(new, shots=400_000)
            seen[shots] += helps(counts.estimate())
    assert seen[100_000] <= 4
    assert seen[float("inf")] > 20


def test_common_factor_changes_nothing():
    for factor in (0.3, 4.0):
        estimate = counted(np.full(200, factor), shots=5_000).estimate()
        assert estimate.common_factor == pytest.approx(factor, rel=0.1)
        assert estimate.num_changed == 0
        assert not helps(estimate)


POWERS = np.where(GROUPS % 2, 1.0, 2.0)  # corrections of some groups need two faults
DOUBLED = EXPECTED * 2**POWERS


def test_common_factor_of_rates_changes_nothing_if_their_powers_are_known():
    for factor in (0.5, 3.0):
        known = counted(factor**POWERS, shots=5_000, expected_doubled=DOUBLED).estimate()
        assert known.common_factor == pytest.approx(factor, rel=0.1)
        assert known.num_changed == 0
        assert not helps(known)
        assert helps(counted(factor**POWERS, shots=5_000).estimate())


def test_hot_group_is_found_beside_a_common_factor_of_rates():
    ratios = np.where(GROUPS == 7, 10.0, 1.0)
    estimate = counted(3**POWERS * ratios, shots=2_000, expected_doubled=DOUBLED).estimate()
    assert (estimate.ratios[GROUPS != 7] == 1).all()
    assert estimate.ratios[GROUPS == 7] == pytest.approx(10, rel=0.2)


def test_old_counts_follow_a_common_factor_that_changes():
    """What was known of one group before stays, and no other group is taken to have changed."""
    rng = np.random.default_rng(5)
    hot = np.where(GROUPS == 7, 10.0, 1.0)
    counts = CorrectionCounts(expected=EXPECTED, groups=GROUPS, expected_doubled=DOUBLED)
    counts.add(rng.poisson(EXPECTED * hot * 20_000), shots=20_000)
    counts.add(rng.poisson(EXPECTED * hot * 3**POWERS * 1_000), shots=1_000)
    estimate = counts.estimate()
    assert estimate.shots == pytest.approx(20_000 / 3 + 1_000, rel=0.1)
    assert estimate.common_factor == pytest.approx(3, rel=0.1)
    assert (estimate.ratios[GROUPS != 7] == 1).all()
    assert estimate.ratios[GROUPS == 7] == pytest.approx(10, rel=0.1)


def test_change_of_most_groups_is_no_common_one_if_they_differ():
    """Groups that a burst spares keep what was known of them."""
    rng = np.random.default_rng(6)
    burst = np.where(GROUPS < 24, rng.uniform(2, 40, 40)[GROUPS], 1.0)
    counts = CorrectionCounts(expected=EXPECTED, groups=GROUPS, expected_doubled=DOUBLED)
    counts.add(rng.poisson(EXPECTED * 20_000), shots=20_000)
    counts.add(rng.poisson(EXPECTED * burst * 1_000), shots=1_000)
    assert (counts.shots[GROUPS >= 24] == 21_000).all()
    assert (counts.shots[burst > 5] == 1_000).all()


def test_hot_group_is_found_beside_a_common_factor():
    ratios = np.where(GROUPS == 7, 10.0, 1.0)
    estimate = counted(3 * ratios, shots=2_000).estimate()
    assert helps(estimate)
    assert (estimate.ratios[GROUPS != 7] == 1).all()
    assert estimate.ratios[GROUPS == 7] == pytest.approx(10, rel=0.2)


def test_thin_counts_are_pooled_and_shrunk_towards_the_model():
    counts = CorrectionCounts(expected=np.array([0.01, 0.01, 1.0]), groups=np.array([0, 0, 1]))
    counts.add(np.array([18, 14, 1000]), shots=1000)  # 32 of 20: 2.6 standard deviations
    assert counts.estimate().ratios.tolist() == [1, 1, 1]
    counts.add(np.array([30, 30, 1000]), shots=1000)  # 92 of 40: 8.1
    ratios = counts.estimate().ratios
    of_group = (92 + PRIOR_COUNTS) / (40 + PRIOR_COUNTS)
    assert ratios.tolist() == pytest.approx([of_group, of_group, 1])


def test_edge_with_counts_enough_differs_from_its_group():
    counts = CorrectionCounts(expected=np.array([0.02, 0.02, 1.0]), groups=np.array([0, 0, 1]))
    counts.add(np.array([78, 16, 1000]), shots=1000)
    ratios = counts.estimate().ratios
    of_group = (94 + PRIOR_COUNTS) / (40 + PRIOR_COUNTS)
    expected = [of_group * (n + EDGE_COUNTS) / (20 * of_group + EDGE_COUNTS) for n in (78, 16)]
    # 78 and 16 of 45, each: 4.9 and 4.3 standard deviations, and 4.5 are asked for.
    assert ratios.tolist() == pytest.approx([expected[0], of_group, 1])


def test_live_ratios_decide_whether_a_new_image_helps():
    counts = counted(np.where(GROUPS == 7, 10.0, 1.0), shots=5_000)
    first = counts.estimate()
    assert helps(first)
    assert not helps(counts.estimate(live=first.ratios))
    assert helps(counts.estimate(live=np.where(GROUPS == 9, 5.0, first.ratios)))


def test_change_is_seen_at_once_and_only_where_it_is():
    counts = counted(np.where(GROUPS == 9, 6.0, 1.0), shots=50_000)
    rng = np.random.default_rng(3)
    now = np.where((GROUPS == 7) | (GROUPS == 9), 6.0, 1.0)
    counts.add(rng.poisson(EXPECTED * now * 1_000), shots=1_000)
    estimate = counts.estimate()
    assert estimate.ratios[GROUPS == 7] == pytest.approx(6, rel=0.4)
    assert estimate.ratios[GROUPS == 9] == pytest.approx(6, rel=0.1)
    assert set(counts.shots) == {1_000, 51_000}
    slow = counted(np.ones(200), shots=50_000, change_significance=float("inf"))
    slow.add(rng.poisson(EXPECTED * now * 1_000), shots=1_000)
    assert slow.estimate().ratios[GROUPS == 7].max() < 1.3


def test_steady_noise_is_no_change():
    rng = np.random.default_rng(4)
    counts = CorrectionCounts(expected=EXPECTED, groups=GROUPS)
    for _ in range(2_000):
        counts.add(rng.poisson(EXPECTED * 500), shots=500)
    assert (counts.shots == 1_000_000).mean() >= 0.97  # 80,000 tests: one group at most


def test_powers_of_groups_that_were_never_seen_are_those_of_all():
    counts = CorrectionCounts(
        expected=np.array([0.01, 0.01, 0.0]),
        expected_doubled=np.array([0.04, 0.04, 0.0]),
        groups=np.arange(3),
        expected_shots=10_000,
    )
    counts.add(np.array([900, 900, 0]), shots=10_000)
    estimate = counts.estimate()
    assert estimate.common_factor == pytest.approx(3, rel=0.01)
    assert not helps(estimate)


def test_edges_that_the_model_never_took_do_not_flicker():
    counts = CorrectionCounts(expected=np.array([0.0, 0.01]), groups=np.array([0, 1]))
    seen = []
    for _ in range(20):
        counts.add(np.array([2, 10]), shots=1_000)
        seen.append(counts.estimate().significance[0])
    assert seen == sorted(seen)


def test_new_beginning_of_one_group_is_not_held_up_by_old_counts_of_others():
    counts = counted(np.ones(200), shots=4_000_000, expected_shots=100_000)
    now = np.where(GROUPS == 7, 3.0, 1.0)
    counts.add(np.random.default_rng(3).poisson(EXPECTED * now * 5_000), shots=5_000)
    assert helps(counts.estimate())


def test_old_counts_are_forgotten():
    counts = counted(
        np.where(GROUPS == 7, 10.0, 1.0),
        shots=5_000,
        memory_shots=2_000,
        change_significance=float("inf"),
    )
    rng = np.random.default_rng(5)
    for _ in range(10):
        counts.add(rng.poisson(EXPECTED * 2_000), shots=2_000)
    estimate = counts.estimate()
    assert estimate.shots == pytest.approx(2_000 / (1 - np.exp(-1)), rel=0.01)
    assert estimate.num_changed == 0
    counts.forget()
    assert counts.estimate().common_factor == 1
    assert counts.estimate().num_changed == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"groups": GROUPS[:-1]},
            r"Groups must be of the shape of expected \(200,\), not \(199,\)",
        ),
        ({"expected": -EXPECTED}, "Expected corrections per shot must be at least 0"),
        ({"memory_shots": 0}, "Memory must be above 0 shots, not 0"),
    ],
)
def test_counts_reject_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        CorrectionCounts(**{"expected": EXPECTED, "groups": GROUPS, **settings})


@pytest.mark.parametrize(
    ("counts", "shots", "message"),
    [
        (np.ones(3), 1, r"Counts must be at least 0 and of shape \(200,\), not \(3,\)"),
        (-np.ones(200), 1, "Counts must be at least 0"),
        (np.ones(200), 0, "Shots must be at least 1, not 0"),
    ],
)
def test_counts_reject_bad_batches(counts, shots, message):
    with pytest.raises(ValueError, match=message):
        CorrectionCounts(expected=EXPECTED, groups=GROUPS).add(counts, shots=shots)
