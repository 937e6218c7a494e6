"""Write down what a loop does as it does it, for `quantacore dashboard` to show.

In: what a loop around a core sees.   Out: a file of JSON lines, a header and then records.
Next: `quantacore.sim.dashboard.live_state` (reads it); `docs/dashboard.md` has the fields.

Each record is one line, written at one go: who reads along sees whole lines, and at most the
beginning of one more.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.host.buffer_level import BufferLevel

FORMAT = "quantacore-live"
VERSION = 1
LIVE_FILE = "live.jsonl"
"""Name of the log in the folder of a loop."""
EVENT_KINDS = ("image", "code", "fault", "noise", "note")
"""An image came into force; the core went to another code; the core reported a fault; the noise
is known to have changed; anything else."""


def live_header(
    *, title: str, slots: Sequence[Sequence[float]], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the first line of a log.

    Parameters
    ----------
    title : str
        What runs, in a line.
    slots : sequence of sequence of float
        Coordinates in space of each slot, in the order of the core's counters.
    settings : mapping
        Names and numbers or words that the page shows. All of it can be read there.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": title,
        "slots": [[float(c) for c in place] for place in slots],
        "settings": dict(settings),
    }


class LiveLog:
    """A log that is being written; use it as ``with``.

    Parameters
    ----------
    path : path
        A file that is there is replaced.
    header : dict
        From `live_header`.
    records : sequence of dict
        That the log begins with: those of an earlier run that goes on.
    clock : function
        Seconds since 1970 of a record.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        header: Mapping[str, Any],
        *,
        records: Sequence[Mapping[str, Any]] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = Path(path)
        self._clock = clock
        unfinished = self.path.with_name(f".{self.path.name}")
        unfinished.write_text("".join(json.dumps(line) + "\n" for line in (header, *records)))
        unfinished.replace(self.path)
        self._file = open(self.path, "a")  # noqa: SIM115  # closed by `close`

    def __enter__(self) -> "LiveLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the log can still be gone on with."""
        self._file.close()

    def look(
        self,
        counts: StreamCounts,
        *,
        shots: int,
        cycles: np.ndarray | None = None,
        buffer: BufferLevel | None = None,
        faults: Mapping[str, int] | None = None,
    ) -> None:
        """Tell of a look at the counters.

        Parameters
        ----------
        counts : StreamCounts
        shots : int
            That ended since the look before.
        cycles : int, shape ``(num_windows,)``, optional
            Core cycles that each window took: the field ``cycles`` of its prediction.
        buffer : BufferLevel, optional
            From `Driver.take_level`.
        faults : mapping of str to int, optional
            Fault -> how often since the look before.
        """
        record: dict[str, Any] = {
            "shots": shots,
            "windows": counts.windows,
            "rounds": counts.rounds,
            "events": counts.events.tolist(),
        }
        if cycles is not None:
            values, numbers = np.unique(cycles, return_counts=True)
            record["cycles"] = np.column_stack([values, numbers]).astype(int).tolist()
        if buffer is not None:
            record["buffered_rounds"] = buffer.now
            record["peak_rounds"] = buffer.peak
            record["buffer_depth"] = buffer.depth
        if faults:
            record["faults"] = {name: int(number) for name, number in faults.items() if number}
        self._write("look", **record)

    def errors(self, errors: Mapping[str, int], *, shots: int, **more: Any) -> None:
        """Tell how many of some shots each decoder got wrong, where that is known."""
        self._write("errors", shots=shots, errors=dict(errors), **more)

    def weights(
        self,
        *,
        priors: np.ndarray,
        lengths: np.ndarray,
        true_priors: np.ndarray | None = None,
        true_lengths: np.ndarray | None = None,
    ) -> None:
        """Tell which weights are in force, and which would be right where that is known.

        Parameters
        ----------
        priors : float, shape ``(num_entries,)``
            Of the entries of the plan that the image in force was made of.
        lengths : int, shape ``(num_entries,)``
            Of that image's first pass.
        true_priors, true_lengths : as those, optional
            Of the true noise.
        """
        record = {"priors": _rounded(priors), "lengths": lengths.tolist()}
        if true_priors is not None:
            record["true_priors"] = _rounded(true_priors)
        if true_lengths is not None:
            record["true_lengths"] = true_lengths.tolist()
        self._write("weights", **record)

    def event(self, what: str, text: str) -> None:
        """Tell of something that happened.

        Parameters
        ----------
        what : str
            One of `EVENT_KINDS`.
        text : str
            In a line.

        Raises
        ------
        ValueError
            If there is no such kind.
        """
        if what not in EVENT_KINDS:
            raise ValueError(f"Event must be one of {', '.join(EVENT_KINDS)}, not {what!r}")
        self._write("event", what=what, text=text)

    def end(self, text: str) -> None:
        """Tell that the loop has ended."""
        self._write("end", text=text)

    def _write(self, kind: str, **fields: Any) -> None:
        record = {"kind": kind, "t_s": round(self._clock(), 3), **fields}
        self._file.write(json.dumps(record) + "\n")
        self._file.flush()


def _rounded(priors: np.ndarray) -> list[float]:
    return [float(f"{prior:.4g}") for prior in priors]
