"""Verb `bench`: measure what the documents claim, on this machine.

In: the name of a bench and its settings.   Out: a table, or JSON.
Next: `quantacore.sim.experiments.speed`, `quantacore.sim.experiments.accuracy`.

One more bench is one more module in `quantacore.sim.experiments` and one more line in `BENCHES`,
with the two functions that it names.
"""

import argparse
import sys
from collections.abc import Sequence

from tqdm import tqdm

from quantacore.golden.metrics import Interval
from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    add_point_arguments,
    print_json,
    print_table,
)
from quantacore.sim.cli.bench_hardware import BUILD, LATENCY
from quantacore.sim.experiments.accuracy import (
    QUICK_POINTS,
    TABLE_POINTS,
    AccuracyRow,
    Point,
    measure_accuracy,
)
from quantacore.sim.experiments.contenders import MATCHING
from quantacore.sim.experiments.speed import SpeedRow, measure_speed

HELP = """Measure accuracy and speed, of the golden decoder and of the core

All benches use stim's rotated surface-code memory (Z basis), as many rounds as the distance, one
noise strength p for gates, idling, measurement and reset. Every decoder gets the same shots.

  quantacore bench speed                          seconds: how fast is the golden decoder?
  quantacore bench accuracy                       half a minute: how often is it wrong?
  quantacore bench accuracy --table               minutes: the table of docs/accuracy.md
  quantacore bench latency                        minutes: core cycles per shot, in Verilator
  quantacore bench build --distances 3 5          minutes: from a graph to a running simulation
  quantacore bench accuracy --distances 5 --ps 0.002 0.004 --shots 1000000
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a parser for each bench."""
    benches = parser.add_subparsers(dest="bench", metavar="BENCH", required=True)
    for name, bench in BENCHES.items():
        bench_parser = benches.add_parser(
            name,
            help=bench.summary.partition("\n")[0],
            description=bench.summary,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        bench.add_arguments(bench_parser)


def run(args: argparse.Namespace) -> int:
    """Run one bench."""
    return BENCHES[args.bench].run(args)


SPEED = """Time one and three passes of the golden decoder against PyMatching

One pass runs against plain PyMatching, three passes against correlated PyMatching: one core,
batches of the same shots, the decoders take turns, the best repeat counts. The ratio carries over
to other machines, the microseconds do not.
"""


def add_speed_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench speed`."""
    add_point_arguments(parser, distances=[5, 9, 13], ps=[0.001, 0.005])
    parser.add_argument(
        "--shots",
        type=int,
        metavar="N",
        help="shots per batch (default: what PyMatching decodes in 0.15 s)",
    )
    parser.add_argument(
        "--repeats", type=int, default=7, metavar="N", help="batches per decoder (default 7)"
    )
    parser.add_argument(
        "--limit",
        type=float,
        metavar="RATIO",
        help="exit with code 1 if any ratio is above this",
    )
    add_common_arguments(parser)


def run_speed(args: argparse.Namespace) -> int:
    """Print the ratio table; exit code 1 if a ratio is above ``--limit``."""
    rows: list[SpeedRow] = []
    points = [(distance, p) for distance in args.distances for p in args.ps]
    for distance, p in tqdm(points, unit="point", disable=None, leave=False):
        rows += measure_speed(
            distance=distance, p=p, num_shots=args.shots, repeats=args.repeats, seed=args.seed
        )
    if args.json:
        print_json("quantacore-speed", [vars(row) | {"ratio": row.ratio} for row in rows])
    else:
        print_table(
            ["d", "p", "shots", "passes", "us/shot", "rival", "rival us/shot", "ratio"],
            [
                [
                    str(row.distance),
                    f"{row.p:g}",
                    str(row.shots),
                    str(row.passes),
                    f"{row.us_per_shot:.3f}",
                    row.rival,
                    f"{row.rival_us_per_shot:.3f}",
                    f"{row.ratio:.2f}",
                ]
                for row in rows
            ],
        )
        print(f"Highest ratio: {max(row.ratio for row in rows):.2f}")
    too_slow = args.limit is not None and any(row.ratio > args.limit for row in rows)
    if too_slow:
        print(f"A ratio is above the limit of {args.limit:g}.", file=sys.stderr)
    return 1 if too_slow else 0


ACCURACY = """Count logical errors of all decoders on the same shots

Columns: errors, rate per shot with its 95 % interval (Wilson), and errors relative to plain
PyMatching with the 95 % interval for paired shots (Bonett-Price): below 1 is better than exact
matching. An unmatched shot counts as an error. "b=4, 3 passes" is the union-find decoder with
4-bit lengths and at most 3 passes.
"""


def add_accuracy_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench accuracy`."""
    add_point_arguments(parser, distances=None, ps=None)
    parser.add_argument(
        "--shots", type=int, metavar="N", help="shots at each point (default 100000)"
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
    add_common_arguments(parser)


def run_accuracy(args: argparse.Namespace) -> int:
    """Print the table of errors."""
    points = _accuracy_points(args)
    rows: list[AccuracyRow] = []
    total = sum(point.shots for point in points)
    with tqdm(total=total, unit="shot", unit_scale=True, disable=None, leave=False) as bar:
        for point in points:
            bar.set_description(f"d={point.distance} p={point.p:g}")
            rows += measure_accuracy(
                point,
                length_bits=args.length_bits,
                passes=args.passes,
                seed=args.seed,
                progress=bar.update,
            )
    if args.json:
        print_json("quantacore-accuracy", [_accuracy_record(row) for row in rows])
    else:
        print_table(
            ["d", "p", "shots", "decoder", "errors", "rate", "ratio to PyMatching"],
            [
                [
                    str(row.point.distance),
                    f"{row.point.p:g}",
                    str(row.point.shots),
                    row.decoder,
                    str(row.paired.errors),
                    f"{row.rate:.2e}",
                    "1" if row.decoder == MATCHING else f"{row.ratio:.2f}",
                ]
                for row in rows
            ],
        )
    return 0


def _accuracy_points(args: argparse.Namespace) -> Sequence[Point]:
    chosen = [args.distances, args.ps]
    if args.table:
        if any(value is not None for value in [*chosen, args.shots]):
            raise ValueError("--table must stand without --distances, --ps and --shots")
        return TABLE_POINTS
    if chosen == [None, None]:
        shots = args.shots
        return [
            point if shots is None else Point(distance=point.distance, p=point.p, shots=shots)
            for point in QUICK_POINTS
        ]
    if None in chosen:
        raise ValueError("--distances and --ps must be given together")
    shots = 100_000 if args.shots is None else args.shots
    return [
        Point(distance=distance, p=p, shots=shots) for distance in args.distances for p in args.ps
    ]


def _accuracy_record(row: AccuracyRow) -> dict[str, object]:
    return {
        "distance": row.point.distance,
        "p": row.point.p,
        "decoder": row.decoder,
        "unmatched": row.unmatched,
        "rate": _finite(row.rate),
        "ratio": _finite(row.ratio),
        **vars(row.paired),
    }


def _finite(interval: Interval) -> dict[str, float | None]:
    """JSON has neither NaN nor infinity: None stands for both."""
    return {
        name: value if value == value and abs(value) != float("inf") else None
        for name, value in vars(interval).items()
    }


BENCHES: dict[str, Bench] = {
    "speed": Bench(summary=SPEED, add_arguments=add_speed_arguments, run=run_speed),
    "accuracy": Bench(summary=ACCURACY, add_arguments=add_accuracy_arguments, run=run_accuracy),
    "latency": LATENCY,
    "build": BUILD,
}
"""Name on the command line -> bench."""
