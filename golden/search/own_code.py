"""Take a code of one's own: stabilizers as Pauli strings, or two parity-check matrices.

In: lines as stim prints Pauli strings; alist text; matrices of 0 and 1.   Out: `CssCode`, `Target`.
Next: `quantacore.golden.search.targets`.

Search is for zero and plus states of CSS codes. Generators may be mixed ones (XZ, Y) if X and Z
alone make the same group; there all signs must be +.

Alist: MacKay's format for sparse matrices, columns first.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import stim

from quantacore.golden.gates.css_codes import CssCode, Supports
from quantacore.golden.gates.linear import bits_of, rank, reduced_rows, word_of
from quantacore.golden.search.targets import Target

MOST_QUBITS = 26
"""Effects of faults are 63 bits, 36 of them for measurements."""
MOST_ROWS = 20
"""Of one kind of the state: there are tables of all their syndromes."""
DISTANCES = (3, 6)
"""Below, one fault may do harm; above, sets of three faults would have to be tried."""


def code_from_paulis(text: str, *, name: str) -> CssCode:
    """Return the code of some stabilizers, one a line, as in ``+XXXX___`` or ``XXXXIII``.

    Empty lines, and what follows a ``#``, are left out. More generators than are needed are fine.

    Raises
    ------
    ValueError
        If a line is no Pauli string or has another length or sign, two of them do not commute, or
        no X and Z generators alone make the code.
    """
    lines = [
        (number, line.partition("#")[0].strip())
        for number, line in enumerate(text.splitlines(), start=1)
    ]
    paulis = [(number, _pauli(number, line)) for number, line in lines if line]
    if not paulis:
        raise ValueError("Stabilizers must be at least one line, not none")
    first, size = paulis[0][0], len(paulis[0][1])
    for number, pauli in paulis:
        if len(pauli) != size:
            raise ValueError(
                f"line {number}: Stabilizer must have {size} qubits, as line {first}, "
                f"not {len(pauli)}"
            )
    for (a, one), (b, other) in combinations(paulis, 2):
        if not one.commutes(other):
            raise ValueError(f"Stabilizers must commute, not those of lines {a} and {b}")
    return _css([pauli for _, pauli in paulis], size, name)


def code_from_matrices(x: np.ndarray, z: np.ndarray, *, name: str) -> CssCode:
    """Return the code of two parity-check matrices.

    Parameters
    ----------
    x, z : ndarray
        0 and 1, shapes ``(number of checks, number of qubits)``; a row of ``x`` is an X stabilizer.

    Raises
    ------
    ValueError
        If the shapes do not go together, an entry is not 0 or 1, or two rows do not commute.
    """
    groups = [_supports(matrix, kind) for matrix, kind in ((x, "X"), (z, "Z"))]
    if x.shape[1] != z.shape[1]:
        raise ValueError(
            f"Matrices must have as many columns, one for each qubit, not {x.shape[1]} (X) and "
            f"{z.shape[1]} (Z)"
        )
    for a, one in enumerate(groups[0]):
        for b, other in enumerate(groups[1]):
            shared = len({*one} & {*other})
            if shared % 2:
                raise ValueError(
                    f"Stabilizers must commute, not row {a} of X and row {b} of Z (counted from "
                    f"0, empty rows left out): they share {shared} qubits"
                )
    return CssCode(name=name, num_qubits=x.shape[1], x=groups[0], z=groups[1])


def matrix_from_alist(text: str) -> np.ndarray:
    """Return the parity-check matrix of an alist file, ``uint8``, shape ``(checks, qubits)``.

    Raises
    ------
    ValueError
        If the text is no alist, or its two halves do not agree.
    """
    try:
        lines = [[int(word) for word in line.split()] for line in text.splitlines() if line.strip()]
        (columns, rows), _, by_column, by_row = lines[0], lines[1], lines[2], lines[3]
        matrices = np.zeros((2, rows, columns), np.uint8)
        if len(by_column) != columns or len(by_row) != rows or len(lines) != 4 + columns + rows:
            raise ValueError("its counts do not agree")
        for column, (count, line) in enumerate(zip(by_column, lines[4 : 4 + columns], strict=True)):
            matrices[0][_numbers(line, count, rows), column] = 1
        for row, (count, line) in enumerate(zip(by_row, lines[4 + columns :], strict=True)):
            matrices[1][row, _numbers(line, count, columns)] = 1
    except (ValueError, IndexError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"Matrix must be in alist format, but {reason}") from None
    if (matrices[0] != matrices[1]).any():
        raise ValueError("Matrix must be in alist format, but its columns and rows do not agree")
    return matrices[0]


def own_target(code: CssCode, basis: str) -> Target:
    """Return the zero or plus state of a code, with the distance found by trying all errors.

    Raises
    ------
    ValueError
        If it has no logical qubit, or is too large, or its distance is out of range.
    """
    name = code.name
    if not 0 < code.num_qubits <= MOST_QUBITS:
        raise ValueError(f"Qubits of {name} must be 1 to {MOST_QUBITS}, not {code.num_qubits}")
    if code.num_logical < 1:
        raise ValueError(
            f"Code must have a logical qubit, but {name} has as many independent stabilizers as "
            f"qubits, {code.num_qubits}"
        )
    least, most = DISTANCES
    try:
        distance = code.distance(most=most)
    except ValueError:
        distance = most + 1
    if not least <= distance <= most:
        found = f"more than {most}" if distance > most else str(distance)
        raise ValueError(f"Distance of {name} must be {least} to {most}, not {found}")
    target = Target(name=f"{name}-{basis}", code=code, distance=distance, basis=basis)
    for kind, rows in (("X", target.x_rows), ("Z", target.z_rows)):
        if len(rows) > MOST_ROWS:
            raise ValueError(
                f"{kind} stabilizers of {target.name}, logical ones with them, must be at most "
                f"{MOST_ROWS}, not {len(rows)}"
            )
    return target


def _pauli(number: int, line: str) -> stim.PauliString:
    try:
        pauli = stim.PauliString(line)
    except ValueError:
        raise ValueError(
            f"line {number}: Stabilizer must be a Pauli string such as XXXX_ZI, not {line[:40]!r}"
        ) from None
    if pauli.sign not in (1, -1):
        raise ValueError(f"line {number}: Sign of a stabilizer must be real, not {line[:40]!r}")
    return pauli


def _css(paulis: Sequence[stim.PauliString], size: int, name: str) -> CssCode:
    parts: list[tuple[int, int]] = []
    for pauli in paulis:
        x, z = (word_of(int(q) for q in bits.nonzero()[0]) for bits in pauli.to_numpy())
        parts.append((x, z))
    groups = [
        tuple(tuple(bits_of(part[side])) for part in parts if part[side] and not part[1 - side])
        for side in (0, 1)
    ]
    if any(x and z for x, z in parts):  # mixed ones: what of one kind they make together
        groups = [_alone(parts, size, side) for side in (0, 1)]
        if sum(map(len, groups)) < rank(z << size | x for x, z in parts):
            raise ValueError(
                "Code must be CSS, made by X stabilizers and Z stabilizers alone: other states "
                "cannot be searched for"
            )
    _check_signs(paulis, groups, size)
    return CssCode(name=name, num_qubits=size, x=groups[0], z=groups[1])


def _alone(parts: Sequence[tuple[int, int]], size: int, side: int) -> Supports:
    """Return a basis of the products of one kind: those that have no part of the other."""
    rows = reduced_rows(part[1 - side] << size | part[side] for part in parts)
    return tuple(tuple(bits_of(row)) for row in rows if row >> size == 0)


def _check_signs(paulis: Sequence[stim.PauliString], groups: Sequence[Supports], size: int) -> None:
    try:
        tableau = stim.Tableau.from_stabilizers(
            paulis, allow_redundant=True, allow_underconstrained=True
        )
    except ValueError:
        raise ValueError("Stabilizers must not contradict each other in sign") from None
    back = tableau.inverse()
    for kind, group in zip("XZ", groups, strict=True):
        for support in group:
            pauli = stim.PauliString(dict.fromkeys(support, kind)) * stim.PauliString(size)
            if back(pauli).sign != 1:
                raise ValueError(
                    f"Sign of every {kind} stabilizer must be +, but the product on qubits "
                    f"{', '.join(map(str, support))} has -"
                )


def _supports(matrix: np.ndarray, kind: str) -> Supports:
    if matrix.ndim != 2 or matrix.shape[1] < 1:
        raise ValueError(
            f"Matrix of {kind} must have the shape (checks, qubits), not {matrix.shape}"
        )
    if matrix.dtype.kind not in "buif" or not np.isin(matrix, (0, 1)).all():
        raise ValueError(f"Entries of the matrix of {kind} must be 0 or 1")
    rows = (tuple(int(q) for q in row.nonzero()[0]) for row in matrix)
    return tuple(row for row in rows if row)


def _numbers(line: Sequence[int], count: int, most: int) -> list[int]:
    """Return entries of an alist's line, counted from 0; zeros after them fill it up."""
    used = [number for number in line if number]
    if len(used) != count or not all(1 <= number <= most for number in used):
        raise ValueError("a line does not agree with its count")
    return [number - 1 for number in used]
