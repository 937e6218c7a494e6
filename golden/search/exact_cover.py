"""Choose the cheapest checks by integer programming, with OR-tools.

In: costs and `Demand`s.   Out: a cheapest choice.   Needs the extra `search`.
Next: `quantacore.golden.search.cover`.
"""

from collections.abc import Sequence

import numpy as np

from quantacore.golden.search.cover import Demand

MISSING = "The exact method needs OR-tools: pip install '.[search]'"


def cheapest(
    costs: np.ndarray, demands: Sequence[Demand], *, seconds: float = 10.0
) -> list[int] | None:
    """Return the cheapest choice of checks that meets all demands.

    Parameters
    ----------
    costs : ndarray
        ``int64``, one for each check.
    demands : sequence of Demand
    seconds : float
        After so long the best choice so far is taken.

    Returns
    -------
    list of int or None
        None if there is no choice, or none was found in time.

    Raises
    ------
    ModuleNotFoundError
        If OR-tools is not installed.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        raise ModuleNotFoundError(MISSING) from None

    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in costs]
    known = set()
    for demand in demands:
        key = demand.owners, demand.seen.tobytes()
        if key in known:
            continue
        known.add(key)
        model.add_bool_or(
            [takes[k] for k in np.flatnonzero(demand.seen)] + [~takes[k] for k in demand.owners]
        )
    model.minimize(cp_model.LinearExpr.weighted_sum(takes, costs.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [k for k, take in enumerate(takes) if solver.value(take)]
