"""Step `loops` of the verb `predict`: predictors in the closed loop around the core.

In: kind of noise, predictors, seeds.   Out: a table, JSON and a picture.
Next: `quantacore.sim.experiments.loop_contest`.
"""

import argparse
import dataclasses
import json
import math
from typing import Any

from quantacore.golden.noise.regimes import REGIMES
from quantacore.host.predict.registry import DEFAULT_PREDICTOR
from quantacore.sim.cli.bench_frame import finite, make_folder, note, print_table, shots_bar
from quantacore.sim.cli.outputs import atomic_output
from quantacore.sim.experiments.loop_cores import CORES, RTL

HELP = """run predictors in the closed loop around the core, on the same noise and shots

  quantacore predict loops --out loops                       minutes a loop, in Verilator
  quantacore predict loops --out loops --seeds 11 12 13 14   adds the loops that it lacks
  quantacore predict loops --out many --core golden --seeds 11 12 13 14 15 16 17 18
  quantacore predict loops --out few --predictors counting kalman --epochs 10

Each loop is one of `quantacore run`, with a folder of its own in --out: `counting` is the estimator
without a forecast. Files besides: loops.json and loops.png, logical errors over time of the weights
that never change (static), those of the true noise (oracle), and each predictor. Exit code 1 if a
core differed from golden or lost a round.
"""
HEAD = (
    *("contender", "seeds", "shots", "errors", "regret per 1000 shots [95 %]"),
    *("of static's [95 %]", "images", "mismatches", "rounds lost"),
)


def add_step(steps: Any) -> None:
    """Add the step to the verb's parser: an action of `add_subparsers`."""
    parser = steps.add_parser(
        "loops",
        help=HELP.partition("\n")[0],
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to write")
    parser.add_argument(
        "--noise", choices=tuple(REGIMES), default="mixture", help="kind of noise (default mixture)"
    )
    parser.add_argument(
        "--predictors",
        nargs="+",
        default=["counting", DEFAULT_PREDICTOR],
        metavar="NAME",
        help=f"(default counting {DEFAULT_PREDICTOR})",
    )
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[11, 12], metavar="S", help="(default 11 12)"
    )
    parser.add_argument(
        "--core",
        choices=tuple(CORES),
        default=RTL,
        help="; ".join(f"{name}: {text}" for name, text in CORES.items()) + f" (default {RTL})",
    )
    for name, default, text in (
        ("distance", 3, "of the surface code, odd"),
        ("rounds", 9, "of a shot"),
        ("epochs", 30, "of each loop, two calm ones at the beginning"),
        ("shots", 2_000, "of an epoch"),
        ("looks", 1, "at the counters in an epoch"),
    ):
        parser.add_argument(
            f"--{name}", type=int, default=default, metavar="N", help=f"{text} (default {default})"
        )
    parser.set_defaults(run_step=run)


def run(args: argparse.Namespace) -> int:
    """Run the loops that are not there yet, and compare them."""
    from quantacore.sim.experiments.closed_loop import LoopSettings
    from quantacore.sim.experiments.loop_contest import run_loops, summarise_loops
    from quantacore.sim.plots.loop_contest import plot_loops

    names = ("noise", "distance", "rounds", "epochs", "shots", "looks", "core")
    settings = LoopSettings(**{name: getattr(args, name) for name in names})
    for predictor in args.predictors:
        dataclasses.replace(settings, predictor=predictor)  # before anything is written
    if settings.epochs <= settings.calm_epochs:
        raise ValueError(f"--epochs must be above {settings.calm_epochs}, not {settings.epochs}")
    folder = make_folder(args.out)
    total = settings.epochs * len(args.predictors) * len(args.seeds)
    with shots_bar("loops", total, unit="epoch") as show:
        found = run_loops(
            folder, settings, predictors=args.predictors, seeds=args.seeds, progress=show
        )
    rows = summarise_loops(found)
    with atomic_output(str(folder / "loops.json")) as stream:
        body = {
            "format": "quantacore-loops",
            "version": 1,
            "settings": {name: getattr(args, name) for name in names},
            "seeds": args.seeds,
            "rows": [
                vars(row) | {name: finite(getattr(row, name)) for name in ("regret", "of_static")}
                for row in rows
            ],
        }
        stream.write((json.dumps(body, indent=1) + "\n").encode())
    plot_loops(found, settings, folder / "loops.png")
    print_table(HEAD, [_cells(row) for row in rows])
    note(f"logs, JSON and picture: {args.out}")
    return 1 if any(row.mismatches or row.rounds_lost for row in rows) else 0


def _cells(row: Any) -> list[str]:
    return [
        *(row.predictor, str(row.seeds), str(row.shots), str(row.errors)),
        *(f"{row.regret:.2f}", _share(row.of_static), str(row.images)),
        *(str(row.mismatches), str(row.rounds_lost)),
    ]


def _share(interval: Any) -> str:
    # Where static errs as little as the oracle, nothing is a share of its regret.
    return f"{interval:.3f}" if math.isfinite(interval.value) else "-"
