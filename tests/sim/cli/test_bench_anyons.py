"""Bench `anyons`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sim.cli.conftest import Answer

SCALING = ["scaling", "--gates", "T", "--lengths", 8, 10, "--errors", 0.05]
TETRON = ["tetron", "--shots", 200, "--electrons", 0.1]
POISONING = ["poisoning", "--distances", 2, "--electrons", 0.01, "--shots", 200]


@pytest.mark.parametrize(
    ("words", "lines"),
    [(SCALING, 12), (["groups"], 6), (TETRON, 3), (POISONING, 3)],
    ids=lambda words: words[0] if isinstance(words, list) else "",
)
def test_tables_have_their_rows(quantacore: Callable[..., Answer], words: list, lines: int) -> None:
    answer = quantacore("bench", "anyons", *words)
    assert answer.code == 0, answer.err
    assert len(answer.out.splitlines()) == lines
    rows = json.loads(quantacore("bench", "anyons", *words, "--json").out)["rows"]
    assert len(rows) >= 1


def test_scaling_draws(quantacore: Callable[..., Answer], tmp_path: Path) -> None:
    answer = quantacore("bench", "anyons", *SCALING, "--plot", tmp_path / "new")
    assert answer.code == 0, answer.err
    assert (tmp_path / "new" / "braid_scaling.png").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["scaling", "--gates", "Q"], "Gate must be"),
        (["scaling", "--lengths", 99], "Length must be 0 to 36"),
        (["poisoning", "--distances", 3], "Distance must be even"),
        (["poisoning", "--electrons", -1], "Mean number of electrons"),
        (["poisoning", "--shots", 0], "must be at least 1"),
        (["tetron", "--shots", 0], "Number of shots must be at least 1"),
        (["tetron", "--electrons", -1], "Mean number of electrons"),
    ],
)
def test_bad_input_is_refused(refused: Callable[..., str], words: list, message: str) -> None:
    assert message in refused("bench", "anyons", *words)
