"""Name the states to prepare: logical zero and plus states of CSS codes, with published costs.

In: a code's name and a basis.   Out: a `Target`: the rows of its X and Z stabilizers.
Next: `quantacore.golden.search.prepare`, `quantacore.golden.search.faults`.

Published numbers: SAT synthesis of Peham et al., arXiv:2408.11894. The codes
are those of `quantacore.golden.gates.css_codes`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from quantacore.golden.gates import css_codes
from quantacore.golden.gates.css_codes import CssCode
from quantacore.golden.gates.linear import checks_of_span, pivoted_rows, word_of

BASES = ("zero", "plus")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A state that is fixed by X and Z stabilizers alone."""

    name: str
    """Code and basis, as in ``"steane-zero"``."""
    code: CssCode
    distance: int
    """Of the code."""
    basis: str
    """``"zero"``: all logical qubits in zero, or ``"plus"``."""

    @property
    def num_qubits(self) -> int:
        """Data qubits."""
        return self.code.num_qubits

    @property
    def num_faults(self) -> int:
        """Faults that must do no harm: ``(distance - 1) // 2``."""
        return (self.distance - 1) // 2

    @property
    def seen_rows(self) -> tuple[int, ...]:
        """Independent stabilizers of the code that see what may flip the state."""
        return _independent(self.code.z if self.basis == "zero" else self.code.x)

    @property
    def x_rows(self) -> tuple[int, ...]:
        """Independent X stabilizers of the state."""
        if self.basis == "zero":
            return _independent(self.code.x)
        return _dual(_independent(self.code.z), self.num_qubits)

    @property
    def z_rows(self) -> tuple[int, ...]:
        """Independent Z stabilizers of the state; with the X rows there are `num_qubits`."""
        return _dual(self.x_rows, self.num_qubits)


def _independent(supports: Iterable[Iterable[int]]) -> tuple[int, ...]:
    return tuple(pivoted_rows(map(word_of, supports), lowest=True).values())


def _dual(rows: Iterable[int], num_qubits: int) -> tuple[int, ...]:
    return tuple(checks_of_span(rows, num_qubits, lowest=True))


CODES: dict[str, tuple[str, int]] = {
    "steane": ("steane", 3),
    "shor": ("shor", 3),
    "surface3": ("surface", 3),
    "tetrahedral": ("tetrahedral", 3),
    "hamming15": ("hamming", 3),
    "carbon": ("carbon", 4),
    "colour17": ("colour17", 5),
    "colour19": ("colour19", 5),
    "surface5": ("surface5", 5),
}
"""Name -> code of the gate library, and its distance."""

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
    known, distance = CODES[code]
    return Target(
        name=f"{code}-{basis}", code=css_codes.CODES[known], distance=distance, basis=basis
    )
