"""The log of a loop: a line of JSON with its settings, then one an epoch, to go on from.

In: settings and epochs, both dataclasses.   Out: a folder with `LOG_FILE`.
Next: `quantacore.sim.experiments.loop_log`, `quantacore.sim.experiments.code_loop`.
"""

import dataclasses
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

LOG_FILE = "log.jsonl"
EpochRecord = TypeVar("EpochRecord")


class EpochLog(Generic[EpochRecord]):
    """A folder with what one loop did; the loop can go on from it.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    settings : dataclass
        With a field ``epochs``: another number of epochs goes on with the same log; anything else
        must be as before.
    kind : (str, int)
        Format and version.
    read_epoch : function
        Makes an epoch of its record; may raise `ValueError`, `TypeError` or `KeyError`.
    added : mapping, optional
        Settings that older logs lack, with what they were then.

    Attributes
    ----------
    epochs : list
        Of earlier runs and this one; each has an ``index``.

    Raises
    ------
    ValueError
        If the folder holds the log of another loop, or a damaged one.
    """

    def __init__(
        self,
        folder: Path,
        settings: Any,
        *,
        kind: tuple[str, int],
        read_epoch: Callable[[dict[str, Any]], EpochRecord],
        added: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.epochs: list[EpochRecord] = []
        self._log = folder / LOG_FILE
        self._kind = kind
        self._read_epoch = read_epoch
        self._added = dict(added or {})
        identity = json.loads(json.dumps(dataclasses.asdict(settings)))  # as it is read again
        del identity["epochs"]
        self._header = {"format": kind[0], "version": kind[1], "settings": identity}
        folder.mkdir(parents=True, exist_ok=True)
        if self._log.exists():
            self._read()

    def append(self, epoch: EpochRecord) -> None:
        """Add an epoch; raise `OSError` with the file's name if it cannot be written."""
        if not self._log.exists():
            self._rewrite([self._header])
        try:
            with open(self._log, "a") as log:
                log.write(json.dumps(_record(epoch)) + "\n")
                log.flush()
                os.fsync(log.fileno())
        except OSError as error:  # of a full disk, which does not say of which file
            raise OSError(error.errno, error.strerror, str(self._log)) from None
        self.epochs.append(epoch)

    def _read(self) -> None:
        where = f"{self._log}: "
        text = self._log.read_text()
        lines = text.splitlines()
        try:
            found = json.loads(lines[0])
        except (IndexError, ValueError):
            found = None
        if not isinstance(found, dict) or found.get("format") != self._kind[0]:
            raise ValueError(f"{where}must begin with the settings of a loop; choose another --out")
        found["settings"] = self._added | found.get("settings", {})
        if found != self._header:
            old, new = found.get("settings", {}), self._header["settings"]
            changes = [
                f"{name} {old.get(name)!r}, not {new[name]!r}"
                for name in new
                if old.get(name) != new[name]
            ]
            raise ValueError(
                f"{where}was made with {', '.join(changes) or 'another version'}: "
                "choose another --out, or the same settings to go on"
            )
        whole = lines[1:]
        if whole and not text.endswith("\n"):
            whole.pop()  # the run was cut while it wrote: that epoch is done again
        try:
            self.epochs = [self._read_epoch(json.loads(line)) for line in whole]
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{where}has a damaged line: choose another --out") from None
        if [getattr(epoch, "index", None) for epoch in self.epochs] != list(range(len(whole))):
            raise ValueError(f"{where}lacks an epoch before the last: choose another --out")
        self._rewrite([self._header, *(_record(epoch) for epoch in self.epochs)])

    def _rewrite(self, records: list[dict[str, Any]]) -> None:
        unfinished = self.folder / f".{LOG_FILE}"
        unfinished.write_text("".join(json.dumps(record) + "\n" for record in records))
        unfinished.replace(self._log)


def read_epoch_log(
    path: Path, *, kind: tuple[str, int], read_epoch: Callable[[dict[str, Any]], EpochRecord]
) -> tuple[dict[str, Any], list[EpochRecord]]:
    """Return settings and whole epochs of a log, and write nothing.

    Raises
    ------
    ValueError
        If it is not a log of this kind, or a damaged one.
    """
    text = path.read_text()
    head, *lines = text.splitlines() or [""]
    if lines and not text.endswith("\n"):
        lines.pop()  # a run is writing it, or was cut
    try:
        header = json.loads(head)
        if (header["format"], header["version"]) != kind:
            raise ValueError
        return dict(header["settings"]), [read_epoch(json.loads(line)) for line in lines]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ValueError(f"{path}: must be the log of a loop of this version, undamaged") from None


def _record(epoch: Any) -> dict[str, Any]:
    return dataclasses.asdict(epoch)
