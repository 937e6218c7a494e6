"""README and docs/ name commands, targets and files that exist."""

import re
import shlex
from pathlib import Path

import pytest

from tests.repo.sources import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(path: Path, program: str) -> list[list[str]]:
    """Return the words of every line of a code block that starts with ``program``."""
    found = []
    in_fence = False
    for line in path.read_text().splitlines():
        if line.startswith("```"):
            in_fence = not in_fence
        elif (in_fence or line.startswith("    ")) and line.strip().startswith(f"{program} "):
            found.append(shlex.split(line, comments=True))
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documented_commands_parse(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from quantacore.sim.cli.main import build_parser

    parser = build_parser()
    for words in commands(path, "quantacore"):
        try:
            parser.parse_args(words[1:])
        except SystemExit:
            pytest.fail(f"{path.name}: {shlex.join(words)}: {capsys.readouterr().err}")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documented_make_targets_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for words in commands(path, "make"):
        assert words[1] in targets, f"{path.name}: {shlex.join(words)}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documented_files_exist(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"
    for name in re.findall(r"`((?:golden|hdl|sim|host|tests)/[\w/]+\.\w+)`", path.read_text()):
        assert (ROOT / name).exists(), f"{path.name} names {name}"


def test_readme_shows_every_verb_that_a_new_user_needs() -> None:
    verbs = {words[1] for words in commands(ROOT / "README.md", "quantacore")}
    assert {"graph", "decode", "generate", "simulate", "bench"} <= verbs
    assert ["make", "demo"] in commands(ROOT / "README.md", "make")
    assert ["make", "test"] in commands(ROOT / "README.md", "make")
