"""The detector: what is usual stays silent, coins are noticed, and the bound of alarms holds."""

import numpy as np
import pytest

from quantacore.golden.spec.graph import DecodingGraph, Detector, Edge
from quantacore.host.anomaly import MOST_USUAL, AnomalyDetector, slots_of_window, usual_rates

USUAL = np.array([0.05, 0.1, 0.2])


def watch(detector, rates, *, rounds, seed, block=20):
    """Return the alarms on blocks of rounds with these rates."""
    rng = np.random.default_rng(seed)
    alarms = []
    for _ in range(rounds // block):
        alarms.append(detector.update(rng.binomial(block, rates), rounds=block))
    return [alarm for alarm in alarms if alarm is not None]


def test_usual_rates_are_those_of_noise_some_times_as_strong():
    graph = DecodingGraph(
        detectors=tuple(Detector(coordinates=(slot, 0)) for slot in (0, 1, 1)),
        edges=(Edge(detectors=(0, 1), prior=0.02), Edge(detectors=(1,), prior=0.01)),
        num_observables=0,
    )
    found = usual_rates(graph, slots_of_window(graph), factor=2.0)
    assert found == pytest.approx([0.04, (1 - 0.96 * 0.92) / 2])
    assert usual_rates(graph, [0, 1, 1], factor=100.0).tolist() == [MOST_USUAL, MOST_USUAL]


def test_detector_notices_a_coin_and_says_which():
    for slot in range(len(USUAL)):
        rates = np.where(np.arange(len(USUAL)) == slot, 0.5, USUAL / 5)
        detector = AnomalyDetector(USUAL)
        assert not watch(detector, USUAL / 5, rounds=400, seed=slot)
        alarm = watch(detector, rates, rounds=400, seed=slot + 10)[0]
        assert 400 < alarm.rounds <= 700
        assert 0 < alarm.since <= alarm.rounds - 380
        assert np.flatnonzero(alarm.evidence > 0).tolist() == [slot]
        assert alarm.evidence[slot] >= detector.threshold - 1e-9


def test_detector_keeps_its_bound_of_false_alarms_at_usual_rates():
    wanted = 100_000.0  # per million rounds: many, so that there is something to count
    alarms = watch(
        AnomalyDetector(USUAL, false_alarms=wanted), USUAL, rounds=50_000, seed=1, block=1
    )
    assert 0.01 * wanted * 0.05 < len(alarms) <= wanted * 0.05
    # Fewer are wanted, fewer come.
    assert not watch(AnomalyDetector(USUAL), USUAL, rounds=200_000, seed=1)


def test_detector_begins_anew_after_an_alarm_and_a_reset():
    detector = AnomalyDetector(USUAL)
    coin = np.array([10, 10, 10])
    counts = []
    for _ in range(3):
        number = 1
        while detector.update(coin, rounds=20) is None:
            number += 1
        counts.append(number)
    assert counts[0] == counts[1] == counts[2] > 1
    for _ in range(counts[0] - 1):
        detector.update(coin, rounds=20)
    detector.reset()
    assert detector.update(coin, rounds=20) is None


def test_detector_goes_over_blocks_without_rounds():
    detector, other = AnomalyDetector(USUAL), AnomalyDetector(USUAL)
    for _ in range(3):
        assert detector.update(np.zeros(3, int), rounds=0) is None
    coin = np.array([0, 10, 0])
    found = [[each.update(coin, rounds=20) is None for _ in range(9)] for each in (detector, other)]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("events", "rounds", "text"),
    [
        ([1, 2], 20, "Events must be of 3 slots"),
        ([1, 2, 21], 20, "Events must be in 0 .. 20"),
        ([1, -2, 1], 20, "Events must be in 0 .. 20"),
        ([0, 0, 0], -1, "Events must be in 0 .. -1"),
    ],
)
def test_detector_rejects_counts_that_cannot_be(events, rounds, text):
    with pytest.raises(ValueError, match=text):
        AnomalyDetector(USUAL).update(np.array(events), rounds=rounds)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"usual": np.zeros(3)}, "Usual rates must be above 0"),
        ({"usual": np.zeros((2, 2))}, "Usual rates must be of shape"),
        ({"usual": np.full(3, 0.5)}, "below the anomalous one"),
        ({"anomalous": 0.6}, "at most 0.5"),
        ({"false_alarms": 0.0}, "False alarms must be in"),
    ],
)
def test_detector_rejects_bad_parameters(changes, text):
    with pytest.raises(ValueError, match=text):
        AnomalyDetector(**{"usual": USUAL, **changes})


def test_usual_rates_reject_what_does_not_fit():
    graph = DecodingGraph(detectors=(Detector(),), edges=(), num_observables=0)
    with pytest.raises(ValueError, match="Slots must be of 1 detectors"):
        usual_rates(graph, [0, 1])
    with pytest.raises(ValueError, match="Factor must be above 0"):
        usual_rates(graph, [0], factor=0)
