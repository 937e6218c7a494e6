"""The log that a loop writes for the live page."""

import json

import numpy as np
import pytest

from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.host.buffer_level import BufferLevel
from quantacore.host.live_log import LiveLog, live_header

HEADER = live_header(title="a loop", slots=[(2, 0), (0, 4)], settings={"distance": 3})


def counts_of(events=(3, 4), *, windows=20, rounds=90):
    return StreamCounts(
        corrections=np.zeros(5, np.int64),
        events=np.array(events, np.int64),
        windows=windows,
        rounds=rounds,
    )


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_log_holds_what_it_is_told(tmp_path):
    path = tmp_path / "live.jsonl"
    with LiveLog(path, HEADER, clock=lambda: 12.5) as log:
        log.look(
            counts_of(),
            shots=10,
            cycles=np.array([7, 9, 7], np.uint64),
            buffer=BufferLevel(now=2, peak=5, depth=64),
            faults={"lost_round": 1, "unmatched": 0},
        )
        log.errors({"core": 1}, shots=10, epoch=0)
        log.weights(priors=np.array([0.001234567, 0.5]), lengths=np.array([15, 0], np.uint8))
        log.event("code", "d3 -> d5")
        log.end("all done")
        # Each line is there as soon as it is written.
        header, look, errors, weights, event, end = lines_of(path)
    assert header == HEADER
    assert look == {
        "kind": "look",
        "t_s": 12.5,
        "shots": 10,
        "windows": 20,
        "rounds": 90,
        "events": [3, 4],
        "cycles": [[7, 2], [9, 1]],
        "buffered_rounds": 2,
        "peak_rounds": 5,
        "buffer_depth": 64,
        "faults": {"lost_round": 1},
    }
    assert errors == {
        "kind": "errors",
        "t_s": 12.5,
        "shots": 10,
        "errors": {"core": 1},
        "epoch": 0,
    }
    assert weights["priors"] == [0.001235, 0.5]
    assert weights["lengths"] == [15, 0]
    assert "true_priors" not in weights
    assert (event["what"], event["text"], end["text"]) == ("code", "d3 -> d5", "all done")


def test_log_goes_on_with_earlier_records(tmp_path):
    path = tmp_path / "live.jsonl"
    path.write_text("of another loop\n")
    with LiveLog(path, HEADER, records=[{"kind": "end", "t_s": 1.0, "text": "x"}]) as log:
        log.event("note", "again")
    assert [line.get("kind") for line in lines_of(path)] == [None, "end", "event"]
    assert list(tmp_path.iterdir()) == [path]


def test_log_rejects_an_unknown_event(tmp_path):
    with (
        LiveLog(tmp_path / "live.jsonl", HEADER) as log,
        pytest.raises(ValueError, match=r"Event must be one of image, code, .* not 'party'"),
    ):
        log.event("party", "now")
