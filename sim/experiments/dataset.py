"""Make a data set: many seeds and regimes of drifting noise, each a run, on all processors.

In: `DatasetSettings`, folder.   Out: a data set; what is finished stays so if one stops.
Next: `quantacore.sim.experiments.dataset_reader`; `docs/datasets.md`.

Only this process writes files: workers on other machines send theirs, and need no shared disk.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quantacore.golden.codes.surface import rotated_memory
from quantacore.sim.experiments.dask_runs import check_workers, runs_by_workers
from quantacore.sim.experiments.dataset_files import (
    read_header,
    run_file,
    write_whole,
)
from quantacore.sim.experiments.dataset_schema import (
    HEADER_FILE,
    SIMULATED,
    TABLES,
    DatasetHeader,
    RunName,
)
from quantacore.sim.experiments.dataset_settings import DatasetSettings
from quantacore.sim.experiments.decoded_counts import counting_decoder, header_of_circuit
from quantacore.sim.experiments.simulated_run import simulate_run


def write_dataset(
    folder: Path,
    settings: DatasetSettings,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> DatasetHeader:
    """Make a data set, or the runs that one lacks.

    Parameters
    ----------
    folder : Path
        New, empty, or with a data set of the same settings; that gets the runs that it lacks, of
        more seeds or regimes too.
    settings : DatasetSettings
    scheduler : str, optional
        Address of a Dask scheduler whose workers do it.
    workers : int, optional
        Processes on this machine; 0 for this process alone, without Dask. One for each processor
        if not given. Not with ``scheduler``.
    progress : function of int, int
        Told how many runs are finished, and of how many.

    Raises
    ------
    ValueError
        If the folder holds something else, the scheduler does not answer, or both were given.
    """
    check_workers(scheduler, workers)
    header = open_dataset(folder, settings)
    unfinished = [run for run in header.runs if not is_finished(folder, run)]
    done = len(header.runs) - len(unfinished)
    progress(done, len(header.runs))
    if not unfinished:
        return header
    finished = runs_by_workers(
        simulate_run, unfinished, settings, header, scheduler=scheduler, workers=workers
    )
    for run, files in finished:
        write_run(folder, run, files)
        done += 1
        progress(done, len(header.runs))
    return header


def open_dataset(folder: Path, settings: DatasetSettings) -> DatasetHeader:
    """Write the header of a data set, with the runs that it is to have, and return it."""
    old = read_header(folder)
    if old is None:
        circuit = rotated_memory(distance=settings.distance, p=settings.p, rounds=settings.rounds)
        header = header_of_circuit(
            circuit,
            counting_decoder(circuit, passes=settings.passes),
            origin=SIMULATED,
            settings=settings.shared(),
            runs=settings.runs,
        )
    else:
        check_same_settings(folder, old, SIMULATED, settings.shared())
        new = tuple(run for run in settings.runs if run not in old.runs)
        header = dataclasses.replace(old, runs=old.runs + new)
    if header != old:
        write_whole(folder / HEADER_FILE, header.to_json().encode())
    return header


def check_same_settings(
    folder: Path, header: DatasetHeader, origin: str, settings: dict[str, Any]
) -> None:
    """Raise `ValueError` unless a data set was made in the same way."""
    if header.origin != origin:
        raise ValueError(
            f"{folder}: holds {header.origin} runs, not {origin}: choose another --out"
        )
    changes = [
        f"{name} {header.settings.get(name)!r}, not {value!r}"
        for name, value in settings.items()
        if header.settings.get(name) != value
    ]
    if changes:
        raise ValueError(
            f"{folder}: was made with {', '.join(changes)}: "
            "choose another --out, or the same settings to go on"
        )


def is_finished(folder: Path, run: RunName) -> bool:
    """Whether a data set has all files of a run."""
    return all(run_file(folder, table, run).exists() for table in TABLES)


def write_run(folder: Path, run: RunName, files: dict[str, bytes]) -> None:
    """Write the files of a run: folder of the table -> content."""
    for table, data in files.items():
        write_whole(run_file(folder, table, run), data)
