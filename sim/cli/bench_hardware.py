"""Benches of the generated core: cycles per shot, and the way to a running simulation.

In: settings.   Out: a table, or JSON.
Next: `quantacore.sim.experiments.latency`, `quantacore.sim.experiments.builds`.
"""

import argparse
import sys

from tqdm import tqdm

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    add_point_arguments,
    print_json,
    print_table,
)

LATENCY_SUMMARY = """Count core cycles shot by shot in Verilator

From the cycle in which an idle core accepts the last word of a shot to the first cycle with the
prediction valid. Every shot is compared with the golden model; exit code 1 if any differs.

--noise circuit: rotated memory Z, both bases, rounds = distance, 4-bit lengths; the yardstick is
the cycle model of a parallel mesh. --noise phenomenological: one basis, every length 2; the
yardstick is Helios (arXiv:2301.08419), its Verilog run in Verilator. The first run of a distance
builds its core: a minute for 5, some minutes for 7.
"""

BUILD_SUMMARY = """Time generation and build of cores, with nothing cached

Amaranth's elaboration, the whole generation (Amaranth and yosys), Verilator with the C++ compiler,
and the speed of the simulation. Rotated memory, both bases, rounds = distance.
"""


def add_latency_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench latency`."""
    add_point_arguments(parser, distances=[3, 5], ps=[0.001, 0.005])
    parser.add_argument(
        "--noise",
        choices=["circuit", "phenomenological"],
        default="circuit",
        help="what is decoded (default circuit)",
    )
    parser.add_argument(
        "--shots", type=int, default=10_000, metavar="N", help="at each point (default 10000)"
    )
    parser.add_argument(
        "--passes",
        type=int,
        nargs="+",
        default=[1],
        metavar="K",
        help="most passes per shot (default 1); more than one builds a core with baked links",
    )
    add_common_arguments(parser)


def run_latency(args: argparse.Namespace) -> int:
    """Print the table of cycles; exit code 1 if a shot differs from golden."""
    from quantacore.sim.experiments.latency import Noise, measure_latency

    points = [(d, p, k) for d in args.distances for p in args.ps for k in args.passes]
    rows = []
    with tqdm(
        total=len(points) * args.shots, unit="shot", unit_scale=True, disable=None, leave=False
    ) as bar:
        for distance, p, passes in points:
            bar.set_description(f"d={distance} p={p:g} passes={passes}")
            rows.append(
                measure_latency(
                    Noise(args.noise),
                    distance=distance,
                    p=p,
                    passes=passes,
                    num_shots=args.shots,
                    seed=args.seed,
                    progress=bar.update,
                )
            )
    if args.json:
        print_json("quantacore-latency", [vars(row) | {"noise": row.noise.value} for row in rows])
    else:
        head = ["d", "p", "passes", "detectors", "shots", "mismatches"]
        head += ["mean", "p50", "p99", "p99.9", "max", "yardstick", "mean / yardstick"]
        print_table(
            head,
            [
                [
                    str(row.distance),
                    f"{row.p:g}",
                    str(row.passes),
                    str(row.num_detectors),
                    str(row.shots),
                    str(row.mismatches),
                    f"{row.mean:.2f}",
                    f"{row.p50:.0f}",
                    f"{row.p99:.0f}",
                    f"{row.p999:.0f}",
                    str(row.max),
                    "" if row.yardstick is None else f"{row.yardstick:g}",
                    "" if row.yardstick is None else f"{row.mean / row.yardstick:.2f}",
                ]
                for row in rows
            ],
        )
    mismatches = sum(row.mismatches for row in rows)
    if mismatches:
        print(f"{mismatches} shots differ from the golden model.", file=sys.stderr)
    return 1 if mismatches else 0


def add_build_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench build`."""
    parser.add_argument(
        "--distances",
        type=int,
        nargs="+",
        default=[3, 5],
        metavar="D",
        help="odd code distances; also the number of rounds (default 3 5)",
    )
    add_common_arguments(parser)


def run_build(args: argparse.Namespace) -> int:
    """Print the table of build times."""
    from quantacore.sim.experiments.builds import measure_build

    rows = [
        measure_build(distance=distance, seed=args.seed)
        for distance in tqdm(args.distances, unit="core", disable=None, leave=False)
    ]
    if args.json:
        print_json(
            "quantacore-build", [vars(row) | {"total_seconds": row.total_seconds} for row in rows]
        )
        return 0
    head = ["d", "detectors", "edges", "Verilog MB", "elaborate s", "generate s", "verilate s"]
    print_table(
        [*head, "total s", "cycles/s"],
        [
            [
                str(row.distance),
                str(row.num_detectors),
                str(row.num_edges),
                f"{row.verilog_bytes / 1e6:.2f}",
                f"{row.elaborate_seconds:.1f}",
                f"{row.generate_seconds:.1f}",
                f"{row.verilate_seconds:.1f}",
                f"{row.total_seconds:.1f}",
                f"{row.cycles_per_second:.0f}",
            ]
            for row in rows
        ],
    )
    return 0


LATENCY = Bench(summary=LATENCY_SUMMARY, add_arguments=add_latency_arguments, run=run_latency)
BUILD = Bench(summary=BUILD_SUMMARY, add_arguments=add_build_arguments, run=run_build)
