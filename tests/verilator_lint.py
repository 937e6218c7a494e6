"""Run Verilator as a lint tool."""

import re
import subprocess
from pathlib import Path

from quantacore.sim.verilator import verilator_environment


def lint(*files: Path, top: str) -> list[str]:
    """Return all that Verilator says with every warning on, one line a message."""
    answer = subprocess.run(
        ["verilator", "--lint-only", "-Wall", "-Wno-fatal", "--top-module", top, *map(str, files)],
        env=verilator_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    said = answer.stdout + answer.stderr
    assert answer.returncode == 0, said
    return re.findall(r"^%(?:Warning|Error).*$", said, re.M)
