"""Bench `windows`: count what decoding in sliding windows costs, on the same shots.

In: points, windows, limits.   Out: a table, or JSON; a CSV file that later runs go on from.
Next: `quantacore.sim.experiments.window_accuracy`.
"""

import argparse
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
from quantacore.sim.cli.bench_plot import draw_windows
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.window_accuracy import (
    ROUNDS_PER_DISTANCE,
    Window,
    WindowRow,
    measure_windows,
)

SUMMARY = """Count what decoding in sliding windows costs, on the same shots

A stream is decoded window by window: the corrections of the first COMMIT rounds are kept, the
next BUFFER rounds are looked at and decoded again. A short buffer decides too early, a long one
makes the core large. Shots of ten times the distance in rounds are decoded once as a whole, by
the golden union-find decoder, and once in windows.

Columns: errors; rate per round of syndrome measurement; errors per round relative to whole
shots with the 95 % interval for paired shots; shots that only whole shots, and only windows, got
wrong: the two counts that the interval comes from. 1.02 is a cost of 2 %.

  quantacore bench windows                                half a minute: a first look
  quantacore bench windows --distances 5 --windows 5x3 5x5 5x8 --shots 100000
  quantacore bench windows --distances 3 5 7 --ps 0.003 0.005 --windows 3x3 5x5 7x7 \\
      --max_errors 2000 --out windows.csv --plot pictures

To see a cost of 2 %, some thousand errors are needed. With --out the same command goes on where
it was stopped; new windows in a file get the shots that the others have had.
"""

DEFAULT_SHOTS = 20_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench windows`."""
    add_point_arguments(parser, distances=[3, 5], ps=[0.005], rounds=False)
    add_bases_argument(parser)
    parser.add_argument(
        "--rounds",
        type=int,
        metavar="R",
        help=f"of a shot (default {ROUNDS_PER_DISTANCE} times the distance)",
    )
    parser.add_argument(
        "--windows",
        type=window,
        nargs="+",
        metavar="CxB",
        help="rounds that a window commits, and those that it looks ahead: 5x3 "
        "(default: the distance, with half of it, all of it and twice as many)",
    )
    parser.add_argument(
        "--passes",
        type=int,
        nargs="+",
        default=[3],
        metavar="K",
        help="most passes, of whole shots and of windows (default 3)",
    )
    parser.add_argument(
        "--length_bits", type=int, default=4, metavar="B", help="bits of an edge length (default 4)"
    )
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
        help="leave a point when whole shots and all windows were wrong N times (at the end of a "
        "batch of 5000)",
    )
    add_results_arguments(parser)
    add_common_arguments(parser)


def window(text: str) -> Window:
    """Return (commit, buffer) of a text such as ``5x3``.

    Examples
    --------
    >>> window("5x3")
    (5, 3)
    """
    commit, cross, buffer = text.lower().partition("x")
    if not (cross and commit.isdecimal() and buffer.isdecimal()):
        raise argparse.ArgumentTypeError(f"window must be COMMITxBUFFER, as 5x3, not {text!r}")
    return int(commit), int(buffer)


def run(args: argparse.Namespace) -> int:
    """Print the table of costs."""
    shots = args.shots
    if shots is None and args.max_errors is None:
        shots = DEFAULT_SHOTS
    settings = list(
        dict.fromkeys(
            (_point(args, distance, p, basis, shots), passes)
            for distance in args.distances
            for p in args.ps
            for basis in args.bases or ["Z"]
            for passes in args.passes
        )
    )
    rows: list[WindowRow] = []
    with open_results(args) as stats:
        for number, (point, passes) in enumerate(settings, start=1):
            label = f"{number}/{len(settings)} d={point.distance} p={point.p:g} {point.basis}"
            with shots_bar(f"{label} passes={passes}", point.shots) as show:
                rows += measure_windows(
                    point,
                    list(dict.fromkeys(args.windows or _first_look(point.distance))),
                    length_bits=args.length_bits,
                    passes=passes,
                    seed=args.seed,
                    max_errors=args.max_errors,
                    stats=stats,
                    progress=show,
                )
    if args.plot is not None:
        draw_windows(rows, args.plot)
    if args.json:
        print_json("quantacore-windows", [_record(row) for row in rows])
    else:
        head = ["d", "p", "basis", "rounds", "passes", "window", "shots", "errors"]
        head += ["per round", "ratio to whole shots", "only whole", "only windows"]
        print_table(head, [_cells(row) for row in rows])
    return 0


def _point(
    args: argparse.Namespace, distance: int, p: float, basis: str, shots: int | None
) -> Point:
    point = Point(distance=distance, p=p, basis=basis, shots=shots)
    rounds = ROUNDS_PER_DISTANCE * distance if args.rounds is None else args.rounds
    return replace(point, rounds=rounds)


def _first_look(distance: int) -> list[Window]:
    return [(distance, (distance + 1) // 2), (distance, distance), (distance, 2 * distance)]


def _cells(row: WindowRow) -> list[str]:
    point, paired = row.point, row.paired
    compared = ["1", "", ""]
    if row.window is not None:
        compared = [
            f"{row.ratio_per_round:.3f}",
            str(paired.reference_errors - paired.both),
            str(paired.errors - paired.both),
        ]
    return [
        str(point.distance),
        f"{point.p:g}",
        point.basis,
        str(point.num_rounds),
        str(row.passes),
        "whole shots" if row.window is None else "{}x{}".format(*row.window),
        str(paired.shots),
        str(paired.errors),
        f"{row.rate_per_round:.2e}",
        *compared,
    ]


def _record(row: WindowRow) -> dict[str, object]:
    commit, buffer = row.window or (None, None)
    return {
        "distance": row.point.distance,
        "p": row.point.p,
        "basis": row.point.basis,
        "rounds": row.point.num_rounds,
        "length_bits": row.length_bits,
        "passes": row.passes,
        "commit_rounds": commit,
        "buffer_rounds": buffer,
        "unmatched": row.unmatched,
        "rate": finite(row.rate),
        "rate_per_round": row.rate_per_round,
        "ratio": finite(row.ratio),
        "ratio_per_round": finite(row.ratio_per_round),
        **vars(row.paired),
    }


WINDOWS = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run, resumable=True)
