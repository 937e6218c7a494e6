"""Alarms on made-up streams: none in what is usual, soon in what is not, and the right qubit."""

import math

import pytest

from quantacore.sim.experiments import alarm
from quantacore.sim.experiments.alarm import (
    BURST,
    DEAD_CHECK,
    DEAD_DATA,
    DRIFT,
    HOT,
    QUIET,
    AlarmBench,
)

STATED_ROUNDS, LATE_CHECK = 300, 600
"""Of docs/switching.md: dead data qubits and bursts, dead checks."""


def test_usual_noise_gives_no_alarm_but_tightened_limits_do(monkeypatch):
    bench = AlarmBench(3)
    for noise in (QUIET, DRIFT):
        row = bench.false_alarms(noise, rounds=100_000)
        assert (row.noise, row.rounds, row.alarms) == (noise, 100_000, 0)
    assert row.per_million.value == 0 < row.per_million.high < 100
    monkeypatch.setattr(alarm, "HOT_FACTOR", 1000.0)
    assert bench.false_alarms(HOT, rounds=100_000).alarms > 50


def test_anomalies_are_noticed_within_the_stated_rounds_and_located():
    bench = AlarmBench(3)
    for anomaly in (DEAD_DATA, DEAD_CHECK, BURST):
        row = bench.delays(anomaly, trials=60)
        assert row.missed == 0 and row.trials >= 60
        assert 20 < row.median < 200 and row.median < row.p99 <= row.most
        assert row.p99 <= (LATE_CHECK if anomaly == DEAD_CHECK else STATED_ROUNDS)
        assert row.located >= 0.8 * row.trials


def test_what_is_missed_counts_as_the_longest_delay(monkeypatch):
    monkeypatch.setattr(alarm, "DEAD_FACTOR", 1.0)
    row = AlarmBench(3).delays(DEAD_CHECK, trials=8)
    assert (row.missed, row.located, row.median) == (8, 0, math.inf)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: AlarmBench(3, block_rounds=0), "Block must have 1 to 1000 rounds, not 0"),
        (lambda: AlarmBench(3).delays(BURST, trials=0), "Trials must be at least 1"),
        (lambda: AlarmBench(3).false_alarms(QUIET, rounds=0), "Rounds must be at least 1"),
    ],
)
def test_alarm_bench_rejects(call, text):
    with pytest.raises(ValueError, match=text):
        call()
