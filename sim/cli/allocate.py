"""Verb `allocate`: many logical qubits on a pool of cores and CPUs, by several policies.

In: numbers of qubits, cores and CPUs; policies, workloads.   Out: a table, JSON; a picture.
Next: `quantacore.sim.allocation.outcome`.
"""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from quantacore.host.scheduling import POLICIES
from quantacore.sim.cli.bench_frame import (
    make_folder,
    note,
    print_json,
    print_table,
    shots_bar,
)

OPTIMAL = "optimal"
WORKLOADS = ("memory", "surgery", "mixed")

HELP = """Simulate many logical qubits on a pool of FPGA cores and CPU decoders

Each qubit has a round per microsecond; windows of it are decoded by cores (cycles of the RTL,
counted in Verilator; clock from the synthesis records) and CPUs (PyMatching, timed now). Policies:

  static       each qubit has its core, for good
  round_robin  windows are dealt to the cores in turn
  edf          the earliest deadline first, on any core, else on any CPU
  elastic      as edf on the cores; a CPU takes what they give up, or what would wait longer
  optimal      static, mapped by OR-tools (CP-SAT) to the most even load: the yardstick

Workloads: memory; surgery: pairs of qubits run a gate of the library (`quantacore gates list`)
again and again, each begins when the result of the last one is known; mixed: half and half.

  quantacore allocate                                     30 qubits, 4 cores, 2 CPUs: a minute
  quantacore allocate --qubits 100 --cores 12 --workloads memory --policies edf elastic
  quantacore allocate --target_us 5                       the fewest cores with p99.9 below 5 us
  quantacore allocate --check                             the simulation against formula and core

Reaction: from the last round of a window to its result. The machine must be able to do the work at
all, or the command says so; --overload simulates it nevertheless, until the backlog is too long.
The first run of a distance builds its core in Verilator: half a minute for d = 3.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore allocate`."""
    parser.add_argument("--qubits", type=int, default=30, metavar="N", help="default 30")
    parser.add_argument("--cores", type=int, default=4, metavar="N", help="default 4")
    parser.add_argument("--cpus", type=int, default=2, metavar="N", help="default 2")
    parser.add_argument(
        "--policies",
        nargs="+",
        default=[*POLICIES, OPTIMAL],
        metavar="NAME",
        help=f"of {', '.join(POLICIES)}, {OPTIMAL} (default all)",
    )
    parser.add_argument(
        "--workloads",
        nargs="+",
        default=list(WORKLOADS),
        metavar="NAME",
        help=f"of {', '.join(WORKLOADS)} (default all)",
    )
    parser.add_argument(
        "--gate", default="merge-zz", metavar="NAME", help="of the programs (default merge-zz)"
    )
    parser.add_argument("--distance", type=int, default=3, metavar="D", help="odd (default 3)")
    parser.add_argument("--p", type=float, default=0.005, help="noise strength (default 0.005)")
    parser.add_argument(
        "--round_us", type=float, default=1.0, metavar="T", help="time of a round (default 1)"
    )
    parser.add_argument(
        "--lockstep", action="store_true", help="windows of all qubits end at the same round"
    )
    parser.add_argument(
        "--deadline_us",
        type=float,
        default=10.0,
        metavar="T",
        help="when a result is wanted, after a window's last round (default 10)",
    )
    parser.add_argument(
        "--budget_us",
        type=float,
        metavar="T",
        help="elastic: a core gives a window up after so long (default: what a CPU takes on "
        "average, but at least p99.9 of the core's times)",
    )
    parser.add_argument(
        "--unmatched_rate",
        type=float,
        default=0.0,
        metavar="R",
        help="elastic: share of windows that cores cannot match (default 0)",
    )
    parser.add_argument(
        "--clock_mhz", type=float, metavar="F", help="of the cores (default: from the records)"
    )
    parser.add_argument(
        "--record",
        metavar="FILE",
        help="clocks, from `quantacore bench area --write_docs` (default docs/synthesis.json, here "
        "or in the checkout)",
    )
    parser.add_argument(
        "--cpu_transfer_us",
        type=float,
        default=2.0,
        metavar="T",
        help="there and back to a CPU; assumed, not measured (default 2)",
    )
    parser.add_argument(
        "--windows", type=int, default=20_000, metavar="N", help="to simulate (default 20000)"
    )
    parser.add_argument(
        "--target_us",
        type=float,
        metavar="T",
        help="look for the fewest cores, up to one per qubit, with p99.9 of reactions below this",
    )
    parser.add_argument(
        "--overload", action="store_true", help="simulate also what is hopelessly too small"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare the simulation with the Pollaczek-Khinchine formula and with the streaming "
        "core, instead",
    )
    parser.add_argument("--plot", metavar="DIR", help="draw the reactions into this folder")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def run(args: argparse.Namespace) -> int:
    """Print the table; exit code 1 if a check fails."""
    _check(args)
    if args.check:
        return _run_checks(args)
    # Late, so that other verbs start fast and work without Amaranth and simpy.
    from quantacore.sim.allocation.outcome import check_capacity

    folder = None if args.plot is None else make_folder(args.plot)
    setups = _setups(args)
    if not args.overload and args.target_us is None:
        check_capacity(setups[0])
    rows: list[Any] = []
    for number, setup in enumerate(setups, start=1):
        label = f"{number}/{len(setups)} {setup.workload} {setup.policy}"
        found = _outcome(args, setup, label)
        if found is not None:
            rows.append(found)
    if folder is not None and rows:
        from quantacore.sim.plots.allocation import plot_allocation

        plot_allocation(rows, folder / "allocation.png")
    if args.json:
        print_json("quantacore-allocation", [_record(row) for row in rows])
    else:
        print_table(HEAD, [_cells(row) for row in rows])
    return 0


def _check(args: argparse.Namespace) -> None:
    """Refuse what no machine can be, before anything is measured."""
    from quantacore.sim.allocation.machine import make_servers

    if args.qubits < 1:
        raise ValueError(f"--qubits must be at least 1, not {args.qubits}")
    make_servers(args.cores, args.cpus)
    for name, known in (("policies", (*POLICIES, OPTIMAL)), ("workloads", WORKLOADS)):
        for value in getattr(args, name):
            if value not in known:
                raise ValueError(f"--{name} must be of {', '.join(known)}, not {value!r}")
    for name in ("round_us", "deadline_us", "budget_us", "target_us", "clock_mhz", "windows"):
        value = getattr(args, name)
        if value is not None and not 0 < value < float("inf"):
            raise ValueError(f"--{name} must be a number above 0, not {value}")
    for name in ("cpu_transfer_us", "seed"):
        value = getattr(args, name)
        if value is not None and not 0 <= value < float("inf"):
            raise ValueError(f"--{name} must be a number of at least 0, not {value}")
    if not 0 <= args.unmatched_rate <= 1:
        raise ValueError(f"--unmatched_rate must be in [0, 1], not {args.unmatched_rate}")


def _clock(args: argparse.Namespace) -> float:
    from quantacore.sim.allocation.measured import clock_mhz
    from quantacore.sim.experiments.area import find_record

    if args.clock_mhz is not None:
        return float(args.clock_mhz)
    return clock_mhz(find_record(args.record), args.distance)


def _setups(args: argparse.Namespace) -> list[Any]:
    import numpy as np

    from quantacore.host.scheduling import CORE, CPU
    from quantacore.sim.allocation.measured import measured_tiers, memory
    from quantacore.sim.allocation.outcome import Setup
    from quantacore.sim.allocation.workload import Timing, gate_shape

    wants_gate = set(args.workloads) - {"memory"}
    gate = gate_shape(args.gate, args.distance) if wants_gate else None
    plan = memory(args.distance, args.p).plan
    has_cores = bool(args.cores or args.target_us)
    tiers = measured_tiers(
        args.distance,
        args.p,
        mhz=_clock(args) if has_cores else 1.0,
        cpu_transfer_us=args.cpu_transfer_us,
        cores=has_cores,
    )
    budget = args.budget_us
    if budget is None and has_cores:
        budget = max(float(np.percentile(tiers[CORE].times_us, 99.9)), tiers[CPU].mean_us)
    timing = Timing(
        commit_rounds=plan.commit_rounds,
        buffer_rounds=plan.buffer_rounds,
        round_us=args.round_us,
        staggered=not args.lockstep,
    )
    return [
        Setup(
            qubits=args.qubits,
            cores=args.cores,
            cpus=args.cpus,
            policy=policy,
            timing=timing,
            tiers=tiers,
            workload=workload,
            gate=None if workload == "memory" else gate,
            deadline_us=args.deadline_us,
            budget_us=budget,
            unmatched_rate=args.unmatched_rate,
            windows=args.windows,
            seed=args.seed,
        )
        for workload in dict.fromkeys(args.workloads)
        for policy in dict.fromkeys(args.policies)
    ]


def _outcome(args: argparse.Namespace, setup: Any, label: str) -> Any:
    """Return the outcome of a run, or of the smallest machine; None, with a note, if none is."""
    from quantacore.sim.allocation.outcome import simulate, smallest_machine

    if setup.policy == OPTIMAL:
        if args.target_us is not None:
            note(f"{setup.workload}: policy optimal has no smallest machine here: left out")
            return None
        return _optimal(setup, label)
    with _bar(label, setup.windows if args.target_us is None else None) as show:
        if args.target_us is None:
            return simulate(setup, progress=show)
        found = smallest_machine(setup, target_us=args.target_us, progress=show)
    if found is None:
        note(
            f"{setup.workload} {setup.policy}: {setup.qubits} cores are not enough for p99.9 of "
            f"{args.target_us:g} us"
        )
    return found


def _optimal(setup: Any, label: str) -> Any:
    from quantacore.sim.allocation.machine import make_servers
    from quantacore.sim.allocation.mapping import best_homes, loads_of_log
    from quantacore.sim.allocation.outcome import run_setup, simulate

    with _bar(label, setup.windows) as show:
        log, _, _ = run_setup(replace(setup, policy="edf"))
        loads = loads_of_log(log, setup.tiers, qubits=setup.qubits)
        try:
            homes = best_homes(loads, make_servers(setup.cores, setup.cpus))
        except ModuleNotFoundError as error:
            note(f"{setup.workload}: {error}: left out")
            return None
        return simulate(setup, homes=homes, progress=show)


@contextlib.contextmanager
def _bar(label: str, windows: int | None) -> Iterator[Any]:
    with shots_bar(label, windows, unit="window" if windows else "machine") as show:
        yield show


HEAD = ["workload", "policy", "cores/CPUs", "cores per qubit", "windows", "core load", "CPU load"]
HEAD += ["backlog mean", "max", "reaction p50 us", "p99.9", "max", "late", "escaped", "on CPUs"]
HEAD += ["gate p50 us", "p99.9", "max", "slowdown"]


def _cells(row: Any) -> list[str]:
    setup = row.setup

    def number(value: float | None, digits: int = 2) -> str:
        return "-" if value is None else f"{value:.{digits}f}"

    return [
        setup.workload,
        f"{setup.policy} (overloaded)" if row.overloaded else setup.policy,
        f"{setup.cores}/{setup.cpus}",
        number(row.cores_per_qubit, 3),
        str(row.windows),
        number(row.core_load),
        number(row.cpu_load),
        number(row.backlog_mean),
        str(row.backlog_max),
        number(row.reaction_p50_us),
        number(row.reaction_p999_us),
        number(row.reaction_max_us),
        f"{row.late_rate:.2%}",
        f"{row.escape_rate:.2%}",
        f"{row.cpu_share:.2%}",
        number(row.gate_reaction_p50_us),
        number(row.gate_reaction_p999_us),
        number(row.gate_reaction_max_us),
        number(row.slowdown),
    ]


def _record(row: Any) -> dict[str, Any]:
    setup = row.setup
    figures = {name: value for name, value in vars(row).items() if name != "setup"}
    return {
        "workload": setup.workload,
        "policy": setup.policy,
        "qubits": setup.qubits,
        "cores": setup.cores,
        "cpus": setup.cpus,
        "cores_per_qubit": row.cores_per_qubit,
        "deadline_us": setup.deadline_us,
        "budget_us": setup.budget_us,
        "seed": setup.seed,
        "tiers": {
            name: {
                "mean_us": tier.mean_us,
                "transfer_us": tier.transfer_us,
                "source": tier.source,
            }
            for name, tier in setup.tiers.items()
        },
        **figures,
    }


def _run_checks(args: argparse.Namespace) -> int:
    from quantacore.sim.allocation.checks import run_checks

    with _bar("checks", None) as show:
        found = run_checks(
            args.distance, args.p, windows=args.windows, seed=args.seed, progress=show
        )
    if args.json:
        print_json("quantacore-allocation-check", [vars(row) for row in found])
    else:
        head = ["check", "windows", "expected mean wait", "simulated", "95 % interval", "holds"]
        print_table(
            head,
            [
                [
                    row.name,
                    str(row.windows),
                    f"{row.expected:.4f} {row.unit}",
                    f"{row.simulated:.4f} {row.unit}",
                    f"{row.low:.4f} .. {row.high:.4f}",
                    "yes" if row.holds else "no",
                ]
                for row in found
            ],
        )
    return 0 if all(row.holds for row in found) else 1
