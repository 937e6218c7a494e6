"""A predictor in the loop: finds what is hot, leaves common factors and noise alone."""

import numpy as np
import pytest

from quantacore.golden.adapt.estimate import helps
from quantacore.golden.spec.stream_counts import MOST_COUNT
from quantacore.host.predict.device import NoiseParts
from quantacore.host.predict.gaussian_process import GaussianProcess
from quantacore.host.predict.predicted_ratios import (
    DEFAULT_GATE,
    QUBITS_GATE,
    REFINING_GATE,
    PredictedRatios,
)
from quantacore.host.predict.qubit_factors import QubitFactors

GROUPS = np.repeat(np.arange(40), 5)
EXPECTED = np.random.default_rng(1).uniform(0.001, 0.01, len(GROUPS))
POWERS = np.where(GROUPS % 2, 1.0, 2.0)
HOT = np.where(GROUPS == 7, 10.0, 1.0)


def process(num_groups):
    return GaussianProcess(
        num_groups,
        prior_deviation=0.2,
        wander_deviation=0.4,
        wander_time_s=20.0,
        roughness=0.5,
        spread=0.0,
    )


def ratios(**changes):
    return PredictedRatios(
        process,
        **{
            "expected": EXPECTED,
            "expected_doubled": EXPECTED * 2**POWERS,
            "groups": GROUPS,
            "expected_shots": 1e5,
            "shot_s": 1e-3,
            **changes,
        },
    )


def told(factors, *, looks=10, shots=2_000, seed=0, **changes):
    found = ratios(**changes)
    rng = np.random.default_rng(seed)
    for _ in range(looks):
        found.add(rng.poisson(EXPECTED * factors * shots), shots=shots)
    return found


def test_hot_group_is_found_beside_a_common_factor():
    for factor in (1.0, 2.0):
        estimate = told(factor**POWERS * HOT).estimate()
        assert helps(estimate)
        assert estimate.common_factor == pytest.approx(factor, rel=0.1)
        assert estimate.ratios[GROUPS == 7] == pytest.approx(10, rel=0.25)
        assert np.abs(np.log(estimate.ratios[GROUPS != 7])).max() < 0.5


def test_noise_and_common_factors_open_the_gate_rarely():
    opened = sum(helps(told(2.0**POWERS, seed=seed).estimate()) for seed in range(20))
    assert opened <= 2


def test_live_ratios_decide_whether_a_new_image_helps():
    found = told(HOT)
    assert not helps(found.estimate(live=found.estimate().ratios))
    assert helps(found.estimate(live=1 / HOT))


def test_time_is_that_of_the_shots():
    """What was hot cools down in the forecast; a long horizon knows less."""
    soon, late = (told(HOT, horizon_s=horizon).estimate() for horizon in (0.0, 60.0))
    hot = GROUPS == 7
    assert soon.ratios[hot].mean() > 2 * late.ratios[hot].mean()
    cooler = told(HOT, shot_s=1.0, horizon_s=60.0).estimate()
    assert np.isfinite(cooler.ratios).all()


def test_stopped_counter_is_a_gap():
    counts = np.random.default_rng(3).poisson(EXPECTED * 4 * HOT * 2_000)
    told_all, stopped = ratios(), ratios()
    told_all.add(counts, shots=2_000)
    assert told_all.estimate().ratios[GROUPS == 7].min() > 2
    counts[7 * 5] = MOST_COUNT
    stopped.add(counts, shots=2_000)
    assert stopped.estimate().ratios[GROUPS == 7] == pytest.approx(1)


def test_counts_that_are_as_believed_confirm_the_live_weights():
    """A decoder that books 15-fold on an edge it believes 10-fold, in noise as it believes."""
    booked = np.where(GROUPS == 7, 15.0, 1.0)

    def believed(live):
        return EXPECTED * np.where((GROUPS == 7) & (live > 1), booked, 1.0)

    found, deceived = ratios(believed=believed), ratios()
    for estimator in (found, deceived):
        for _ in range(10):
            estimator.add(EXPECTED * booked * 2_000, shots=2_000, live=HOT)
    hot = GROUPS == 7
    assert found.estimate().ratios[hot] == pytest.approx(10, rel=0.1)
    assert not helps(found.estimate(live=HOT))
    assert deceived.estimate().ratios[hot].min() > 13


def test_belief_is_asked_once_for_each_image():
    asked = []

    def believed(live):
        asked.append(live.max())
        return EXPECTED * live

    found = ratios(believed=believed)
    for live in (HOT, HOT, np.ones(len(GROUPS))):
        found.add(EXPECTED * 100, shots=100, live=live)
    assert asked == [1, 10, 1]


def test_groups_that_the_model_never_shows_keep_their_prior():
    expected = np.where(GROUPS == 3, 0.0, EXPECTED)
    found = ratios(expected=expected, expected_doubled=2 * expected)
    found.add(np.where(GROUPS == 3, 50, 0), shots=100)
    estimate = found.estimate()
    assert estimate.ratios[GROUPS == 3] == pytest.approx(1)
    assert estimate.significance[3] == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"groups": GROUPS[:-1]}, "Groups must be of the shape of expected"),
        ({"expected_doubled": EXPECTED[:-1]}, "doubled noise must be of the shape of expected"),
        ({"shot_s": 0.0}, "shot_s must be above 0, not 0.0"),
        ({"expected_shots": 0.0}, "expected_shots must be above 0"),
        ({"gate": -1.0}, "gate must be at least 0"),
        ({"horizon_s": -1.0}, "horizon_s must be at least 0"),
    ],
)
def test_bad_settings_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        ratios(**changes)


@pytest.mark.parametrize(
    ("counts", "shots", "message"),
    [
        (np.ones(3), 1, r"Counts must be finite, at least 0 and of shape \(200,\)"),
        (-np.ones(200), 1, "Counts must be finite, at least 0"),
        (np.full(200, np.nan), 1, "Counts must be finite, at least 0"),
        (np.ones(200), 0, "Shots must be at least 1, not 0"),
    ],
)
def test_bad_counts_are_refused(counts, shots, message):
    with pytest.raises(ValueError, match=message):
        ratios().add(counts, shots=shots)


def qubit_parts():
    """Make groups 0 to 19 of qubit 0, the others of qubit 1; odd edges of both."""
    shares = np.zeros((len(GROUPS), 3))
    shares[np.arange(len(GROUPS)), np.where(np.arange(len(GROUPS)) % 2, 2, GROUPS >= 20)] = 1
    exponents = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    return NoiseParts(shares=shares, exponents=exponents, groups=GROUPS, expected=EXPECTED)


def knowing_qubits(num_groups):
    return QubitFactors(
        num_groups, parts=qubit_parts(), walk_per_root_s=0.3, memory_s=1e3, degrees=4.0
    )


def of_qubits(log_factors):
    return EXPECTED * (qubit_parts().shares @ np.exp(qubit_parts().exponents @ log_factors))


def qubit_ratios(**changes):
    return PredictedRatios(
        knowing_qubits,
        expected=EXPECTED,
        expected_doubled=2 * EXPECTED,
        groups=GROUPS,
        expected_shots=1e5,
        shot_s=1e-3,
        **changes,
    )


def test_qubits_tell_edges_apart_and_what_all_share_is_left_out():
    truth = np.log([12.0, 3.0])
    found = qubit_ratios()
    for _ in range(5):
        found.add(of_qubits(truth) * 2_000, shots=2_000)
    estimate = found.estimate()
    assert helps(estimate)
    edges = of_qubits(truth) / EXPECTED
    np.testing.assert_allclose(estimate.ratios * estimate.common_factor, edges, rtol=0.05)
    assert np.median(estimate.ratios) == pytest.approx(1, abs=0.6)
    assert not helps(found.estimate(live=estimate.ratios))


def test_doubled_noise_of_all_qubits_opens_no_gate():
    found = qubit_ratios()
    for _ in range(5):
        found.add(of_qubits(np.log([2.0, 2.0])) * 2_000, shots=2_000)
    assert not helps(found.estimate())
    assert found.estimate().common_factor == pytest.approx(2, rel=0.1)


def test_gate_is_narrower_where_qubits_are_known():
    assert qubit_ratios().gate == QUBITS_GATE > DEFAULT_GATE == ratios().gate
    assert qubit_ratios(gate=0.5).gate == 0.5


def test_gate_opens_wider_where_the_live_weights_are_not_the_models():
    found = qubit_ratios()
    for _ in range(5):
        found.add(of_qubits(np.log([12.0, 1.0])) * 2_000, shots=2_000)
    assert (found.gates() == QUBITS_GATE).all()
    assert (found.gates(live=np.ones(len(GROUPS))) == QUBITS_GATE).all()
    gates = found.gates(live=HOT)
    assert gates[7] == REFINING_GATE and (np.delete(gates, 7) == QUBITS_GATE).all()
    assert (qubit_ratios(gate=0.5).gates(live=np.full(len(GROUPS), 9.0)) == 0.5).all()


def test_belief_is_that_in_the_qubits_that_the_live_image_was_made_for():
    asked = []

    def believed(log_factors, live):
        asked.append((log_factors, live))
        return 1.5 * of_qubits(log_factors)  # its weights make it book half as much again

    found = qubit_ratios(believed_of_qubits=believed)
    truth = np.log([10.0, 1.0])
    found.add(of_qubits(truth) * 2_000, shots=2_000)
    live = found.estimate().ratios
    found.estimate()  # a look whose image is not loaded changes nothing
    first = found.estimate().ratios
    for _ in range(6):
        found.add(1.5 * of_qubits(truth) * 2_000, shots=2_000, live=first)
    assert len(asked) == 1 and asked[0][1] is first
    np.testing.assert_allclose(asked[0][0], truth, atol=0.1)
    np.testing.assert_allclose(live, first)
    estimate = found.estimate()
    np.testing.assert_allclose(
        estimate.ratios * estimate.common_factor, of_qubits(truth) / EXPECTED, rtol=0.05
    )
