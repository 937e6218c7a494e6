"""Bench `anyons`: lengths of braids, groups of braids, poisoned tetrons and their code.

In: which table, its points.   Out: a table, JSON, or a picture.
Next: `quantacore.sim.experiments.braid_scaling`, `quantacore.sim.experiments.poisoning`.
"""

import argparse

import numpy as np
from tqdm import tqdm

from quantacore.golden.anyons.majorana import (
    braid_generators,
    braid_group_order,
    clifford_generators,
    clifford_group_order,
    generated_group,
    tetron_pair_generators,
)
from quantacore.golden.noise.poisoning import Poisoning
from quantacore.sim.cli.bench_frame import (
    Bench,
    add_common_arguments,
    finite,
    make_folder,
    print_json,
    print_table,
)
from quantacore.sim.experiments.braid_scaling import (
    METHODS,
    BraidRow,
    exchanges_per_nat,
    measure_scaling,
    power_of_log,
)
from quantacore.sim.experiments.poisoning import (
    MATCHING,
    UNION_FIND,
    measure_poisoned,
    measure_tetron,
)

SUMMARY = """Measure topological gates: how long braids are, and what poisoning does to tetrons

  quantacore bench anyons scaling --plot pictures   a minute: length of braids against error
  quantacore bench anyons groups                    seconds: braids of Majorana modes and Clifford
  quantacore bench anyons tetron                    seconds: poisoning of one tetron, and theory
  quantacore bench anyons poisoning                 minutes: honeycomb code of poisoned tetrons
"""

PICTURE = "braid_scaling.png"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a parser for each table."""
    tables = parser.add_subparsers(dest="table", metavar="TABLE", required=True)
    scaling = tables.add_parser("scaling", help="length against error", allow_abbrev=False)
    scaling.add_argument(
        "--gates",
        nargs="+",
        default=["T", "H", "random:1"],
        metavar="G",
        help="default T H random:1",
    )
    scaling.add_argument(
        "--lengths",
        type=int,
        nargs="+",
        default=[8, 12, 16, 20, 24, 28, 32],
        metavar="N",
        help="of best braids (default 8 12 .. 32)",
    )
    scaling.add_argument(
        "--errors",
        type=float,
        nargs="+",
        default=[1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10],
        metavar="E",
        help="for the other methods (default 1e-2 .. 1e-6 1e-8 1e-10)",
    )
    scaling.add_argument("--plot", metavar="DIR", help=f"draw {PICTURE} into this folder")
    groups = tables.add_parser("groups", help="groups of braids", allow_abbrev=False)
    tetron = tables.add_parser("tetron", help="one tetron", allow_abbrev=False)
    tetron.add_argument("--shots", type=int, default=100_000, metavar="N", help="default 100000")
    poisoning = tables.add_parser("poisoning", help="code of tetrons", allow_abbrev=False)
    poisoning.add_argument("--distances", type=int, nargs="+", default=[2, 4, 6], metavar="D")
    poisoning.add_argument("--rounds", type=int, metavar="R", help="default: the distance")
    poisoning.add_argument("--crossings", type=float, default=0.0, metavar="C", help="default 0")
    poisoning.add_argument(
        "--flips", type=float, metavar="P", help="of results (default: as many as electrons)"
    )
    poisoning.add_argument("--shots", type=int, default=20_000, metavar="N", help="default 20000")
    poisoning.add_argument("--length_bits", type=int, default=4, metavar="B", help="default 4")
    poisoning.add_argument("--passes", type=int, default=3, metavar="N", help="of ours (default 3)")
    for table, electrons in (
        (tetron, [0.01, 0.1, 0.3, 1.0]),
        (poisoning, [0.002, 0.004, 0.006, 0.008]),
    ):
        table.add_argument(
            "--electrons",
            type=float,
            nargs="+",
            default=electrons,
            metavar="E",
            help="mean number per tetron"
            + (", each step" if table is poisoning else "")
            + f" (default {' '.join(map(str, electrons))})",
        )
    for table in (scaling, groups, tetron, poisoning):
        add_common_arguments(table)


def run(args: argparse.Namespace) -> int:
    """Measure and print one table."""
    {"scaling": _scaling, "groups": _groups, "tetron": _tetron, "poisoning": _poisoning}[
        args.table
    ](args)
    return 0


def _scaling(args: argparse.Namespace) -> None:
    folder = None if args.plot is None else make_folder(args.plot)
    found = measure_scaling(args.gates, lengths=args.lengths, errors=args.errors)
    rows = list(tqdm(found, unit="braid", disable=None, leave=False))
    if folder is not None:
        from quantacore.sim.plots.braid_scaling import plot_braid_scaling

        plot_braid_scaling(rows, folder / PICTURE)
    if args.json:
        print_json("quantacore-braid-scaling", [vars(row) for row in rows])
        return
    print_table(
        ["gate", "method", "asked", "exchanges", "certified error", "s"],
        [
            [r.gate, r.method, r.asked, str(r.length), f"{r.error:.2e}", f"{r.seconds:.2f}"]
            for r in rows
        ],
    )
    print()
    print_table(
        ["gate", "method", "exchanges per factor e", "power of ln(1/error)"],
        [_slopes(gate, method, rows) for gate in args.gates for method in METHODS],
    )


def _slopes(gate: str, method: str, rows: list[BraidRow]) -> list[str]:
    chosen = [row for row in rows if (row.gate, row.method) == (gate, method)]
    return [gate, method, f"{exchanges_per_nat(chosen):.1f}", f"{power_of_log(chosen):.2f}"]


def _groups(args: argparse.Namespace) -> None:
    rows: list[dict[str, object]] = []
    for modes in (4, 6):
        qubits = modes // 2 - 1
        braids = generated_group(braid_generators(modes))
        gates = generated_group(clifford_generators(qubits))
        same = bool(np.array_equal(braids, gates))
        name = "one tetron" if modes == 4 else "six modes"
        rows.append(_group(name, qubits, len(braids), len(gates), same, "enumerated"))
    pair = generated_group(tetron_pair_generators())
    rows.append(_group("two tetrons", 2, len(pair), clifford_group_order(2), False, "enumerated"))
    rows.append(
        _group("eight modes", 3, braid_group_order(8), clifford_group_order(3), False, "formula")
    )
    if args.json:
        print_json("quantacore-braid-groups", rows)
        return
    print_table(list(rows[0]), [[str(value) for value in row.values()] for row in rows])


def _group(
    name: str, qubits: int, braids: int, clifford: int, same: bool, how: str
) -> dict[str, object]:
    return {
        "system": name,
        "qubits": qubits,
        "braids": braids,
        "Clifford gates": clifford,
        "the same": same,
        "how": how,
    }


def _tetron(args: argparse.Namespace) -> None:
    rows = [
        measure_tetron(electrons, num_shots=args.shots, seed=args.seed)
        for electrons in args.electrons
    ]
    if args.json:
        intervals = ("odd", "flipped")
        print_json(
            "quantacore-tetron",
            [vars(row) | {name: finite(getattr(row, name)) for name in intervals} for row in rows],
        )
        return
    print_table(
        ["electrons", "shots", "odd parity", "theory", "pair flipped", "theory"],
        [
            [
                f"{row.electrons:g}",
                str(row.shots),
                f"{row.odd:.4f}",
                f"{row.odd_theory:.4f}",
                f"{row.flipped:.4f}",
                f"{row.flipped_theory:.4f}",
            ]
            for row in rows
        ],
    )


def _poisoning(args: argparse.Namespace) -> None:
    points = [(electrons, distance) for electrons in args.electrons for distance in args.distances]
    noises = {
        electrons: Poisoning(
            electrons=electrons,
            crossings=args.crossings,
            flips=electrons if args.flips is None else args.flips,
        )
        for electrons in args.electrons
    }
    rows = [
        measure_poisoned(
            noises[electrons],
            distance=distance,
            rounds=distance if args.rounds is None else args.rounds,
            num_shots=args.shots,
            length_bits=args.length_bits,
            passes=args.passes,
            seed=args.seed,
        )
        for electrons, distance in tqdm(points, unit="point", disable=None, leave=False)
    ]
    if args.json:
        print_json("quantacore-poisoning", [vars(row) | {"noise": vars(row.noise)} for row in rows])
        return
    decoders = (MATCHING, UNION_FIND)
    print_table(
        ["electrons", "flips", "d", "rounds", "tetrons", "shots"]
        + [f"{name}: {what}" for name in decoders for what in ("errors", "per shot")],
        [
            [f"{row.noise.electrons:g}", f"{row.noise.flips:g}"]
            + [str(n) for n in (row.distance, row.rounds, row.tetrons, row.shots)]
            + [
                text
                for name in decoders
                for text in (str(row.errors[name]), f"{row.rate(name):.2g}")
            ]
            for row in rows
        ],
    )


ANYONS = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
