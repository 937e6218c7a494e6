"""Bench `alarm`: false alarms, and rounds until a dead qubit or a burst is noticed.

In: distances, rounds of a block.   Out: two tables, or JSON.
Next: `quantacore.sim.experiments.alarm`.
"""

import argparse
from typing import Any

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    print_json,
    print_table,
    shots_bar,
)

SUMMARY = """Watch counts of detection events for dead qubits and bursts

First table: alarms on noise that weights should follow (the model's, doubled, one qubit 30-fold,
drift, jumps). Second: rounds from the first bad one to the end of the block with the alarm, for
each data qubit and check in turn, 1000-fold, and for bursts around each, 50-fold.

  quantacore bench alarm                                 a minute
  quantacore bench alarm --distances 3 5 --rounds 10000000 --trials 2000
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench alarm`."""
    parser.add_argument(
        "--distances", type=int, nargs="+", default=[3], metavar="D", help="(default 3)"
    )
    parser.add_argument("--p", type=float, default=0.003, help="noise strength (default 0.003)")
    parser.add_argument(
        "--block", type=int, default=20, metavar="N", help="rounds from look to look (default 20)"
    )
    parser.add_argument(
        "--false_alarms",
        type=float,
        default=0.1,
        metavar="N",
        help="wanted at most per million rounds of usual noise (default 0.1)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=1_000_000,
        metavar="N",
        help="watched of each noise (default 1000000)",
    )
    parser.add_argument(
        "--trials", type=int, default=500, metavar="N", help="of each anomaly (default 500)"
    )
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the tables."""
    from quantacore.sim.experiments.alarm import ANOMALIES, NO_ALARM_WANTED, AlarmBench

    for name in ("rounds", "trials"):
        if getattr(args, name) < 1:
            raise ValueError(f"--{name} must be at least 1, not {getattr(args, name)}")
    # All of them first: a bad one should not be found after minutes.
    benches = {
        distance: AlarmBench(
            distance,
            p=args.p,
            block_rounds=args.block,
            false_alarms=args.false_alarms,
            seed=args.seed,
        )
        for distance in args.distances
    }
    usual, late = [], []
    for distance, bench in benches.items():
        for noise in NO_ALARM_WANTED:
            with shots_bar(f"d = {distance}, {noise}", args.rounds, unit="round") as show:
                row = bench.false_alarms(noise, rounds=args.rounds, progress=show)
            usual.append((distance, row))
        for anomaly in ANOMALIES:
            with shots_bar(f"d = {distance}, {anomaly}", args.trials, unit="trial") as show:
                found = bench.delays(anomaly, trials=args.trials, progress=show)
            late.append((distance, found, bench.read_rounds))
    if args.json:
        records = [
            *(
                {"table": "usual", "distance": d} | vars(row) | {"per_million": _ends(row)}
                for d, row in usual
            ),
            *(
                {"table": "delays", "distance": d, "read_rounds": read} | vars(row)
                for d, row, read in late
            ),
        ]
        print_json("quantacore-alarm", records)
        return 0
    print_table(
        ["d", "noise", "rounds", "alarms", "per million rounds [95 %]"],
        [_usual_cells(distance, row) for distance, row in usual],
    )
    print()
    head = ["d", "anomaly", "trials", "missed", "rounds: median", "p99", "max"]
    print_table(
        [*head, "a bad qubit named", "no other named", "rounds to read counters"],
        [_late_cells(*row) for row in late],
    )
    return 0


def _ends(row: Any) -> list[float]:
    found = row.per_million
    return [found.value, found.low, found.high]


def _usual_cells(distance: int, row: Any) -> list[str]:
    return [
        str(distance),
        row.noise,
        str(row.rounds),
        str(row.alarms),
        f"{row.per_million:.2f}",
    ]


def _late_cells(distance: int, row: Any, read_rounds: float) -> list[str]:
    return [
        *(str(distance), row.anomaly, str(row.trials), str(row.missed)),
        *(f"{value:.0f}" for value in (row.median, row.p99, row.most)),
        *(f"{100 * part / row.trials:.1f} %" for part in (row.located, row.alone)),
        f"{read_rounds:.1f}",
    ]


ALARM = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
