"""Rules about files: size, names, every test at home, nothing of one machine."""

import re
import subprocess

import pytest

from tests.repo.sources import LAYERS, ROOT, module_files

MOST_LINES = 500
NAMES_THAT_SAY_NOTHING = {"utils", "util", "common", "helpers", "helper", "misc", "tools"}
OWN_FOLDERS = {"formal", "repo", "system"}
"""Folders of `tests` that mirror no package."""


def tracked_files() -> list[str]:
    """Return files that git knows or would add; all files of the folders outside a checkout."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("git is missing, or this is no checkout")
    return [name for name in answer.stdout.splitlines() if (ROOT / name).is_file()]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(errors="replace")


def test_no_source_file_is_too_long() -> None:
    for name in tracked_files():
        if name.endswith((".py", ".cpp", ".h", ".v")):
            count = len(text_of(name).splitlines())
            assert count <= MOST_LINES, f"{name} must have at most {MOST_LINES} lines, not {count}"


def test_module_names_say_something() -> None:
    for module in module_files():
        vague = NAMES_THAT_SAY_NOTHING & set(module.split("."))
        assert not vague, f"{module}: name the thing, not {vague}"


def test_every_test_has_a_home() -> None:
    """``golden/decode/forest.py`` -> ``tests/golden/decode/test_forest.py`` (or ``_<aspect>``)."""
    modules = module_files()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        *folders, _ = path.relative_to(ROOT / "tests").parts
        if folders and folders[0] in OWN_FOLDERS:
            continue
        assert folders[:1] in [[layer] for layer in LAYERS], f"{path.name} must be in a layer"
        words = path.stem.removeprefix("test_").split("_")
        package = ".".join(folders)
        homes = {f"{package}.{'_'.join(words[:n])}" for n in range(1, len(words) + 1)}
        # A test may also watch a whole package: tests/golden/decode/test_decode_*.py.
        homes |= {package} if words[0] == folders[-1] else set()
        assert homes & set(modules), f"tests/{package.replace('.', '/')}/{path.name} has no home"


def test_every_test_folder_is_a_package() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        assert (path.parent / "__init__.py").exists(), f"{path.parent} must have an __init__.py"


def test_files_name_no_machine() -> None:
    # Spelled in pieces, so that this file passes its own test.
    patterns = [r"/wo" + r"rk/", r"/tmp/t" + r"ry", r"/ro" + r"ot/", r"/ho" + r"me/\w"]
    machine = re.compile("|".join(patterns))
    for name in tracked_files():
        found = machine.search(text_of(name))
        assert not found, f"{name} must name no machine path: {found and found.group()}"
