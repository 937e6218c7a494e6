"""Bench `area`: area and clock of the cores that the documents speak of.

In: problems, distances, seeds.   Out: the section of a document, or JSON; the documents themselves.
Next: `quantacore.sim.experiments.area`.
"""

import argparse
import sys
from pathlib import Path

from quantacore.sim.cli.bench_frame import Bench
from quantacore.sim.cli.outputs import write_text
from quantacore.sim.cli.stages import stage_clock

SUMMARY = """Estimate area and clock of the cores in the documents

Generates each core, maps it with yosys, places and routes it with nextpnr once for each seed, and
sets it beside Helios (arXiv:2301.08419) where it decodes the same problem. helios:
phenomenological noise, one basis; one_pass and baked: circuit noise, both bases. Nothing of it is
measured on an FPGA. Minutes for d = 3, half an hour for 5, hours for 7.

  quantacore bench area --distances 3                      a look: prints the section
  quantacore bench area --write_docs                       all of it; run in the checkout

--write_docs keeps the figures in docs/synthesis.json, after each core, and writes the section
"Area and clock" of docs/performance.md from them. Every step is kept by content: a run that was
stopped goes on, and one with nothing to do takes seconds. A core that fails is reported, the
others go on; exit code 3. One that is too large for the part says so. For core times, cycles
come from a file of `quantacore bench latency`:

  quantacore bench latency --noise phenomenological --distances 3 5 7 --shots 20000 --out c.csv
  quantacore bench latency --distances 3 5 7 --passes 1 3 --shots 10000 --out c.csv
  quantacore bench area --cycles c.csv --write_docs
"""

RECORD = "synthesis.json"
PAGE = "performance.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench area`."""
    parser.add_argument(
        "--distances",
        type=int,
        nargs="+",
        default=[3, 5, 7],
        metavar="D",
        help="odd code distances; also the number of rounds (default 3 5 7)",
    )
    parser.add_argument(
        "--problems",
        nargs="+",
        choices=["helios", "one_pass", "baked"],
        default=["helios", "one_pass", "baked"],
        help="what the cores decode (default all)",
    )
    parser.add_argument(
        "--seeds",
        type=int,
        nargs="+",
        default=[1, 2, 3],
        metavar="S",
        help="one placement for each (default 1 2 3)",
    )
    parser.add_argument(
        "--router",
        default="router1",
        choices=["router1", "router2"],
        help="of nextpnr (default router1); see `quantacore synth --help`",
    )
    parser.add_argument(
        "--cycles", metavar="FILE", help="take mean core cycles from this file of `bench latency`"
    )
    parser.add_argument(
        "--docs",
        default="docs",
        metavar="DIR",
        help=f"folder with {RECORD} and {PAGE} (default docs)",
    )
    parser.add_argument(
        "--write_docs", action="store_true", help="bring the files of that folder up to date"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def run(args: argparse.Namespace) -> int:
    """Measure, print, write; exit code 3 if a core could not be measured."""
    # Late, so that other benches start fast and work without Amaranth.
    from quantacore.sim.experiments.area import (
        DOES_NOT_FIT,
        AreaRecord,
        cycles_from_file,
        measure_area,
        read_record,
        record_to_json,
    )
    from quantacore.sim.experiments.area_points import Problem, area_core
    from quantacore.sim.experiments.area_section import area_section, replace_section, section_of
    from quantacore.sim.synthesis.place_route import check_seed
    from quantacore.sim.synthesis.programs import SynthesisError

    record_path, page_path = Path(args.docs) / RECORD, Path(args.docs) / PAGE
    points = [
        (problem, distance)
        for distance in dict.fromkeys(args.distances)
        for problem in dict.fromkeys(map(Problem, args.problems))
    ]
    # All that can be wrong with the input, before hours of work.
    for seed in args.seeds:
        check_seed(seed)
    for distance in args.distances:
        area_core(Problem.HELIOS, distance)
    record = read_record(record_path)
    if args.cycles is not None:
        record = record.with_cycles(cycles_from_file(args.cycles))
    if args.write_docs:
        section_of(page_path.read_text())
    else:
        record = AreaRecord(cycles=record.cycles)

    def save() -> None:
        if args.write_docs:
            write_text(str(record_path), record_to_json(record))
            page = replace_section(page_path.read_text(), area_section(record))
            write_text(str(page_path), page)

    failures = 0
    with stage_clock() as show:
        for number, (problem, distance) in enumerate(points, start=1):
            label = f"{number}/{len(points)} {problem.value} d={distance}"

            def progress(stage: str, label: str = label) -> None:
                show(f"{label}: {stage}")

            try:
                row = measure_area(
                    problem, distance, seeds=args.seeds, router=args.router, progress=progress
                )
            except KeyboardInterrupt:
                again = "; the same command goes on where it stopped"
                print(f"quantacore: interrupted in {label}{again}", file=sys.stderr)
                return 130
            except Exception as error:  # whatever it is: the other cores are worth their hours
                failures += 1
                known = isinstance(error, (SynthesisError, ValueError, OSError))
                reason = error if known else repr(error)
                print(f"quantacore: error: {label}: {reason}", file=sys.stderr)
                continue
            if row.unplaced not in ("", DOES_NOT_FIT):
                failures += 1
                print(f"quantacore: error: {label}: not placed: {row.unplaced}", file=sys.stderr)
            record = record.with_row(row)
            save()
    save()
    if args.json:
        print(record_to_json(record), end="")
    else:
        print(area_section(record))
    if failures:
        print(f"{failures} of {len(points)} cores could not be measured.", file=sys.stderr)
    return 3 if failures else 0


AREA = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
