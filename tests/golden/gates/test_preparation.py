"""Preparations cost what the library says, and the search finds them again."""

import random

import pytest

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.css_codes import CODES, STEANE
from quantacore.golden.gates.gate import count_ancillas, count_cnots
from quantacore.golden.gates.preparation import Check, find_encoder, find_preparation


@pytest.mark.parametrize(
    ("name", "cnots", "ancillas"),
    [
        ("prepare-steane-zero", 11, 1),
        ("prepare-shor-zero", 11, 1),
        ("prepare-shor-plus", 6, 0),
        ("prepare-surface-zero", 11, 1),
        ("prepare-tetrahedral-zero", 25, 1),
        ("prepare-hamming-zero", 25, 1),
        ("prepare-carbon-zero", 30, 3),
        ("prepare-hamming-plus", 25, 1),
        ("prepare-tetrahedral-plus", 36, 3),
        ("prepare-surface5-zero", 74, 14),
    ],
)
def test_preparation_costs(name: str, cnots: int, ancillas: int) -> None:
    built = GATES[name].build()
    assert (count_cnots(built.circuit), count_ancillas(built)) == (cnots, ancillas)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "cnots", "ancillas"),
    [("prepare-colour17-zero", 64, 11), ("prepare-colour19-zero", 92, 17)],
)
def test_preparation_of_distance_5_costs(name: str, cnots: int, ancillas: int) -> None:
    test_preparation_costs(name, cnots, ancillas)


def test_find_preparation_depends_on_the_seed_alone() -> None:
    first, second = (find_preparation(STEANE, "x", tries=3, seed=5) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", CODES)
def test_encoder_makes_the_state(name: str) -> None:
    code = CODES[name]
    plus, pairs = find_encoder(code.x, code.num_qubits, random.Random(1))
    words = {qubit: 1 << qubit for qubit in plus}
    for control, target in pairs:
        words = {q: w ^ (w >> control & 1) << target for q, w in words.items()}
    from quantacore.golden.gates.linear import reduced_rows, word_of

    assert reduced_rows(words.values()) == reduced_rows(map(word_of, code.x))


def test_flagged_check_has_two_more_gates() -> None:
    plain, flagged = (Check(kind="x", qubits=(0, 1, 2, 3), flagged=f) for f in (False, True))
    assert len(flagged.gates(4)) == len(plain.gates(4)) + 4  # two gates, a reset, a measurement


def test_find_preparation_says_when_it_finds_none() -> None:
    with pytest.raises(ValueError, match="must be found in 0 tries"):
        find_preparation(STEANE, "z", tries=0)


@pytest.mark.parametrize(
    ("name", "size", "logical", "distance"),
    [
        ("steane", 7, 1, 3),
        ("shor", 9, 1, 3),
        ("surface", 9, 1, 3),
        ("tetrahedral", 15, 1, 3),
        ("hamming", 15, 7, 3),
        ("carbon", 12, 2, 4),
        ("colour17", 17, 1, 5),
    ],
)
def test_codes_are_what_their_names_say(name: str, size: int, logical: int, distance: int) -> None:
    code = CODES[name]
    assert (code.num_qubits, code.num_logical, code.distance()) == (size, logical, distance)
