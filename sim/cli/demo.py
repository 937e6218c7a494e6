"""Verb `demo`: the whole way from circuits to verified cores, with tables and pictures.

In: distances and noise strengths.   Out: a folder with one file a layer, a report, PNG files.
Next: `quantacore.sim.cli.demo_run`.
"""

import argparse

HELP = """Show everything at work: circuits, cores, simulation, tables and pictures

Samples stim's rotated surface-code memory, generates a Verilog core for each distance, decodes the
same shots with the golden model, the simulated core and PyMatching, and compares. Exit code 1 if
the core differs from the golden model in a single bit.

  quantacore demo --out build/demo                                    minutes
  quantacore demo --out build/d3 --distances 3 --ps 0.005 --shots 10000

The folder gets demo.md (the report), results.json, PNG files and, for each code and noise
strength, every file between the layers.
"""

DEFAULT_DISTANCES = (3, 5)
DEFAULT_PS = (0.001, 0.002, 0.003, 0.005, 0.007, 0.01)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="folder; one of an earlier demo is overwritten"
    )
    parser.add_argument(
        "--distances",
        type=int,
        nargs="+",
        default=list(DEFAULT_DISTANCES),
        metavar="D",
        help="odd code distances, rounds = distance (default 3 5; 7 builds for minutes)",
    )
    parser.add_argument(
        "--ps",
        type=float,
        nargs="+",
        default=list(DEFAULT_PS),
        metavar="P",
        help=f"noise strengths (default {' '.join(map(str, DEFAULT_PS))})",
    )
    parser.add_argument(
        "--shots",
        type=int,
        metavar="N",
        help="shots of each distance and noise strength (default: 20000 to 200000)",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the shots (default 1)")


def run(args: argparse.Namespace) -> int:
    """Run the demo; 1 if RTL and golden differ."""
    # Late, so that other verbs start fast and work without Amaranth and matplotlib.
    from quantacore.sim.cli.demo_run import run_demo

    return run_demo(
        args.out, distances=args.distances, ps=args.ps, num_shots=args.shots, seed=args.seed
    )
