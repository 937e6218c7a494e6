"""What all benches of the verb `bench` share: flags, results that grow in a file, how they print.

In: parsers, rows.   Out: tables in Markdown, JSON, progress bars.
Next: `quantacore.sim.cli.bench_accuracy`, `quantacore.sim.cli.bench_latency`.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from quantacore.golden.metrics import Interval
from quantacore.sim.cli.outputs import STANDARD_STREAM
from quantacore.sim.cli.recorded_command import RUNNING
from quantacore.sim.experiments.point import BASES
from quantacore.sim.experiments.stats_file import StatsFile


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One measurement of the verb."""

    summary: str
    """First line: what for. The rest, if any, is read with ``--help``."""
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    resumable: bool = False
    """Has `add_results_arguments`, and goes on from the file of ``--out``."""


def add_point_arguments(
    parser: argparse.ArgumentParser,
    *,
    distances: list[int] | None,
    ps: list[float] | None,
    rounds: bool = True,
) -> None:
    """Add ``--distances`` and ``--ps``; ``rounds``: a shot has as many as the distance."""

    def default(values: Sequence[object] | None) -> str:
        return "" if values is None else f" (default {' '.join(map(str, values))})"

    parser.add_argument(
        "--distances",
        type=int,
        nargs="+",
        default=distances,
        metavar="D",
        help="odd code distances"
        + ("; also the number of rounds" if rounds else "")
        + default(distances),
    )
    parser.add_argument(
        "--ps",
        type=float,
        nargs="+",
        default=ps,
        metavar="P",
        help=f"noise strengths, in (0, 0.5]{default(ps)}",
    )


def add_bases_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--bases``."""
    parser.add_argument(
        "--bases",
        type=str.upper,
        nargs="+",
        choices=BASES,
        help="bases of preparation and readout (default Z)",
    )


def add_results_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--out`` and ``--plot``."""
    parser.add_argument(
        "--out",
        "--save_resume_filepath",
        metavar="FILE",
        help="append the counts to this CSV file, in sinter's format; what it holds already is not "
        "measured again, so the same command goes on where it was stopped",
    )
    parser.add_argument(
        "--plot", metavar="DIR", help="draw the results into this folder, as PNG files"
    )


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--seed`` and ``--json``."""
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the shots (default 1)")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


@contextmanager
def open_results(args: argparse.Namespace) -> Iterator[StatsFile]:
    """Open the file of ``--out``, or none, for as long as the bench runs.

    Raises
    ------
    OSError, ValueError
        If it cannot be used, or the folder of ``--plot`` cannot be: before hours of work.
    """
    if args.out == STANDARD_STREAM:
        raise ValueError("--out must be a file that the next run can read, not standard output")
    if args.plot is not None:
        make_folder(args.plot)
    with StatsFile(args.out) as stats:
        if stats.dropped:
            note(f"{args.out}: unfinished last line removed, its shots are decoded again")
        yield stats


def make_folder(path: str) -> Path:
    """Return a folder, after making it if it is not there."""
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def new_folder(path: str) -> Iterator[Path]:
    """Give a folder, made if it is not there; take away again what was made and stayed empty.

    So a command that fails before it has written anything leaves nothing behind.
    """
    missing = [each for each in (Path(path), *Path(path).parents) if not each.exists()]
    try:
        yield make_folder(path)
    finally:
        for each in missing:  # the innermost first
            with suppress(OSError):  # not empty
                each.rmdir()


def note(text: str) -> None:
    """Tell the user what is no error; standard output is for results."""
    print(f"quantacore: note: {text}", file=sys.stderr)


@contextmanager
def shots_bar(
    label: str, max_shots: int | None, *, unit: str = "shot"
) -> Iterator[Callable[[int], None]]:
    """Show how many shots are done, and how fast; give a function to call with their number."""
    with tqdm(
        total=max_shots, desc=label, unit=unit, unit_scale=True, disable=None, leave=False
    ) as bar:
        first = True

        def show(done: int) -> None:
            nonlocal first
            if first and not bar.disable:
                bar.n = bar.initial = done  # of earlier runs: they do not count for the rate
                bar.refresh()
            else:
                bar.update(done - bar.n)
            first = False

        yield show


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that is aligned in a terminal and valid Markdown in a document."""
    for line in table_lines(head, rows):
        print(line)


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of `print_table`."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    return [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    ]


def finite(interval: Interval) -> dict[str, float | None]:
    """Return an interval for JSON, which has neither NaN nor infinity: None stands for both."""
    return {name: value if math.isfinite(value) else None for name, value in vars(interval).items()}


def print_json(format: str, rows: Sequence[dict[str, object]]) -> None:
    """Print rows with a ``format`` and ``version``, and the command that made them."""
    command = RUNNING.get()
    head = {"format": format, "version": 1} | ({} if command is None else {"command": command})
    print(json.dumps(head | {"rows": rows}, indent=1))
