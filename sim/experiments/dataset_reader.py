"""Read a data set as what predictors learn from, and refuse what is not whole.

In: folder of a data set, split.   Out: `CountSeries` records.
Next: `quantacore.host.predict.series`; `docs/datasets.md` reads the same files without this code.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from quantacore.host.predict.series import CountSeries
from quantacore.sim.experiments.dataset_files import read_header, read_run, run_file
from quantacore.sim.experiments.dataset_schema import (
    HEADER_FILE,
    IMPORTED,
    SPLITS,
    DatasetHeader,
    RunName,
)

SENSORS = ("temperature_mk", "readout_level")
"""Channels of an environment, in their order; those of decoherence come after them."""


def load_header(folder: Path) -> DatasetHeader:
    """Return the header of a data set.

    Raises
    ------
    ValueError
        If there is none, or it is damaged or newer.
    """
    header = read_header(folder)
    if header is None:
        raise ValueError(f"{folder}: must be a data set, but has no {HEADER_FILE}")
    return header


def load_series(
    folder: Path,
    *,
    split: str | None = None,
    regimes: Sequence[str] | None = None,
    truth: bool = False,
    gaps: bool = False,
    decoherence: bool = False,
) -> list[CountSeries]:
    """Return the runs of a data set, their edges pooled by groups of like ones.

    Parameters
    ----------
    folder : Path
    split : str, optional
        "train", "validation" or "test"; all if not given.
    regimes : sequence of str, optional
        All if not given.
    truth : bool
        Read the hidden truth as well.
    gaps : bool
        Take logs with missing epochs, or epochs without a shot: exposures are 0 there, and sensors
        say what they said last.
    decoherence : bool
        Add what the last probe said of each qubit to the environment, 0 before the first.

    Returns
    -------
    list of CountSeries
        The environment is temperature and readout level; it has no channels where there were no
        sensors.

    Raises
    ------
    ValueError
        If the folder is no data set, or one that is not finished, damaged, mixed or newer; if a log
        has gaps that were not asked for; if the truth is wanted of real runs.
    """
    header = load_header(folder)
    if split is not None and split not in SPLITS:
        raise ValueError(f"Split must be one of {', '.join(SPLITS)}, not {split!r}")
    strange = set(regimes or ()) - {run.regime for run in header.runs}
    if strange:
        raise ValueError(f"{folder}: has no runs of {', '.join(sorted(strange))}")
    if truth and header.origin == IMPORTED:
        raise ValueError(f"{folder}: holds real runs, whose truth nobody knows")
    _check_finished(folder, header)
    return [
        _series(folder, header, run, truth=truth, gaps=gaps, decoherence=decoherence)
        for run in header.runs
        if (split is None or run.split == split) and (regimes is None or run.regime in regimes)
    ]


def pooled(values: np.ndarray, groups: Sequence[int]) -> np.ndarray:
    """Return the sums over groups of edges.

    Parameters
    ----------
    values : shape ``(num_epochs, num_edges)``
    groups : sequence of int
        Edge -> group, numbered from 0.

    Returns
    -------
    float64, shape ``(num_epochs, num_groups)``
    """
    belongs = np.asarray(groups)[:, None] == np.arange(max(groups) + 1)
    return np.asarray(values @ belongs.astype(np.float64))


def pooled_log_ratios(log_ratios: np.ndarray, header: DatasetHeader) -> np.ndarray:
    """Return the log ratio of each group: that of its expected corrections.

    Edges that the decoder never takes on shots of the model count alike where a group has no other.

    Parameters
    ----------
    log_ratios : float, shape ``(num_epochs, num_edges)``
    header : DatasetHeader

    Returns
    -------
    float64, shape ``(num_epochs, num_groups)``
    """
    expected = np.array(header.expected)
    empty = pooled(expected[None], header.groups)[0] == 0
    weights = np.where(empty[np.array(header.groups)], 1.0, expected)
    sums = pooled(np.exp(log_ratios) * weights, header.groups)
    return np.asarray(np.log(sums / pooled(weights[None], header.groups)))


def _check_finished(folder: Path, header: DatasetHeader) -> None:
    missing = [r for r in header.runs if not run_file(folder, "observations", r).exists()]
    if missing:
        raise ValueError(
            f"{folder}: must be finished, but {len(missing)} of {len(header.runs)} runs are "
            f"missing (first: {missing[0].name}); the command that made it goes on"
        )


def _series(
    folder: Path, header: DatasetHeader, run: RunName, *, truth: bool, gaps: bool, decoherence: bool
) -> CountSeries:
    where = run_file(folder, "observations", run)
    columns = read_run(folder, "observations", run, header)
    try:
        rows = _rows(columns, gaps=gaps)
        shots = np.zeros(len(rows))
        times = np.zeros(len(rows))
        counts = np.zeros((len(rows), header.num_edges))
        there = rows >= 0
        shots[there] = np.asarray(columns["shots"])[rows[there]]
        counts[there] = np.asarray(columns["corrections"])[rows[there]]
        counts[shots == 0] = 0
        epochs = np.asarray(columns["epoch"])
        times = np.interp(np.arange(len(rows)), epochs, np.asarray(columns["time_s"]))
        strange = np.argwhere((counts < 0) | (counts > shots[:, None]))
        if len(strange):
            epoch, edge = strange[0]
            raise ValueError(
                f"Corrections must be 0 to the shots of their epoch, but epoch {epoch} has "
                f"{counts[epoch, edge]:.0f} of edge {edge} in {shots[epoch]:.0f} shots: has a "
                "counter stopped at its most?"
            )
        held = np.maximum.accumulate(rows)
        log_ratios = None
        if truth:
            told = read_run(folder, "truth", run, header)
            if not np.array_equal(told["epoch"], np.arange(len(rows))):
                raise ValueError("Truth must be of the same epochs as the observations, but is not")
            log_ratios = pooled_log_ratios(np.asarray(told["log_ratios"]), header)
        return CountSeries(
            name=run.name,
            regime=run.regime,
            times=times,
            counts=pooled(counts, header.groups),
            exposures=pooled(shots[:, None] * np.array(header.expected), header.groups),
            environment=_environment(columns, header, decoherence=decoherence)[held],
            log_ratios=log_ratios,
        )
    except ValueError as error:
        message = str(error)
        raise ValueError(
            message if message.startswith(str(folder)) else f"{where}: {message}"
        ) from None


def _rows(columns: dict[str, Any], *, gaps: bool) -> np.ndarray:
    """Return for each epoch of a run the row that tells it, -1 for those that no row tells."""
    epochs, shots = columns["epoch"], columns["shots"]
    if epochs[0] != 0:
        raise ValueError(f"Epochs must begin with 0, not {epochs[0]}")
    for before, after in pairwise(epochs.tolist()):
        if after <= before:
            raise ValueError(f"Epochs must rise, but {before} is followed by {after}")
        if after > before + 1 and not gaps:
            raise ValueError(
                f"Log must have no gaps, but epoch {before} is followed by {after}: ask for gaps "
                "to go over them"
            )
    if (shots < 0).any() or (not gaps and (shots == 0).any()):
        bad = int(np.flatnonzero(shots < 1)[0])
        raise ValueError(
            f"Epochs must have at least one shot, but epoch {epochs[bad]} has {shots[bad]}: ask "
            "for gaps to go over those with none"
        )
    rows = np.full(int(epochs[-1]) + 1, -1)
    rows[epochs] = np.arange(len(epochs))
    return rows


def _environment(
    columns: dict[str, Any], header: DatasetHeader, *, decoherence: bool
) -> np.ndarray:
    """Return what sensors said in each row."""
    num_rows = len(columns["epoch"])
    channels = []
    for name in SENSORS:
        said = columns[name]
        if all(value is None for value in said):
            continue
        values = np.array(said, np.float64)  # a single null is not a number
        if not np.isfinite(values).all():
            bad = int(np.flatnonzero(~np.isfinite(values))[0])
            raise ValueError(f"{name} must be a number in each epoch, but row {bad} has none")
        channels.append(values[:, None])
    if decoherence and any(probe is not None for probe in columns["decoherence"]):
        held = np.zeros((num_rows, header.num_qubits))
        for row, probe in enumerate(columns["decoherence"]):
            held[row:] = held[row] if probe is None else probe
        channels.append(held)
    return np.concatenate([np.zeros((num_rows, 0)), *channels], axis=1)
