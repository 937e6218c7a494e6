"""Action `search` of the verb `gates`: look for fault-tolerant preparation circuits.

In: states, devices, methods, seconds.   Out: circuits (stim), a leaderboard (table, JSON).
Next: `quantacore.golden.search.find`, `quantacore.sim.experiments.gate_search`.
"""

import argparse
import os
import time
from itertools import product

from quantacore.golden.search.astar import fewest_cnots
from quantacore.golden.search.circuit import Circuit, from_stim
from quantacore.golden.search.connectivity import DEVICES
from quantacore.golden.search.faults import MOST_MEASUREMENTS
from quantacore.golden.search.find import METHODS, search
from quantacore.golden.search.own_code import own_target
from quantacore.golden.search.targets import BASES, PUBLISHED, Target, target
from quantacore.sim.cli.bench_frame import make_folder, note, print_json, print_table
from quantacore.sim.cli.gates_codes import read_code
from quantacore.sim.cli.inputs import naming, read_text
from quantacore.sim.cli.outputs import write_text
from quantacore.sim.experiments.found_circuits import FoundCircuits
from quantacore.sim.experiments.gate_search import SearchRow, measured

HELP = """Search for fault-tolerant preparation circuits of CSS states

Each circuit that is shown has passed all single faults, and for d = 5 all pairs. Methods: greedy
(one preparation), beam (many, improved), exact (checks by integer programming: pip install
'.[search]'), ppo (reinforcement learning, the same extra), astar (proves first how few CNOTs make
the state, checks not counted, then searches as beam does among such preparations; it says so where
the proof does not end in time). What was found is kept in the folder of --out, with a certificate
for `quantacore gates certify`: only a cheaper circuit replaces a file. The same command goes on
where it was stopped; a search that is finished with these seconds and this seed is not repeated.
--file certifies and measures a circuit of others.

--code takes a CSS code of one's own: a text file with a stabilizer a line, as stim prints Pauli
strings (XXXX___ or XXXXIII; print(*tableau.to_stabilizers(), sep="\\n") makes one, without the
logical ones), or two parity-check matrices, of X and of Z, as .npy or .alist. Distance 3 to 6, at
most 26 qubits.

  quantacore gates search --states steane-zero surface3-zero --out found
  quantacore gates search --states colour17-zero --methods greedy beam --seconds 120 --out found
  quantacore gates search --states shor-zero --connectivity grid heavy-hex --out found
  quantacore gates search --states steane-zero --file theirs.stim
  quantacore gates search --code mine.txt --basis zero plus --out found
  quantacore gates search --code hx.npy hz.npy --connectivity grid --seconds 60
"""

MOST_SECONDS = 1_000_000
MOST_SHOTS = 10**9
OTHERS = ("astar", "ppo")
"""Methods with modules of their own."""

HEAD = ("state", "device", "method", "CNOTs", "ancillas", "published", "depth", "accepted", "p",
        "errors", "error rate", "certified", "s")  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore gates search`."""
    parser.description, parser.formatter_class = HELP, argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--states", nargs="+", metavar="S",
        help=f"of {', '.join(PUBLISHED)} (default steane-zero), or -plus for -zero",
    )  # fmt: skip
    parser.add_argument(
        "--code", nargs="+", metavar="FILE",
        help="instead of --states: a file of stabilizers, or two of matrices, X then Z",
    )  # fmt: skip
    parser.add_argument(
        "--basis", nargs="+", choices=BASES, metavar="B",
        help=f"of the logical qubits of --code: {', '.join(BASES)} (default zero)",
    )  # fmt: skip
    parser.add_argument(
        "--connectivity", nargs="+", default=["all"], choices=DEVICES, metavar="C",
        help=f"of {', '.join(DEVICES)} (default all)",
    )  # fmt: skip
    parser.add_argument(
        "--methods", nargs="+", default=["beam"], choices=(*METHODS, *OTHERS), metavar="M",
        help=f"of {', '.join((*METHODS, *OTHERS))} (default beam)",
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
    """Search, measure, print; 1 if nothing was found, or a circuit of --file does harm."""
    _check(args)
    goals = _goals(args)
    given = _given(args.file, goals) if args.file is not None else None
    folder = make_folder(args.out) if args.out is not None else None
    if folder is not None and not os.access(folder, os.W_OK):
        raise PermissionError(None, "folder must be writable", str(folder))
    rows = []
    try:
        for goal, connectivity, method in product(
            goals, args.connectivity, args.methods if given is None else ["file"]
        ):
            if folder is None:
                row = _row(args, goal, connectivity, method, given)
            else:
                found = FoundCircuits(folder, goal, connectivity, method)
                row = _kept(args, goal, connectivity, method, given, found)
            if row is not None:
                rows.append(row)
    except KeyboardInterrupt:
        if folder is None:
            raise
        raise KeyboardInterrupt(
            f"interrupted; {folder} holds the finished searches, the same command goes on"
        ) from None
    if args.json:
        print_json("quantacore-gate-search", [row.record() for row in rows])
    elif rows:
        _print(rows)
    if given is not None:
        return int(not all(row.certified for row in rows))
    return int(not rows)


def _check(args: argparse.Namespace) -> None:
    """Raise `ValueError` for numbers with which a long search would end badly."""
    if not 0 < args.seconds <= MOST_SECONDS:
        raise ValueError(
            f"--seconds must be above 0 and at most {MOST_SECONDS}, not {args.seconds}"
        )
    if not 0 <= args.p < 1:
        raise ValueError(f"--p must be in [0, 1), not {args.p}")
    if args.shots < 1:
        raise ValueError(f"--shots must be at least 1, not {args.shots}")
    if args.shots > MOST_SHOTS:
        raise ValueError(f"--shots must be at most {MOST_SHOTS}, not {args.shots}")
    if not 0 <= args.seed < 1 << 63:
        raise ValueError(f"--seed must be in [0, 2^63), not {args.seed}")
    if args.file is None and "astar" in args.methods and set(args.connectivity) != {"all"}:
        raise ValueError(
            "--methods astar must come with --connectivity all: it treats all qubits alike"
        )


def _given(path: str, goals: list[Target]) -> Circuit:
    """Read the circuit of ``--file``, for one state."""
    if len(goals) != 1:
        raise ValueError(f"--file must come with one state, not {len(goals)}")
    text = read_text(path)
    with naming(path):
        circuit = from_stim(text, num_data=goals[0].num_qubits)
        if circuit.num_ancillas > MOST_MEASUREMENTS:
            raise ValueError(
                f"Measurements must be at most {MOST_MEASUREMENTS}, not {circuit.num_ancillas}"
            )
        known = {q for _, a, b in circuit.gates for q in (a, b)}
        if missing := set(range(circuit.num_data)) - known:
            raise ValueError(
                f"Circuit must have gates on data qubits 0 to {circuit.num_data - 1}, but "
                f"{min(missing)} has none"
            )
    return circuit


def _goals(args: argparse.Namespace) -> list[Target]:
    """Return the states of --states, or of the code of --code."""
    if args.code is None:
        if args.basis is not None:
            raise ValueError("--basis must come with --code: --states name theirs")
        return [target(state) for state in args.states or ["steane-zero"]]
    if args.states is not None:
        raise ValueError("--code must come without --states")
    code = read_code(args.code)
    with naming(" ".join(args.code)):
        return [own_target(code, basis) for basis in args.basis or ["zero"]]


def _row(
    args: argparse.Namespace, goal: Target, connectivity: str, method: str, given: Circuit | None
) -> SearchRow | None:
    """Measure a circuit that is given or found; None if nothing was found."""
    circuit, seconds = given, 0.0
    if given is None:
        circuit, seconds = _searched(args, goal, connectivity, method)
    if circuit is None:
        _note_nothing(goal, connectivity, method)
        return None
    return _measured(args, goal, connectivity, method, circuit, seconds)


def _measured(
    args: argparse.Namespace,
    goal: Target,
    connectivity: str,
    method: str,
    circuit: Circuit,
    seconds: float,
) -> SearchRow:
    return measured(
        circuit, goal, connectivity=connectivity, method=method, seconds=seconds, p=args.p,
        shots=args.shots, seed=args.seed,
    )  # fmt: skip


def _note_nothing(goal: Target, connectivity: str, method: str) -> None:
    note(f"{goal.name} on {connectivity} by {method}: nothing found, try more --seconds")


def _kept(
    args: argparse.Namespace,
    goal: Target,
    connectivity: str,
    method: str,
    given: Circuit | None,
    found: FoundCircuits,
) -> SearchRow | None:
    """Search, unless that is done, and keep the cheaper circuit of the folder's and the new one."""
    kept = found.read()
    row, circuit, finished = kept.row, kept.circuit, kept.finished
    this = (args.seconds, args.seed)
    if given is None and this in finished:
        note(f"{goal.name} on {connectivity} by {method}: finished before, not searched again")
    else:
        fresh, seconds = given, 0.0
        if given is None:
            fresh, seconds = _searched(args, goal, connectivity, method)
            finished = (*finished, this)
        if fresh is not None and (row is None or _cost(fresh) < (row.cnots, row.ancillas)):
            row = _measured(args, goal, connectivity, method, fresh, seconds)
            circuit = fresh
    if row is None or circuit is None:
        _note_nothing(goal, connectivity, method)
    elif (row.p, row.shots) != (args.p, args.shots):
        row = _measured(args, goal, connectivity, method, circuit, row.seconds)
    # A circuit of --file that does harm is shown, not kept.
    if (row, finished) != (kept.row, kept.finished) and (row is None or row.certified):
        for path, text in found.files(row, circuit, finished).items():
            write_text(str(path), text)
    return row


def _cost(circuit: Circuit) -> tuple[int, int]:
    return circuit.num_cnots, circuit.num_ancillas


def _searched(
    args: argparse.Namespace, goal: Target, connectivity: str, method: str
) -> tuple[Circuit | None, float]:
    """Return the circuit of one search, and the seconds until it was there."""
    if method == "ppo":
        from quantacore.golden.search.learn import learned

        return learned(goal, connectivity, seconds=args.seconds, seed=args.seed)
    proved = 0.0
    num_cnots = None
    if method == "astar":
        begin = time.monotonic()
        proof = fewest_cnots(goal, seconds=args.seconds / 2, seed=args.seed)
        proved = time.monotonic() - begin
        num_cnots = len(proof.preparation.cnots)
        if not proof.is_settled:
            note(
                f"{goal.name}: A* did not end: {proof.at_least} to {num_cnots} CNOTs without "
                f"checks, {proof.num_nodes} spans"
            )
            return None, 0.0
        note(
            f"{goal.name}: no preparation has fewer than {num_cnots} CNOTs, checks not counted "
            f"({proof.num_nodes} spans, {proved:.2g} s)"
        )
    found = search(
        goal,
        "beam" if method == "astar" else method,
        connectivity=connectivity,
        seconds=args.seconds - proved,
        seed=args.seed,
        num_cnots=num_cnots,
    )
    return (found.circuit, proved + found.seconds) if found else (None, 0.0)


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
