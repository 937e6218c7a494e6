"""Tables of `bench codes`: changes of code in flight.

In: scenarios, shots.   Out: tables, or JSON.
Next: `quantacore.sim.experiments.code_changes`, `quantacore.sim.experiments.episode_core`.
"""

import argparse
import sys
from collections.abc import Mapping

from tqdm import tqdm

from quantacore.golden.noise.regimes import REGIMES
from quantacore.sim.cli.bench_frame import print_json, print_table
from quantacore.sim.experiments.choice_totals import ChoiceRow
from quantacore.sim.experiments.code_changes import (
    AFTER,
    BASES,
    CHANGE,
    SCENARIOS,
    STALE,
    STAY,
    STREAM,
    ChangeRow,
    measure_change,
    small_circuits,
)
from quantacore.sim.experiments.code_choice import CONTENDERS as CONTENDERS_OF_CHOICE
from quantacore.sim.experiments.code_choice import STATIC_LARGE, STATIC_SMALL, ChoiceBench
from quantacore.sim.experiments.episode_core import EpisodeCore, EpisodeFamily

HEAD = [
    *("regime", "contender", "shots", "errors", "per shot (95 %)", "errors / static d3"),
    *("qubit-rounds / static d5", "switches", "in flight", "epochs of each"),
]
CONTENDERS = (STAY, STALE, CHANGE, STREAM, AFTER)


def add_changes_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the table `changes`."""
    parser.add_argument("--shots", type=int, default=20_000, metavar="N", help="in each basis")
    parser.add_argument("--only", metavar="TEXT", help="scenarios whose name holds this")
    parser.add_argument("--passes", type=int, default=3, metavar="N", help="default 3")
    parser.add_argument(
        "--core",
        type=int,
        metavar="N",
        help="instead: N shots of a small episode of each kind, in each basis, on one core in "
        "Verilator",
    )


def run_changes(args: argparse.Namespace) -> int:
    """Print the table; exit code 1 if the core differs from golden."""
    if args.core is not None:
        return _run_core(args)
    chosen = {name: s for name, s in SCENARIOS.items() if (args.only or "") in name}
    if not chosen:
        raise ValueError(f"Scenarios must be of {', '.join(SCENARIOS)}, not {args.only!r}")
    if args.shots < 1:
        raise ValueError(f"Number of shots must be at least 1, not {args.shots!r}")
    rows = []
    with tqdm(total=2 * len(chosen), unit="basis", disable=None, leave=False) as bar:
        for name, scenario in chosen.items():
            rows.append(
                measure_change(
                    name,
                    scenario,
                    shots=args.shots,
                    passes=args.passes,
                    seed=args.seed,
                    progress=bar.update,
                )
            )
    if args.json:
        print_json("quantacore-code-changes", [vars(row) for row in rows])
        return 0
    print_table(
        ["scenario", "contender", "faults z, x", "errors z + x", "per shot (95 %)", "qubit-rounds"],
        [line for row in rows for line in _lines(row)],
    )
    return 0


def add_choice_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the table `choice`."""
    names = [name for name in REGIMES if name != "warming"]
    parser.add_argument("--regimes", nargs="+", default=names, choices=REGIMES, metavar="R")
    parser.add_argument(
        "--contenders",
        nargs="+",
        default=CONTENDERS_OF_CHOICE,
        choices=CONTENDERS_OF_CHOICE,
        metavar="NAME",
        help=f"of {', '.join(CONTENDERS_OF_CHOICE)}; the first two are always there (default: all)",
    )
    parser.add_argument("--epochs", type=int, default=15, metavar="N", help="default 15")
    parser.add_argument("--p", type=float, default=0.001, help="without drift (default 0.001)")
    parser.add_argument(
        "--target", type=float, default=0.006, help="good enough, errors per shot (default 0.006)"
    )
    parser.add_argument(
        "--shots", type=int, default=400, metavar="N", help="in each basis of an epoch"
    )
    parser.add_argument(
        "--histories",
        type=int,
        default=8,
        metavar="N",
        help="of noise in each regime, with seeds from --seed on; intervals are over them "
        "(default 8)",
    )


def run_choice(args: argparse.Namespace) -> int:
    """Print the table."""
    if min(args.shots, args.epochs, args.histories) < 1:
        raise ValueError(
            f"Shots, epochs and histories must be at least 1, not {args.shots}, {args.epochs}, "
            f"{args.histories}"
        )
    bench = ChoiceBench(p=args.p, target=args.target, shots=args.shots, seed=args.seed)
    rows: list[ChoiceRow] = []
    asked = {STATIC_SMALL, STATIC_LARGE, *args.contenders}
    contenders = [name for name in CONTENDERS_OF_CHOICE if name in asked]
    total = len(args.regimes) * args.epochs * args.histories
    with tqdm(total=total, unit="epoch", disable=None, leave=False) as bar:
        for regime in args.regimes:
            rows += bench.measure(
                regime,
                epochs=args.epochs,
                histories=args.histories,
                contenders=contenders,
                progress=bar.update,
            )
    if args.json:
        print_json("quantacore-code-choice", [vars(row) for row in rows])
        return 0
    beside = {(row.regime, row.contender): row for row in rows}
    print_table(HEAD, [_choice_cells(row, beside) for row in rows])
    rates = ", ".join(f"{name} {rate:.2g}" for name, rate in bench.rates.items())
    print(f"without drift: {rates}; a switch costs {bench.switch_cost:.2g}; target {args.target:g}")
    return 0


def _choice_cells(row: ChoiceRow, beside: Mapping[tuple[str, str], ChoiceRow]) -> list[str]:
    errors = row.per_error_of(beside[row.regime, STATIC_SMALL])
    qubits = row.qubits_per_qubit_of(beside[row.regime, STATIC_LARGE])
    return [
        row.regime,
        row.contender,
        str(row.shots),
        str(row.errors),
        f"{row.rate:.2g}",
        f"{errors:.2f}",
        f"{qubits:.2f}",
        str(row.switches),
        str(row.in_flight),
        ", ".join(f"{name}: {count}" for name, count in sorted(row.epochs.items())),
    ]


def _lines(row: ChangeRow) -> list[list[str]]:
    lines = []
    for contender in (name for name in CONTENDERS if name in row.errors):
        same = {STALE: STAY, STREAM: CHANGE}.get(contender, contender)
        title = f"{contender}, {row.num_images} images" if contender == STREAM else contender
        lines.append(
            [
                row.name,
                title,
                ", ".join(str(row.fewest_faults[same][basis]) for basis in BASES),
                " + ".join(str(row.errors[contender][basis]) for basis in BASES),
                f"{row.rate(contender):.2g}",
                str(row.qubit_rounds[same]),
            ]
        )
    return lines


def _run_core(args: argparse.Namespace) -> int:
    if args.core < 1:
        raise ValueError(f"Number of shots must be at least 1, not {args.core!r}")
    circuits = small_circuits()
    core = EpisodeCore(EpisodeFamily(circuits, window=(2, 2), passes=args.passes))
    rows = [
        core.measure(name, shots=args.core, seed=args.seed)
        for name in tqdm(circuits, unit="episode", disable=None, leave=False)
    ]
    if args.json:
        print_json("quantacore-code-changes-core", [vars(row) for row in rows])
    else:
        names = ("name", "shots", "windows", "switches", "mismatches", "faults", "period_cycles")
        head = [*names, "errors", "golden_errors"]
        print_table(head, [[str(getattr(row, name)) for name in head] for row in rows])
    wrong = sum(row.mismatches for row in rows)
    if wrong:
        print(f"quantacore: {wrong} windows differ from golden", file=sys.stderr)
    return int(wrong > 0)
