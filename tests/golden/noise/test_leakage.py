"""Leaks: their rate and length, what they do to a circuit, and what a decoder sees of them."""

import dataclasses
import itertools

import numpy as np
import pytest
import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.leakage import (
    Leak,
    LeakageConfig,
    LeakageProcess,
    num_gate_rounds,
    qubits_of_gates,
    with_leaks,
)
from quantacore.golden.noise.local import data_qubits

MEMORY = rotated_memory(distance=3, p=0.003, rounds=60)
MIDDLE = data_qubits(MEMORY)[4]
QUBITS = tuple(range(50))


def process(*, rate=0.002, mean=10.0, seed=1):
    config = LeakageConfig(leaks_per_round=rate, mean_rounds=mean)
    return LeakageProcess(QUBITS, config, seed=seed)


@pytest.mark.parametrize(("rate", "mean"), [(0.002, 10.0), (0.1, 4.0), (0.01, 1.0)])
def test_leaks_have_their_rate_and_geometric_length(rate, mean):
    num_rounds = 30_000
    leaks = process(rate=rate, mean=mean).advance(num_rounds)
    lengths = np.array([leak.num_rounds for leak in leaks])
    # Rounds in which a qubit could leak: all but those that it begins leaked.
    chances = num_rounds * len(QUBITS) - (lengths - 1).sum()
    tolerance = 5 / np.sqrt(len(leaks))
    assert len(leaks) / chances == pytest.approx(rate, rel=tolerance)
    assert lengths.mean() == pytest.approx(mean, rel=tolerance)
    assert lengths.std() == pytest.approx(np.sqrt(mean * (mean - 1)), rel=0.05)
    assert {leak.qubit for leak in leaks} == set(QUBITS)


def test_leaks_of_a_qubit_do_not_overlap():
    leaks = process(rate=0.3).advance(1_000)
    for qubit in QUBITS:
        own = [leak for leak in leaks if leak.qubit == qubit]
        assert all(a.end_round <= b.first_round for a, b in itertools.pairwise(own))


def test_leaks_do_not_depend_on_how_time_is_cut():
    whole = process().advance(5_000)
    cut, other = process(), []
    for num_rounds in (1, 9, 990, 1, 3_999):
        other += cut.advance(num_rounds)
    assert any(other.count(leak) > 1 for leak in other)  # it lasts over an edge, and is told twice
    assert sorted(set(other), key=lambda leak: (leak.first_round, leak.qubit)) == list(whole)
    assert process(seed=2).advance(5_000) != whole


def test_no_leaks_by_default():
    assert LeakageProcess(QUBITS, LeakageConfig(), seed=1).advance(10**6) == ()


def test_gates_on_leaked_qubits_depolarise_in_their_rounds():
    circuit = stim.Circuit("""
        R 0 1 2
        CX 0 1 1 2
        MR 1
        REPEAT 2 {
            DEPOLARIZE1(0.1) 0
            H 0
            CX 0 1 2 1
            MR 1
            DETECTOR rec[-1] rec[-2]
        }
        M 0 2
    """)
    expected = stim.Circuit("""
        R 0 1 2
        CX 0 1 1 2
        DEPOLARIZE2(0.5) 1 2
        MR 1
        DEPOLARIZE1(0.1) 0
        H 0
        CX 0 1 2 1
        DEPOLARIZE2(0.5) 0 1 2 1
        MR 1
        DETECTOR rec[-1] rec[-2]
        DEPOLARIZE1(0.1) 0
        H 0
        CX 0 1 2 1
        DEPOLARIZE2(0.5) 0 1
        MR 1
        DETECTOR rec[-1] rec[-2]
        M 0 2
    """)
    leaks = [
        Leak(qubit=2, first_round=-3, num_rounds=5),
        Leak(qubit=0, first_round=1, num_rounds=7),
    ]
    assert with_leaks(circuit, leaks, depolarization=0.5) == expected
    assert num_gate_rounds(circuit) == 3
    assert qubits_of_gates(circuit) == [0, 1, 2]
    assert with_leaks(circuit, [], depolarization=0.5) == circuit.flattened()


def test_classical_controls_are_no_qubits():
    circuit = stim.Circuit("M 0\nCX rec[-1] 1 2 1")
    assert qubits_of_gates(circuit) == [1, 2]
    leaks = [Leak(qubit=1, first_round=1, num_rounds=1)]
    expected = circuit + stim.Circuit("DEPOLARIZE2(0.5) 2 1")
    assert with_leaks(circuit, leaks, depolarization=0.5) == expected


def events_by_round(circuit, *, num_shots, seed):
    """Return events of the slots beside the middle data qubit, and the rates of others."""
    place = np.array(MEMORY.get_final_qubit_coordinates()[MIDDLE])
    where = np.array(list(MEMORY.get_detector_coordinates().values()))
    near = (np.abs(where[:, :2] - place) <= 1).all(axis=1)
    events = circuit.compile_detector_sampler(seed=seed).sample(num_shots)
    rounds = where[:, 2]
    inner = [k for k in range(1, 60) if (near & (rounds == k)).sum() == 4]
    return (
        np.stack([events[:, near & (rounds == k)] for k in inner], axis=1),
        np.stack([events[:, ~near & (rounds == k)].mean(axis=(0, 1)) for k in inner]),
    )


def test_leak_fires_the_detectors_beside_it_while_it_lasts():
    leak = Leak(qubit=MIDDLE, first_round=20, num_rounds=10)
    quiet, quiet_away = events_by_round(MEMORY, num_shots=2_000, seed=1)
    loud, loud_away = events_by_round(
        with_leaks(MEMORY, [leak], depolarization=0.5), num_shots=2_000, seed=1
    )
    rates = loud.mean(axis=(0, 2))
    assert (rates[20:28] > 0.25).all()  # of rounds 21 to 28
    outside = np.r_[0:17, 32:58]
    assert np.abs(rates - quiet.mean(axis=(0, 2)))[outside].max() < 0.02
    assert np.abs(loud_away - quiet_away)[outside].max() < 0.02


def correlation(events, *, lag):
    """Return the correlation of a slot's events so many rounds apart."""
    first, second = events[:, :-lag].ravel(), events[:, lag:].ravel()
    return np.corrcoef(first, second)[0, 1]


def test_leaks_correlate_events_over_many_rounds():
    config = LeakageConfig(leaks_per_round=0.01, mean_rounds=10)
    leaks = LeakageProcess([MIDDLE], config, seed=3)
    with_them = []
    for shot in range(100):
        own = [
            dataclasses.replace(leak, first_round=leak.first_round - 60 * shot)
            for leak in leaks.advance(60)
        ]
        circuit = with_leaks(MEMORY, own, depolarization=config.depolarization)
        with_them.append(events_by_round(circuit, num_shots=1, seed=shot)[0])
    without = events_by_round(MEMORY, num_shots=100, seed=1)[0]
    for lag in (3, 6):
        assert abs(correlation(without, lag=lag)) < 0.03
        assert correlation(np.concatenate(with_them), lag=lag) > 0.06


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"leaks_per_round": -0.1}, r"leaks_per_round must be in \[0, 1\], not -0.1"),
        ({"leaks_per_round": 1.1}, r"leaks_per_round must be in \[0, 1\], not 1.1"),
        ({"mean_rounds": 0.5}, "mean_rounds must be at least 1, not 0.5"),
        ({"depolarization": 0.95}, r"depolarization must be in \[0, 15/16\], not 0.95"),
    ],
)
def test_bad_settings_are_rejected(settings, message):
    with pytest.raises(ValueError, match=message):
        LeakageConfig(**settings)
