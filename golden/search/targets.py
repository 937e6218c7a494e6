"""Name the states to prepare: logical zero and plus states of CSS codes, with published costs.

In: a code's name and a basis.   Out: a `Target`: the rows of its X and Z stabilizers.
Next: `quantacore.golden.search.prepare`, `quantacore.golden.search.faults`.

Published numbers: SAT synthesis of Peham et al., arXiv:2408.11894, as issue 9 quotes them.
The carbon code is Knill's C4 inside C6 (arXiv:quant-ph/0410199); colour codes: Bombin &
Martin-Delgado, arXiv:quant-ph/0605138.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from quantacore.golden.search.binary import bits_of, kernel, rank, reduced, row_of

BASES = ("zero", "plus")


@dataclass(frozen=True, kw_only=True)
class CssCode:
    """Generators of a CSS code; bit q of a row is qubit q."""

    name: str
    num_qubits: int
    distance: int
    x_rows: tuple[int, ...]
    z_rows: tuple[int, ...]

    @property
    def num_logical(self) -> int:
        """Logical qubits."""
        return self.num_qubits - rank(self.x_rows) - rank(self.z_rows)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A state that is fixed by X and Z stabilizers alone."""

    code: CssCode
    basis: str
    """``"zero"``: all logical qubits in zero, or ``"plus"``."""

    @property
    def name(self) -> str:
        """Code and basis, as in ``"steane-zero"``."""
        return f"{self.code.name}-{self.basis}"

    @property
    def num_qubits(self) -> int:
        """Data qubits."""
        return self.code.num_qubits

    @property
    def num_faults(self) -> int:
        """Faults that must do no harm: ``(distance - 1) // 2``."""
        return (self.code.distance - 1) // 2

    @property
    def x_rows(self) -> tuple[int, ...]:
        """Independent X stabilizers of the state."""
        code = self.code
        if self.basis == "zero":
            return tuple(reduced(code.x_rows).values())
        return tuple(kernel(code.z_rows, code.num_qubits))

    @property
    def z_rows(self) -> tuple[int, ...]:
        """Independent Z stabilizers of the state; with the X rows there are `num_qubits`."""
        return tuple(kernel(self.x_rows, self.num_qubits))


def _sets(*groups: Sequence[int]) -> tuple[int, ...]:
    return tuple(row_of(group) for group in groups)


def _steane() -> CssCode:
    rows = _sets([0, 2, 4, 6], [1, 2, 5, 6], [3, 4, 5, 6])
    return CssCode(name="steane", num_qubits=7, distance=3, x_rows=rows, z_rows=rows)


def _shor() -> CssCode:
    pairs = [[3 * block + k, 3 * block + k + 1] for block in range(3) for k in range(2)]
    return CssCode(
        name="shor",
        num_qubits=9,
        distance=3,
        x_rows=_sets(range(6), range(3, 9)),
        z_rows=_sets(*pairs),
    )


def _surface(distance: int) -> CssCode:
    """Rotated surface code; qubit ``distance * row + column``."""
    faces: tuple[list[list[int]], list[list[int]]] = ([], [])
    for row in range(distance + 1):
        for column in range(distance + 1):
            corners = [
                distance * y + x
                for y in (row - 1, row)
                for x in (column - 1, column)
                if 0 <= y < distance and 0 <= x < distance
            ]
            kind = (row + column) % 2
            at_side = row in (0, distance)
            if len(corners) == 4 or (len(corners) == 2 and kind == at_side):
                faces[kind].append(corners)
    return CssCode(
        name=f"surface{distance}",
        num_qubits=distance**2,
        distance=distance,
        x_rows=_sets(*faces[0]),
        z_rows=_sets(*faces[1]),
    )


def _hamming_rows() -> tuple[int, ...]:
    return _sets(*([q for q in range(15) if (q + 1) >> bit & 1] for bit in range(4)))


def _tetrahedral() -> CssCode:
    cells = _hamming_rows()
    faces = [a & b for k, a in enumerate(cells) for b in cells[:k]]
    return CssCode(
        name="tetrahedral", num_qubits=15, distance=3, x_rows=cells, z_rows=(*cells, *faces)
    )


def _hamming() -> CssCode:
    rows = _hamming_rows()
    return CssCode(name="hamming15", num_qubits=15, distance=3, x_rows=rows, z_rows=rows)


def _carbon() -> CssCode:
    """Three blocks of C4; the six logical qubits carry C6."""
    blocks = [[4 * block + k for k in range(4)] for block in range(3)]
    x_logical = [[4 * b + k for k in pair] for b in range(3) for pair in ((0, 1), (1, 3))]
    z_logical = [[4 * b + k for k in pair] for b in range(3) for pair in ((0, 2), (2, 3))]
    outer = ([0, 3, 4, 5], [0, 1, 2, 5])

    def lifted(logical: list[list[int]]) -> list[list[int]]:
        return [[q for each in check for q in logical[each]] for check in outer]

    return CssCode(
        name="carbon",
        num_qubits=12,
        distance=4,
        x_rows=_sets(*blocks, *lifted(x_logical)),
        z_rows=_sets(*blocks, *lifted(z_logical)),
    )


def _colour17() -> CssCode:
    """Colour code on squares and octagons."""
    squares = [
        [0, 1, 2, 3],
        [0, 2, 4, 5],
        [4, 5, 8, 9],
        [6, 7, 10, 11],
        [8, 9, 12, 13],
        [10, 11, 14, 15],
        [7, 11, 15, 16],
    ]
    rows = _sets(*squares, [2, 3, 5, 6, 9, 10, 13, 14])
    return CssCode(name="colour17", num_qubits=17, distance=5, x_rows=rows, z_rows=rows)


def _colour19() -> CssCode:
    """Colour code on hexagons: a triangle of sites, every third one the middle of a face."""
    side = 6
    sites = [(x, y) for y in range(side + 1) for x in range(side + 1 - y)]
    middles = [site for site in sites if (site[0] - site[1]) % 3 == 1]
    qubits = {site: k for k, site in enumerate(s for s in sites if s not in middles)}
    steps = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))
    faces = [
        [qubits[x + dx, y + dy] for dx, dy in steps if (x + dx, y + dy) in qubits]
        for x, y in middles
    ]
    rows = _sets(*faces)
    return CssCode(name="colour19", num_qubits=len(qubits), distance=5, x_rows=rows, z_rows=rows)


CODES: dict[str, Callable[[], CssCode]] = {
    "steane": _steane,
    "shor": _shor,
    "surface3": lambda: _surface(3),
    "tetrahedral": _tetrahedral,
    "hamming15": _hamming,
    "carbon": _carbon,
    "colour17": _colour17,
    "colour19": _colour19,
    "surface5": lambda: _surface(5),
}
"""Name -> code."""

PUBLISHED: dict[str, tuple[int, int]] = {
    "steane-zero": (11, 1),
    "shor-zero": (11, 1),
    "shor-plus": (6, 0),
    "surface3-zero": (11, 1),
    "tetrahedral-zero": (25, 1),
    "hamming15-zero": (28, 2),
    "carbon-zero": (30, 3),
    "colour17-zero": (71, 13),
    "colour19-zero": (120, 24),
    "surface5-zero": (100, 17),
}
"""State -> CNOTs and ancillas of the best published circuit, all qubits connected."""


def target(name: str) -> Target:
    """Return a state by name.

    Parameters
    ----------
    name : str
        Code and basis, as in ``"steane-zero"``; the basis may be left out and is then zero.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    code, _, basis = name.partition("-")
    basis = basis or "zero"
    if code not in CODES or basis not in BASES:
        raise ValueError(
            f"State must be CODE-zero or CODE-plus with a code of {', '.join(CODES)}, not {name!r}"
        )
    return Target(code=CODES[code](), basis=basis)


def least_logical_weight(rows: Sequence[int], others: Sequence[int], num_qubits: int) -> int:
    """Return the least weight of what commutes with ``others`` but is no sum of ``rows``.

    For the X distance, ``rows`` are the X stabilizers and ``others`` the Z stabilizers.
    """
    basis = reduced(rows)
    for weight in range(1, num_qubits + 1):
        for qubits in combinations(range(num_qubits), weight):
            error = row_of(qubits)
            if all((error & other).bit_count() % 2 == 0 for other in others):
                rest = error
                for pivot in bits_of(error):
                    if rest >> pivot & 1 and pivot in basis:
                        rest ^= basis[pivot]
                if rank([*basis.values(), rest]) > len(basis):
                    return weight
    raise ValueError("Code must have a logical qubit")
