"""A data set that takes a second, for the tests of its readers and writers."""

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq

from quantacore.sim.experiments.dataset import write_dataset
from quantacore.sim.experiments.dataset_files import table_bytes
from quantacore.sim.experiments.dataset_reader import load_header
from quantacore.sim.experiments.dataset_settings import DatasetSettings

SETTINGS = DatasetSettings(rounds=2, regimes=("jumps", "mixture"), seeds=4, epochs=4, shots=300)


def small_dataset(folder, settings=SETTINGS):
    """Make one without Dask."""
    return write_dataset(folder, settings, workers=0)


def contents(folder):
    """Return name -> bytes of all files of a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def change_run(folder, table, changes, *, run=None, keep=lambda row: True):
    """Rewrite the file of a run, the first by default, with other columns and fewer rows."""
    header = load_header(folder)
    run = run or header.runs[0]
    path = folder / table / run.file_name
    columns = pq.read_table(path).to_pydict()
    columns |= {name: change(columns[name]) for name, change in changes.items()}
    rows = [row for row in range(len(columns["epoch"])) if keep(row)]
    columns = {name: [entries[row] for row in rows] for name, entries in columns.items()}
    path.write_bytes(table_bytes(columns, table=table, header=header, run=run))


def change_header(folder, **changes):
    """Rewrite keys of the header's JSON."""
    path = folder / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def settings_with(**changes):
    """Return `SETTINGS` with some others."""
    return replace(SETTINGS, **changes)


def true_log_ratios(folder, run):
    """Return those of a run as the file has them: shape (num_epochs, num_edges)."""
    return np.array(pq.read_table(folder / "truth" / run.file_name)["log_ratios"].to_pylist())
