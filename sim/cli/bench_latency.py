"""Bench `latency`: count core cycles shot by shot.

In: points, passes, noise.   Out: a table, or JSON; a CSV file that later runs go on from.
Next: `quantacore.sim.experiments.latency`.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_bases_argument,
    add_common_arguments,
    add_point_arguments,
    add_results_arguments,
    open_results,
    print_json,
    print_table,
    shots_bar,
)
from quantacore.sim.cli.bench_plot import draw_latency
from quantacore.sim.cli.inputs import add_links_arguments, chosen_links
from quantacore.sim.experiments.point import Point

SUMMARY = """Count core cycles shot by shot in Verilator

From the cycle in which an idle core accepts the last word of a shot to the first cycle with the
prediction valid. Every shot is compared with the golden model; exit code 1 if any differs.

--noise circuit: rotated memory, detectors of both bases, rounds = distance, 4-bit lengths; the
yardstick is the cycle model of a parallel mesh. --noise phenomenological: one basis, every length
2; the yardstick is Helios (arXiv:2301.08419), its Verilog run in Verilator. The first run of a
distance builds its core: a minute for 5, some minutes for 7.

  quantacore bench latency                                      a first look
  quantacore bench latency --distances 3 5 7 --ps 0.001 0.005 --passes 1 3 \\
      --shots 1000000 --out cycles.csv                          a night; Ctrl-C when you like
  ... the same command goes on where it stopped; meanwhile or later:
  quantacore bench plot --in cycles.csv --out pictures

The CSV is sinter's: errors are logical errors of the core, custom_counts hold mismatches and the
histogram ("cycles=12": shots that took 12 cycles). Another generated core is counted apart.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench latency`."""
    add_point_arguments(parser, distances=[3, 5], ps=[0.001, 0.005])
    add_bases_argument(parser)
    parser.add_argument(
        "--noise",
        choices=["circuit", "phenomenological"],
        default="circuit",
        help="what is decoded (default circuit)",
    )
    parser.add_argument(
        "--shots",
        "--max_shots",
        "--max-shots",
        type=int,
        default=10_000,
        metavar="N",
        help="at each point, those in --out included (default 10000)",
    )
    parser.add_argument(
        "--passes",
        type=int,
        nargs="+",
        default=[1],
        metavar="K",
        help="most passes per shot (default 1); more than one builds a core with links",
    )
    add_links_arguments(parser)
    add_results_arguments(parser)
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table of cycles; exit code 1 if a shot differs from golden."""
    # Late, so that other benches start fast and work without Amaranth.
    from quantacore.sim.experiments.latency import LatencyRow, Noise, measure_latency

    noise = Noise(args.noise)
    links = chosen_links(args)
    if noise is Noise.PHENOMENOLOGICAL and args.bases is not None:
        raise ValueError("--bases must stand without --noise phenomenological: it has one basis")
    settings = list(
        dict.fromkeys(
            (Point(distance=distance, p=p, basis=basis, shots=args.shots), passes)
            for distance in args.distances
            for p in args.ps
            for basis in args.bases or ["Z"]
            for passes in args.passes
        )
    )
    rows: list[LatencyRow] = []
    with open_results(args) as stats:
        for number, (point, passes) in enumerate(settings, start=1):
            label = f"{number}/{len(settings)} d={point.distance} p={point.p:g} {point.basis}"
            with shots_bar(f"{label} passes={passes}", point.shots) as show:
                rows.append(
                    measure_latency(
                        noise,
                        point,
                        passes=passes,
                        **links,
                        seed=args.seed,
                        stats=stats,
                        progress=show,
                    )
                )
    if args.plot is not None:
        draw_latency(rows, args.plot)
    records: list[dict[str, Any]] = [
        {
            "noise": row.noise.value,
            "distance": row.point.distance,
            "p": row.point.p,
            "basis": row.point.basis,
            "passes": row.passes,
            "links": row.links,
            "lanes": row.lanes,
            "num_detectors": row.num_detectors,
            "shots": row.shots,
            "errors": row.errors,
            "mismatches": row.mismatches,
            "mean": row.histogram.mean,
            "p50": row.histogram.percentile(50),
            "p99": row.histogram.percentile(99),
            "p999": row.histogram.percentile(99.9),
            "max": row.histogram.max,
            "yardstick": row.yardstick,
        }
        for row in rows
    ]
    if args.json:
        print_json("quantacore-latency", records)
    else:
        _print(records)
    mismatches = sum(row.mismatches for row in rows)
    if mismatches:
        print(f"{mismatches} shots differ from the golden model.", file=sys.stderr)
    return 1 if mismatches else 0


def _print(records: Sequence[dict[str, Any]]) -> None:
    head = ["d", "p", "basis", "passes", "links", "detectors", "shots", "mismatches"]
    head += ["mean", "p50", "p99", "p99.9", "max", "yardstick", "mean / yardstick"]
    print_table(
        head,
        [
            [
                str(row["distance"]),
                f"{row['p']:g}",
                row["basis"],
                str(row["passes"]),
                row["links"] + (f", {row['lanes']} lanes" if row["lanes"] else ""),
                str(row["num_detectors"]),
                str(row["shots"]),
                str(row["mismatches"]),
                f"{row['mean']:.2f}",
                f"{row['p50']:.0f}",
                f"{row['p99']:.0f}",
                f"{row['p999']:.0f}",
                str(row["max"]),
                "" if row["yardstick"] is None else f"{row['yardstick']:g}",
                "" if row["yardstick"] is None else f"{row['mean'] / row['yardstick']:.2f}",
            ]
            for row in records
        ],
    )


LATENCY = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run, resumable=True)
