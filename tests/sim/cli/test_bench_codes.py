"""Bench `codes`."""

import json
from collections.abc import Callable

import pytest

from tests.sim.cli.conftest import Answer

BIAS = ["bias", "--distances", "3,5", "--etas", 1, "inf", "--shots", 300]
GKP = ["gkp", "--distances", 3, "--sigmas", 0.5, "--shots", 10]
CHANGES = ["changes", "--only", "css to xzzx, d = 3", "--shots", 200]
CAT = ["cat", "--distances", 3, "--n", 4, "--ks", 1e-3, "--shots", 300]


@pytest.mark.parametrize(
    ("words", "lines"), [(BIAS, 6), (GKP, 7), (CAT, 7), (CHANGES, 5)], ids=["b", "g", "c", "ch"]
)
def test_tables_have_their_rows(quantacore: Callable[..., Answer], words: list, lines: int) -> None:
    answer = quantacore("bench", "codes", *words)
    assert answer.code == 0, answer.err
    assert len(answer.out.splitlines()) == lines


def test_bias_as_json(quantacore: Callable[..., Answer]) -> None:
    found = json.loads(quantacore("bench", "codes", *BIAS, "--json").out)
    assert found["format"] == "quantacore-code-bias"
    assert [row["eta"] for row in found["rows"]] == [1, 1, "inf", "inf"]
    assert set(found["rows"][0]["errors"]) == {
        f"{decoder} {basis}" for decoder in ("PyMatching", "quantacore") for basis in "zx"
    }


@pytest.mark.parametrize("words", [GKP, CAT], ids=["gkp", "cat"])
def test_other_tables_as_json(quantacore: Callable[..., Answer], words: list) -> None:
    rows = json.loads(quantacore("bench", "codes", *words, "--json").out)["rows"]
    assert rows[0]["shots"] in (10, 300)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("choice --epochs 0", "Shots, epochs and histories must be at least 1"),
        ("choice --target 0 --shots 1", "Target must be above 0"),
        ("changes --only nothing", "Scenarios must be of grow"),
        ("changes --shots 0", "Number of shots must be at least 1, not 0"),
        ("changes --core 0", "Number of shots must be at least 1, not 0"),
        ("bias --p 2", "Noise strength p must be 0 to 0.5, not 2.0"),
        ("bias --etas -1", "Bias eta must be 0 to infinity, not -1.0"),
        ("bias --distances 1", "Distance must be at least 3 to correct an error, not 1"),
        ("bias --distances 2", "Distance must be at least 3 to correct an error, not 2"),
        ("bias --distances 5,2", "Distance must be at least 3 to correct an error, not 2"),
        ("bias --distances 1,2,3", "must be one number or two, not '1,2,3'"),
        ("bias --families cat", "invalid choice: 'cat'"),
        ("gkp --distances 2", "Distance must be at least 3, not 2"),
        ("gkp --sigmas -1", "Standard deviation of shifts must be in (0, 2], not -1.0"),
        ("gkp --shots 0", "Number of shots must be at least 1, not 0"),
        ("cat --ks 2", "Ratio k of loss to dissipation must be 0 to 1, not 2.0"),
        ("cat --shots 0", "Number of shots must be at least 1, not 0"),
    ],
)
def test_bench_codes_rejects(refused: Callable[..., str], words: str, message: str) -> None:
    assert message in refused("bench", "codes", *words.split())


def test_law_is_a_table(quantacore: Callable[..., Answer]) -> None:
    words = ["law", "--families", "rotated", "--ps", 0.01, "--distances", 3, 4, 5]
    answer = quantacore("bench", "codes", *words, "--shots", 5000)
    assert answer.code == 0, answer.err
    assert len(answer.out.splitlines()) == 3
    assert "no law" in answer.out  # 3 and 4 faults take as many errors
    rows = json.loads(quantacore("bench", "codes", *words, "--shots", 5000, "--json").out)["rows"]
    assert rows[0]["predicted"] is None
