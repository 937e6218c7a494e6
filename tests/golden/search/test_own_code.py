"""Codes of one's own are read, or refused with the line that is wrong."""

import numpy as np
import pytest
import stim

from quantacore.golden.gates.css_codes import CODES, CssCode
from quantacore.golden.gates.linear import reduced_rows, word_of
from quantacore.golden.search.own_code import (
    code_from_matrices,
    code_from_paulis,
    matrix_from_alist,
    own_target,
)


def spans(code: CssCode) -> tuple[list[int], list[int]]:
    x, z = (reduced_rows(map(word_of, group)) for group in (code.x, code.z))
    return x, z


def paulis(code: CssCode) -> list[stim.PauliString]:
    found = []
    for kind, group in (("X", code.x), ("Z", code.z)):
        for support in group:
            pauli = stim.PauliString(dict.fromkeys(support, kind))
            found.append(pauli * stim.PauliString(code.num_qubits))
    return found


@pytest.mark.parametrize("name", CODES)
def test_code_is_read_from_the_text_that_stim_prints(name: str) -> None:
    lines = paulis(CODES[name])
    code = code_from_paulis("\n".join(map(str, lines)), name=name)
    assert (code.x, code.z) == (CODES[name].x, CODES[name].z)
    lines[0] *= lines[-1]  # a mixed generator
    code = code_from_paulis("\n".join(map(str, lines)), name=name)
    assert spans(code) == spans(CODES[name])


def test_own_target_has_the_distance_of_its_code() -> None:
    for name, distance in (("steane", 3), ("carbon", 4), ("surface5", 5)):
        target = own_target(CODES[name], "plus")
        assert (target.distance, target.name) == (distance, f"{name}-plus")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least one line"),
        ("XX\nXQ", "line 2: Stabilizer must be a Pauli string such as XXXX_ZI, not 'XQ'"),
        ("# a code\n\nXX\nZZZ", "line 4: Stabilizer must have 2 qubits, as line 3, not 3"),
        ("-XX\nZZ", "Sign of every X stabilizer must be [+], but the product on qubits 0, 1"),
        ("iXX", "line 1: Sign of a stabilizer must be real"),
        ("XXX\nZZI\nZII", "must commute, not those of lines 1 and 3"),
        ("XZZXI\nIXZZX\nXIXZZ\nZXIXZ", "Code must be CSS"),
        ("XXII\nZZII\nYYII", "must not contradict each other in sign"),
        ("XXII\nYYII", "Sign of every Z stabilizer must be .*qubits 0, 1 has -"),
    ],
)
def test_code_from_paulis_rejects(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        code_from_paulis(text, name="own")


def test_code_from_matrices_leaves_out_empty_rows() -> None:
    code = code_from_matrices(np.array([[1, 1, 1, 1], [0, 0, 0, 0]]), np.ones((1, 4)), name="own")
    assert (code.x, code.z, code.num_logical) == (((0, 1, 2, 3),), ((0, 1, 2, 3),), 2)


@pytest.mark.parametrize(
    "text", ["", "2 1", "2 1\n1 2\n1 1\n2\n1\n1\n1 3", "2 1\n1 2\n1 1\n2\n1\n1\n1", "a b"]
)
def test_matrix_from_alist_rejects(text: str) -> None:
    with pytest.raises(ValueError, match="must be in alist format"):
        matrix_from_alist(text)


def test_matrix_from_alist_reads_both_halves() -> None:
    assert matrix_from_alist("2 1\n1 2\n1 1\n2\n1\n1\n1 2").tolist() == [[1, 1]]
    assert matrix_from_alist("2 1\n1 2\n1 0\n1\n1\n0\n1 0").tolist() == [[1, 0]]
    with pytest.raises(ValueError, match="columns and rows do not agree"):
        matrix_from_alist("2 1\n1 2\n1 0\n1\n1\n0\n2 0")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (CssCode(name="c", num_qubits=27, x=(), z=()), "must be 1 to 26, not 27"),
        (CssCode(name="c", num_qubits=1, x=((0,),), z=()), "must have a logical qubit"),
        (CssCode(name="c", num_qubits=3, x=(), z=((0, 1),)), "must be 3 to 6, not 1"),
    ],
)
def test_own_target_rejects(code: CssCode, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        own_target(code, "zero")
