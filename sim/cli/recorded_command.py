"""Keep beside the results of a verb which command made them.

In: parsed arguments, words of the command line.   Out: `run.json` in the folder of results, and
`RUNNING`, for what is printed.
Next: `quantacore.sim.experiments.run_manifest`.
"""

import argparse
import shlex
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path

from quantacore.sim.experiments.run_manifest import MANIFEST_FILE, RunRecord, add_run

RUNNING: ContextVar[str | None] = ContextVar("RUNNING", default=None)
"""The command that runs, as a shell takes it; None outside the command line."""
RECORDED = ("allocate", "bench", "codes", "predict", "run", "scale")
"""Verbs whose folders `quantacore report` reads."""
PLACES = ("out", "plot")
"""Flags that name a folder; of a bench also a file that it goes on with."""
KEPT_IN_FILES = ("bench",)
CLOCK_S = 2.0
"""File systems round times: a file of so long before the command may still be its own."""


def command_of(words: Sequence[str]) -> str:
    """Return a command line as a shell takes it."""
    return shlex.join(["quantacore", *words])


def record_command(
    args: argparse.Namespace, words: Sequence[str], *, started: float, exit_code: int
) -> None:
    """Write down a command that has ended.

    Parameters
    ----------
    args : argparse.Namespace
    words : sequence of str
        After the program's name.
    started : float
        As of `time.time`.
    exit_code : int
        0, or 1 for a comparison that failed; others leave no results.
    """
    if args.verb not in RECORDED or exit_code not in (0, 1):
        return
    command = command_of(words)
    for place in {getattr(args, name, None) for name in PLACES} - {None, "-"}:
        path = Path(str(place))
        if path.is_dir():
            files = _written(path, started)
        elif path.is_file() and args.verb in KEPT_IN_FILES:
            files = [path.name]
        else:
            continue
        add_run(path, RunRecord(command=command, files=tuple(files), exit_code=exit_code))


def _written(folder: Path, started: float) -> list[str]:
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_file()
        and path.name != MANIFEST_FILE
        and path.stat().st_mtime >= started - CLOCK_S
    )
