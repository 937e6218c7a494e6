"""Tables `law` and `cost` of bench `codes`: how far `codes compare` can be trusted.

In: families, shots.   Out: tables, or JSON.
Next: `quantacore.sim.choice.checks`.
"""

import argparse
from typing import Any

from tqdm import tqdm

from quantacore.golden.codes.families import FAMILIES
from quantacore.sim.choice.checks import check_cost, check_law
from quantacore.sim.cli.bench_frame import finite, print_json, print_table

LAW_FAMILIES = ("rotated", "xzzx", "xzzx_planar")
"""Whose noise has one strength, and enough distances to count."""


def add_comparison_tables(tables: Any) -> list[argparse.ArgumentParser]:
    """Add both tables; return their parsers."""
    law = tables.add_parser("law", help="codes predicted from smaller ones", allow_abbrev=False)
    law.add_argument("--families", nargs="+", default=list(LAW_FAMILIES), choices=LAW_FAMILIES)
    law.add_argument("--ps", type=float, nargs="+", default=[0.005, 0.006, 0.008], metavar="P")
    law.add_argument(
        "--distances", type=int, nargs="+", default=[3, 5, 7, 9], help="the last is predicted"
    )
    law.add_argument("--shots", type=int, default=50_000, metavar="N", help="most, default 50000")
    law.add_argument("--errors", type=int, default=200, metavar="N", help="enough, default 200")
    law.set_defaults(table_of=_law)
    cost = tables.add_parser(
        "cost", help="cycles of the model beside those of cores", allow_abbrev=False
    )
    cost.add_argument("--families", nargs="+", default=list(FAMILIES), choices=tuple(FAMILIES))
    cost.add_argument("--rounds", type=int, default=2, metavar="R", help="default 2")
    cost.add_argument("--passes", type=int, default=1, choices=(1, 2, 3), help="default 1")
    cost.add_argument("--shots", type=int, default=5_000, metavar="N", help="default 5000")
    cost.set_defaults(table_of=_cost)
    return [law, cost]


def _law(args: argparse.Namespace) -> None:
    points = [(family, p) for family in args.families for p in args.ps]
    rows = [
        check_law(
            family,
            p=p,
            distances=tuple(args.distances),
            shots=args.shots,
            errors=args.errors,
            seed=args.seed,
        )
        for family, p in tqdm(points, unit="point", disable=None, leave=False)
    ]
    if args.json:
        records = [
            {
                **vars(row),
                "predicted": None if row.predicted is None else finite(row.predicted),
                "counted": finite(row.counted),
            }
            for row in rows
        ]
        print_json("quantacore-code-law", records)
        return
    print_table(
        ["family", "p", "fit to", "d", "predicted per round (95 %)", "counted", "errors", "ratio"],
        [
            [
                row.family,
                f"{row.p:g}",
                " ".join(map(str, row.fitted)),
                str(row.distance),
                "no law" if row.predicted is None else f"{row.predicted:.2e}",
                f"{row.counted:.2e}",
                str(row.errors),
                ""
                if row.predicted is None or not row.errors
                else f"{row.predicted.value / row.counted.value:.2f}",
            ]
            for row in rows
        ],
    )


def _cost(args: argparse.Namespace) -> None:
    rows = [
        check_cost(family, rounds=args.rounds, passes=args.passes, shots=args.shots, seed=args.seed)
        for family in tqdm(args.families, unit="core", disable=None, leave=False)
    ]
    if args.json:
        print_json("quantacore-code-cost", [vars(row) for row in rows])
        return
    print_table(
        ["family", "d_x x d_z", "rounds", "passes", "cycles of the core", "of the model", "ratio"],
        [
            [
                row.family,
                f"{row.distances[0]} x {row.distances[1]}",
                str(row.rounds),
                str(row.passes),
                f"{row.core:.2f}",
                f"{row.model:.2f}",
                f"{row.model / row.core:.2f}",
            ]
            for row in rows
        ],
    )
