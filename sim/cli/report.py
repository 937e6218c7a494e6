"""Verb `report`: one page of all results in some folders.

In: folders and files that our verbs have written.   Out: an HTML file that needs no other.
Next: `quantacore.sim.report.sources`, `quantacore.sim.report.page`.
"""

import argparse
from pathlib import Path

from quantacore.sim.cli.bench_frame import note
from quantacore.sim.cli.outputs import write_text

HELP = """one self-contained page of what was measured

Reads folders of `scale`, `codes compare`, `predict`, `run`, `allocate --plot` and of benches, CSV
files that benches wrote with --out, and what any verb printed with --json, kept in a .json file. In
a folder, also the folders that such verbs have written there. The page has accuracy, latency, area,
adaptation, each with tables, pictures and the command that made it. It opens from disk: no
network, no script, no other file.

  quantacore scale --out results/scaled
  quantacore bench latency --distances 3 --shots 2000 --out results/latency.csv
  quantacore report results --out report.html

Verbs keep their command in run.json in the folder (beside a bench's file: FILE.run.json). What is
damaged, cut or not finished is named on the page and on standard error; a place that holds nothing
that can be shown is an error.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("places", nargs="+", metavar="DIR", help="folder or file of results")
    parser.add_argument("--out", required=True, metavar="FILE", help="HTML file to write")
    parser.add_argument(
        "--title", default="QuantaCore: results", metavar="TEXT", help="heading of the page"
    )


def run(args: argparse.Namespace) -> int:
    """Read, show, write."""
    # Late, so that other verbs start fast.
    from quantacore.sim.report.page import to_html
    from quantacore.sim.report.sources import read_place

    places = {Path(place).resolve(): place for place in reversed(args.places)}
    found = [read_place(place, apart=places) for place in reversed(places.values())]
    sections = [section for each in found for section in each.sections]
    warnings = [warning for each in found for warning in each.warnings]
    for warning in warnings:
        note(warning)
    write_text(args.out, to_html(sections, title=args.title, warnings=warnings))
    if args.out != "-":
        names = ", ".join(dict.fromkeys(section.title for section in sections))
        print(f"{args.out}: {names}")
    return 0
