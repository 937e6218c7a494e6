"""Verb `dataset`: many runs of drifting noise, or a real experiment, as Parquet files.

In: settings, or the folder of an experiment.   Out: a data set; a line on standard output.
Next: `quantacore.sim.experiments.dataset`, `quantacore.sim.experiments.imported`.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from quantacore.golden.noise.regimes import REGIMES
from quantacore.golden.source.model_text import circuit_from_text
from quantacore.sim.cli.inputs import naming, read_text
from quantacore.sim.cli.shots import read_shots

HELP = """make a data set for predictors of error rates, from simulated or real shots

Each run is a kind of noise and a seed: epoch by epoch, what a decoder with the model's weights
counted, what sensors said, and (apart) the truth. Columns and splits: docs/datasets.md.

  quantacore dataset --out data                          72 runs at d = 3: minutes
  quantacore dataset --out data --seeds 16               adds the runs that it lacks
  quantacore dataset --out data --scheduler tcp://HOST:8786
  quantacore dataset --out real --from surface_code_bZ_d3_r05_center_3_5

An interrupted command goes on when it is given again. --workers processes do it here (Dask's own
local cluster), or the workers of a Dask scheduler anywhere; only this process writes files.
--from imports a folder of Google's 2022 experiment: circuit_noisy.stim, detection_events.b8,
obs_flips_actual.01.
"""

CIRCUIT_FILE = "circuit_noisy.stim"
EVENTS_FILE = "detection_events.b8"
ACTUAL_FILE = "obs_flips_actual.01"

NUMBERS: tuple[tuple[str, type, float, str, str], ...] = (
    ("distance", int, 3, "D", "of the surface code, odd"),
    ("rounds", int, 9, "R", "of a shot"),
    ("p", float, 0.003, "P", "noise strength of the model"),
    ("seeds", int, 8, "N", "runs of each regime"),
    ("epochs", int, 60, "N", "of a run"),
    ("shots", int, 2_000, "N", "decoded in an epoch; with --from 1000 by default"),
    ("epoch_s", float, 10.0, "S", "seconds that an epoch stands for; with --from 1 by default"),
    ("passes", int, 3, "K", "most passes of the decoder"),
)
"""Name, kind, default of `DatasetSettings`, letter, text."""
HELD_OUT = ("calibration", "mixture")
LISTS = ("regimes", "held_out")
OF_IMPORTS = ("shots", "epoch_s", "passes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("--out", required=True, metavar="DIR", help="folder of the data set")
    parser.add_argument("--from", dest="source", metavar="DIR", help="import a real experiment")
    for name, kind, default, letter, text in NUMBERS:
        parser.add_argument(
            f"--{name}", type=kind, metavar=letter, help=f"{text} (default {default:g})"
        )
    parser.add_argument(
        "--regimes",
        nargs="+",
        choices=tuple(REGIMES),
        metavar="NAME",
        help="; ".join(f"{name}: {text}" for name, text in REGIMES.items()) + " (default all)",
    )
    parser.add_argument(
        "--held_out",
        nargs="*",
        choices=tuple(REGIMES),
        metavar="NAME",
        help=f"regimes of the test split alone (default {' '.join(HELD_OUT)})",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scheduler", metavar="ADDRESS", help="of Dask, such as tcp://HOST:8786")
    where.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="processes here; 0 for none but this one (default one for each processor)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a line")


def run(args: argparse.Namespace) -> int:
    """Make a data set, or what one lacks."""
    header = _import(args) if args.source is not None else _simulate(args)
    report = {
        "format": "quantacore-dataset-report",
        "version": 1,
        "origin": header.origin,
        "runs": header.num_runs_of_split,
        "settings": header.settings,
        "edges": header.num_edges,
        "groups": len(set(header.groups)),
    }
    if args.json:
        print(json.dumps(report, indent=1))
    else:
        runs = ", ".join(f"{count} {split}" for split, count in report["runs"].items())
        print(f"{args.out}: runs: {runs}; {report['edges']} edges in {report['groups']} groups")
    return 0


def _simulate(args: argparse.Namespace) -> Any:
    from quantacore.sim.experiments.dataset import write_dataset
    from quantacore.sim.experiments.dataset_settings import DatasetSettings

    settings = DatasetSettings(**_given(args, [*(name for name, *_ in NUMBERS), *LISTS]))
    finished = 0
    try:
        with tqdm(desc="runs", unit="run", disable=None, leave=False) as bar:

            def progress(done: int, total: int) -> None:
                nonlocal finished
                finished = bar.n = done
                bar.total = total
                bar.refresh()

            return write_dataset(
                Path(args.out),
                settings,
                scheduler=args.scheduler,
                workers=args.workers,
                progress=progress,
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted; {args.out} holds {finished} finished runs, and the same command goes on"
        ) from None


def _import(args: argparse.Namespace) -> Any:
    from quantacore.sim.experiments.imported import Experiment, ImportSettings, import_experiment

    others = [name for name, *_ in NUMBERS if name not in OF_IMPORTS]
    strange = [*_given(args, others), *_given(args, [*LISTS, "scheduler", "workers"])]
    if strange:
        raise ValueError(f"--{strange[0]} must be left out with --from: the experiment says it")
    folder = Path(args.source)
    path = str(folder / CIRCUIT_FILE)
    text = read_text(path)
    with naming(path):
        circuit = circuit_from_text(text)
    events, actual = (
        _all_shots(folder / file, format=format, num_bits=num_bits, what=what)
        for file, format, num_bits, what in (
            (EVENTS_FILE, "b8", circuit.num_detectors, "detectors"),
            (ACTUAL_FILE, "01", circuit.num_observables, "observables"),
        )
    )
    experiment = Experiment(
        name=folder.resolve().name, circuit=circuit, events=events, actual=actual
    )
    return import_experiment(Path(args.out), experiment, ImportSettings(**_given(args, OF_IMPORTS)))


def _all_shots(path: Path, *, format: str, num_bits: int, what: str) -> np.ndarray:
    chunks = read_shots(str(path), format=format, num_bits=num_bits, what=what, max_shots=1 << 16)
    return np.concatenate([np.zeros((0, (num_bits + 7) // 8), np.uint8), *chunks])


def _given(args: argparse.Namespace, names: Any) -> dict[str, Any]:
    """Return those settings that the user gave; the others have their defaults elsewhere."""
    given = {name: getattr(args, name) for name in names}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in given.items()
        if value is not None
    }
