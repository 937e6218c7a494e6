"""Bench `soak`: run streaming cores for long under faults, and account for every one of them.

In: distances, numbers of rounds.   Out: a table, or JSON; complaints.
Next: `quantacore.sim.experiments.soak`.
"""

import argparse
import sys
from typing import Any

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    print_json,
    print_table,
    shots_bar,
)

SUMMARY = """Run streaming cores for long under everything that can go wrong

Rounds of random shots, with gaps, stalls, packets of wrong lengths, windows over their cycle
budget, defects without explanation, shots of unexpected length, rounds that find no room, refused
accesses, cut and wrong images, and good ones that are swapped in. Every window is compared with
the golden model, every fault counter with what was done. Then random values are written to random
registers, and the core must decode as before. Exit code 1 if anything is not as it should be.

  quantacore bench soak                                        a minute
  quantacore bench soak --distances 3 --rounds 1000000 --writes 100000

`make soak` runs a million rounds at distance 3 and a hundred thousand at distance 5.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench soak`."""
    parser.add_argument(
        "--distances",
        type=int,
        nargs="+",
        default=[3],
        metavar="D",
        help="odd code distances (default 3)",
    )
    parser.add_argument(
        "--rounds", type=int, default=20_000, metavar="N", help="of each (default 20000)"
    )
    parser.add_argument(
        "--writes",
        type=int,
        default=5_000,
        metavar="N",
        help="random writes to registers, after the rounds (default 5000)",
    )
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print what happened; exit code 1 if a window differs or a fault is not accounted for."""
    # Late, so that other benches start fast and work without Amaranth.
    from quantacore.sim.experiments.soak import SoakTest

    for name in ("rounds", "writes"):
        if getattr(args, name) < 0:
            raise ValueError(f"--{name} must be at least 0, not {getattr(args, name)}")
    records: list[dict[str, Any]] = []
    for distance in dict.fromkeys(args.distances):
        soak = SoakTest(distance=distance, seed=args.seed)
        with shots_bar(f"d={distance}", args.rounds, unit="round") as show:
            soak.run(args.rounds, progress=show)
        if args.writes:
            soak.fuzz(args.writes)
        records.append({"distance": distance, **vars(soak.result)})
    if args.json:
        print_json("quantacore-soak", records)
    else:
        head = ["d", "rounds", "windows", "mismatches", "swaps", "transactions", "faults"]
        print_table(head, [_cells(record) for record in records])
    complaints = [text for record in records for text in record["complaints"]]
    for text in complaints:
        print(text, file=sys.stderr)
    return 1 if complaints else 0


def _cells(record: dict[str, Any]) -> list[str]:
    faults = ", ".join(f"{count} {name}" for name, count in record["faults"].items())
    names = ("distance", "rounds", "windows", "mismatches", "swaps", "transactions")
    return [*(str(record[name]) for name in names), faults]


SOAK = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
