"""Verb `hybrid`: a small machine for real, simulated cores and CPU workers under one policy.

In: numbers of qubits, cores, CPUs; a policy; what is to go wrong.   Out: a table, JSON, CSV.
Next: `quantacore.sim.allocation.hybrid`.
"""

import argparse
import csv
import io
import sys
from collections import Counter
from typing import Any

from quantacore.host.scheduling import POLICIES
from quantacore.sim.cli.bench_frame import print_json, print_table, shots_bar
from quantacore.sim.cli.outputs import check_writable, write_text
from quantacore.sim.cli.stages import stage_clock

HELP = """Decode windows of several qubits on Verilated cores and PyMatching workers, for real

Each core is a Verilated streaming core in a process of its own, behind the driver that a board has;
each CPU a process with PyMatching. The policies are those of `quantacore allocate`, the same code.
Each qubit is one stream of rounds; its windows overlap, and what one carries over goes to the next,
whichever server decodes that. Windows come at the pace of their rounds, deadlines 10 us after them;
both are stretched to what the processes of this computer can do.

  quantacore hybrid                                         seconds, once the core is built
  quantacore hybrid --kill 0:10 --kill 2:5 --fault 40 41    workers die, a core reports faults
  quantacore hybrid --cpu_ms 50                             CPUs slower than cores, as they are
  quantacore hybrid --policy static --cycle_budget 40 --out windows.csv

--kill S:N kills server S (cores first, then CPUs) while it holds the window after its N-th answer;
another one decodes that window. --fault leaves a core one cycle for these windows: it gives them
up and sets a sticky bit, the driver raises, and a CPU decodes them. Exit code 1 unless every window
was decoded once and only once, and all answers are those of a replay: the same streams, one window
after another, by the golden decoder where a core decoded, by PyMatching where a CPU did. Streams of
cores alone must also be those of the streaming golden decoder.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore hybrid`."""
    parser.add_argument("--qubits", type=int, default=6, metavar="N", help="default 6")
    parser.add_argument(
        "--windows", type=int, default=50, metavar="N", help="of each qubit (default 50)"
    )
    parser.add_argument("--cores", type=int, default=2, metavar="N", help="default 2")
    parser.add_argument("--cpus", type=int, default=2, metavar="N", help="default 2")
    parser.add_argument(
        "--policy",
        default="elastic",
        metavar="NAME",
        help=f"one of {', '.join(POLICIES)} (default elastic)",
    )
    parser.add_argument("--distance", type=int, default=3, metavar="D", help="odd (default 3)")
    parser.add_argument("--p", type=float, default=0.005, help="noise strength (default 0.005)")
    parser.add_argument(
        "--window",
        type=int,
        nargs=2,
        metavar=("COMMIT", "BUFFER"),
        help="rounds that a window commits and looks ahead (default: as `quantacore generate`)",
    )
    parser.add_argument(
        "--passes",
        type=int,
        default=3,
        metavar="N",
        help="most passes of a core; a core for one pass is built faster (default 3)",
    )
    parser.add_argument(
        "--load",
        type=float,
        default=0.5,
        metavar="L",
        help="share of what the workers that the policy uses can do, in (0, 1) (default 0.5)",
    )
    parser.add_argument(
        "--cycle_budget",
        type=int,
        default=0,
        metavar="N",
        help="cycles after which a core gives a window up (default 0: never)",
    )
    parser.add_argument(
        "--cpu_ms",
        type=float,
        default=0.0,
        metavar="T",
        help="least time of a CPU for a window (default 0): simulated cores are ten thousand times "
        "slower than real ones, CPUs are not",
    )
    parser.add_argument(
        "--kill", action="append", default=[], metavar="S:N", help="see above; may be repeated"
    )
    parser.add_argument(
        "--fault", type=int, nargs="+", default=[], metavar="W", help="numbers of windows"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument("--out", metavar="FILE", help="write a line per window into this CSV file")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def run(args: argparse.Namespace) -> int:
    """Print the table; exit code 1 if a window has not its one right answer."""
    if args.policy not in POLICIES:
        raise ValueError(f"--policy must be one of {', '.join(POLICIES)}, not {args.policy!r}")
    kills = tuple(_kill(text) for text in args.kill)
    if args.seed < 0:
        raise ValueError(f"--seed must be at least 0, not {args.seed}")
    # Late, so that other verbs start fast and work without Amaranth.
    from quantacore.sim.allocation.hybrid import prepare_core, run_hybrid
    from quantacore.sim.allocation.hybrid_records import HybridSetup

    setup = HybridSetup(
        qubits=args.qubits,
        windows=args.windows,
        cores=args.cores,
        cpus=args.cpus,
        policy=args.policy,
        distance=args.distance,
        p=args.p,
        window=None if args.window is None else (args.window[0], args.window[1]),
        passes=args.passes,
        load=args.load,
        cycle_budget=args.cycle_budget,
        cpu_ms=args.cpu_ms,
        kills=kills,
        faults=tuple(args.fault),
        seed=args.seed,
    )
    check_writable(args.out)
    if setup.cores:
        _check_tools()
        with stage_clock() as stage:
            stage("core, built once")
            prepare_core(setup)
    with shots_bar(args.policy, args.qubits * args.windows, unit="window") as show:
        result = run_hybrid(setup, progress=show)
    if args.out is not None:
        write_text(args.out, _csv(result.windows))
    if args.json:
        print_json("quantacore-hybrid", [_record(result)])
    elif args.out != "-":
        _print(result)
    missing = args.qubits * args.windows - len(result.windows)
    again = result.replay
    differ = again.mismatches + again.core_stream_mismatches
    wrong = missing or result.duplicates or differ
    if wrong:
        print(
            f"{missing} windows are missing, {result.duplicates} were answered twice, "
            f"{differ} differ from the replay.",
            file=sys.stderr,
        )
    return 1 if wrong else 0


def _check_tools() -> None:
    """Say what is missing to build cores, before anything is begun."""
    from quantacore.sim.verilator import VerilatorError, verilator_environment

    try:
        verilator_environment()
    except VerilatorError as error:
        raise ValueError(f"{error}; or give --cores 0") from None


def _kill(text: str) -> tuple[int, int]:
    server, _, answers = text.partition(":")
    if not (server.isdecimal() and answers.isdecimal()):
        raise ValueError(f"--kill must be SERVER:ANSWERS, such as 0:10, not {text!r}")
    return int(server), int(answers)


def _csv(windows: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(vars(windows[0]))
    for window in windows:
        fields = {**vars(window), "faults": " ".join(window.faults)}
        writer.writerow(
            f"{value:.1f}" if isinstance(value, float) else value for value in fields.values()
        )
    return text.getvalue()


def _summary(windows: Any) -> dict[str, Any]:
    import numpy as np

    reactions = np.array([window.reaction_us for window in windows])
    return {
        "windows": len(windows),
        "reaction_p50_us": float(np.percentile(reactions, 50)),
        "reaction_p99_us": float(np.percentile(reactions, 99)),
        "reaction_max_us": float(reactions.max()),
        "late": sum(window.late for window in windows),
        "escaped": sum(bool(window.faults) for window in windows),
        "again": sum(window.attempts > 1 for window in windows),
    }


def _print(result: Any) -> None:
    head = ["server", "windows", "reaction p50 ms", "p99", "max", "late", "given up by a core"]
    groups = Counter((window.server, window.tier) for window in result.windows)
    rows = []
    for server, tier in [*sorted(groups), (None, "")]:
        chosen = [w for w in result.windows if server is None or w.server == server]
        made = _summary(chosen)
        name = "all" if server is None else f"{server} ({tier})"
        name += " died" if server in result.killed else ""
        times = [made[f"reaction_{which}_us"] / 1000 for which in ("p50", "p99", "max")]
        rows.append(
            [
                name,
                str(made["windows"]),
                *(f"{value:.1f}" for value in times),
                str(made["late"]),
                str(made["escaped"]),
            ]
        )
    print_table(head, rows)
    again = _summary(result.windows)["again"]
    print(
        f"\n{len(result.windows)} windows in {result.seconds:.1f} s, a round every "
        f"{result.stretch / 1000:.2f} ms, deadline {result.deadline_us / 1000:.1f} ms; "
        f"{again} decoded by more than one try; {len(result.killed)} workers died; "
        f"{result.duplicates} answered twice."
    )
    found = result.replay
    print(
        f"Replay: {found.mismatches} windows differ; {found.core_streams} streams were decoded by "
        f"cores alone, of them {found.core_stream_mismatches} windows differ from the streaming "
        f"golden decoder. {found.carrying} windows carried something over, {found.moves} moved to "
        f"another server, {found.carried_moves} of them with something from the last one. "
        f"{found.errors} of {result.setup.qubits} qubits end with a logical error."
    )


def _record(result: Any) -> dict[str, Any]:
    fields = {
        name: value
        for name, value in vars(result).items()
        if name not in ("setup", "windows", "replay")
    }
    return {
        **vars(result.setup),
        **fields,
        "replay": vars(result.replay),
        "summary": _summary(result.windows),
        "results": [vars(window) for window in result.windows],
    }
