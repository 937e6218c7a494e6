"""Runs as a predictor in the loop hears them: counts under weights that follow, and the truth.

In: a data set, a predictor that drives.   Out: a folder of `CountSeries`.
Next: `quantacore.host.predict.tuning`, `quantacore.host.predict.gru_training`.

Counts of a data set are of weights that stay. In the loop they are of weights that follow, beside
what a decoder would correct if the noise were as believed. Whoever is tuned or taught for the loop
should hear these. Which predictor drives matters little, as exposures take its weights out; it is
told in the folder's header.
"""

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from quantacore.golden.source.sampling import check_sampling
from quantacore.host.predict.series import CountSeries
from quantacore.host.predict.tuned_file import Tuned
from quantacore.sim.experiments.dataset_files import write_whole
from quantacore.sim.experiments.prediction_regret import RegretBench
from quantacore.sim.experiments.weight_followers import Follower

FORMAT, VERSION = "quantacore-heard-runs", 1
HEADER_FILE = "heard.json"


def hear_run(
    bench: RegretBench, run: CountSeries, tuned: Tuned, driver: str, *, shots: int
) -> CountSeries:
    """Return a run as the driver hears it, with the truth and sensors of the run.

    Parameters
    ----------
    bench : RegretBench
    run : CountSeries
        Of ``bench.runs``.
    tuned : Tuned
        Parameters of the driver.
    driver : str
        Predictor whose weights are in force.
    shots : int
        Of each epoch, at least 1.
    """
    check_sampling(shots, None)
    model = bench.model
    predictor = tuned.make(driver, len(model.expected), device=model.device_for([driver]))
    follower = Follower(model, predictor, shots=shots, heard="believed")
    ahead = np.diff(run.times, append=run.times[-1] + tuned.epoch_s)
    counts, exposures = [], []
    for epoch, shown in enumerate(bench.shown_epochs(run, shots=shots)):
        _, corrected = bench.decode(follower.decoder, shown)
        counts.append(corrected)
        exposures.append(follower.exposures)
        follower.hear(
            corrected,
            time_s=float(run.times[epoch]),
            ahead_s=float(ahead[epoch]),
            seed=shown.seed,
            environment=run.environment[epoch],
        )
    return replace(run, counts=np.array(counts, np.float64), exposures=np.array(exposures))


def write_heard(
    folder: Path,
    bench: RegretBench,
    tuned: Tuned,
    *,
    driver: str,
    shots: int,
    splits: Sequence[str] = ("train", "validation"),
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> int:
    """Hear all runs of some splits that the folder lacks; return how many it has then.

    Raises
    ------
    ValueError
        If the folder holds runs that were heard otherwise.
    """
    check_sampling(shots, None)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "driver": driver,
        "shots": shots,
        "tuned_on": tuned.source,
        "circuit": bench.model.header.circuit,
    }
    path = folder / HEADER_FILE
    if path.exists() and _header(folder) != header:
        raise ValueError(
            f"{folder}: holds runs with another driver, shots or data set: choose another --out"
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json.dumps(header, indent=1) + "\n").encode())
    runs = [(split, run) for split in splits for run in bench.runs(split=split)]
    for done, (split, run) in enumerate(runs):
        progress(done, len(runs))
        where = folder / f"{split}-{run.name}.npz"
        if not where.exists():
            heard = hear_run(bench, run, tuned, driver, shots=shots)
            unfinished = where.with_suffix(".unfinished")
            with open(unfinished, "wb") as stream:
                np.savez(stream, allow_pickle=False, **_arrays(heard))
            unfinished.replace(where)
    progress(len(runs), len(runs))
    return len(runs)


def load_heard(
    folder: Path, *, split: str, circuit: str, regimes: Sequence[str] | None = None
) -> list[CountSeries]:
    """Return the runs of a split, with their truth.

    Parameters
    ----------
    folder : Path
    split : str
    circuit : str
        Of the data set that they should be of.
    regimes : sequence of str, optional
        All if not given.

    Raises
    ------
    ValueError
        If the folder is none of such runs, of another circuit, or a file is damaged.
    """
    if _header(folder).get("circuit") != circuit:
        raise ValueError(f"{folder}: must be of the data set of --data, but is of another circuit")
    runs = []
    for path in sorted(folder.glob(f"{split}-*.npz")):
        name = path.stem.removeprefix(f"{split}-")
        regime = name.rpartition("-")[0]
        if regimes is not None and regime not in regimes:
            continue
        try:
            with np.load(path) as file:
                runs.append(CountSeries(name=name, regime=regime, **dict(file)))
        except (OSError, ValueError, TypeError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"{path}: must be a run of `quantacore predict hear`: {error}"
            ) from None
    if not runs:
        raise ValueError(f"{folder}: has no runs of the split {split!r}")
    return runs


def _header(folder: Path) -> dict[str, Any]:
    try:
        header = json.loads((folder / HEADER_FILE).read_text())
        if (header["format"], header["version"]) != (FORMAT, VERSION):
            raise ValueError("other format")
    except (OSError, ValueError, TypeError, KeyError):
        raise ValueError(f"{folder}: must be a folder of `quantacore predict hear`") from None
    return dict(header)


def _arrays(run: CountSeries) -> dict[str, np.ndarray]:
    assert run.log_ratios is not None
    return {
        "times": run.times,
        "counts": run.counts,
        "exposures": run.exposures,
        "environment": run.environment,
        "log_ratios": run.log_ratios,
    }
