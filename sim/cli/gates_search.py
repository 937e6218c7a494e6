"""Action `search` of the verb `gates`: look for fault-tolerant preparation circuits.

In: states, devices, methods, seconds.   Out: circuits (stim), a leaderboard (table, JSON).
Next: `quantacore.golden.search.find`, `quantacore.sim.experiments.gate_search`.
"""

import argparse
import json
from pathlib import Path

from quantacore.golden.search.circuit import Circuit, from_stim
from quantacore.golden.search.connectivity import DEVICES
from quantacore.golden.search.find import METHODS, search
from quantacore.golden.search.targets import PUBLISHED, target
from quantacore.sim.cli.bench_frame import make_folder, print_json, print_table
from quantacore.sim.cli.outputs import write_text
from quantacore.sim.experiments.gate_search import SearchRow, measured

HELP = """Search for fault-tolerant preparation circuits of CSS states

Each circuit that is shown has passed all single faults, and for d = 5 all pairs. Methods: greedy
(one preparation), beam (many, improved), exact (checks by integer programming: pip install
'.[search]'), ppo (reinforcement learning, the same extra). What was found is kept in the folder of
--out: only a cheaper circuit replaces a file. --file certifies and measures a circuit of others.

  quantacore gates search --states steane-zero surface3-zero --out found
  quantacore gates search --states colour17-zero --methods greedy beam --seconds 120 --out found
  quantacore gates search --states shor-zero --connectivity grid heavy-hex --out found
  quantacore gates search --states steane-zero --file theirs.stim
"""

HEAD = ("state", "device", "method", "CNOTs", "ancillas", "published", "depth", "accepted", "p",
        "errors", "error rate", "certified", "s")  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore gates search`."""
    parser.description, parser.formatter_class = HELP, argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--states", nargs="+", default=["steane-zero"], metavar="S", help=f"{', '.join(PUBLISHED)}"
    )
    parser.add_argument(
        "--connectivity", nargs="+", default=["all"], choices=DEVICES, metavar="C",
        help=f"of {', '.join(DEVICES)} (default all)",
    )  # fmt: skip
    parser.add_argument(
        "--methods", nargs="+", default=["beam"], choices=(*METHODS, "ppo"), metavar="M",
        help=f"of {', '.join(METHODS)}, ppo (default beam)",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="of each search (default 10)", metavar="T"
    )
    parser.add_argument("--p", type=float, default=0.001, help="noise of the measured rates")
    parser.add_argument("--shots", type=int, default=1_000_000, metavar="N", help="at each circuit")
    parser.add_argument("--seed", type=int, default=1, metavar="K")
    parser.add_argument("--file", metavar="FILE", help="measure this circuit instead of searching")
    parser.add_argument("--out", metavar="DIR", help="keep circuits and their rows here")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def run(args: argparse.Namespace) -> int:
    """Search, measure, print; 1 if a circuit of --file is not fault-tolerant."""
    folder = make_folder(args.out) if args.out else None
    rows = []
    for state in args.states:
        for connectivity in args.connectivity:
            for method in ["file"] if args.file else args.methods:
                row = _row(args, state, connectivity, method, folder)
                if row is not None:
                    rows.append(row)
    if args.json:
        print_json("quantacore-gate-search", [row.record() for row in rows])
    else:
        _print(rows)
    return int(bool(args.file) and not all(row.certified for row in rows))


def _row(
    args: argparse.Namespace, state: str, connectivity: str, method: str, folder: Path | None
) -> SearchRow | None:
    goal = target(state)
    circuit: Circuit | None
    seconds = 0.0
    if args.file:
        circuit = from_stim(Path(args.file).read_text(), num_data=goal.num_qubits)
    elif method == "ppo":
        from quantacore.golden.search.learn import learned

        circuit, seconds = learned(goal, connectivity, seconds=args.seconds, seed=args.seed)
    else:
        found = search(
            goal, method, connectivity=connectivity, seconds=args.seconds, seed=args.seed
        )
        circuit, seconds = (found.circuit, found.seconds) if found else (None, 0.0)
    if circuit is None:
        return None
    row = measured(
        circuit, goal, connectivity=connectivity, method=method, seconds=seconds, p=args.p,
        shots=args.shots, seed=args.seed,
    )  # fmt: skip
    return _kept(row, circuit, folder) if folder else row


def _kept(row: SearchRow, circuit: Circuit, folder: Path) -> SearchRow:
    """Write a circuit and its row, unless the folder has a cheaper one; return which is kept."""
    name = folder / f"{row.state}_{row.connectivity}_{row.method}"
    file = name.with_suffix(".json")
    if file.exists():
        known = SearchRow(**json.loads(file.read_text())["row"])
        if (known.cnots, known.ancillas) <= (row.cnots, row.ancillas):
            return known
    write_text(str(name.with_suffix(".stim")), f"{circuit.to_stim()}\n")
    content = {"format": "quantacore-gate-search", "version": 1, "row": row.record()}
    write_text(str(file), json.dumps(content, indent=1) + "\n")
    return row


def _print(rows: list[SearchRow]) -> None:
    print_table(
        HEAD,
        [
            [
                row.state, row.connectivity, row.method, str(row.cnots), str(row.ancillas),
                "/".join(map(str, row.published)) if row.published else "", str(row.depth),
                f"{row.acceptance.value:.4f}", f"{row.p:g}", f"{row.errors}/{row.accepted}",
                f"{row.error_rate:.1e}", "yes" if row.certified else "no", f"{row.seconds:.1f}",
            ]
            for row in rows
        ],
    )  # fmt: skip
