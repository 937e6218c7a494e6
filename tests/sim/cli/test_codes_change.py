"""Action `codes change`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quantacore.golden.source.model_text import circuit_from_text
from tests.sim.cli.conftest import Answer

GROW = ["codes", "change", "--kind", "grow", "--distance", 3, 5, "--rounds", 3, 4]


def test_change_writes_the_circuit_and_says_what_it_is(
    quantacore: Callable[..., Answer], tmp_path: Path
) -> None:
    out, info = tmp_path / "c.stim", tmp_path / "c.json"
    words = ["--noise", "p=0.002", "--noise_after", "p=0.006", "--out", out, "--info", info]
    answer = quantacore(*GROW, *words)
    assert answer.code == 0, answer.err
    assert "3 rounds of 3 x 3 at (0, 0) (17 qubits), then 4 rounds of 5 x 5" in answer.err
    circuit = circuit_from_text(out.read_text())
    found = json.loads(info.read_text())
    assert found["detectors"] == circuit.num_detectors
    assert (found["switch_rounds"], found["fewest_faults"]) == ([3], 3)
    assert found["qubit_rounds"] == 3 * 17 + 4 * 49


def test_photons_change_the_noise_alone(quantacore: Callable[..., Answer]) -> None:
    words = ["codes", "change", "--kind", "photons", "--distance", 3, "--basis", "x"]
    same = quantacore(*words, "--noise", "n=8")
    changed = quantacore(*words, "--noise", "n=8", "--noise_after", "n=4")
    assert same.code == changed.code == 0

    def silent(text: str) -> str:
        return str(circuit_from_text(text).without_noise())

    assert same.out != changed.out
    assert silent(same.out) == silent(changed.out)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kind", "twist", "--distance", 3], "Change must be one of grow"),
        (["--kind", "grow", "--distance", 3], "Change grow must have two distances"),
        (["--kind", "isolate", "--distance", 3], "must be told the bad qubit"),
        (["--kind", "frame", "--distance", 3, "--noise", "p=2"], "Noise strength p must be"),
        (["--kind", "frame", "--distance", 3, "--rounds", 0, 3], "Rounds must be at least 1"),
    ],
)
def test_change_rejects(quantacore: Callable[..., Answer], words: list, message: str) -> None:
    answer = quantacore("codes", "change", *words)
    assert answer.code == 2
    assert message in answer.err
    assert answer.out == ""


def test_change_writes_both_files_or_none(
    quantacore: Callable[..., Answer], tmp_path: Path
) -> None:
    words = ["codes", "change", "--kind", "frame", "--distance", 3, "--info", tmp_path / "i.json"]
    answer = quantacore(*words, "--out", tmp_path / "nowhere" / "c.stim")
    assert answer.code == 2
    assert "folder of the output does not exist" in answer.err
    answer = quantacore(*words, "--out", tmp_path / "i.json")
    assert answer.code == 2
    assert "Outputs must have different names" in answer.err
    assert list(tmp_path.iterdir()) == []
