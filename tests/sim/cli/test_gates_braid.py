"""Action `compile-braid` of the verb `gates`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sim.cli.conftest import Answer

COMPILE = ["gates", "compile-braid"]


def test_braid_is_printed_with_its_error(quantacore: Callable[..., Answer]) -> None:
    answer = quantacore(*COMPILE, "--gate", "H", "--length", 12)
    assert answer.code == 0, answer.err
    assert "length  12 exchanges" in answer.out
    assert "error   6.605359e-02 (certified)" in answer.out
    assert answer.out.count(". .") == 12


def test_files_can_be_checked_again(quantacore: Callable[..., Answer], tmp_path: Path) -> None:
    json_file, svg_file = tmp_path / "t.json", tmp_path / "t.svg"
    words = ["--gate", "T", "--error", 1e-3, "--out", json_file, "--svg", svg_file]
    compiled = quantacore(*COMPILE, *words)
    assert compiled.code == 0, compiled.err
    assert svg_file.read_text().startswith("<svg")
    checked = quantacore(*COMPILE, "--check", json_file)
    assert checked.code == 0
    assert checked.out == compiled.out
    content = json.loads(json_file.read_text())
    content["error"] /= 2
    json_file.write_text(json.dumps(content))
    assert quantacore(*COMPILE, "--check", json_file).code == 2


def test_certificate_goes_to_standard_output(quantacore: Callable[..., Answer]) -> None:
    words = ["--gate", "angles 0,pi/3,0", "--error", 0.1, "--method", "sk", "--out", "-"]
    assert json.loads(quantacore(*COMPILE, *words).out)["method"] == "sk"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--gate", "Q", "--length", 3], "Gate must be H, S, T, X"),
        (["--gate", "H"], "must come with --length or --error"),
        (["--gate", "H", "--length", -1], "Length must be 0 to 36"),
        (["--gate", "H", "--length", 99], "Length must be 0 to 36"),
        (["--gate", "H", "--length", 3, "--method", "sk"], "Method must be mitm with --length"),
        (["--gate", "H", "--error", 0], "Error must be 1e-30 to 0.3, not 0.0"),
        (["--gate", "H", "--error", "nan"], "Error must be"),
        (["--gate", "H", "--error", 0.1, "--method", "x"], "Method must be one of"),
        (["--gate", "H", "--error", 0.1, "--exactly"], "--exactly must come with --length"),
        (["--check", "no.json"], "no.json"),
        (["--check", "x", "--length", 3], "--check must come without"),
        ([], "one of the arguments --gate --check is required"),
    ],
)
def test_bad_input_is_refused(refused: Callable[..., str], words: list, message: str) -> None:
    assert message in refused(*COMPILE, *words)
