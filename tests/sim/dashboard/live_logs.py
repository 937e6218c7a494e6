"""Logs of loops that never ran, for tests of the live page."""

import json

import numpy as np

from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.host.buffer_level import BufferLevel
from quantacore.host.live_log import LiveLog, live_header

PLACES = [(2, 0), (2, 2), (4, 2), (6, 2), (0, 4), (2, 4), (4, 4), (4, 6)]
HEADER = live_header(title="A made-up loop", slots=PLACES, settings={"distance": 3, "p": 0.003})


def look_record(t_s=1.0, **more):
    """Return a record of a look at 100 shots."""
    return {
        "kind": "look",
        "t_s": t_s,
        "shots": 100,
        "windows": 200,
        "rounds": 900,
        "events": [9, 18, 27, 36, 45, 54, 63, 72],
        "cycles": [[5, 190], [40, 10]],
        "buffered_rounds": 3,
        **more,
    }


def event_record(t_s=1.0, *, what="image", text="image 2 is in force"):
    """Return a record of an event."""
    return {"kind": "event", "t_s": t_s, "what": what, "text": text}


def write_lines(path, *records, header=HEADER):
    """Write a log with these records."""
    path.write_text("".join(json.dumps(line) + "\n" for line in (header, *records)))


def tell_epoch(
    log: LiveLog, rng: np.random.Generator, *, hot: bool = False, behind: bool = False
) -> None:
    """Write what an epoch of 1,000 shots says."""
    rates = np.full(len(PLACES), 0.03)
    rates[1] += 0.1 * hot
    counts = StreamCounts(
        corrections=np.zeros(0, np.int64),
        events=rng.binomial(9_000, rates),
        windows=2_000,
        rounds=9_000,
    )
    cycles = 3 + rng.geometric(0.08, 2_000)
    level = BufferLevel(now=0, peak=63 if behind else int(rng.integers(0, 6)), depth=64)
    log.look(counts, shots=1_000, cycles=cycles, buffer=level)
    truth = 0.002 * rng.lognormal(size=60)
    priors = truth * rng.lognormal(0, 0.2, 60)
    log.weights(
        priors=priors,
        lengths=np.clip(np.round(-2 * np.log(priors)), 0, 15).astype(int),
        true_priors=truth,
        true_lengths=np.clip(np.round(-2 * np.log(truth)), 0, 15).astype(int),
    )
    log.errors(
        {name: int(rng.binomial(1_000, 0.02)) for name in ("core", "static", "oracle")},
        shots=1_000,
    )
