"""Keep what a bench has counted in a file that sinter reads, and find it again.

In: `sinter.TaskStats` of batches.   Out: totals by task; a CSV file in sinter's format that grows.
Next: `quantacore.sim.experiments.collect`.

Rows are only ever appended, so a file holds all that was saved before a crash; `sinter plot` and
`sinter combine` take it as it is. Two runs cannot write one file at a time.
"""

import csv
import errno
import fcntl
import hashlib
import io
import json
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

import sinter

SAVE_SECONDS = 10.0
"""A process that is killed loses what it counted since the last save: at most this long."""


def new_task(decoder: str, metadata: dict[str, object], *content: str) -> sinter.TaskStats:
    """Return a task with nothing counted.

    Parameters
    ----------
    decoder : str
        Name of what decodes, as in tables.
    metadata : dict
        What the task is, for readers of the file; JSON values only.
    content : str
        What else the result depends on. It goes into the task's identity, not into the file.
    """
    identity = json.dumps([decoder, metadata, *content], sort_keys=True)
    strong_id = hashlib.sha256(identity.encode()).hexdigest()
    return sinter.TaskStats(strong_id=strong_id, decoder=decoder, json_metadata=metadata)


class StatsFile:
    """Counts by task, in memory and, if there is a path, in a file; used in a ``with`` block.

    Parameters
    ----------
    path : str or Path, optional
        Made if it does not exist, and removed again if nothing was counted. None: memory only.

    Attributes
    ----------
    dropped : bytes
        Last line that a killed process left unfinished; it was cut off.

    Raises
    ------
    ValueError
        If the file is not in sinter's CSV format, or another run has it open. Raised, as is
        `OSError`, on entry to the block.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._path = None if path is None else Path(path)
        self._file: IO[bytes] | None = None
        self._is_new = False
        self._needs_header = False
        self._totals: dict[str, sinter.TaskStats] = {}
        self._unsaved: dict[str, sinter.TaskStats] = {}
        self._saved_at = time.monotonic()
        self.dropped = b""

    def __enter__(self) -> "StatsFile":
        if self._path is not None:
            self._is_new = not self._path.exists()
            if not (self._is_new or self._path.is_file() or self._path.is_dir()):
                raise ValueError(f"{self._path}: File must be an ordinary one, to be read again")
            # Unbuffered: what could not be written must not be tried again at exit.
            self._file = open(self._path, "a+b", buffering=0)
            try:
                self._lock_and_read(self._file, self._path)
            except BaseException:
                self._file.close()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.save()
        finally:
            if self._file is not None and self._path is not None:
                if self._is_new and self._needs_header:
                    self._path.unlink(missing_ok=True)
                self._file.close()

    def _lock_and_read(self, file: IO[bytes], path: Path) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(f"{path}: File must not be in use by another run") from None
        file.seek(0)
        content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        head = sinter.CSV_HEADER.encode()
        if not whole and not head.startswith(content):
            raise ValueError(f"{path}: {_not_a_stats_file(content)}")
        self._totals = {stats.strong_id: stats for stats in stats_from_bytes(whole, path)}
        self.dropped = content[len(whole) :]
        if self.dropped:
            file.truncate(len(whole))
        self._needs_header = not whole

    def counted(self, task: sinter.TaskStats) -> sinter.TaskStats:
        """Return all that was counted of a task, in earlier runs too."""
        return self._totals.get(task.strong_id, task)

    def add(self, stats: sinter.TaskStats) -> None:
        """Count a batch; it is saved within `SAVE_SECONDS`, or at the end of the block."""
        # First what will be saved: an interrupt in between costs a batch, but counts none twice.
        _add(self._unsaved, stats)
        _add(self._totals, stats)
        if time.monotonic() - self._saved_at > SAVE_SECONDS:
            self.save()

    def save(self) -> None:
        """Append everything that is not in the file yet."""
        # Forgotten before it is written: an interrupt in between loses rows, but repeats none.
        unsaved, self._unsaved = self._unsaved, {}
        self._saved_at = time.monotonic()
        if self._file is None or not unsaved:
            return
        lines = [sinter.CSV_HEADER] if self._needs_header else []
        lines += [stats.to_csv_line() for stats in unsaved.values()]
        data = "".join(f"{line}\n" for line in lines).encode()
        self._needs_header = False
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, "results could not be written whole", str(self._path))


def read_stats(paths: Sequence[str | Path]) -> list[sinter.TaskStats]:
    """Return the totals of all tasks in some files, in the order in which they first appear.

    A task's shots are those from number 0 on. So if two files have the same task, which takes the
    same seed, they have the same shots, and the file with more of them counts.

    Raises
    ------
    OSError
        If a file cannot be read.
    ValueError
        If a file is not in sinter's CSV format.
    """
    totals: dict[str, sinter.TaskStats] = {}
    for path in map(Path, paths):
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]  # a run may be in the middle of a line
        if not whole:
            raise ValueError(f"{path}: {_not_a_stats_file(content)}")
        for stats in stats_from_bytes(whole, path):
            known = totals.get(stats.strong_id)
            if known is None or known.shots < stats.shots:
                totals[stats.strong_id] = stats
    return list(totals.values())


def stats_from_bytes(content: bytes, path: Path) -> list[sinter.TaskStats]:
    """Return the totals of a file's whole lines; the path is for the message of `ValueError`."""
    if not content:
        return []
    head, _, _ = content.partition(b"\n")
    try:
        fields = next(csv.reader([head.decode()]))
    except (ValueError, csv.Error, StopIteration):
        fields = []
    if [field.strip() for field in fields] != [
        field.strip() for field in sinter.CSV_HEADER.split(",")
    ]:
        raise ValueError(f"{path}: {_not_a_stats_file(content)}")
    try:
        stats: list[sinter.TaskStats] = sinter.read_stats_from_csv_files(
            io.StringIO(content.decode())
        )
    # sinter checks rows with whatever fails first.
    except (ValueError, TypeError, KeyError, AssertionError, AttributeError, csv.Error) as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise ValueError(f"{path}: Every row must be as sinter writes it ({reason})") from None
    return stats


def _add(totals: dict[str, sinter.TaskStats], stats: sinter.TaskStats) -> None:
    known = totals.get(stats.strong_id)
    totals[stats.strong_id] = stats if known is None else known + stats


def _not_a_stats_file(content: bytes) -> str:
    head = content.partition(b"\n")[0][:60].decode(errors="replace").strip()
    return f"File must begin with sinter's CSV header 'shots,errors,...', not {head!r}"
