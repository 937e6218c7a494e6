"""Bench `codes`: what the code families are worth, and the physics beneath them.

In: which table, its points.   Out: a table, or JSON.
Next: `quantacore.sim.experiments.code_bias`, `quantacore.sim.experiments.analog`.
"""

import argparse
import math
from typing import Any

from tqdm import tqdm

from quantacore.golden.codes.gkp import flip_probability
from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.sim.cli.bench_changes import (
    add_changes_arguments,
    add_choice_arguments,
    run_changes,
    run_choice,
)
from quantacore.sim.cli.bench_code_loops import add_live_arguments, run_live
from quantacore.sim.cli.bench_comparison import add_comparison_tables
from quantacore.sim.cli.bench_frame import Bench, add_common_arguments, print_json, print_table
from quantacore.sim.experiments.analog import DECODERS, AnalogRow, crossing, measure_analog
from quantacore.sim.experiments.cat_code import best_cat, measure_cat
from quantacore.sim.experiments.code_bias import (
    BASES,
    CIRCUIT,
    CODES,
    LEVELS,
    MATCHING,
    UNION_FIND,
    measure_bias,
)

SUMMARY = """Compare code families: biased noise, analog information, cat qubits

Families get the same noise at every place of the same circuit, and as many shots.

  quantacore bench codes bias --level capacity --p 0.1       CSS against XZZX, data noise alone
  quantacore bench codes bias --level circuit --p 0.006      the same with noise everywhere
  quantacore bench codes gkp                                 what analog information is worth
  quantacore bench codes cat                                 our circuit beside the published fit
  quantacore bench codes law                                 codes predicted from smaller ones
  quantacore bench codes cost                                cycles: the model beside the core
  quantacore bench codes changes                             change of code in flight, or nothing
  quantacore bench codes choice                              which one, under drift: the policy
  quantacore bench codes live                                the same, as the loop on a core does
"""

DISTANCE_HELP = "one distance, or D_X,D_Z: against X errors and against Z errors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a parser for each table."""
    tables = parser.add_subparsers(dest="table", metavar="TABLE", required=True)
    bias = tables.add_parser("bias", help="noise that favours Z", allow_abbrev=False)
    bias.add_argument("--families", nargs="+", default=["rotated", "xzzx"], choices=CODES)
    bias.add_argument("--level", choices=LEVELS, default=CIRCUIT, help=f"default {CIRCUIT}")
    bias.add_argument("--etas", type=float, nargs="+", default=[1, 10, 100, math.inf], metavar="E")
    bias.add_argument("--p", type=float, default=0.006, help="noise strength (default 0.006)")
    bias.add_argument(
        "--distances",
        type=_distances,
        nargs="+",
        default=[(3, 3), (5, 5), (7, 7)],
        metavar="D",
        help=f"{DISTANCE_HELP} (default 3 5 7)",
    )
    bias.add_argument("--shots", type=int, default=20_000, metavar="N", help="in each basis")
    bias.add_argument("--passes", type=int, default=3, metavar="N", help="of ours (default 3)")
    gkp = tables.add_parser("gkp", help="analog information", allow_abbrev=False)
    gkp.add_argument(
        "--sigmas", type=float, nargs="+", default=[0.5, 0.53, 0.56, 0.59, 0.62], metavar="S"
    )
    gkp.add_argument("--distances", type=int, nargs="+", default=[5, 9], metavar="D")
    gkp.add_argument("--shots", type=int, default=1000, metavar="N", help="default 1000")
    cat = tables.add_parser("cat", help="cat qubits", allow_abbrev=False)
    cat.add_argument("--n", type=float, nargs="+", default=[4, 8], help="photons (default 4 8)")
    cat.add_argument("--ks", type=float, nargs="+", default=[1e-3, 3e-4], metavar="K")
    cat.add_argument("--distances", type=int, nargs="+", default=[3, 5, 7], metavar="D")
    cat.add_argument("--shots", type=int, default=200_000, metavar="N", help="default 200000")
    for table in (bias, gkp):
        table.add_argument("--length_bits", type=int, default=4, metavar="B", help="default 4")
    changes = tables.add_parser("changes", help="changes of code in flight", allow_abbrev=False)
    add_changes_arguments(changes)
    choice = tables.add_parser("choice", help="codes chosen under drift", allow_abbrev=False)
    add_choice_arguments(choice)
    live = tables.add_parser("live", help="codes chosen in the live loop", allow_abbrev=False)
    add_live_arguments(live)
    makers = (
        *((bias, _bias), (gkp, _gkp), (cat, _cat), (changes, run_changes), (choice, run_choice)),
        (live, run_live),
    )
    for table, make in makers:
        table.set_defaults(table_of=make)
    for table in (*(table for table, _ in makers), *add_comparison_tables(tables)):
        add_common_arguments(table)


def run(args: argparse.Namespace) -> int:
    """Measure and print one table."""
    return int(args.table_of(args) or 0)


def _distances(word: str) -> tuple[int, int]:
    sizes = [int(part) for part in word.split(",")]
    if not 1 <= len(sizes) <= 2:
        raise argparse.ArgumentTypeError(f"must be one number or two, not {word!r}")
    return sizes[0], sizes[-1]


def _bias(args: argparse.Namespace) -> None:
    points = [
        (BiasedNoise(p=args.p, eta=eta), distances, family)
        for eta in args.etas
        for distances in args.distances
        for family in args.families
    ]
    rows = [
        measure_bias(
            family,
            level=args.level,
            noise=noise,
            distances=distances,
            num_shots=args.shots,
            length_bits=args.length_bits,
            passes=args.passes,
            seed=args.seed,
        )
        for noise, distances, family in tqdm(points, unit="point", disable=None, leave=False)
    ]
    if args.json:
        print_json("quantacore-code-bias", [_record(row) for row in rows])
        return
    head = ["level", "p", "eta", "d_x x d_z", "family", "qubits", "shots"]
    names = (MATCHING, UNION_FIND)
    columns = [f"{name}: {text}" for name in names for text in ("z + x", "per shot (95 %)")]
    cells = [
        [
            row.level,
            f"{row.p:g}",
            f"{row.eta:g}",
            f"{row.distances[0]} x {row.distances[1]}",
            row.family,
            str(row.qubits),
            f"2 x {row.shots}",
            *(
                text
                for name in names
                for text in (
                    " + ".join(str(row.errors[name, basis]) for basis in BASES),
                    f"{row.rate(name):.2g}",
                )
            ),
        ]
        for row in rows
    ]
    print_table([*head, *columns], cells)


def _gkp(args: argparse.Namespace) -> None:
    rows: list[AnalogRow] = []
    total = len(args.sigmas) * len(args.distances) * args.shots
    with tqdm(total=total, unit="shot", disable=None, leave=False) as bar:
        for sigma in args.sigmas:
            for distance in args.distances:
                rows.append(
                    measure_analog(
                        distance=distance,
                        sigma=sigma,
                        num_shots=args.shots,
                        length_bits=args.length_bits,
                        seed=args.seed,
                        progress=bar.update,
                    )
                )
    crossings = {decoder: crossing(rows, decoder) for decoder in DECODERS}
    if args.json:
        print_json("quantacore-gkp-analog", [_record(row) for row in rows])
        return
    names = [f"{kind} {name}" for kind, name in DECODERS]
    print_table(
        ["sigma", "p", "d", "shots", *names],
        [
            [
                f"{row.sigma:g}",
                f"{row.flip_probability:.4f}",
                str(row.distance),
                str(row.shots),
                *(f"{row.rate(decoder):.3f}" for decoder in DECODERS),
            ]
            for row in rows
        ],
    )
    for (kind, name), sigma in crossings.items():
        where = "nowhere or more than once"
        if math.isfinite(sigma):
            where = f"sigma = {sigma:.3f}, p = {flip_probability(sigma):.4f}"
        print(f"{kind} {name}: largest and smallest distance cross at {where}")


def _cat(args: argparse.Namespace) -> None:
    points = [(k, n, distance) for k in args.ks for n in args.n for distance in args.distances]
    rows = [
        measure_cat(n=n, k=k, distance=distance, num_shots=args.shots, seed=args.seed)
        for k, n, distance in tqdm(points, unit="point", disable=None, leave=False)
    ]
    best = [best_cat(k=k, distance=distance) for k in args.ks for distance in args.distances]
    if args.json:
        print_json("quantacore-cat-code", [_record(row) for row in (*rows, *best)])
        return
    print_table(
        [
            "k",
            "n",
            "d",
            "shots",
            "phase: fit",
            "circuit (95 %)",
            "quantacore",
            "bit: fit",
            "circuit",
        ],
        [
            [
                f"{row.k:g}",
                f"{row.n:g}",
                str(row.distance),
                str(row.shots),
                f"{row.phase_fit:.2e}",
                f"{row.phase_rate:.2e}",
                f"{row.union_find_errors / row.shots:.2e}",
                f"{row.bit_fit:.2e}",
                f"{row.bit_rate:.2e}",
            ]
            for row in rows
        ],
    )
    print()
    print_table(
        ["k", "d", "best n", "logical error in d rounds"],
        [
            [f"{row.k:g}", str(row.distance), f"{row.n:.2f}", f"{row.logical_error:.3e}"]
            for row in best
        ],
    )


def _record(row: Any) -> dict[str, object]:
    """Return a row for JSON, which has no tuples as keys and no infinity."""
    record = dict(vars(row))
    if "errors" in record:
        record["errors"] = {" ".join(key): count for key, count in row.errors.items()}
    if record.get("eta") == math.inf:
        record["eta"] = "inf"
    return record


CODES_BENCH = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
