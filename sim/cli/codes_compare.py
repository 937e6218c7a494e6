"""Action `codes compare`: all codes that fit a machine, on equal terms.

In: a description of hardware.   Out: a folder with CSV, JSON, a picture and a page; a table.
Next: `quantacore.sim.choice.comparison`.
"""

import argparse
import dataclasses
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from quantacore.sim.choice.comparison import Effort, compare
from quantacore.sim.choice.hardware import Hardware
from quantacore.sim.choice.report import HEAD, cells, to_csv, to_html, to_json
from quantacore.sim.choice.row import Row
from quantacore.sim.cli.bench_frame import new_folder, print_table
from quantacore.sim.cli.codes_hardware import (
    HARDWARE_HELP,
    add_effort_arguments,
    effort_of,
    experiments_bar,
    read_hardware,
)
from quantacore.sim.cli.outputs import write_text

DESCRIPTION = """Compare all codes that fit a machine

Every family and distance within the budget, with the machine's own noise: logical errors per
round and per microsecond with 95 % intervals, qubits or modes, and what decoding costs. Small
codes are counted, by our decoder and PyMatching on the same shots; larger ones follow from a
fit and say so. Cat codes get their best number of photons.

  quantacore codes hardware transmon --out machine.toml
  quantacore codes compare --hardware machine.toml --out compared
  quantacore codes compare --hardware machine.toml --out compared --shots 1000000   goes on

Files in --out: index.html (opens from disk), errors.png, comparison.csv, comparison.json, and
counts.jsonl: what was counted is not counted again, so an interrupted command goes on. --workers
processes do it here, or the workers of a Dask scheduler anywhere.
"""

PICTURE, PAGE, CSV_FILE, JSON_FILE = "errors.png", "index.html", "comparison.csv", "comparison.json"


def add_compare_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the action."""
    parser = actions.add_parser(
        "compare",
        help="all codes that fit a machine, on equal terms",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--hardware", required=True, metavar="FILE", help=HARDWARE_HELP)
    parser.add_argument("--out", required=True, metavar="DIR", help="folder of the results")
    parser.add_argument(
        "--rtl",
        type=int,
        default=0,
        metavar="D",
        help="codes up to this distance run on their generated core in Verilator, for their "
        "cycles: seconds each at 3, minutes from 5 on (default 0: none)",
    )
    add_effort_arguments(parser)
    parser.set_defaults(act=_compare)


def _compare(args: argparse.Namespace) -> int:
    if args.rtl < 0:
        raise ValueError(f"--rtl must be at least 0, not {args.rtl}")
    work = effort_of(args)
    hardware = read_hardware(args.hardware, budget=args.budget)
    with new_folder(args.out) as folder:
        return _compare_into(folder, args, hardware, work)


def _compare_into(folder: Path, args: argparse.Namespace, hardware: Hardware, work: Effort) -> int:
    with experiments_bar(args.out) as progress:
        rows = compare(
            hardware,
            work,
            folder=folder,
            families=tuple(args.families),
            scheduler=args.scheduler,
            workers=args.workers,
            progress=progress,
        )
    if args.rtl:
        from quantacore.sim.choice.core_cycles import with_core_cycles

        with experiments_bar(args.out) as progress:
            rows = with_core_cycles(rows, hardware, work, largest=args.rtl, progress=progress)
    rows = sorted(rows, key=lambda row: (row.code.family, row.qubits))
    text = to_json(rows, hardware, dataclasses.asdict(work))
    write_files(rows, hardware, folder, text)
    if args.json:
        print(text)
    else:
        print_table(HEAD, [cells(row) for row in rows])
        print(f"\n{folder / PAGE}: the same with a picture")
    return 0


def write_files(rows: Sequence[Row], hardware: Hardware, folder: Path, text: str) -> None:
    """Write all files of a comparison."""
    from quantacore.sim.plots.codes import plot_codes

    plot_codes(rows, folder / PICTURE, title=hardware.name)
    command = f"quantacore {shlex.join(sys.argv[1:])}"
    picture = (folder / PICTURE).read_bytes()
    page = to_html(rows, hardware, picture=picture, command=command)
    for name, content in ((CSV_FILE, to_csv(rows)), (JSON_FILE, text), (PAGE, page)):
        write_text(str(folder / name), content)
