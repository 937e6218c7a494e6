"""Derive the window of a long stream alone: for windows whose every kind would take too long.

In: `RepeatingCircuit`.   Out: `WindowPlan` with few kinds; the size of the whole plan's mesh.
Next: `quantacore.golden.decode.window_cycles`.

`window_plan` cuts every kind of window out of a shot of its own: more than 4 d models for windows
of d + d rounds. Here are the windows of a shot whose last window is full, and no others.
"""

from quantacore.golden.source.window import Cut, RepeatingCircuit, assembled_plan
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan, check_window


def steady_plan(source: RepeatingCircuit, *, commit_rounds: int, buffer_rounds: int) -> WindowPlan:
    """Return a plan for shots of a whole number of commits behind a full window.

    Other kinds have no edges. Lengths and links of the kinds that are there are those of
    `window_plan`.

    Parameters
    ----------
    source : RepeatingCircuit
    commit_rounds, buffer_rounds : int
        As of `window_plan`.

    Raises
    ------
    ValueError
        If a number is below 1, or the rounds do not repeat.
    """
    check_window(commit_rounds=commit_rounds, buffer_rounds=buffer_rounds)
    first, last = source.unequal_rounds
    size = commit_rounds + buffer_rounds
    num_starts = -(-first // commit_rounds) + 1
    cuts = {}
    for start in range(num_starts):
        base = start * commit_rounds
        cuts[start * (size + 1)] = Cut(source, base + size + last + 1, base, size)
    base = (num_starts - 1) * commit_rounds
    cuts[num_starts * (size + 1) - 1] = Cut(source, base + size, base, size)
    return assembled_plan(source, cuts, commit_rounds, buffer_rounds, num_starts)


def num_mesh_edges(source: RepeatingCircuit, plan: WindowPlan) -> int:
    """Return how many edges the mesh of all kinds has, of a `steady_plan`.

    What only last rounds have lies one round earlier in final windows that are a round shorter,
    down to the first rounds of a shot, which differ. Windows must look ahead farther than these.
    """
    final = plan.tables[-1] != NO_ENTRY
    others = (plan.tables[:-1] != NO_ENTRY).any(axis=0)
    places = {edge.detectors for edge in plan.graph.edges}
    first, _ = source.unequal_rounds
    for index in (final & ~others).nonzero()[0].tolist():
        ends = plan.graph.edges[index].detectors
        while min(ends) >= (first + 1) * plan.num_slots:
            ends = tuple(end - plan.num_slots for end in ends)
            places.add(ends)
    return len(places)
