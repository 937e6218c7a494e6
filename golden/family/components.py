"""Which detectors hang together.

In: ends of edges.   Out: a component for each detector.
Next: `quantacore.golden.source.window`, `quantacore.golden.family.code_family`.
"""

from collections.abc import Iterable, Sequence


def connected_components(ends_of: Iterable[Sequence[int]], num_detectors: int) -> list[int]:
    """Return each detector's component, numbered in the order of their first detectors.

    Parameters
    ----------
    ends_of : iterable of sequence of int
        One or two detectors for each edge.
    num_detectors : int

    Examples
    --------
    >>> connected_components([(0, 3), (1,), (2, 3)], 4)
    [0, 1, 0, 0]
    """
    neighbours: list[list[int]] = [[] for _ in range(num_detectors)]
    for ends in ends_of:
        if len(ends) == 2:
            neighbours[ends[0]].append(ends[1])
            neighbours[ends[1]].append(ends[0])
    component = [-1] * num_detectors
    count = 0
    for seed in range(num_detectors):
        if component[seed] < 0:
            reached = [seed]
            component[seed] = count
            for detector in reached:
                for other in neighbours[detector]:
                    if component[other] < 0:
                        component[other] = count
                        reached.append(other)
            count += 1
    return component
