"""Verb `allocate`: many logical qubits on a pool of cores and CPUs, by several policies.

In: numbers of qubits, cores and CPUs; policies, workloads.   Out: a table, JSON; a picture.
Next: `quantacore.sim.allocation.outcome`.
"""

import argparse
import contextlib
import dataclasses
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from quantacore.host.scheduling import POLICIES
from quantacore.sim.cli.allocate_rows import HEAD, cells, record
from quantacore.sim.cli.bench_frame import new_folder, note, print_json, print_table, shots_bar
from quantacore.sim.cli.stages import stage_clock

OPTIMAL = "optimal"
GATE = "merge-zz"
MOST = 100_000
"""Qubits, cores, CPUs: more would fill the memory of most machines."""
MOST_ROUND_US = 1e6
WORKLOADS = ("memory", "surgery", "mixed")

HELP = """Simulate many logical qubits on a pool of FPGA cores and CPU decoders

Each qubit has a round per microsecond; windows of it are decoded by cores (cycles of the mesh,
replayed to the cycle; clock from the synthesis records, or extrapolated: a note says which) and
CPUs (PyMatching, timed now). Policies:

  static       each qubit has its core, for good
  round_robin  windows are dealt to the cores in turn
  edf          the earliest deadline first, on any core, else on any CPU
  elastic      as edf on the cores; a CPU takes what they give up, or what would wait longer
  optimal      static, mapped by OR-tools (CP-SAT) to the most even load: the yardstick

Workloads: memory; surgery: pairs of qubits run a gate of the library (`quantacore gates list`)
again and again, each begins when the result of the last one is known; mixed: half and half. Windows
of a gate span its patches; their times are those of the gate's own circuit, on a mesh of its size.

  quantacore allocate                                     30 qubits, 6 cores, 2 CPUs: a minute
  quantacore allocate --qubits 100 --cores 12 --workloads memory --policies edf elastic
  quantacore allocate --target_us 5                       the fewest cores with p99.9 below 5 us
  quantacore allocate --windows 100000 --out build/rows   kept row by row: give it again to go on
  quantacore allocate --check                             the simulation against formula and core

Reaction: from the last round of a window to its result. The machine must be able to do the work at
all, or the command says so; --overload simulates it nevertheless, until the backlog is too long.
p99.9 and slowdown have intervals (95 %, for values that depend on each other); where a run is too
short for an end there is a question mark, and a note. --check builds cores in Verilator: a minute.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore allocate`."""
    parser.add_argument("--qubits", type=int, default=30, metavar="N", help="default 30")
    parser.add_argument("--cores", type=int, default=6, metavar="N", help="default 6")
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
        "--gate",
        metavar="NAME",
        help=f"of the programs (default {GATE}); with --check: also replay its windows",
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
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="keep each row, and the CPU's times, in this folder; the same command goes on there",
    )
    parser.add_argument("--plot", metavar="DIR", help="draw the reactions into this folder")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def run(args: argparse.Namespace) -> int:
    """Print the table; exit code 1 if a check fails."""
    _check(args)
    if args.check:
        return _run_checks(args)
    with contextlib.ExitStack() as stack:
        folder = None if args.out is None else stack.enter_context(new_folder(args.out))
        pictures = None if args.plot is None else stack.enter_context(new_folder(args.plot))
        rows = _rows(args, folder)
        if pictures is not None and rows:
            from quantacore.sim.plots.allocation import plot_allocation

            plot_allocation(rows, pictures / "allocation.png")
    if args.json:
        print_json("quantacore-allocation", [record(row) for row in rows])
    else:
        print_table(HEAD, [cells(row) for row in rows])
    short = [
        f"{row.setup.workload} {row.setup.policy}"
        for row in rows
        if not (row.is_long_enough or row.overloaded)
    ]
    if short:
        note(
            f"runs are too short for intervals that are marked ? ({', '.join(short)}): "
            f"give more --windows than {args.windows}"
        )
    return 0


def _rows(args: argparse.Namespace, folder: Path | None) -> list[Any]:
    # Late, so that other verbs start fast and work without Amaranth and simpy.
    from quantacore.sim.allocation.measured import measure_cpu
    from quantacore.sim.allocation.outcome import check_capacity
    from quantacore.sim.allocation.row_log import AllocationSettings, RowLog
    from quantacore.sim.core_cache import generator_digest

    workloads, policies = dict.fromkeys(args.workloads), dict.fromkeys(args.policies)
    wanted = [(workload, policy) for workload in workloads for policy in policies]
    gate = _gate(args) if set(workloads) - {"memory"} else None
    clocks = _clocks(args, gate) if args.cores or args.target_us else {}
    fields = {field.name for field in dataclasses.fields(AllocationSettings)}
    log = RowLog(
        folder,
        AllocationSettings(
            epochs=len(wanted),
            rows=tuple(wanted),
            clocks_mhz={workload: clock.mhz for workload, clock in clocks.items()},
            generator=generator_digest(),
            **{name: value for name, value in vars(args).items() if name in fields},
        ),
    )
    for workload, clock in clocks.items():
        if clock.kind != GIVEN_CLOCK:
            note(f"{workload}: clock {clock.text}")
    with stage_clock("measure") as stage:
        stage("times of the CPU")
        times = log.cpu_times(lambda: measure_cpu(args.distance, args.p, gate))
        stage("cycles of cores")
        made = {workload: _setup(args, workload, gate, clocks, times) for workload in workloads}
    setups = [dataclasses.replace(made[workload], policy=policy) for workload, policy in wanted]
    if not args.overload and args.target_us is None:
        for setup in setups:
            check_capacity(setup)
    rows = []
    for index, setup in enumerate(setups):
        label = f"{index + 1}/{len(setups)} {setup.workload} {setup.policy}"
        found, said = log.row(index, setup, partial(_outcome, args, setup, label))
        if said:
            note(said)
        if found is not None:
            rows.append(found)
    return rows


GIVEN_CLOCK = "given"


def _check(args: argparse.Namespace) -> None:
    """Refuse what no machine can be, before anything is measured."""
    from quantacore.sim.allocation.machine import make_servers

    for name in ("qubits", "cores", "cpus"):
        if getattr(args, name) > MOST:
            raise ValueError(f"--{name} must be at most {MOST}, not {getattr(args, name)}")
    if args.qubits < 1:
        raise ValueError(f"--qubits must be at least 1, not {args.qubits}")
    make_servers(args.cores, args.cpus)
    for name, known in (("policies", (*POLICIES, OPTIMAL)), ("workloads", WORKLOADS)):
        for value in getattr(args, name):
            if value not in known:
                raise ValueError(f"--{name} must be of {', '.join(known)}, not {value!r}")
    if args.qubits < 2 and set(args.workloads) - {"memory"}:
        raise ValueError(
            f"--qubits must be at least 2 for programs, not {args.qubits}: or give "
            "--workloads memory"
        )
    for name in ("round_us", "deadline_us", "budget_us", "target_us", "windows"):
        value = getattr(args, name)
        if value is not None and not 0 < value < float("inf"):
            raise ValueError(f"--{name} must be a number above 0, not {value}")
    if args.round_us > MOST_ROUND_US:
        raise ValueError(f"--round_us must be at most {MOST_ROUND_US:g}, not {args.round_us:g}")
    for name in ("cpu_transfer_us", "seed"):
        value = getattr(args, name)
        if value is not None and not 0 <= value < float("inf"):
            raise ValueError(f"--{name} must be a number of at least 0, not {value}")
    if not 0 <= args.unmatched_rate <= 1:
        raise ValueError(f"--unmatched_rate must be in [0, 1], not {args.unmatched_rate}")


def _gate(args: argparse.Namespace) -> Any:
    from quantacore.sim.allocation.gate_windows import Gate
    from quantacore.sim.allocation.streamed import memory

    plan = memory(args.distance, args.p).plan
    return Gate(
        args.gate or GATE,
        args.distance,
        args.p,
        commit_rounds=plan.commit_rounds,
        buffer_rounds=plan.buffer_rounds,
    )


def _clocks(args: argparse.Namespace, gate: Any) -> dict[str, Any]:
    """Return the clock of the cores of each workload: a gate's need a mesh of its size."""
    from quantacore.sim.allocation.clocks import given_clock, memory_clock, mesh_clock
    from quantacore.sim.experiments.area import find_record

    found = {}
    for workload in dict.fromkeys(args.workloads):
        if args.clock_mhz is not None:
            found[workload] = given_clock(args.clock_mhz)
        elif workload == "memory":
            found[workload] = memory_clock(find_record(args.record), args.distance)
        else:
            detectors = gate.plan.graph.num_detectors
            what = f"a mesh of {detectors} detectors, for windows of {gate.name}"
            found[workload] = mesh_clock(find_record(args.record), detectors, what)
    return found


def _setup(args: argparse.Namespace, workload: str, gate: Any, clocks: Any, times: Any) -> Any:
    """Return the setup of a workload, with the first policy."""
    import numpy as np

    from quantacore.host.scheduling import CORE, CPU
    from quantacore.sim.allocation.measured import core_tier, cpu_tier
    from quantacore.sim.allocation.outcome import Setup
    from quantacore.sim.allocation.streamed import memory
    from quantacore.sim.allocation.workload import Timing

    gate = None if workload == "memory" else gate
    plan = memory(args.distance, args.p).plan
    tiers = {CPU: cpu_tier(times, transfer_us=args.cpu_transfer_us)}
    budget = args.budget_us
    if clocks:
        core = core_tier(args.distance, args.p, mhz=clocks[workload].mhz, gate=gate)
        tiers[CORE] = core
        if budget is None:
            samples = np.concatenate([core.times_us, *core.joint_us])
            budget = max(float(np.percentile(samples, 99.9)), tiers[CPU].mean_us)
    return Setup(
        qubits=args.qubits,
        cores=args.cores,
        cpus=args.cpus,
        policy=args.policies[0],
        timing=Timing(
            commit_rounds=plan.commit_rounds,
            buffer_rounds=plan.buffer_rounds,
            round_us=args.round_us,
            staggered=not args.lockstep,
        ),
        tiers=tiers,
        workload=workload,
        gate=None if gate is None else gate.shape,
        deadline_us=args.deadline_us,
        budget_us=budget,
        unmatched_rate=args.unmatched_rate,
        windows=args.windows,
        seed=args.seed,
    )


def _outcome(args: argparse.Namespace, setup: Any, label: str) -> tuple[Any, str]:
    """Return the outcome of a run, or of the smallest machine; or None, and why there is none."""
    from quantacore.sim.allocation.outcome import simulate, smallest_machine

    if setup.policy == OPTIMAL:
        if args.target_us is not None:
            why = f"{setup.workload}: policy optimal has no smallest machine here: left out"
            return None, why
        return _optimal(setup, label)
    with _bar(label, setup.windows if args.target_us is None else None) as show:
        if args.target_us is None:
            return simulate(setup, progress=show), ""
        found = smallest_machine(setup, target_us=args.target_us, progress=show)
    if found is None:
        return None, (
            f"{setup.workload} {setup.policy}: {setup.qubits} cores are not enough for p99.9 of "
            f"{args.target_us:g} us"
        )
    return found, ""


def _optimal(setup: Any, label: str) -> tuple[Any, str]:
    from quantacore.sim.allocation.machine import make_servers
    from quantacore.sim.allocation.mapping import best_homes, loads_of_log
    from quantacore.sim.allocation.outcome import run_setup, simulate

    with _bar(label, setup.windows) as show:
        log, _, _ = run_setup(dataclasses.replace(setup, policy="edf"))
        loads = loads_of_log(log, setup.tiers, qubits=setup.qubits)
        try:
            homes = best_homes(loads, make_servers(setup.cores, setup.cpus))
        except ModuleNotFoundError as error:
            return None, f"{setup.workload}: {error}: left out"
        return simulate(setup, homes=homes, progress=show), ""


@contextlib.contextmanager
def _bar(label: str, windows: int | None) -> Iterator[Any]:
    with shots_bar(label, windows, unit="window" if windows else "machine") as show:
        yield show


def _run_checks(args: argparse.Namespace) -> int:
    from quantacore.sim.allocation.checks import run_checks

    with _bar("checks", None) as show:
        found = run_checks(
            args.distance,
            args.p,
            gate=None if args.gate is None else _gate(args),
            windows=args.windows,
            seed=args.seed,
            progress=show,
        )
    if args.json:
        print_json("quantacore-allocation-check", [vars(row) for row in found])
    else:
        head = ["check", "windows", "mean of", "expected", "simulated", "95 % interval", "holds"]
        print_table(
            head,
            [
                [
                    row.name,
                    str(row.windows),
                    row.what,
                    f"{row.expected:.4f} {row.unit}",
                    f"{row.simulated:.4f} {row.unit}",
                    f"{row.low:.4f} .. {row.high:.4f}",
                    "yes" if row.holds else "no",
                ]
                for row in found
            ],
        )
    return 0 if all(row.holds for row in found) else 1
