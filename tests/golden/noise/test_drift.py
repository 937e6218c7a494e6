"""Histories of noise: reproducible, with the statistics that their settings say."""

import json
from dataclasses import replace

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.drift import DriftConfig, DriftSimulator
from quantacore.golden.noise.leakage import Leak, LeakageConfig, with_leaks
from quantacore.golden.noise.local import data_qubits

MEMORY = rotated_memory(distance=5, p=0.003)
SECOND = 1_000_000  # rounds


def history(config, *, epochs, rounds=SECOND, seed=1):
    simulator = DriftSimulator(MEMORY, config, seed=seed)
    return [simulator.advance(rounds) for _ in range(epochs)]


def logs(epochs):
    return np.log([epoch.factors for epoch in epochs])


EVERYTHING = DriftConfig(
    wander=0.3,
    fluctuators_per_qubit=0.5,
    calibration_drift_per_hour=2.0,
    bursts_per_s=0.5,
    hot_qubits={data_qubits(MEMORY)[3]: 4.0},
    common_factor=1.5,
)


def test_quiet_noise_is_that_of_the_circuit():
    simulator = DriftSimulator(MEMORY, DriftConfig(), seed=1)
    epoch = simulator.advance(SECOND)
    assert (epoch.factors == 1).all()
    assert simulator.noisy_circuit(epoch) == MEMORY


def test_the_same_seed_gives_the_same_history():
    first, again = (history(EVERYTHING, epochs=5, seed=7) for _ in range(2))
    assert [epoch.to_json() for epoch in first] == [epoch.to_json() for epoch in again]
    other = history(EVERYTHING, epochs=5, seed=8)
    assert [epoch.to_json() for epoch in first] != [epoch.to_json() for epoch in other]


def test_epochs_are_numbered_and_logged():
    epochs = history(EVERYTHING, epochs=3, rounds=1000)
    assert [epoch.first_round for epoch in epochs] == [0, 1000, 2000]
    read = [json.loads(epoch.to_json()) for epoch in epochs]
    assert [line["index"] for line in read] == [0, 1, 2]
    assert read[1]["factors"] == pytest.approx(epochs[1].factors.tolist(), rel=1e-5)


def test_wander_has_its_spread_and_memory():
    config = DriftConfig(wander=0.4, wander_time_s=10)
    found = logs(history(config, epochs=2_000))
    assert found.std() == pytest.approx(0.4, rel=0.05)
    for lag in (1, 10):
        together = np.mean(found[lag:] * found[:-lag]) / np.mean(found**2)
        assert together == pytest.approx(np.exp(-lag / 10), abs=0.08)


def test_temperature_is_felt_by_all_and_by_the_thermometer():
    config = DriftConfig(thermal=0.5, thermal_time_s=10)
    epochs = history(config, epochs=3_000)
    found = logs(epochs)
    heat = np.array([epoch.heat for epoch in epochs])
    assert heat == pytest.approx(found.mean(axis=1))
    assert heat.std() == pytest.approx(0.5, rel=0.2)
    shares = found / heat[:, None]
    assert shares.std(axis=0).max() < 1e-6  # each qubit has its own sensitivity, always
    assert shares.min() < 0.5
    assert shares.max() > 1.5
    together = np.mean(heat[10:] * heat[:-10]) / np.mean(heat**2)
    assert together == pytest.approx(np.exp(-1), abs=0.15)


def test_temperature_leaves_the_rest_of_a_history_as_it_is():
    warm = replace(EVERYTHING, thermal=0.3)
    pairs = zip(history(EVERYTHING, epochs=8), history(warm, epochs=8), strict=True)
    for without, with_warmth in pairs:
        assert without.bursts == with_warmth.bursts
        assert without.fluctuators_on == with_warmth.fluctuators_on
        moved = np.log(with_warmth.factors / without.factors)
        assert moved.mean() == pytest.approx(with_warmth.heat - without.heat)


def test_onset_is_when_constant_changes_begin():
    config = DriftConfig(common_factor=4.0, onset_s=2.25)
    found = logs(history(config, epochs=5))
    assert (found[:2] == 0).all()
    assert found[2] == pytest.approx(0.75 * np.log(4))
    assert found[3:] == pytest.approx(np.log(4))


def test_fluctuators_are_on_half_of_the_time_with_their_factor():
    config = DriftConfig(
        fluctuators_per_qubit=1, fluctuator_rates_hz=(0.1, 1), fluctuator_factors=(5, 5)
    )
    epochs = history(config, epochs=500)
    found = logs(epochs) / np.log(5)  # fluctuators that are on
    most = found.max(axis=0).round()
    assert found[:, most > 0].mean() == pytest.approx(most[most > 0].mean() / 2, rel=0.1)
    on = np.array([np.bincount(e.fluctuators_on, minlength=len(most)) for e in epochs])
    assert (on <= most).all()
    assert (np.diff(on, axis=0) != 0).any(axis=1).mean() > 0.3


def test_an_epoch_counts_a_fluctuator_for_the_time_it_was_on():
    config = DriftConfig(
        fluctuators_per_qubit=1, fluctuator_rates_hz=(1000, 1000), fluctuator_factors=(9, 9)
    )
    found = logs(history(config, epochs=5)) / np.log(9)
    numbers = found.mean(axis=0) * 2
    assert numbers == pytest.approx(numbers.round(), abs=0.2)
    assert numbers.max() > 0.9


def test_calibration_takes_drift_back():
    config = DriftConfig(calibration_drift_per_hour=1.0, calibration_every_s=100)
    found = logs(history(config, epochs=200))
    slopes = found[50] / 50.5
    assert slopes.std() == pytest.approx(1 / 3600, rel=0.3)
    assert found[99] == pytest.approx(slopes * 99.5)
    assert found[100] == pytest.approx(slopes * 0.5)


def test_bursts_hit_neighbours_and_fade():
    config = DriftConfig(bursts_per_s=3.0, burst_qubits=10, burst_factor=100)
    epochs = history(config, epochs=3_000, rounds=1_000)  # a millisecond each
    found = logs(epochs)
    hits = [k for k, epoch in enumerate(epochs) if epoch.bursts]
    assert len(hits) == pytest.approx(9, abs=8)
    first = hits[0]
    assert (found[:first] == 0).all()
    assert (found[first] > 0).sum() == 10
    places = MEMORY.get_final_qubit_coordinates()
    hit = [places[qubit] for qubit in np.flatnonzero(found[first] > 0)]
    center = places[epochs[first].bursts[0]]
    assert max(np.abs(np.subtract(place, center)).max() for place in hit) <= 6
    until = hits[1] if len(hits) > 1 else len(found)
    after = found[first + 1 : min(until, first + 60), epochs[first].bursts[0]]
    assert after[0] == pytest.approx(np.log(100), rel=0.1)
    assert after[1:] / after[:-1] == pytest.approx(np.exp(-1 / 25), rel=1e-6)


def test_hot_qubits_and_the_common_factor_stay():
    hot = data_qubits(MEMORY)[3]
    config = DriftConfig(hot_qubits={hot: 4.0}, common_factor=1.5)
    for epoch in history(config, epochs=3):
        expected = np.where(np.arange(MEMORY.num_qubits) == hot, 6.0, 1.5)
        assert epoch.factors == pytest.approx(expected)


LEAKAGE = LeakageConfig(leaks_per_round=0.001, mean_rounds=8)


def test_leaks_are_logged_and_change_nothing_else():
    leaking = history(replace(EVERYTHING, leakage=LEAKAGE), epochs=4, rounds=1_000)
    without = history(EVERYTHING, epochs=4, rounds=1_000)
    for epoch, other in zip(leaking, without, strict=True):
        assert replace(epoch, leaks=(), factors=None) == replace(other, factors=None)
        assert (epoch.factors == other.factors).all()
        read = json.loads(epoch.to_json())["leaks"]
        assert [Leak(**leak) for leak in read] == list(epoch.leaks)
        # 49 qubits of gates, 1,000 rounds.
        assert len(epoch.leaks) == pytest.approx(49, abs=35)
        end = epoch.first_round + epoch.num_rounds
        assert all(k.first_round < end and k.end_round > epoch.first_round for k in epoch.leaks)


def test_shot_circuit_has_the_leaks_of_its_rounds():
    simulator = DriftSimulator(MEMORY, DriftConfig(leakage=LEAKAGE, common_factor=2.0), seed=1)
    simulator.advance(1_000)
    epoch = simulator.advance(304)
    assert simulator.rounds_per_shot == 5
    plain = simulator.noisy_circuit(epoch)
    quiet = 0
    for shot in range(60):
        leaks = [replace(k, first_round=k.first_round - 1_000 - 5 * shot) for k in epoch.leaks]
        expected = with_leaks(plain, leaks, depolarization=0.5)
        assert simulator.shot_circuit(epoch, shot).flattened() == expected
        quiet += expected == plain.flattened()
    assert 0 < quiet < 60
    for shot in (-1, 60):
        with pytest.raises(ValueError, match=rf"Shot must be in 0 \.\. 59, not {shot}"):
            simulator.shot_circuit(epoch, shot)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"round_us": 0}, "round_us must be above 0, not 0"),
        ({"wander": -1}, "wander must be at least 0, not -1"),
        ({"fluctuator_rates_hz": (1, 0.1)}, "fluctuator_rates_hz must be 0 < low <= high"),
        ({"burst_qubits": 0}, "burst_qubits must be at least 1, not 0"),
        ({"common_factor": 0}, "common_factor must be above 0, not 0"),
    ],
)
def test_bad_settings_are_rejected(settings, message):
    with pytest.raises(ValueError, match=message):
        DriftConfig(**settings)


def test_hot_qubit_that_does_not_exist_is_rejected():
    with pytest.raises(ValueError, match=r"Hot qubits must be in 0 \.\. \d+, not \[999\]"):
        DriftSimulator(MEMORY, DriftConfig(hot_qubits={999: 2.0}), seed=1)


def test_empty_epoch_is_rejected():
    with pytest.raises(ValueError, match="at least 1 round, not 0"):
        DriftSimulator(MEMORY, DriftConfig(), seed=1).advance(0)
