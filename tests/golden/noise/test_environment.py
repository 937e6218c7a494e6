"""Sensors go with what they are said to go with, and with their own noise."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.noise.drift import DriftConfig, DriftSimulator
from quantacore.golden.noise.environment import SensorConfig, Sensors
from quantacore.golden.noise.local import data_qubits

CIRCUIT = rotated_memory(distance=3, p=0.003)
SILENT = SensorConfig(temperature_noise_mk=0, readout_noise=0, decoherence_noise=0)


def readings(config, *, epochs=200, seed=1, sensors=SILENT):
    simulator = DriftSimulator(CIRCUIT, config, seed=2)
    watch = Sensors(CIRCUIT, seed=seed, config=sensors)
    found = [simulator.advance(1_000_000) for _ in range(epochs)]
    return found, [watch.read(epoch) for epoch in found]


def test_thermometer_feels_heat_alone():
    _, at_rest = readings(DriftConfig(wander=0.5, fluctuators_per_qubit=0.5))
    assert {reading.temperature_mk for reading in at_rest} == {SILENT.rest_mk}
    epochs, warmed = readings(DriftConfig(thermal=0.5, thermal_time_s=10))
    rise = np.array([reading.temperature_mk for reading in warmed]) - SILENT.rest_mk
    assert rise == pytest.approx([SILENT.heat_mk * epoch.heat for epoch in epochs])
    epochs, hit = readings(DriftConfig(bursts_per_s=0.2, burst_recovery_s=1))
    assert any(epoch.bursts for epoch in epochs)
    for epoch, reading in zip(epochs, hit, strict=True):
        assert not epoch.bursts or reading.temperature_mk > SILENT.rest_mk


def test_readout_level_falls_with_the_rates_of_measured_qubits():
    _, quiet = readings(DriftConfig(), epochs=1)
    assert quiet[0].readout_level == 1
    _, worse = readings(DriftConfig(common_factor=np.e), epochs=1)
    assert worse[0].readout_level == pytest.approx(1 - SILENT.readout_slope)
    # Three rounds measure each of 8 other qubits; data qubits are measured once, at the end.
    _, hot = readings(DriftConfig(hot_qubits={data_qubits(CIRCUIT)[0]: np.e}), epochs=1)
    assert hot[0].readout_level == pytest.approx(1 - SILENT.readout_slope / (3 * 8 + 9))


def test_probes_tell_each_qubit_now_and_then():
    epochs, found = readings(DriftConfig(wander=0.5), epochs=11)
    probed = [index for index, reading in enumerate(found) if reading.decoherence is not None]
    assert probed == [0, 5, 10]
    for index in probed:
        assert found[index].decoherence == pytest.approx(np.log(epochs[index].factors))


def test_each_sensor_has_its_own_noise():
    config = SensorConfig()
    _, found = readings(DriftConfig(), epochs=2_000, sensors=config)
    noise = np.array([(reading.temperature_mk, reading.readout_level) for reading in found])
    wanted = [config.temperature_noise_mk, config.readout_noise]
    assert noise.std(axis=0) == pytest.approx(wanted, rel=0.05)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.07
    probes = np.array([r.decoherence for r in found if r.decoherence is not None])
    assert probes.std() == pytest.approx(config.decoherence_noise, rel=0.05)


def test_the_same_seed_gives_the_same_noise_whenever_probes_are_made():
    often = replace(SensorConfig(), probe_epochs=1)
    _, first = readings(DriftConfig(wander=0.5), sensors=SensorConfig())
    _, again = readings(DriftConfig(wander=0.5), sensors=often)
    assert [r.temperature_mk for r in first] == [r.temperature_mk for r in again]
    assert (first[5].decoherence == again[5].decoherence).all()
    _, other = readings(DriftConfig(wander=0.5), sensors=often, seed=2)
    assert [r.temperature_mk for r in first] != [r.temperature_mk for r in other]


def test_sensors_reject_what_cannot_be():
    with pytest.raises(ValueError, match="readout_noise must be at least 0, not -1"):
        SensorConfig(readout_noise=-1)
    with pytest.raises(ValueError, match="probe_epochs must be at least 1, not 0"):
        SensorConfig(probe_epochs=0)
    larger = rotated_memory(distance=5, p=0.003)
    epoch = DriftSimulator(larger, DriftConfig(), seed=1).advance(1)
    with pytest.raises(ValueError, match="Factors must be of shape"):
        Sensors(CIRCUIT, seed=1).read(epoch)
    with pytest.raises(ValueError, match="must measure something"):
        Sensors(type(CIRCUIT)("H 0"), seed=1)
