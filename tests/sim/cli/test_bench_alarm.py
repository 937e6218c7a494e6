"""The bench `alarm` as it is typed."""

import json

import pytest

from quantacore.sim.experiments import alarm


@pytest.mark.parametrize("form", ["table", "json"])
def test_bench_alarm_prints_false_alarms_and_delays(quantacore, monkeypatch, form):
    monkeypatch.setattr(alarm, "STREAMS", 2)
    words = ("bench", "alarm", "--rounds", 1_000, "--trials", 20)
    answer = quantacore(*words, *(["--json"] if form == "json" else []))
    assert answer.code == 0, answer.err
    if form == "table":
        assert "| 3 | quiet" in answer.out and "| 3 | dead check" in answer.out
    else:
        body = json.loads(answer.out)
        assert body["format"] == "quantacore-alarm"


def test_bench_alarm_rejects_bad_numbers(quantacore):
    answer = quantacore("bench", "alarm", "--false_alarms", 0)
    assert answer.code == 2
    assert "False alarms must be in (0, 1e6), not 0.0" in answer.err
