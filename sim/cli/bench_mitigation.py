"""Bench `mitigation`: bias and spread of mitigated logical expectations.

In: distances, p, scales, shots.   Out: a table, JSON, counts for mitiq, a picture.
Next: `quantacore.sim.mitigation.estimators`.
"""

import argparse
import json

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    make_folder,
    note,
    print_json,
    print_table,
)
from quantacore.sim.cli.outputs import write_text
from quantacore.sim.mitigation.estimators import bias_and_spread, flip_gamma
from quantacore.sim.mitigation.logical_counts import count_logical_errors

SUMMARY = """Mitigate a logical circuit: extrapolation, cancellation, post-selection

The circuit is some logical steps (memories of d rounds) on a zero state; the truth is 1. Rates come
from decoding; whole experiments of each number of shots are then drawn many times. With --out the
counts are kept for mitiq, which runs in an environment of its own: make test-mitigation.

  quantacore bench mitigation --shots 20000
  quantacore bench mitigation --shots 200000 --out build/mitigation
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench mitigation`."""
    parser.add_argument("--distances", type=int, nargs="+", default=[3, 5, 7], metavar="D")
    parser.add_argument("--p", type=float, default=0.005, help="circuit noise (default 0.005)")
    parser.add_argument("--scales", type=float, nargs="+", default=[1.0, 1.5, 2.0], metavar="S")
    parser.add_argument("--shots", type=int, default=50_000, metavar="N", help="at each point")
    parser.add_argument("--steps", type=int, default=10, help="logical steps (default 10)")
    parser.add_argument(
        "--budgets", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000], metavar="B"
    )
    parser.add_argument("--repeats", type=int, default=400, help="experiments drawn (default 400)")
    parser.add_argument("--out", metavar="DIR", help="write counts.json and mitigation.png here")
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table of biases and spreads."""
    if args.steps < 1 or min(args.budgets) < 10 or args.repeats < 2:
        raise ValueError("Steps must be at least 1, budgets at least 10, repeats at least 2")
    record = count_logical_errors(
        distances=args.distances, p=args.p, scales=sorted({1.0, *args.scales}),
        shots=args.shots, seed=args.seed, progress=note,
    )  # fmt: skip
    rows = bias_and_spread(
        record, steps=args.steps, budgets=args.budgets, repeats=args.repeats, seed=args.seed
    )
    if args.out is not None:
        from quantacore.sim.plots.mitigation import plot_mitigation

        folder = make_folder(args.out)
        write_text(str(folder / "counts.json"), json.dumps(record, indent=1) + "\n")
        plot_mitigation(rows, folder / "mitigation.png")
    if args.json:
        print_json("quantacore-mitigation", rows)
        return 0
    print_table(
        ["d", "p", "errors", "shots", "gamma"],
        [
            [
                str(q["distance"]), f"{args.p * q['scale']:g}", str(q["errors"]), str(q["shots"]),
                f"{flip_gamma(q['errors'] / q['shots']):.4f}",
            ]
            for q in record["points"]
        ],
    )  # fmt: skip
    print()
    print_table(
        ["method", "shots", "bias", "+-", "spread"],
        [
            [
                row["method"], str(row["shots"]), f"{row['bias']:+.4f}",
                f"{1.96 * row['bias_error']:.4f}", f"{row['spread']:.4f}",
            ]
            for row in rows
        ],
    )  # fmt: skip
    return 0


MITIGATION = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
