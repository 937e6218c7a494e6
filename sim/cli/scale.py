"""Verb `scale`: what a memory costs as its distance grows.

In: distances, noise strengths, effort.   Out: a folder with counts, tables, a picture.
Next: `quantacore.sim.scale.run`, `quantacore.sim.scale.figures`.
"""

import argparse
import csv
import dataclasses
import io
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from quantacore.sim.cli.bench_frame import new_folder, note, print_table, table_lines
from quantacore.sim.cli.codes_hardware import experiments_bar
from quantacore.sim.cli.inputs import naming
from quantacore.sim.cli.outputs import write_text
from quantacore.sim.cli.stages import stage_clock
from quantacore.sim.experiments.marked_section import replace_marked
from quantacore.sim.scale.settings import Effort

HELP = """what a memory costs as it grows: errors, cycles, area, time, on which part

Counts logical errors (golden decoder, beside PyMatching on the same shots) and core cycles over
distances, rounds, noise strengths and windows; says whether a streaming core keeps up with a
round per microsecond; fits how all grow; adds area and clock, image,
times of generation, build and host. One table says what d = 3, 5, ... costs on an ECP5-85 and on
an RFSoC, and where it stops fitting. Every number says whether it was measured, modelled or
extrapolated. The cycle model is set beside the Verilog on the same shots first (--rtl).

  quantacore scale --out scaled                                   moderate: some minutes
  quantacore scale --out scaled --distances 3 5 --largest 7 --ps 0.005 --rtl 3 --synth 3
  quantacore scale --out scaled --rounds 1 4 --windows 1          also windows of d + d rounds
  quantacore scale --out scaled --scheduler tcp://HOST:8786       workers anywhere

Files in --out: counts.csv (sinter's format), cores.json, scale.json, scale.csv, scale.md,
scale.png. What they hold is not counted again: an interrupted command goes on, and a lost worker
costs one chunk of shots, which another does again. `quantacore report` makes a page of it.
"""

COUNTS_FILE, JSON_FILE, CSV_FILE = "counts.csv", "scale.json", "scale.csv"
PAGE_FILE, PICTURE_FILE = "scale.md", "scale.png"
BEGIN = "<!-- scale: this part is written by `quantacore scale --docs docs` -->"
END = "<!-- end of scale -->"

NUMBERS: tuple[tuple[str, str, str], ...] = (
    ("largest", "D", "cycles and costs up to this odd distance"),
    ("largest_window", "D", "cycles of windows counted up to this distance; beyond, a fit"),
    ("shots", "N", "most shots of an experiment of d rounds; of longer ones as many rounds"),
    ("errors", "N", "errors that are enough"),
    ("cycle_shots", "N", "shots whose cycles are counted by the model"),
    ("core_shots", "N", "shots that the Verilog decodes as well"),
    ("seed", "S", "of the shots"),
)
LISTS: tuple[tuple[str, type, str, str], ...] = (
    ("distances", int, "D", "odd distances whose errors are counted; beyond, a fit"),
    ("ps", float, "P", "noise strengths, in (0, 0.5]"),
    ("rounds", float, "X", "rounds of a shot, in units of the distance"),
    (
        "windows",
        float,
        "X",
        (
            "rounds that a window looks ahead, in units of the distance; it "
            "commits as many as the distance; looked at in shots that are longer"
        ),
    ),
)

PLACES: tuple[tuple[str, str], ...] = (
    (
        "rtl",
        (
            "distances whose Verilog is run beside the cycle model: the first time seconds at 3, "
            "minutes at 5, each noise strength by itself (default 3 5)"
        ),
    ),
    (
        "synth",
        "distances that yosys maps: a minute at 3, ten or more at 5, kept by content (default 3 5)",
    ),
    (
        "stream_rtl",
        (
            "distances whose streaming core is run beside the cycle model of windows: a minute at "
            "3 (default 3)"
        ),
    ),
    (
        "stream_synth",
        "distances whose streaming core yosys maps: some minutes at 3 (default 3)",
    ),
    ("build", "distances whose generation and build are timed, nothing cached (default 3 5)"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    defaults = Effort()
    parser.add_argument("--out", required=True, metavar="DIR", help="folder of the results")
    for name, kind, letter, text in LISTS:
        default = getattr(defaults, name)
        shown = " ".join(f"{each:g}" for each in default) or "none"
        parser.add_argument(
            f"--{name}",
            type=kind,
            nargs="*" if name == "windows" else "+",
            default=list(default),
            metavar=letter,
            help=f"{text} (default {shown})",
        )
    for name, letter, text in NUMBERS:
        default = getattr(defaults, name)
        parser.add_argument(
            f"--{name}", type=int, default=default, metavar=letter, help=f"{text} ({default})"
        )
    for name, text in PLACES:
        parser.add_argument(
            f"--{name}",
            type=int,
            nargs="*",
            default=[3] if name.startswith("stream_") else [3, 5],
            metavar="D",
            help=text,
        )
    parser.add_argument(
        "--record",
        metavar="FILE",
        help="clocks, from `quantacore bench area --write_docs` (default docs/synthesis.json, "
        "here or in the checkout)",
    )
    parser.add_argument(
        "--docs",
        metavar="DIR",
        help=f"bring {PAGE_FILE} and {PICTURE_FILE} of this folder up to date",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scheduler", metavar="ADDRESS", help="of Dask, such as tcp://HOST:8786")
    where.add_argument(
        "--workers",
        type=int,
        default=None,
        metavar="N",
        help="processes here; 0 for none but this one (default one for each processor)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def run(args: argparse.Namespace) -> int:
    """Count, measure, fit, write."""
    # Late, so that other verbs start fast.
    from quantacore.sim.experiments.area import find_record, read_record

    effort = _effort(args)
    path = find_record(args.record)
    with naming(str(path)):
        record = read_record(path)
    docs = None if args.docs is None else Path(args.docs) / PAGE_FILE
    if docs is not None:  # before hours of work
        replace_marked(docs.read_text(), "", begin=BEGIN, end=END)
    with new_folder(args.out) as folder:
        try:
            found = _measure(args, effort, folder, record)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"interrupted; {args.out} holds what was counted, and the same command goes on"
            ) from None
        _write(found, effort, folder, docs=docs, as_json=args.json)
    if not found.is_valid:
        note("the cycle model is not within 2 % of the Verilog: see the table of the comparison")
    return 0 if found.is_valid else 1


def _measure(args: argparse.Namespace, effort: Effort, folder: Path, record: Any) -> Any:
    from quantacore.sim.experiments.stats_file import StatsFile
    from quantacore.sim.scale.cores import CoresFile, measure_cores
    from quantacore.sim.scale.figures import scaling
    from quantacore.sim.scale.run import count_all
    from quantacore.sim.scale.stream_validation import validate_streams
    from quantacore.sim.scale.validation import validate

    cores = CoresFile(folder)
    with StatsFile(folder / COUNTS_FILE) as stats:
        if stats.dropped:
            note(f"{folder / COUNTS_FILE}: unfinished last line removed, it is counted again")
        with experiments_bar(args.out) as progress:
            count_all(
                effort, stats, scheduler=args.scheduler, workers=args.workers, progress=progress
            )
        with experiments_bar(args.out) as progress:
            validations = validate(effort, args.rtl, stats, progress=progress)
        with experiments_bar(args.out) as progress:
            validations += validate_streams(effort, args.stream_rtl, stats, progress=progress)
        with stage_clock() as stage:
            measure_cores(
                cores,
                effort.lines,
                build=args.build,
                synth=args.synth,
                windows=effort.streamed,
                window_synth=args.stream_synth,
                stage=stage,
            )
        return scaling(effort, stats, cores.rows, validations, record)


def _write(found: Any, effort: Effort, folder: Path, *, docs: Path | None, as_json: bool) -> None:
    from quantacore.sim.plots.scale import plot_scaling
    from quantacore.sim.scale.tables import LEGEND, stops, tables, to_json

    all_tables = tables(found, p=effort.ps[0])
    plot_scaling(found, folder / PICTURE_FILE)
    lines = [LEGEND, "", *(f"* {words}" for words in stops(found))]
    for table in all_tables:
        lines += [f"\n### {table.title}\n", *table_lines(table.head, table.rows)]
    page = "\n".join(lines) + "\n"
    write_text(str(folder / PAGE_FILE), page)
    write_text(str(folder / CSV_FILE), _csv(all_tables[1].head, all_tables[1].rows))
    data = to_json(found, dataclasses.asdict(effort), all_tables)
    text = json.dumps(data, indent=1, allow_nan=False) + "\n"
    write_text(str(folder / JSON_FILE), text)
    if docs is not None:
        section = f"{BEGIN}\n\n{page}\n{END}"
        write_text(str(docs), replace_marked(docs.read_text(), section, begin=BEGIN, end=END))
        shutil.copyfile(folder / PICTURE_FILE, docs.with_name(PICTURE_FILE))
    if as_json:
        print(text, end="")
        return
    print(f"{all_tables[0].title}\n")
    print_table(all_tables[0].head, all_tables[0].rows)
    print("", LEGEND, "", *stops(found), "", sep="\n")
    print(f"{folder / PAGE_FILE}: all tables; {folder / PICTURE_FILE}: the picture")


def _effort(args: argparse.Namespace) -> Effort:
    lists = {name: tuple(dict.fromkeys(getattr(args, name))) for name, *_ in LISTS}
    chosen: dict[str, Any] = {name: getattr(args, name) for name, *_ in NUMBERS}
    effort = Effort(**chosen | lists)
    for name, _ in PLACES:
        known = effort.streamed if name.startswith("stream_") else effort.lines
        for distance in getattr(args, name):
            if distance not in known:
                raise ValueError(
                    f"--{name} must be distances of the table, "
                    f"{' '.join(map(str, known))}, not {distance}"
                )
    return effort


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return text.getvalue()
