"""What the page shows: everything that a log has said so far, in bounded memory.

In: header and records of `quantacore.host.live_log`.   Out: a snapshot, ready for JSON.
Next: `quantacore.sim.dashboard.server`.
"""

import math
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from quantacore.golden.metrics import error_rate
from quantacore.sim.dashboard.bounded import BoundedHistogram, BoundedSeries

MOST_POINTS = 200
NUM_BINS = 128
MOST_EVENTS = 100
MOST_SCATTER = 600
"""Entries of an image that are drawn; of more, evenly chosen ones."""
MOST_NAMES = 32
"""Decoders, faults and settings; what comes after them is not shown."""
MOST_SLOTS = 4_096
RECENT_ROUNDS = 50_000
"""Rounds after which a detection event is worth 1/e."""
MOST_TEXT = 200
MOST_NAME = 40
LEVELS = ("buffered_rounds", "peak_rounds")
"""At the look, and the most since the one before; old logs have only the first."""
SLACK_ROUNDS = 2
"""So many places stay empty in a full buffer while rounds move on inside."""
MOST_COUNT = 1 << 40
"""No record of a real loop counts as many."""


@dataclass(frozen=True)
class ErrorPoint:
    """Errors of some shots that came one after another."""

    first_shot: int
    shots: int
    errors: Mapping[str, int]

    def __add__(self, other: "ErrorPoint") -> "ErrorPoint":
        return ErrorPoint(
            self.first_shot, self.shots + other.shots, Counter(self.errors) + Counter(other.errors)
        )


@dataclass(frozen=True)
class LevelPoint:
    """The buffer at some looks that came one after another, the first at a shot."""

    first_shot: int
    peak: int

    def __add__(self, other: "LevelPoint") -> "LevelPoint":
        return LevelPoint(self.first_shot, max(self.peak, other.peak))


class LiveState:
    """All that a log has said.

    Parameters
    ----------
    header : mapping
        From `quantacore.host.live_log.live_header`.

    Raises
    ------
    ValueError
        If a field is missing or is not of its kind.
    """

    def __init__(self, header: Mapping[str, Any]) -> None:
        try:
            self.title = str(header["title"])[:MOST_TEXT]
            self._places = [
                [_finite(c) for c in place[:2]] for place in header["slots"][:MOST_SLOTS]
            ]
            settings = dict(header["settings"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ValueError("Header must have title, slots and settings") from None
        self._settings = {
            _name(k): str(settings[k])[:MOST_TEXT] for k in list(settings)[:MOST_NAMES]
        }
        self.ended: str | None = None
        self.num_records = 0
        self.last_t_s: float | None = None
        self._shots = self._rounds = self._windows = self._error_shots = 0
        self._recent_events = np.zeros(len(self._places))
        self._recent_rounds = 0.0
        self._errors: BoundedSeries[ErrorPoint] = BoundedSeries(MOST_POINTS, lambda a, b: a + b)
        self._error_totals: Counter[str] = Counter()
        self._levels: BoundedSeries[LevelPoint] = BoundedSeries(MOST_POINTS, lambda a, b: a + b)
        self._last_level: int | None = None
        self._buffer_depth = self._full_looks = 0
        self._cycles = BoundedHistogram(NUM_BINS)
        self._faults: Counter[str] = Counter()
        self._events: deque[dict[str, Any]] = deque(maxlen=MOST_EVENTS)
        self._event_totals: Counter[str] = Counter()
        self._weights: dict[str, Any] | None = None

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a record.

        Raises
        ------
        ValueError
            If it is not of a kind that is known, or a field is wrong; nothing was taken then.
        """
        take = getattr(self, f"_add_{record.get('kind')}", None)
        if take is None:
            raise ValueError(f"Record must be of a known kind, not {record.get('kind')!r}")
        try:
            t_s = _finite(record["t_s"])
            take(record)
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(f"Record must have its fields ({error!r})") from None
        self.num_records += 1
        self.last_t_s = t_s
        if record["kind"] not in ("end", "event"):
            self.ended = None

    def _add_look(self, record: Mapping[str, Any]) -> None:
        shots, windows, rounds = (_count(record[name]) for name in ("shots", "windows", "rounds"))
        events = np.asarray(record["events"][:MOST_SLOTS], np.float64)
        if events.shape != self._recent_events.shape:
            raise ValueError(f"Events must be of {len(self._recent_events)} slots")
        if not ((events >= 0) & (events <= MOST_COUNT)).all():
            raise ValueError("Events must be numbers from 0 on")
        cycles = [(_count(value), _count(times)) for value, times in record.get("cycles", ())]
        faults = {_name(k): _count(n) for k, n in record.get("faults", {}).items()}
        levels = [_count(record[name]) for name in LEVELS if record.get(name) is not None]
        depth = _count(record.get("buffer_depth", self._buffer_depth))
        if levels:
            self._last_level, self._buffer_depth = max(levels), depth
            self._full_looks += depth > 0 and max(levels) >= depth - SLACK_ROUNDS
            self._levels.add(LevelPoint(self._shots + shots, max(levels)))
        kept = math.exp(-rounds / RECENT_ROUNDS)
        self._recent_events = kept * self._recent_events + events
        self._recent_rounds = kept * self._recent_rounds + rounds
        self._shots += shots
        self._rounds += rounds
        self._windows += windows
        self._cycles.add(cycles)
        for name, number in faults.items():
            self._add_fault(name, number)
            self._note(record, "fault", f"{name}: {number} more")

    def _add_errors(self, record: Mapping[str, Any]) -> None:
        shots = _count(record["shots"])
        errors = {_name(k): _count(n) for k, n in record["errors"].items()}
        if shots < 1 or any(number > shots for number in errors.values()):
            raise ValueError("Errors must be of shots")
        for new in [name for name in errors if name not in self._error_totals]:
            if len(self._error_totals) < MOST_NAMES:
                self._error_totals[new] = 0
            else:
                del errors[new]
        self._errors.add(ErrorPoint(self._error_shots, shots, errors))
        self._error_shots += shots
        for name, number in errors.items():
            self._error_totals[name] += number

    def _add_weights(self, record: Mapping[str, Any]) -> None:
        names = ("priors", "true_priors", "lengths", "true_lengths")
        found = {name: np.asarray(record.get(name, ()), np.float64) for name in names}
        sizes = {len(values) for values in found.values() if len(values)}
        if len(sizes) != 1 or any(values.ndim != 1 for values in found.values()):
            raise ValueError("Weights must be of the same entries")
        if not all(((v > 0) & (v <= 1)).all() for v in (found["priors"], found["true_priors"])):
            raise ValueError("Priors must be above 0, and at most 1")
        lengths, true_lengths = found["lengths"], found["true_lengths"]
        if not all(
            ((v >= 0) & (v < 256) & (v == np.floor(v))).all() for v in (lengths, true_lengths)
        ):
            raise ValueError("Lengths must be in 0 .. 255")
        if len(true_lengths) and not len(lengths):
            raise ValueError("True lengths must be beside those in force")
        num_entries = sizes.pop()
        chosen = np.unique(np.linspace(0, num_entries - 1, MOST_SCATTER).astype(int))
        page: dict[str, Any] = {"num_entries": num_entries}
        for name in ("priors", "true_priors"):
            page[name] = found[name][chosen].tolist() if len(found[name]) else None
        longest = int(max(lengths.max(initial=0), true_lengths.max(initial=0)))
        page["length_counts"] = np.bincount(lengths.astype(int), minlength=longest + 1).tolist()
        page["length_pairs"] = None
        if len(true_lengths):
            pairs = np.zeros((longest + 1, longest + 1), int)
            np.add.at(pairs, (lengths.astype(int), true_lengths.astype(int)), 1)
            page["length_pairs"] = pairs.tolist()
        self._weights = page

    def _add_event(self, record: Mapping[str, Any]) -> None:
        self._note(record, str(record["what"]), str(record["text"]))

    def _add_end(self, record: Mapping[str, Any]) -> None:
        self.ended = str(record["text"])[:MOST_TEXT]

    def _add_fault(self, name: str, number: int) -> None:
        if name in self._faults or len(self._faults) < MOST_NAMES:
            self._faults[name] += number

    def _note(self, record: Mapping[str, Any], what: str, text: str) -> None:
        t_s = float(record["t_s"])
        what = _name(what)
        if what in self._event_totals or len(self._event_totals) < MOST_NAMES:
            self._event_totals[what] += 1
        self._events.append(
            {"t_s": t_s, "shot": self._shots, "what": what, "text": text[:MOST_TEXT]}
        )

    def snapshot(self) -> dict[str, Any]:
        """Return all that the page draws; its size does not grow with the log's."""
        rates = self._recent_events / self._recent_rounds if self._recent_rounds else None
        points = self._errors.points
        levels = self._levels.points
        return {
            "title": self.title,
            "settings": self._settings,
            "records": self.num_records,
            "shots": self._shots,
            "rounds": self._rounds,
            "windows": self._windows,
            "lattice": {
                "places": self._places,
                "rates": None if rates is None else [float(f"{r:.4g}") for r in rates],
                "rounds": self._rounds,
            },
            "errors": {
                "first_shot": [point.first_shot for point in points],
                "shots": [point.shots for point in points],
                "decoders": {
                    name: [_interval(p.errors.get(name, 0), p.shots) for p in points]
                    for name in self._error_totals
                },
                "totals": {
                    name: {"errors": number, "rate": _interval(number, self._error_shots)}
                    for name, number in self._error_totals.items()
                },
                "total_shots": self._error_shots,
            },
            "weights": self._weights,
            "cycles": self._cycles.to_page(),
            "buffer": {
                "shots": [point.first_shot for point in levels],
                "peaks": [point.peak for point in levels],
                "last": self._last_level,
                "depth": self._buffer_depth,
                "full_from": max(0, self._buffer_depth - SLACK_ROUNDS),
                "full_looks": self._full_looks,
            },
            "faults": dict(self._faults),
            "events": list(self._events),
            "event_totals": dict(self._event_totals),
        }


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= MOST_COUNT:
        raise ValueError(f"Count must be a whole number from 0 on, not {value!r}")
    return value


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"Number must be finite, not {value!r}")
    return number


def _name(value: Any) -> str:
    return str(value)[:MOST_NAME]


def _interval(errors: int, shots: int) -> list[float]:
    """Return value, low and high."""
    rate = error_rate(errors=errors, shots=shots)
    return [float(f"{end:.5g}") for end in (rate.value, rate.low, rate.high)]
