"""Choose how many rounds a window decides and how many it looks ahead.

In: `RepeatingCircuit`.   Out: rounds to commit, rounds to buffer.
Next: `quantacore.golden.source.window.window_plan`.
"""

from quantacore.golden.source.window import RepeatingCircuit


def default_window(source: RepeatingCircuit) -> tuple[int, int]:
    """Return (commit_rounds, buffer_rounds): each the distance of the code.

    The distance is that of a short shot: the fewest faults that flip an observable unseen.

    Raises
    ------
    ValueError
        If the circuit has no observables, or no faults that flip any: windows must then be given.
    """
    shot = source.circuit(max(2, source.least_rounds))
    try:
        distance = len(shot.shortest_graphlike_error())
    except ValueError:
        raise ValueError(
            "Windows must be given for this circuit: no faults flip its observables, so that it "
            "has no distance"
        ) from None
    return distance, distance
