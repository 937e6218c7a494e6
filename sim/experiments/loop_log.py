"""The log of a closed loop: a line of JSON an epoch, tables in Parquet, and where to go on.

In: `LoopSettings`, `LoopEpoch` records.   Out: a folder.
Next: `quantacore.sim.cli.run`; tables for `pandas.read_parquet` and the like.
"""

import dataclasses
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quantacore.sim.experiments.closed_loop import DECODERS, LoopEpoch, LoopSettings, LoopState

FORMAT = "quantacore-closed-loop"
VERSION = 1
LOG_FILE = "log.jsonl"
STATE_FILE = "state.npz"
EPOCHS_FILE = "epochs.parquet"
COUNTS_FILE = "counts.parquet"


class LoopLog:
    """A folder with what one loop did; the loop can go on from it.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    settings : LoopSettings
        Another number of epochs goes on with the same log; anything else must be as before.

    Attributes
    ----------
    epochs : list of LoopEpoch
        Of earlier runs and this one.
    state : LoopState, optional
        After the last of them; None before the first.

    Raises
    ------
    ValueError
        If the folder holds the log of another loop, or a damaged one.
    """

    def __init__(self, folder: Path, settings: LoopSettings) -> None:
        self.folder = folder
        self.epochs: list[LoopEpoch] = []
        self.state: LoopState | None = None
        self._log = folder / LOG_FILE
        self._header: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "settings": _identity(settings),
        }
        folder.mkdir(parents=True, exist_ok=True)
        if self._log.exists():
            self._read()

    def append(self, epoch: LoopEpoch, state: LoopState) -> None:
        """Add an epoch, and the state after it."""
        if not self._log.exists():
            self._rewrite([self._header])
        with open(self._log, "a") as log:
            log.write(json.dumps(dataclasses.asdict(epoch)) + "\n")
            log.flush()
            os.fsync(log.fileno())
        unfinished = self.folder / f".{STATE_FILE}"
        with open(unfinished, "wb") as file:
            np.savez(file, **dataclasses.asdict(state))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / STATE_FILE)
        self.epochs.append(epoch)
        self.state = state

    def write_tables(self) -> None:
        """Write `EPOCHS_FILE` (a row an epoch) and `COUNTS_FILE` (a row an epoch and edge)."""
        epochs = self.epochs
        columns: dict[str, Any] = {
            "epoch": [epoch.index for epoch in epochs],
            "shots": [epoch.shots for epoch in epochs],
            "windows": [epoch.windows for epoch in epochs],
            "changed": [epoch.changed for epoch in epochs],
            "swaps": [list(epoch.swaps) for epoch in epochs],
            "mismatches": [epoch.mismatches for epoch in epochs],
            "rounds_lost": [epoch.rounds_lost for epoch in epochs],
            "events": [list(epoch.events) for epoch in epochs],
            "true_factors": [epoch.truth["factors"] for epoch in epochs],
        }
        for name in DECODERS:
            columns[f"errors_{name}"] = [epoch.errors[name] for epoch in epochs]
            columns[f"both_wrong_{name}"] = [epoch.both_wrong[name] for epoch in epochs]
        self._write_table(pa.table(columns), EPOCHS_FILE)
        counts = np.array([epoch.corrections for epoch in epochs], np.int64)
        num_epochs, num_edges = counts.shape if len(epochs) else (0, 0)
        self._write_table(
            pa.table(
                {
                    "epoch": np.repeat(np.array(columns["epoch"], np.int64), num_edges),
                    "edge": np.tile(np.arange(num_edges), num_epochs),
                    "corrections": counts.ravel(),
                    "windows": np.repeat(np.array(columns["windows"], np.int64), num_edges),
                }
            ),
            COUNTS_FILE,
        )

    def _write_table(self, table: Any, name: str) -> None:
        unfinished = self.folder / f".{name}"
        pq.write_table(table, unfinished)
        unfinished.replace(self.folder / name)

    def _read(self) -> None:
        where = f"{self._log}: "
        lines = self._log.read_text().splitlines()
        try:
            found = json.loads(lines[0])
        except (IndexError, ValueError):
            found = None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError(f"{where}must begin with the settings of a loop; choose another --out")
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
        state = self._read_state()
        done = state.epochs if state else 0
        # One epoch may have been written when the state was not: it is done again.
        if len(lines) - 1 > done + 1:
            raise ValueError(
                f"{self.folder / STATE_FILE}: must be of {len(lines) - 1} epochs, as the log, but "
                f"is of {done}: bring back the one that belongs to it, or choose another --out"
            )
        if len(lines) - 1 < done:
            raise ValueError(f"{where}must have {done} epochs, as {STATE_FILE}; lines are missing")
        try:
            self.epochs = [_epoch(json.loads(line)) for line in lines[1 : done + 1]]
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{where}has a damaged line: choose another --out") from None
        self.state = state
        self._rewrite([self._header, *(dataclasses.asdict(epoch) for epoch in self.epochs)])

    def _read_state(self) -> LoopState | None:
        path = self.folder / STATE_FILE
        if not path.exists():
            return None
        try:
            with np.load(path) as saved:
                return LoopState(
                    epochs=int(saved["epochs"]),
                    counts=saved["counts"],
                    windows=saved["windows"],
                    ratios=saved["ratios"],
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise ValueError(f"{path}: is damaged; choose another --out") from None

    def _rewrite(self, records: list[dict[str, Any]]) -> None:
        unfinished = self.folder / f".{LOG_FILE}"
        unfinished.write_text("".join(json.dumps(record) + "\n" for record in records))
        unfinished.replace(self._log)


def _identity(settings: LoopSettings) -> dict[str, Any]:
    """Return what makes a loop what it is: all but how long it runs."""
    data = dataclasses.asdict(settings)
    del data["epochs"]
    return data


def _epoch(record: dict[str, Any]) -> LoopEpoch:
    for name in ("swaps", "corrections", "events"):
        record[name] = tuple(record[name])
    return LoopEpoch(**record)
