"""Bench `stream`: cycles per round and reaction of the streaming core.

In: points, window.   Out: a table, or JSON; a picture.
Next: `quantacore.sim.experiments.streaming`.
"""

import argparse
import sys
from typing import Any

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    add_point_arguments,
    make_folder,
    print_json,
    print_table,
    shots_bar,
)
from quantacore.sim.cli.bench_windows import window
from quantacore.sim.experiments.point import Point

SUMMARY = """Count cycles per round and reactions of the streaming core in Verilator

Sustained: rounds come as fast as the core takes them; cycles per round over all of it. At 100 MHz a
round that comes every microsecond leaves 100. Reaction: rounds come every --period cycles; cycles
from the last word of a window's last round to its prediction, for all windows, and for the last
ones of shots. Every window is compared with the golden model; exit code 1 if one differs.

  quantacore bench stream                                     two minutes: builds two cores
  quantacore bench stream --distances 3 5 7 --ps 0.001 0.005 --plot pictures
  quantacore bench stream --distances 5 --window 10x5 --rounds 500

Rotated memory, detectors of both bases, 4-bit lengths, baked links. The first run of a distance
builds its core: minutes for 5, a quarter of an hour for 7.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench stream`."""
    add_point_arguments(parser, distances=[3], ps=[0.001, 0.005], rounds=False)
    parser.add_argument(
        "--rounds", type=int, metavar="R", help="of a shot (default 10 times the distance)"
    )
    parser.add_argument(
        "--window",
        type=window,
        metavar="CxB",
        help="rounds that a window commits, and those that it looks ahead (default: the distance)",
    )
    parser.add_argument(
        "--passes", type=int, default=3, metavar="K", help="most passes per window (default 3)"
    )
    parser.add_argument(
        "--counters", action="store_true", help="of cores that also count for the host"
    )
    parser.add_argument(
        "--windows",
        type=int,
        default=10_000,
        metavar="N",
        help="at each point, in whole shots (default 10000)",
    )
    parser.add_argument(
        "--period", type=int, default=100, metavar="N", help="cycles between rounds (default 100)"
    )
    parser.add_argument("--plot", metavar="DIR", help="draw the reactions into this folder")
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table; exit code 1 if a window differs from golden."""
    # Late, so that other benches start fast and work without Amaranth.
    from quantacore.sim.experiments.streaming import measure_stream
    from quantacore.sim.plots.reactions import plot_reactions

    folder = None if args.plot is None else make_folder(args.plot)
    points = [
        Point(distance=distance, p=p, rounds=10 * distance if args.rounds is None else args.rounds)
        for distance in dict.fromkeys(args.distances)
        for p in dict.fromkeys(args.ps)
    ]
    rows: list[Any] = []
    for number, point in enumerate(points, start=1):
        label = f"{number}/{len(points)} d={point.distance} p={point.p:g}"
        with shots_bar(label, args.windows, unit="window") as show:
            rows.append(
                measure_stream(
                    point,
                    window=args.window,
                    passes=args.passes,
                    period=args.period,
                    windows=args.windows,
                    counters=args.counters,
                    seed=args.seed,
                    progress=show,
                )
            )
    if folder is not None:
        plot_reactions(rows, folder / "stream_reactions.png")
    if args.json:
        print_json("quantacore-stream", [_record(row) for row in rows])
    else:
        head = ["d", "p", "window", "passes", "windows", "mismatches", "cycles per round"]
        head += ["reaction mean", "p50", "p99", "p99.9", "max", "last windows: mean", "p99", "max"]
        print_table(head, [_cells(row) for row in rows])
    mismatches = sum(row.mismatches for row in rows)
    if mismatches:
        print(f"{mismatches} windows differ from the golden model.", file=sys.stderr)
    return 1 if mismatches else 0


def _cells(row: Any) -> list[str]:
    reaction, final = row.reaction, row.final_reaction
    return [
        str(row.point.distance),
        f"{row.point.p:g}",
        f"{row.commit_rounds}x{row.buffer_rounds}",
        str(row.passes),
        str(row.windows),
        str(row.mismatches),
        f"{row.cycles_per_round:.2f}",
        f"{reaction.mean:.1f}",
        *(f"{reaction.percentile(percent):.0f}" for percent in (50, 99, 99.9)),
        str(reaction.max),
        f"{final.mean:.1f}",
        f"{final.percentile(99):.0f}",
        str(final.max),
    ]


def _record(row: Any) -> dict[str, Any]:
    record: dict[str, Any] = {
        "distance": row.point.distance,
        "p": row.point.p,
        "rounds_per_shot": row.point.num_rounds,
        "commit_rounds": row.commit_rounds,
        "buffer_rounds": row.buffer_rounds,
        "passes": row.passes,
        "period": row.period,
        "windows": row.windows,
        "mismatches": row.mismatches,
        "faults": row.faults,
        "cycles_per_round": row.cycles_per_round,
        "micro_blossom_microseconds": row.micro_blossom,
    }
    for name, histogram in (("reaction", row.reaction), ("final_reaction", row.final_reaction)):
        record[name] = {
            "mean": histogram.mean,
            "p50": histogram.percentile(50),
            "p99": histogram.percentile(99),
            "p999": histogram.percentile(99.9),
            "max": histogram.max,
        }
    return record


STREAM = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
