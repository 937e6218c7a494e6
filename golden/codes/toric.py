"""Toric code: the surface code without edges, two qubits.

In: distance.   Out: `CheckCode`.
Next: `quantacore.golden.codes.gkp`.

Source: Kitaev, arXiv:quant-ph/9707021; Dennis et al., arXiv:quant-ph/0110143.
"""

from quantacore.golden.codes.check_memory import Check, CheckCode, Place
from quantacore.golden.codes.family import check_square

STEPS = ((0, -1), (-1, 0), (1, 0), (0, 1))
"""Where the data qubits of a check lie, in the order of the gates."""


def toric_code(distance: int) -> CheckCode:
    """Return the code on a torus of ``distance`` x ``distance`` checks of each kind.

    Checks of X lie at even columns and rows, those of Z at odd ones, data qubits between them.

    Raises
    ------
    ValueError
        If the distance is below 2.
    """
    check_square((distance, distance), least=2)
    size = 2 * distance
    grid: list[Place] = [(x, y) for y in range(size) for x in range(size)]
    data = tuple((x, y) for x, y in grid if (x + y) % 2)
    checks = tuple(
        Check(
            (x, y),
            tuple((((x + dx) % size, (y + dy) % size), "Z" if x % 2 else "X") for dx, dy in STEPS),
        )
        for x, y in grid
        if (x + y) % 2 == 0
    )
    # Z along row 0 of the checks of X; X along column 1 of those of Z; and the same turned.
    return CheckCode(
        data=data,
        checks=checks,
        frames={basis: dict.fromkeys(data, basis.upper()) for basis in "zx"},
        observables={
            "z": (
                frozenset(place for place in data if place[1] == 0),
                frozenset(place for place in data if place[0] == 0),
            ),
            "x": (
                frozenset(place for place in data if place[1] == 1),
                frozenset(place for place in data if place[0] == 1),
            ),
        },
    )
