"""Small CSS codes of the library, by the supports of their generators.

In: name.   Out: `CssCode`.
Next: `quantacore.golden.gates.preparation`.

Sources: Steane, quant-ph/9601029; Shor, Phys. Rev. A 52, R2493; Knill, quant-ph/0410199 (C4/C6, the
carbon code of da Silva et al., arXiv:2404.02280); Landahl et al., arXiv:1108.5738 (colour codes).
"""

from dataclasses import dataclass
from itertools import combinations

from quantacore.golden.codes.patches import Patch
from quantacore.golden.gates.faults import Block
from quantacore.golden.gates.linear import (
    bits_of,
    checks_of_span,
    rank,
    reduced_rows,
    word_of,
)

Supports = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class CssCode:
    """A code whose generators are all X or all Z, on qubits 0 .. ``num_qubits - 1``."""

    name: str
    num_qubits: int
    x: Supports
    z: Supports

    @property
    def num_logical(self) -> int:
        """Encoded qubits."""
        return self.num_qubits - rank(map(word_of, self.x)) - rank(map(word_of, self.z))

    def state(self, basis: str) -> tuple[Supports, Supports]:
        """Return generators of X and of Z type of all-zero (``"z"``) or all-plus (``"x"``).

        The logical ones are with them: all that commutes with the generators of the other type.
        """
        if basis == "z":
            return self.x, _supports(checks_of_span(map(word_of, self.x), self.num_qubits))
        return _supports(checks_of_span(map(word_of, self.z), self.num_qubits)), self.z

    def block(self, *, basis: str | None = None, shift: int = 0) -> Block:
        """Return the block of the code, or of one of its states, on qubits from ``shift`` on."""
        x, z = (self.x, self.z) if basis is None else self.state(basis)

        def moved(group: Supports) -> Supports:
            return tuple(tuple(qubit + shift for qubit in support) for support in group)

        return Block(
            qubits=tuple(range(shift, shift + self.num_qubits)),
            x_stabilizers=moved(x),
            z_stabilizers=moved(z),
        )

    def distance(self, *, most: int = 6) -> int:
        """Return the least weight of an X or Z that is logical, by trying all.

        A logical word is two errors of half its weight with the same syndrome, of which one flips
        a logical operator that the other does not: so only halves are listed.
        """
        least = most + 1
        for same, other in ((self.x, self.z), (self.z, self.x)):
            checks = reduced_rows(map(word_of, other))
            # What commutes with the stabilizers of the same kind: it tells errors apart.
            classes = checks_of_span(map(word_of, same), self.num_qubits)
            lightest: dict[int, dict[int, int]] = {}
            for weight in range((most + 1) // 2 + 1):
                for chosen in combinations(range(self.num_qubits), weight):
                    word = word_of(chosen)
                    syndrome, logical = (
                        word_of(k for k, row in enumerate(rows) if (word & row).bit_count() & 1)
                        for rows in (checks, classes)
                    )
                    lightest.setdefault(syndrome, {}).setdefault(logical, weight)
            for weights in lightest.values():
                if len(weights) > 1:
                    least = min(least, sum(sorted(weights.values())[:2]))
        if least > most:
            raise ValueError(f"Distance must be at most {most}, but {self.name} has more")
        return least


def _supports(words: list[int]) -> Supports:
    return tuple(tuple(bits_of(word)) for word in words)


def _hamming(num_checks: int) -> Supports:
    """Return checks of the Hamming code: qubit q is in check j if bit j of q + 1 is set."""
    size = (1 << num_checks) - 1
    return tuple(tuple(q for q in range(size) if (q + 1) >> j & 1) for j in range(num_checks))


def _tetrahedral() -> CssCode:
    x = _hamming(4)
    z = checks_of_span([*map(word_of, x), (1 << 15) - 1], 15)
    return CssCode(name="tetrahedral", num_qubits=15, x=x, z=_supports(z))


def _shor() -> CssCode:
    return CssCode(
        name="shor",
        num_qubits=9,
        x=(tuple(range(6)), tuple(range(3, 9))),
        z=tuple((3 * row + k, 3 * row + k + 1) for row in range(3) for k in range(2)),
    )


def _surface(name: str, distance: int) -> CssCode:
    patch = Patch(width=distance, height=distance)
    place = {position: k for k, position in enumerate(patch.data)}
    groups: dict[str, list[tuple[int, ...]]] = {"x": [], "z": []}
    for (x, y), kind in patch.checks.items():
        near = [(x + dx, y + dy) for dx in (-1, 1) for dy in (-1, 1)]
        groups[kind].append(tuple(sorted(place[each] for each in near if each in place)))
    return CssCode(name=name, num_qubits=len(place), x=tuple(groups["x"]), z=tuple(groups["z"]))


def _carbon() -> CssCode:
    """Return C6 on the logical pairs of three C4 blocks."""
    inner = {"x": ((0, 1), (0, 2)), "z": ((0, 2), (0, 1))}
    outer = ((0, 3, 4, 5), (0, 1, 2, 5))
    groups = {}
    for kind, logical in inner.items():
        words = [word_of(range(4 * block, 4 * block + 4)) for block in range(3)]
        for support in outer:
            word = 0
            for pair_qubit in support:
                block, which = divmod(pair_qubit, 2)
                word ^= word_of(4 * block + q for q in logical[which])
            words.append(word)
        groups[kind] = _supports(words)
    return CssCode(name="carbon", num_qubits=12, x=groups["x"], z=groups["z"])


def _colour_honeycomb() -> CssCode:
    """Return the triangular 6.6.6 colour code of distance 5, on skew coordinates."""
    width = 7
    points = [(x, y) for y in range(width) for x in range(width - y)]
    data = [point for point in points if (point[0] + 2 * point[1]) % 3 != 2]
    place = {point: k for k, point in enumerate(data)}
    faces = []
    for x, y in (point for point in points if point not in place):
        near = [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1), (x + 1, y - 1), (x - 1, y + 1)]
        faces.append(tuple(sorted(place[each] for each in near if each in place)))
    return CssCode(name="colour19", num_qubits=19, x=tuple(faces), z=tuple(faces))


def _colour_octagons() -> CssCode:
    """Return the triangular 4.8.8 colour code of distance 5: seven squares and one octagon."""
    faces = (
        (0, 1, 2, 3),
        (1, 3, 6, 7),
        (6, 7, 10, 11),
        (10, 11, 15, 16),
        (8, 9, 13, 14),
        (4, 5, 8, 9),
        (4, 8, 12, 13),
        (2, 3, 5, 6, 9, 10, 14, 15),
    )
    return CssCode(name="colour17", num_qubits=17, x=faces, z=faces)


STEANE = CssCode(name="steane", num_qubits=7, x=_hamming(3), z=_hamming(3))
HAMMING = CssCode(name="hamming", num_qubits=15, x=_hamming(4), z=_hamming(4))

CODES = {
    code.name: code
    for code in (
        STEANE,
        _shor(),
        _surface("surface", 3),
        _surface("surface5", 5),
        _tetrahedral(),
        HAMMING,
        _carbon(),
        _colour_octagons(),
        _colour_honeycomb(),
    )
}
"""Name -> code."""
