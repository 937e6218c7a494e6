"""Follow a log while it grows, or replay it in its own time.

In: a path.   Out: the page as JSON text, and its number, which goes up when something is new.
Next: `quantacore.sim.dashboard.server`.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from quantacore.sim.dashboard.live_state import LiveState
from quantacore.sim.dashboard.log_follower import LogFollower
from quantacore.sim.dashboard.log_records import read_header

POLL_S = 0.1
LINES_AT_ONCE = 200
"""Between which others have their turn."""
PARTIAL_S = 1.0
"""After which a line without an end is one that was cut, not one that is being written."""
MOST_GAP_S = 10.0
"""Longest pause of a replay, before `speed`: between two runs of a loop may have been a night."""


class LogWatch:
    """What is known of one log.

    Parameters
    ----------
    path : Path
    replay : bool
        From the beginning, in the log's own time, and not beyond its end.
    speed : float
        Of the replay, above 0; infinite: at once.

    Attributes
    ----------
    version : int
        Of the page.

    Raises
    ------
    ValueError
        If the file is no log. An empty one may become one.
    """

    def __init__(self, path: Path, *, replay: bool = False, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError(f"Speed must be above 0, not {speed!r}")
        self.path = path
        self.version = 0
        self._replay = replay
        self._speed = speed
        self._follower = LogFollower(path)
        self._restarts = 0
        self._waiting: deque[bytes] = deque()
        self._partial_since: float | None = None
        self._last_line_at: float | None = None
        self._told: tuple[Any, ...] = ()
        self._page = (-1, "")
        self._begin()
        self._fetch()
        if self._waiting:
            try:
                self._take_header(self._waiting.popleft())
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from None
        elif self._follower.partial_bytes:
            raise ValueError(f"{path}: must begin with the header of a log of QuantaCore")

    def _begin(self) -> None:
        self._state: LiveState | None = None
        self._records_of: Callable[[dict[str, Any]], Iterable[dict[str, Any]]] | None = None
        self._lines = 0
        self._bad_lines = 0
        self._first_bad: int | None = None
        self._replayed_to: float | None = None
        self._due_at = time.monotonic()
        self._replay_ended = False

    async def run(self) -> None:
        """Read on until cancelled; a replay ends with the log."""
        while True:
            if not self._waiting:
                self._fetch()
            for _ in range(min(LINES_AT_ONCE, len(self._waiting))):
                await self._take_line(self._waiting.popleft())
            if self._waiting or not self._follower.at_end:
                await asyncio.sleep(0)
                continue
            self._replay_ended = self._replay and self._state is not None
            told = (self._phase(), self._cut_bytes(), self._follower.gone)
            if told != self._told:
                self._told = told
                self.version += 1
            if self._replay_ended:
                return
            await asyncio.sleep(POLL_S)

    def page(self) -> str:
        """Return the page as JSON text on one line."""
        if self._page[0] != self.version:
            content = {
                "status": self._status(),
                "data": self._state.snapshot() if self._state else None,
            }
            self._page = (self.version, json.dumps(content, allow_nan=False))
        return self._page[1]

    def idle_s(self) -> float | None:
        """Return how long ago the last line came; None if none has come."""
        return None if self._last_line_at is None else time.monotonic() - self._last_line_at

    def summary(self) -> str:
        """Return in a line what there is to say about the file, or nothing."""
        found = []
        if self._cut_bytes():
            found.append(
                f"the log ends within a line: read to its last whole one, line {self._lines}"
            )
        if self._bad_lines:
            found.append(
                f"{self._bad_lines} damaged lines were left out, the first is {self._first_bad}"
            )
        if self._follower.left_out:
            found.append(f"{self._follower.left_out} lines were too long and were left out")
        return "; ".join(found)

    def _status(self) -> dict[str, Any]:
        return {
            "phase": self._phase(),
            "end_text": self._state.ended if self._state else None,
            "log": "/".join(self.path.absolute().parts[-2:]),
            "lines": self._lines,
            "note": self.summary(),
            "replay": self._replay,
            "speed": self._speed if self._speed != float("inf") else None,
            "restarts": self._restarts,
            "idle_s": self.idle_s(),
        }

    def _phase(self) -> str:
        if self._follower.gone:
            return "gone"
        if self._state is None or not self._state.num_records:
            return "waiting"
        if self._state.ended is not None or self._replay_ended:
            return "ended"
        return "replaying" if self._replay else "following"

    def _cut_bytes(self) -> int:
        """Return the length of a last line that seems to have been cut, 0 if there is none."""
        since = self._partial_since
        if since is None or self._waiting:
            return 0
        cut = self._replay_ended if self._replay else time.monotonic() - since > PARTIAL_S
        return self._follower.partial_bytes if cut else 0

    def _fetch(self) -> None:
        before = self._follower.partial_bytes
        lines = self._follower.read()
        if self._follower.restarts != self._restarts:
            self._restarts = self._follower.restarts
            self._waiting.clear()
            self._begin()
            self.version += 1
        self._waiting.extend(lines)
        if not self._follower.partial_bytes:
            self._partial_since = None
        elif self._follower.partial_bytes != before or self._partial_since is None:
            self._partial_since = time.monotonic()

    async def _take_line(self, line: bytes) -> None:
        self._lines += 1
        try:
            if self._state is None:
                self._lines -= 1
                self._take_header(line)
                return
            assert self._records_of is not None
            for record in list(self._records_of(json.loads(line))):
                if self._replay:
                    await self._until_due(record)
                self._state.add(record)
                self.version += 1
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._bad_lines += 1
            self._first_bad = self._first_bad or self._lines
            self.version += 1
        self._last_line_at = time.monotonic()

    def _take_header(self, line: bytes) -> None:
        self._lines += 1
        header, self._records_of = read_header(line)
        self._state = LiveState(header)
        self._due_at = time.monotonic()
        self.version += 1

    async def _until_due(self, record: dict[str, Any]) -> None:
        t_s = float(record["t_s"])
        before = t_s if self._replayed_to is None else self._replayed_to
        self._replayed_to = max(before, t_s)
        self._due_at += min(max(0.0, t_s - before), MOST_GAP_S) / self._speed
        while (left := self._due_at - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 1.0))
