"""Map qubits to servers for good, as evenly as can be: the yardstick for the policies.

In: load of each qubit on each kind of server.   Out: the server of each qubit.
Next: `quantacore.sim.allocation.outcome`.

Integer programming (OR-tools, CP-SAT): the largest load of a server is least. This is the best
static mapping by load, not by waiting time, which has no linear form. So CPUs, which are slow, are
used only where the cores alone would be overloaded.
"""

from collections.abc import Sequence

import numpy as np

from quantacore.host.scheduling import CORE, Server
from quantacore.sim.allocation.machine import MachineLog
from quantacore.sim.allocation.tiers import Tier

PARTS = 1_000_000
"""Loads are whole millionths of a server's time."""
TIME_LIMIT_S = 10.0


def loads_of_log(log: MachineLog, tiers: dict[str, Tier], *, qubits: int) -> dict[str, np.ndarray]:
    """Return how much of a server's time each qubit would take, from a run of the workload.

    Returns
    -------
    dict of str to float64, shape ``(qubits,)``
        Kind of server -> load of each qubit; 1 is one server.
    """
    loads = {}
    for name, tier in tiers.items():
        means = {joint: tier.mean_of(joint) for joint in set(log.joint)}
        took = np.array([means[joint] for joint in log.joint])
        loads[name] = np.bincount(log.qubit, weights=took, minlength=qubits) / log.end_us
    return loads


def best_homes(loads: dict[str, np.ndarray], machine: Sequence[Server]) -> list[int]:
    """Return `optimal_homes` on the cores, or on all servers if the cores are not enough."""
    cores = [server for server in machine if server.tier == CORE]
    if cores:
        homes = optimal_homes(loads, cores)
        if largest_load(homes, loads, cores) < 1:
            return homes
    return optimal_homes(loads, machine)


def optimal_homes(loads: dict[str, np.ndarray], machine: Sequence[Server]) -> list[int]:
    """Return the server of each qubit such that the largest load of a server is least.

    Parameters
    ----------
    loads : dict of str to float64, shape ``(qubits,)``
        At least 0.
    machine : sequence of Server

    Raises
    ------
    ModuleNotFoundError
        If OR-tools is missing.
    """
    try:
        from ortools.sat.python import cp_model
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "Policy optimal must have OR-tools: pip install '.[allocate]' in the checkout"
        ) from None
    model = cp_model.CpModel()
    # Qubits of equal loads are one class: how many of it go to each server.
    keys = [tuple(round(float(loads[s.tier][q]), 3) for s in machine) for q in _qubits(loads)]
    members: dict[tuple[float, ...], list[int]] = {}
    for qubit, key in enumerate(keys):
        members.setdefault(key, []).append(qubit)
    counts = {}
    terms: dict[int, list] = {server.index: [] for server in machine}
    for number, (key, qubits) in enumerate(members.items()):
        row = [
            model.new_int_var(0, len(qubits), f"class{number}on{server.index}")
            for server in machine
        ]
        counts[key] = row
        model.add(sum(row) == len(qubits))
        for server, load, count in zip(machine, key, row, strict=True):
            terms[server.index].append(round(load * PARTS) * count)
    most = model.new_int_var(0, 1000 * PARTS * len(keys), "most")
    for server in machine:
        model.add(sum(terms[server.index]) <= most)
    model.minimize(most)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = TIME_LIMIT_S
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    homes = [-1] * len(keys)
    for key, qubits in members.items():
        left = iter(qubits)
        for server, count in zip(machine, counts[key], strict=True):
            for _ in range(solver.value(count)):
                homes[next(left)] = server.index
    return homes


def largest_load(
    homes: Sequence[int], loads: dict[str, np.ndarray], machine: Sequence[Server]
) -> float:
    """Return the load of the busiest server."""
    busy = {server.index: 0.0 for server in machine}
    tiers = {server.index: server.tier for server in machine}
    for qubit, home in enumerate(homes):
        busy[home] += float(loads[tiers[home]][qubit])
    return max(busy.values())


def _qubits(loads: dict[str, np.ndarray]) -> range:
    return range(len(next(iter(loads.values()))))
