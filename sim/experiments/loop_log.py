"""The log of a closed loop: a line of JSON an epoch, to go on from, and tables in Parquet.

In: `LoopSettings`, `LoopEpoch` records.   Out: a folder.
Next: `quantacore.sim.cli.run`; tables for `pandas.read_parquet` and the like.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quantacore.sim.experiments.closed_loop import DECODERS, Look, LoopEpoch, LoopSettings
from quantacore.sim.experiments.epoch_log import LOG_FILE, EpochLog, read_epoch_log
from quantacore.sim.experiments.loop_cores import RTL

FORMAT = "quantacore-closed-loop"
VERSION = 2
EPOCHS_FILE = "epochs.parquet"
COUNTS_FILE = "counts.parquet"
ADDED = {"core": RTL}
"""Settings that logs of before there was a choice lack."""


class LoopLog(EpochLog[LoopEpoch]):
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

    Raises
    ------
    ValueError
        If the folder holds the log of another loop, or a damaged one.
    """

    def __init__(self, folder: Path, settings: LoopSettings) -> None:
        super().__init__(folder, settings, kind=(FORMAT, VERSION), read_epoch=_epoch, added=ADDED)

    def write_tables(self) -> None:
        """Write `EPOCHS_FILE` (a row an epoch) and `COUNTS_FILE` (a row a look and edge)."""
        epochs = self.epochs
        columns: dict[str, Any] = {
            "epoch": [epoch.index for epoch in epochs],
            "shots": [epoch.shots for epoch in epochs],
            "windows": [epoch.windows for epoch in epochs],
            "changed": [epoch.changed for epoch in epochs],
            "swaps": [list(epoch.swaps) for epoch in epochs],
            "mismatches": [epoch.mismatches for epoch in epochs],
            "rounds_lost": [epoch.rounds_lost for epoch in epochs],
            "events": [
                np.sum([look.events for look in epoch.looks], axis=0).tolist() for epoch in epochs
            ],
            "true_factors": [epoch.truth["factors"] for epoch in epochs],
        }
        for name in DECODERS:
            columns[f"errors_{name}"] = [epoch.errors[name] for epoch in epochs]
            columns[f"both_wrong_{name}"] = [epoch.both_wrong[name] for epoch in epochs]
        self._write_table(pa.table(columns), EPOCHS_FILE)
        rows = [(e.index, at, look) for e in epochs for at, look in enumerate(e.looks)]
        num_edges = len(rows[0][2].corrections) if rows else 0
        per_look = {
            "epoch": [index for index, _, _ in rows],
            "look": [at for _, at, _ in rows],
            "windows": [look.windows for _, _, look in rows],
            "learned": [look.learned for _, _, look in rows],
        }
        table: dict[str, Any] = {
            name: np.repeat(np.array(values), num_edges) for name, values in per_look.items()
        }
        table["edge"] = np.tile(np.arange(num_edges), len(rows))
        table["corrections"] = np.array([look.corrections for _, _, look in rows], np.int64).ravel()
        self._write_table(pa.table(table), COUNTS_FILE)

    def _write_table(self, table: Any, name: str) -> None:
        unfinished = self.folder / f".{name}"
        pq.write_table(table, unfinished)
        unfinished.replace(self.folder / name)


def read_loop_log(folder: Path) -> tuple[LoopSettings, list[LoopEpoch]]:
    """Return what a log holds, and write nothing.

    Raises
    ------
    ValueError
        If the folder has no log of this version, or a damaged one.
    """
    path = folder / LOG_FILE
    if not path.is_file():
        raise ValueError(f"{folder}: must be the folder of a loop, but has no {LOG_FILE}")
    settings, epochs = read_epoch_log(path, kind=(FORMAT, VERSION), read_epoch=_epoch)
    try:
        return LoopSettings(**settings), epochs
    except (ValueError, TypeError):
        raise ValueError(f"{path}: must be the log of a loop of this version, undamaged") from None


def _epoch(record: dict[str, Any]) -> LoopEpoch:
    record["swaps"] = tuple(record["swaps"])
    record["looks"] = tuple(_look(look) for look in record["looks"])
    return LoopEpoch(**record)


def _look(record: dict[str, Any]) -> Look:
    for name in ("corrections", "events"):
        record[name] = tuple(record[name])
    return Look(**record)
