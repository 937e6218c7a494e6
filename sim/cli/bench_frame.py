"""What all benches of the verb `bench` share: their flags, and how they print.

In: parsers, rows.   Out: tables in Markdown, or JSON.
Next: `quantacore.sim.cli.bench`, `quantacore.sim.cli.bench_hardware`.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One measurement of the verb."""

    summary: str
    """First line: what for. The rest, if any, is read with ``--help``."""
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def add_point_arguments(
    parser: argparse.ArgumentParser, *, distances: list[int] | None, ps: list[float] | None
) -> None:
    """Add ``--distances`` and ``--ps``."""

    def default(values: Sequence[object] | None) -> str:
        return "" if values is None else f" (default {' '.join(map(str, values))})"

    parser.add_argument(
        "--distances",
        type=int,
        nargs="+",
        default=distances,
        metavar="D",
        help=f"odd code distances; also the number of rounds{default(distances)}",
    )
    parser.add_argument(
        "--ps",
        type=float,
        nargs="+",
        default=ps,
        metavar="P",
        help=f"noise strengths, in (0, 0.5]{default(ps)}",
    )


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--seed`` and ``--json``."""
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the shots (default 1)")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that is aligned in a terminal and valid Markdown in a document."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]

    def print_line(cells: Sequence[str]) -> None:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        print(f"| {' | '.join(padded)} |")

    print_line(head)
    print_line(["-" * width for width in widths])
    for row in rows:
        print_line(row)


def print_json(format: str, rows: Sequence[dict[str, object]]) -> None:
    """Print rows with a ``format`` and ``version``."""
    print(json.dumps({"format": format, "version": 1, "rows": rows}, indent=1))
