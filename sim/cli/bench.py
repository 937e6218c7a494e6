"""Verb `bench`: measure what the documents claim, on this machine.

In: the name of a bench and its settings.   Out: a table, or JSON.
Next: `quantacore.sim.experiments.speed`, `quantacore.sim.cli.bench_accuracy`.

One more bench is one more module in `quantacore.sim.experiments` and one more line in `BENCHES`,
with the two functions that it names.
"""

import argparse
import sys

from tqdm import tqdm

from quantacore.sim.cli.bench_accuracy import ACCURACY
from quantacore.sim.cli.bench_adapt import ADAPT
from quantacore.sim.cli.bench_area import AREA
from quantacore.sim.cli.bench_codes import CODES_BENCH
from quantacore.sim.cli.bench_confidence import CONFIDENCE
from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    add_point_arguments,
    print_json,
    print_table,
)
from quantacore.sim.cli.bench_hardware import BUILD
from quantacore.sim.cli.bench_latency import LATENCY
from quantacore.sim.cli.bench_mitigation import MITIGATION
from quantacore.sim.cli.bench_plot import PLOT
from quantacore.sim.cli.bench_soak import SOAK
from quantacore.sim.cli.bench_stream import STREAM
from quantacore.sim.cli.bench_switching import SWITCHING
from quantacore.sim.cli.bench_windows import WINDOWS
from quantacore.sim.experiments.speed import SpeedRow, measure_speed

HELP = """Measure accuracy and speed, of the golden decoder and of the core

All but `codes` use stim's rotated surface-code memory, as many rounds as the distance, one noise
strength p for gates, idling, measurement and reset. Every decoder gets the same shots.

  quantacore bench speed                          seconds: how fast is the golden decoder?
  quantacore bench accuracy                       half a minute: how often is it wrong?
  quantacore bench accuracy --table               minutes: the table of docs/accuracy.md
  quantacore bench confidence                     half a minute: does a core know when it is wrong?
  quantacore bench windows                        half a minute: what do sliding windows cost?
  quantacore bench adapt                          a minute: what are new weights worth?
  quantacore bench switching                      minutes: several codes on one core
  quantacore bench codes bias                     a minute: code families under biased noise
  quantacore bench latency                        minutes: core cycles per shot, in Verilator
  quantacore bench build --distances 3 5          minutes: from a graph to a running simulation
  quantacore bench area --distances 3             minutes: area and clock, estimated
  quantacore bench plot --in night.csv --out pictures

A night in the lab: 300 errors of every decoder at every point. Ctrl-C at any time; the same
command goes on. `bench plot` draws what is there, also while the bench is running.

  quantacore bench accuracy --distances 3 5 7 --ps 0.002 0.003 0.005 --bases X Z \\
      --max_errors 300 --out night.csv --plot pictures
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
    """Run one bench; one that keeps its counts in a file says so when it is interrupted."""
    bench = BENCHES[args.bench]
    try:
        return bench.run(args)
    except KeyboardInterrupt:
        if not bench.resumable or args.out is None:
            raise
        print(f"quantacore: interrupted; the same command goes on from {args.out}", file=sys.stderr)
        return 130


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


BENCHES: dict[str, Bench] = {
    "speed": Bench(summary=SPEED, add_arguments=add_speed_arguments, run=run_speed),
    "accuracy": ACCURACY,
    "adapt": ADAPT,
    "switching": SWITCHING,
    "codes": CODES_BENCH,
    "confidence": CONFIDENCE,
    "mitigation": MITIGATION,
    "windows": WINDOWS,
    "latency": LATENCY,
    "stream": STREAM,
    "soak": SOAK,
    "build": BUILD,
    "area": AREA,
    "plot": PLOT,
}
"""Name on the command line -> bench."""
