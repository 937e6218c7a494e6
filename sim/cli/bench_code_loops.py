"""Table `live` of `bench codes`: a core that chooses its code, in many histories of noise.

In: codes, regimes, seeds.   Out: a table, or JSON.
Next: `quantacore.sim.experiments.code_loops`; one history on the generated core: `quantacore run`.
"""

import argparse
from collections.abc import Mapping

from tqdm import tqdm

from quantacore.golden.noise.regimes import REGIMES
from quantacore.sim.cli.bench_frame import note, print_json, print_table
from quantacore.sim.experiments.choice_totals import ChoiceRow
from quantacore.sim.experiments.code_loop_settings import RATES, CodeLoopSettings
from quantacore.sim.experiments.code_loops import CodeLoops, static

HEAD = (
    *("regime", "contender", "histories", "shots", "errors", "per shot (95 %)"),
    *("errors / first", "qubit-rounds / last", "switches", "looks or epochs of each"),
)


def add_live_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the table."""
    parser.add_argument("--codes", nargs="+", default=["3x3", "5x5"], metavar="WxH")
    parser.add_argument(
        "--regimes", nargs="+", default=["jumps"], choices=REGIMES, metavar="R", help="of noise"
    )
    parser.add_argument(
        "--rates",
        nargs="+",
        default=list(RATES),
        choices=RATES,
        help="how rates are predicted, a contender each (default: all)",
    )
    parser.add_argument("--epochs", type=int, default=14, metavar="N", help="default 14")
    parser.add_argument("--shots", type=int, default=3_000, metavar="N", help="of an epoch")
    parser.add_argument("--looks", type=int, default=3, metavar="N", help="in an epoch")
    parser.add_argument(
        "--histories",
        type=int,
        default=4,
        metavar="N",
        help="with seeds from --seed on; intervals are over them (default 4)",
    )


def run_live(args: argparse.Namespace) -> int:
    """Print the table."""
    if args.histories < 1:
        raise ValueError(f"Histories must be at least 1, not {args.histories}")
    settings = CodeLoopSettings(
        codes=tuple(args.codes), epochs=args.epochs, shots=args.shots, looks=args.looks
    )
    if settings.calm_epochs >= settings.epochs:
        raise ValueError(f"Epochs must be above {settings.calm_epochs}, not {settings.epochs}")
    loops = CodeLoops(settings, progress=note)
    seeds = range(args.seed, args.seed + args.histories)
    rows: list[ChoiceRow] = []
    total = len(args.regimes) * len(seeds) * len(args.rates) * settings.epochs
    with tqdm(total=total, unit="epoch", disable=None, leave=False) as bar:
        for regime in args.regimes:
            rows += loops.measure(regime, seeds=seeds, rates=args.rates, progress=bar.update)
    if args.json:
        print_json("quantacore-code-loops", [vars(row) for row in rows])
        return 0
    beside = {(row.regime, row.contender): row for row in rows}
    print_table(HEAD, [_cells(row, beside, settings.codes) for row in rows])
    print(f"target {loops.target:.5f}")
    return 0


def _cells(
    row: ChoiceRow, beside: Mapping[tuple[str, str], ChoiceRow], codes: tuple[str, ...]
) -> list[str]:
    errors = row.per_error_of(beside[row.regime, static(codes[0])])
    qubits = row.qubits_per_qubit_of(beside[row.regime, static(codes[-1])])
    return [
        row.regime,
        row.contender,
        str(len(row.history_errors)),
        str(row.shots),
        f"{row.errors} ({' + '.join(map(str, row.history_errors))})",
        f"{row.rate:.2g}",
        f"{errors:.2f}",
        f"{qubits:.2f}",
        str(row.switches),
        ", ".join(f"{name}: {count}" for name, count in sorted(row.epochs.items())),
    ]
