"""Bench `build`: the way from a graph to a running simulation.

In: distances.   Out: a table, or JSON.
Next: `quantacore.sim.experiments.builds`.
"""

import argparse

from tqdm import tqdm

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    print_json,
    print_table,
)

BUILD_SUMMARY = """Time generation and build of cores, with nothing cached

Amaranth's elaboration, the whole generation (Amaranth and yosys), Verilator with the C++ compiler,
and the speed of the simulation. Rotated memory, both bases, rounds = distance.
"""


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


BUILD = Bench(summary=BUILD_SUMMARY, add_arguments=add_build_arguments, run=run_build)
