"""`make test` fails when a test that it requires was skipped."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.sources import ROOT

pytestmark = pytest.mark.slow  # each starts a pytest of its own

SUITE = """
import pytest

@pytest.mark.verilator
def test_needs_a_tool():
    pytest.skip("REASON")

def test_runs_anywhere():
    pytest.skip("optional")

def test_passes():
    pass
"""


def run_suite(folder: Path, reason: str, *flags: str, head: str = "") -> tuple[int, str]:
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = verilator: x\n")
    (folder / "test_suite.py").write_text(head + SUITE.replace("REASON", reason))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *flags]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return answer.returncode, answer.stdout


@pytest.mark.parametrize(
    ("reason", "flags", "code", "summary"),
    [
        ("no g++", [], 0, "1 passed, 2 skipped"),
        ("no g++", ["--require", "synth"], 0, "1 passed, 2 skipped"),
        ("no g++", ["--require", "synth,verilator"], 1, "1 failed, 1 passed, 1 skipped"),
        (
            "shared data is not beside this repository",
            ["--require", "verilator"],
            0,
            "1 passed, 2 skipped",
        ),
    ],
    ids=["not-required", "other-required", "required", "shared-data"],
)
def test_required_marker_turns_a_skip_into_a_failure(
    tmp_path: Path, reason: str, flags: list[str], code: int, summary: str
) -> None:
    found, text = run_suite(tmp_path, reason, *flags)
    assert found == code, text
    assert summary in text.splitlines()[-1]


def test_required_marker_rejects_a_module_that_skips_itself(tmp_path: Path) -> None:
    head = "import pytest\npytest.importorskip('no_such_package')\n"
    found, text = run_suite(tmp_path, "", "--require", "verilator", head=head)
    assert found != 0
    assert "must be collected" in text
