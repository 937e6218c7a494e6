"""Bench `switching`: members of a family on one core, and the cost of a switch.

In: shots, switches, how hot a qubit gets.   Out: tables, or JSON.
Next: `quantacore.sim.experiments.switching`, `quantacore.sim.experiments.family_gain`.
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
from quantacore.sim.cli.bench_windows import window

SUMMARY = """Run a family of codes on one core: exactness, cost of a switch, what avoiding is worth

A core for ten members on 5 x 5 data qubits: distance 5, distance 3 in the corners, 4 x 5 and 5 x 4,
a repetition code. First table: shots of each member in Verilator, compared with the member's own
golden decoder. Second: a switch after each shot, with rounds held back or not. Third (--gain): a
qubit gets hotter; errors of members that use it and of those that avoid it. Exit code 1 if a window
differs, or was decoded with another member's image.

  quantacore bench switching --gain only               a minute: golden decoders, builds no core
  quantacore bench switching                           builds the core first: 5 to 15 minutes
  quantacore bench switching --gain also --hot 1 5 --factors 1 30 1000
"""
AXI_MHZ = 100
"""What cycles are turned into microseconds with."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench switching`."""
    parser.add_argument("--p", type=float, default=0.003, help="noise strength (default 0.003)")
    parser.add_argument(
        "--window", type=window, default=(3, 3), metavar="CxB", help="of all members (default 3x3)"
    )
    parser.add_argument(
        "--shots", type=int, default=1000, metavar="N", help="of each member (default 1000)"
    )
    parser.add_argument(
        "--rounds", type=int, default=10, metavar="R", help="of such a shot (default 10)"
    )
    parser.add_argument(
        "--switches", type=int, default=100, metavar="N", help="of each way (default 100)"
    )
    parser.add_argument(
        "--period", type=int, default=100, metavar="N", help="cycles between rounds (default 100)"
    )
    parser.add_argument(
        "--gain",
        choices=["no", "also", "only"],
        default="no",
        help="count errors under a hot qubit (default no)",
    )
    parser.add_argument(
        "--hot",
        type=int,
        nargs=2,
        default=[3, 3],
        metavar=("X", "Y"),
        help="coordinates of the hot qubit (default 3 3)",
    )
    parser.add_argument(
        "--factors",
        type=float,
        nargs="+",
        default=[1, 10, 30, 100, 1000],
        metavar="F",
        help="how much hotter it gets (default 1 10 30 100 1000)",
    )
    parser.add_argument(
        "--gain_shots", type=int, default=40_000, metavar="N", help="in each basis (default 40000)"
    )
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the tables; exit code 1 if a window is not as it should be."""
    members, switches = ([], []) if args.gain == "only" else _run_core(args)
    gains = [] if args.gain == "no" else _run_gain(args)
    if args.json:
        records = [
            *({"table": "members"} | vars(row) for row in members),
            *({"table": "switches"} | _switch_record(row) for row in switches),
            *({"table": "gain"} | vars(row) for row in gains),
        ]
        print_json("quantacore-switching", records)
    else:
        _print_tables(members, switches, gains)
    wrong = sum(row.mismatches for row in (*members, *switches))
    if wrong:
        print(f"{wrong} windows differ from the golden model.", file=sys.stderr)
    return 1 if wrong else 0


def _run_core(args: argparse.Namespace) -> tuple[list[Any], list[Any]]:
    # Late, so that other benches start fast and work without Amaranth.
    from quantacore.sim.experiments.switching import LATTICE, SwitchBench

    bench = SwitchBench(LATTICE, p=args.p, window=args.window, seed=args.seed)
    members = []
    with shots_bar("members", len(LATTICE), unit="member") as show:
        for number, name in enumerate(LATTICE, start=1):
            members.append(bench.measure_member(name, num_rounds=args.rounds, shots=args.shots))
            show(number)
    with shots_bar("switches", args.switches, unit="switch") as show:
        waiting = bench.measure_waiting(switches=args.switches, period=args.period, progress=show)
    paced = bench.measure_paced(switches=args.switches, period=args.period)
    return members, [waiting, paced]


def _run_gain(args: argparse.Namespace) -> list[Any]:
    from quantacore.sim.experiments.family_gain import measure_gain
    from quantacore.sim.experiments.switching import LATTICE

    # A logical qubit needs both bases.
    patches = {name: patch for name, patch in LATTICE.items() if min(patch.width, patch.height) > 1}
    with shots_bar("members", None, unit="row") as show:
        return measure_gain(
            patches,
            hot=(args.hot[0], args.hot[1]),
            factors=tuple(args.factors),
            p=args.p,
            rounds=5,
            shots=args.gain_shots,
            seed=args.seed,
            progress=show,
        )


def _print_tables(members: list[Any], switches: list[Any], gains: list[Any]) -> None:
    if members:
        head = ["member", "edges", "shots", "windows", "mismatches", "image: cycles", "us"]
        print_table(head, [_member_cells(row) for row in members])
        print()
        head = ["switch", "switches", "shots", "windows", "mismatches", "faults"]
        head += ["delay: mean cycles", "max", "max us"]
        print_table(head, [_switch_cells(row) for row in switches])
    if members and gains:
        print()
    if gains:
        head = ["member", "factor", "shots", "stale: x", "z", "per shot (95 %)", "true: x", "z"]
        print_table([*head, "per shot (95 %)", "predicted"], [_gain_cells(row) for row in gains])


def _member_cells(row: Any) -> list[str]:
    return [
        row.name,
        str(row.own_edges),
        str(row.shots),
        str(row.windows),
        str(row.mismatches),
        str(row.load_cycles),
        f"{row.load_cycles / AXI_MHZ:.1f}",
    ]


def _switch_cells(row: Any) -> list[str]:
    return [
        row.way,
        str(row.switches),
        str(row.shots),
        str(row.windows),
        str(row.mismatches),
        str(row.faults),
        f"{row.cost.mean:.1f}",
        str(row.cost.max),
        f"{row.cost.max / AXI_MHZ:.2f}",
    ]


def _switch_record(row: Any) -> dict[str, Any]:
    cost = {"mean": row.cost.mean, "p99": row.cost.percentile(99), "max": row.cost.max}
    return vars(row) | {"cost": cost}


def _gain_cells(row: Any) -> list[str]:
    return [
        row.member,
        f"{row.factor:g}" if row.uses else "avoids",
        f"2 x {row.shots}",
        *(str(row.stale[basis]) for basis in "xz"),
        f"{row.rate(true=False):.4f}",
        *(str(row.true[basis]) for basis in "xz"),
        f"{row.rate(true=True):.4f}",
        f"{row.predicted:.4f}",
    ]


SWITCHING = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
