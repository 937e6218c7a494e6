"""How rows of `quantacore allocate` are shown.

In: `Outcome` records.   Out: cells of a table, records for JSON, words.
Next: `quantacore.sim.cli.allocate`.
"""

import math
from typing import Any

from quantacore.golden.metrics import Interval
from quantacore.sim.cli.bench_frame import finite

HEAD = ["workload", "policy", "cores/CPUs", "cores per qubit", "windows", "core load", "CPU load"]
HEAD += ["backlog mean", "max", "reaction p50 us", "p99.9 [95 %]", "max", "late", "escaped"]
HEAD += ["on CPUs", "gate p50 us", "p99.9 [95 %]", "max", "slowdown [95 %]"]


def cells(row: Any) -> list[str]:
    """Return a line of the table, under `HEAD`."""
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
        interval_text(row.reaction_p999_us),
        number(row.reaction_max_us),
        f"{row.late_rate:.2%}",
        f"{row.escape_rate:.2%}",
        f"{row.cpu_share:.2%}",
        number(row.gate_reaction_p50_us),
        interval_text(row.gate_reaction_p999_us),
        number(row.gate_reaction_max_us),
        interval_text(row.slowdown),
    ]


def interval_text(interval: Interval | None) -> str:
    """Return a figure with its ends, ``?`` where the run is too short to have one."""
    if interval is None:
        return "-"
    ends = (f"{end:.2f}" if math.isfinite(end) else "?" for end in (interval.low, interval.high))
    return f"{interval.value:.2f} [{', '.join(ends)}]"


def record(row: Any) -> dict[str, Any]:
    """Return a row for JSON; an end of an interval that a run is too short for is null."""
    setup = row.setup
    figures = {
        name: finite(value) if isinstance(value, Interval) else value
        for name, value in vars(row).items()
        if name != "setup"
    }
    return {
        "workload": setup.workload,
        "policy": setup.policy,
        "qubits": setup.qubits,
        "cores": setup.cores,
        "cpus": setup.cpus,
        "cores_per_qubit": row.cores_per_qubit,
        "long_enough": row.is_long_enough,
        "deadline_us": setup.deadline_us,
        "budget_us": setup.budget_us,
        "seed": setup.seed,
        "tiers": {
            name: {
                "mean_us": tier.mean_us,
                "transfer_us": tier.transfer_us,
                "joint_mean_us": [tier.mean_of(n) for n in range(len(tier.joint_us))],
                "source": tier.source,
            }
            for name, tier in setup.tiers.items()
        },
        **figures,
    }
