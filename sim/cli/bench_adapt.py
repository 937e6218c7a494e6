"""Bench `adapt`: what new weights are worth when the noise is not what it was.

In: distances, cases, shots.   Out: a table, or JSON.
Next: `quantacore.sim.experiments.adaptation`.
"""

import argparse
from statistics import mean

from quantacore.golden.noise.hot_spots import Case
from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    finite,
    print_json,
    print_table,
    shots_bar,
)
from quantacore.sim.experiments.adaptation import AdaptationRow, measure_adaptation

SUMMARY = """Count what new weights are worth when the noise has changed

A device gets hot spots that the weights know nothing of. Columns: errors with the stale weights
and with those of the true model, on the same shots; their ratio, the gain, with its 95 % interval;
then the gain of weights that were made from what the decoder itself counted on 1,000 and 10,000
shots: mean of several trainings, the worst of them, and how much of the true gain the mean is.
uniform and global are controls: there is nothing to gain, and noise in the weights would harm.

  quantacore bench adapt                                   a minute: the table of docs/adaptation.md
  quantacore bench adapt --distances 5 7 --shots 400000
  quantacore bench adapt --cases hot --training 300 1000 3000 --repeats 8
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench adapt`."""
    parser.add_argument(
        "--distances", type=int, nargs="+", default=[5], metavar="D", help="odd (default 5)"
    )
    parser.add_argument(
        "--p",
        type=float,
        default=0.003,
        metavar="P",
        help="noise strength that the stale weights were made for (default 0.003)",
    )
    parser.add_argument(
        "--cases",
        nargs="+",
        choices=[case.value for case in Case],
        default=[case.value for case in Case],
        help="how the noise has changed (default all)",
    )
    parser.add_argument(
        "--passes", type=int, default=3, metavar="K", help="most passes (default 3)"
    )
    parser.add_argument(
        "--shots", type=int, default=100_000, metavar="N", help="scored (default 100000)"
    )
    parser.add_argument(
        "--training",
        type=int,
        nargs="+",
        default=[1_000, 10_000],
        metavar="N",
        help="shots that are counted (default 1000 10000)",
    )
    parser.add_argument(
        "--repeats", type=int, default=4, metavar="N", help="trainings of each (default 4)"
    )
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table of gains."""
    rows = []
    settings = [(d, Case(case)) for d in args.distances for case in args.cases]
    for number, (distance, case) in enumerate(settings, start=1):
        label = f"{number}/{len(settings)} d={distance} {case.value}"
        with shots_bar(label, args.shots) as show:
            rows.append(
                measure_adaptation(
                    case,
                    distance=distance,
                    p=args.p,
                    passes=args.passes,
                    shots=args.shots,
                    training=args.training,
                    repeats=args.repeats,
                    seed=args.seed,
                    progress=show,
                )
            )
    if args.json:
        print_json("quantacore-adaptation", [_record(row) for row in rows])
        return 0
    head = ["d", "case", "shots", "stale", "true model", "true gain"]
    for length in args.training:
        head += [f"gain after {length}", "worst", "of the true"]
    print_table(head, [_cells(row, args.training) for row in rows])
    return 0


def _cells(row: AdaptationRow, training: list[int]) -> list[str]:
    paired = row.true_model
    cells = [
        str(row.distance),
        row.case.value,
        str(paired.shots),
        str(paired.errors),
        str(paired.reference_errors),
        f"{row.true_gain:.2f}",
    ]
    for length in training:
        gains = row.gains(length)
        cells += [f"{mean(gains):.3f}", f"{min(gains):.3f}", _share(row, mean(gains))]
    return cells


def _share(row: AdaptationRow, gain: float) -> str:
    """Return how much of the true gain a gain is, if there is one to speak of."""
    if row.true_gain.low <= 1.05:
        return ""
    return f"{(gain - 1) / (row.true_gain.value - 1):.0%}"


def _record(row: AdaptationRow) -> dict[str, object]:
    return {
        "distance": row.distance,
        "p": row.p,
        "passes": row.passes,
        "case": row.case.value,
        "shots": row.true_model.shots,
        "stale_errors": row.true_model.errors,
        "true_model_errors": row.true_model.reference_errors,
        "true_gain": finite(row.true_gain),
        "trained": [
            {
                "shots": trained.shots,
                "seed": trained.seed,
                "changed_edges": trained.changed_edges,
                "errors": trained.paired.reference_errors,
                "gain": trained.gain,
            }
            for trained in row.trained
        ],
    }


ADAPT = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
