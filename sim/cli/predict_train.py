"""Step `train` of the verb `predict`: teach the recurrent network on a data set.

In: a data set.   Out: weights, the curve of training as CSV and picture.
Next: `quantacore.host.predict.gru_training`.
"""

import argparse
from pathlib import Path
from typing import Any

from tqdm import tqdm

from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import circuit_from_text
from quantacore.host.predict.gru_training import TEACHERS, TrainingSettings
from quantacore.sim.cli.bench_frame import make_folder
from quantacore.sim.cli.outputs import atomic_output

HELP = """teach the recurrent predictor on a data set

  quantacore predict train --data DIR --out gru      minutes on one core

The training split teaches, the validation split says when to end; the test split is not read. The
same seed gives the same weights on one kind of machine. Files in --out: gru.npz (weights),
curve.csv, curve.png. PyTorch is needed here, and nowhere else: pip install '.[learn]'.
"""
WEIGHTS_FILE, CURVE_FILE, PICTURE_FILE = "gru.npz", "curve.csv", "curve.png"


def add_step(steps: Any) -> None:
    """Add the step to the verb's parser: an action of `add_subparsers`."""
    parser = steps.add_parser(
        "train",
        help=HELP.partition("\n")[0],
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    parser.set_defaults(run_step=run)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the step."""
    usual = TrainingSettings()
    parser.add_argument("--data", required=True, metavar="DIR", help="data set")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to write")
    parser.add_argument(
        "--heard", metavar="DIR", help="of `predict hear`: teach on runs as they are in the loop"
    )
    parser.add_argument(
        "--seed", type=int, default=usual.seed, metavar="S", help=f"(default {usual.seed})"
    )
    parser.add_argument(
        "--teacher",
        choices=TEACHERS,
        default=usual.teacher,
        help="what is to be made likely: the true log ratios, the next counts, or both "
        f"(default {usual.teacher})",
    )
    for name, letter, text in (
        ("num_units", "N", "numbers that the state of a group has"),
        ("most_passes", "N", "over all runs"),
        ("patience", "N", "passes without a better loss of validation, after which it ends"),
    ):
        value = getattr(usual, name)
        parser.add_argument(
            f"--{name}", type=int, default=value, metavar=letter, help=f"{text} (default {value})"
        )


def run(args: argparse.Namespace) -> int:
    """Teach, and write what came of it."""
    from quantacore.host.predict.gru_training import imported_torch, train
    from quantacore.host.predict.neighbours import neighbouring_groups
    from quantacore.host.predict.recurrent_weights import save_weights
    from quantacore.sim.experiments.dataset_reader import load_header, load_series
    from quantacore.sim.experiments.heard_runs import load_heard
    from quantacore.sim.plots.training_curve import plot_curve

    names = ("seed", "teacher", "num_units", "most_passes", "patience")
    settings = TrainingSettings(**{name: getattr(args, name) for name in names})
    imported_torch()
    data = Path(args.data)
    header = load_header(data)
    graph = graph_from_circuit(circuit_from_text(header.circuit))
    training, validation = (
        load_heard(Path(args.heard), split=split, circuit=header.circuit)
        if args.heard
        else load_series(data, split=split, truth=True, gaps=True)
        for split in ("train", "validation")
    )
    folder = make_folder(args.out)
    with tqdm(desc="teaching", unit="pass", disable=None, leave=False) as bar:

        def show(point: Any) -> None:
            bar.set_postfix(validation=f"{point.validation:.4f}")
            bar.update()

        trained = train(
            training,
            validation,
            settings=settings,
            neighbours=neighbouring_groups(graph, header.groups),
            progress=show,
        )
    lines = ["pass,train,validation"]
    lines += [f"{p.number},{p.train:.6f},{p.validation:.6f}" for p in trained.curve]
    with atomic_output(str(folder / CURVE_FILE)) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    with atomic_output(str(folder / WEIGHTS_FILE)) as stream:
        save_weights(trained.weights, stream)
    plot_curve(trained, folder / PICTURE_FILE)
    first, best = trained.curve[0], trained.best
    print(
        f"{args.out}: {len(training)} runs taught, best after pass {best.number} of "
        f"{len(trained.curve) - 1}: loss of validation {best.validation:.4f}, "
        f"{first.validation:.4f} without the network"
    )
    return 0
