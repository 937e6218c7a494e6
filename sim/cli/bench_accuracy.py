"""Bench `accuracy`: count the logical errors of all decoders on the same shots.

In: points, decoders, limits.   Out: a table, or JSON; a CSV file that later runs go on from.
Next: `quantacore.sim.experiments.accuracy`.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_bases_argument,
    add_common_arguments,
    add_point_arguments,
    add_results_arguments,
    finite,
    open_results,
    print_json,
    print_table,
    shots_bar,
)
from quantacore.sim.cli.bench_plot import draw_accuracy
from quantacore.sim.experiments.accuracy import (
    QUICK_POINTS,
    TABLE_POINTS,
    AccuracyRow,
    measure_accuracy,
)
from quantacore.sim.experiments.contenders import MATCHING
from quantacore.sim.experiments.point import Point

SUMMARY = """Count logical errors of all decoders on the same shots

Columns: errors, rate per shot with its 95 % interval (Wilson), and errors relative to plain
PyMatching with the 95 % interval for paired shots (Bonett-Price): below 1 is better than exact
matching. An unmatched shot counts as an error. "quantacore b=4, 3 passes" is the union-find
decoder with 4-bit lengths and at most 3 passes.

  quantacore bench accuracy                            half a minute: a first look
  quantacore bench accuracy --distances 5 7 --ps 0.003 0.005 --bases X Z \\
      --max_errors 300 --out night.csv                 until every decoder was wrong 300 times
  ... Ctrl-C, or a power cut; the same command goes on:
  quantacore bench accuracy --distances 5 7 --ps 0.003 0.005 --bases X Z \\
      --max_errors 300 --out night.csv
  quantacore bench plot --in night.csv --out pictures  our pictures, or sinter's:
  sinter plot --in night.csv --x_func m.p --group_func "f'{decoder} d={m.d} {m.basis}'"

More shots, more points or more decoders later: the same file, with those flags. A decoder that is
new in the file gets the shots that the others have had. Another seed, or a version of a decoder
that answers otherwise, is counted apart.
"""

DEFAULT_SHOTS = 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench accuracy`."""
    add_point_arguments(parser, distances=None, ps=None)
    add_bases_argument(parser)
    parser.add_argument(
        "--shots",
        "--max_shots",
        "--max-shots",
        type=int,
        metavar="N",
        help="shots at each point, those in --out included "
        f"(default {DEFAULT_SHOTS}; with --max_errors no limit)",
    )
    parser.add_argument(
        "--max_errors",
        "--max-errors",
        type=int,
        metavar="N",
        help="leave a point when every decoder was wrong N times (at the end of a batch of 5000)",
    )
    parser.add_argument(
        "--table",
        action="store_true",
        help="the points of docs/accuracy.md with their numbers of shots: some minutes",
    )
    parser.add_argument(
        "--length_bits",
        type=int,
        nargs="+",
        default=[4, 5],
        metavar="B",
        help="bits of an edge length (default 4 5)",
    )
    parser.add_argument(
        "--passes",
        type=int,
        nargs="+",
        default=[1, 2, 3, 4],
        metavar="K",
        help="most passes of the union-find decoder (default 1 2 3 4)",
    )
    add_results_arguments(parser)
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table of errors."""
    points = list(dict.fromkeys(_points(args)))
    rows: list[AccuracyRow] = []
    with open_results(args) as stats:
        for number, point in enumerate(points, start=1):
            label = f"{number}/{len(points)} d={point.distance} p={point.p:g} {point.basis}"
            with shots_bar(label, point.shots) as show:
                rows += measure_accuracy(
                    point,
                    length_bits=args.length_bits,
                    passes=args.passes,
                    seed=args.seed,
                    max_errors=args.max_errors,
                    stats=stats,
                    progress=show,
                )
    if args.plot is not None:
        draw_accuracy(rows, args.plot)
    if args.json:
        print_json("quantacore-accuracy", [_record(row) for row in rows])
    else:
        print_table(
            ["d", "p", "basis", "shots", "decoder", "errors", "rate", "ratio to PyMatching"],
            [
                [
                    str(row.point.distance),
                    f"{row.point.p:g}",
                    row.point.basis,
                    str(row.paired.shots),
                    row.decoder,
                    str(row.paired.errors),
                    f"{row.rate:.2e}",
                    "1" if row.decoder == MATCHING else f"{row.ratio:.2f}",
                ]
                for row in rows
            ],
        )
    return 0


def _points(args: argparse.Namespace) -> Sequence[Point]:
    """Return the points that were asked for, in every basis."""
    bases = args.bases or ["Z"]
    chosen = [args.distances, args.ps]
    points: Sequence[Point]
    if args.table:
        if any(value is not None for value in [*chosen, args.shots]):
            raise ValueError("--table must stand without --distances, --ps and --shots")
        points = TABLE_POINTS
    elif chosen == [None, None]:
        points = QUICK_POINTS
    elif None in chosen:
        raise ValueError("--distances and --ps must be given together")
    else:
        points = [
            Point(distance=distance, p=p, shots=DEFAULT_SHOTS)
            for distance in args.distances
            for p in args.ps
        ]
    if not args.table and (args.shots is not None or args.max_errors is not None):
        points = [replace(point, shots=args.shots) for point in points]
    return [replace(point, basis=basis) for point in points for basis in bases]


def _record(row: AccuracyRow) -> dict[str, object]:
    return {
        "distance": row.point.distance,
        "p": row.point.p,
        "basis": row.point.basis,
        "decoder": row.decoder,
        "unmatched": row.unmatched,
        "rate": finite(row.rate),
        "ratio": finite(row.ratio),
        **vars(row.paired),
    }


ACCURACY = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run, resumable=True)
