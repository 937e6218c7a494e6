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


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--false_alarms", 0), "False alarms must be in (0, 1e6), not 0.0"),
        (("--distances", 3, 2), "Distance must be odd and at least 3, not 2"),
        (("--distances", 4), "Distance must be odd and at least 3, not 4"),
        (("--trials", 0), "--trials must be at least 1, not 0"),
        (("--rounds", -1), "--rounds must be at least 1, not -1"),
    ],
)
def test_bench_alarm_rejects_bad_numbers(quantacore, words, text):
    answer = quantacore("bench", "alarm", *words)
    assert answer.code == 2
    assert text in answer.err and answer.err.count("\n") == 1
    assert not answer.out
