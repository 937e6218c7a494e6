"""Verb `codes`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.source.model_text import circuit_from_text
from tests.sim.cli.conftest import Answer


def test_list_names_every_family(quantacore: Callable[..., Answer]) -> None:
    answer = quantacore("codes", "list")
    assert answer.code == 0
    for family in FAMILIES.values():
        assert f"{family.name}: {family.summary}; {family.source}" in answer.out
    rows = json.loads(quantacore("codes", "list", "--json", "--distance", 4).out)["rows"]
    by_name = {row["family"]: row for row in rows}
    assert by_name["rotated"]["distance"] == [4, 4]
    assert (by_name["rotated"]["data"], by_name["rotated"]["ancillas"]) == (16, 15)


@pytest.mark.parametrize("name", FAMILIES)
def test_circuit_is_that_of_the_family(
    quantacore: Callable[..., Answer], tmp_path: Path, name: str
) -> None:
    family = FAMILIES[name]
    path = tmp_path / "c.stim"
    setting, value = next(iter(vars(family.noise()).items()))
    distances = family.smallest if len(set(family.smallest)) > 1 else family.smallest[:1]
    words = ["--distance", *distances, "--rounds", 2, "--noise", f"{setting}={value / 2}"]
    answer = quantacore("codes", "circuit", "--family", name, *words, "--out", path)
    assert answer.code == 0, answer.err
    noise = family.noise_of({setting: value / 2})
    assert path.read_text() == f"{family.circuit(family.smallest, rounds=2, noise=noise)}\n"
    circuit_from_text(path.read_text())


def test_circuit_goes_to_standard_output(quantacore: Callable[..., Answer]) -> None:
    words = ["--family", "xzzx", "--distance", 2, 3, "--basis", "x", "--noise", "eta=inf", "p=0.01"]
    answer = quantacore("codes", "circuit", *words)
    family = FAMILIES["xzzx"]
    noise = family.noise_of({"eta": float("inf"), "p": 0.01})
    assert answer.out == f"{family.circuit((2, 3), noise=noise, basis='x')}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("list --distance 1", "Distance must be at least 2, not 1"),
        ("list --distance 10000000", "Distance must be at most 101, not 10000000"),
        ("circuit --family rotated --distance 3 102", "Distance must be at most 101, not 102"),
        ("circuit --family steane --distance 3", "Family must be one of"),
        ("circuit --family xzzx --distance 1", "Distance must be at least 2, not 1"),
        ("circuit --family xzzx --distance 3 4 5", "Distance must be one number or two"),
        ("circuit --family cat --distance 3 5", "Distance must be one number for this family"),
        ("circuit --family xzzx --distance 3 --rounds 0", "Number of rounds must be at least 1"),
        ("circuit --family xzzx --distance 3 --basis q", "Basis must be one of z and x for xzzx"),
        ("circuit --family xzzx --distance 3 --noise p", "Noise must be given as NAME=NUMBER"),
        ("circuit --family xzzx --distance 3 --noise p=a", "Noise must be given as NAME=NUMBER"),
        ("circuit --family xzzx --distance 3 --noise p=-1", "Noise strength p must be 0 to 0.5"),
        ("circuit --family cat --distance 3 --noise n=-1", "Number of photons must be above 0"),
        ("circuit --family gkp_toric --distance 3 --noise sigma=-1", "Standard deviation of"),
        ("circuit --family xzzx --distance 3 --noise q=1", "Noise of xzzx must be set by"),
    ],
)
def test_codes_rejects(refused: Callable[..., str], words: str, message: str) -> None:
    assert message in refused("codes", *words.split())
