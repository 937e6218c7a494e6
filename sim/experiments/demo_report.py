"""Say what the demo measured: tables for people, JSON for machines.

In: `DemoRow` records.   Out: text.
Next: `quantacore.sim.cli.demo`.
"""

import json
from collections.abc import Sequence

from quantacore.golden.metrics import Interval
from quantacore.sim.experiments.demo import DECODERS, DemoRow

FORMAT = "quantacore-demo"
VERSION = 1

TITLE = "# QuantaCore demo"
"""First line of the report; a folder whose report begins so is a demo's and may be overwritten."""

ONE_CORE = """\
One core for each distance decoded every noise strength: only the topology is in the Verilog, the
weights are run-time data, so a new p is a new weight image on the same core."""

COLUMNS = """\
Logical errors per 1000 shots with 95 % interval (Wilson). All decoders got the same shots. RTL is
the generated Verilog, simulated cycle by cycle, with one pass. Three passes use the correlations
between X and Z errors; cores with baked links run them too, but such a core is made for one p."""

CYCLES = """\
Mismatches count shots in which RTL and golden differ in prediction, correction, growth steps or
unmatched flag. Core cycles count from the cycle in which the idle core accepts the last word of a
shot to the first with the prediction valid; every shot was checked against the clock."""

INTRODUCTION = """\
Rotated surface-code memory (Z basis), rounds = d, one noise strength p for gates, idling,
measurement and reset. The same again: `{command}`."""


def accuracy_table(rows: Sequence[DemoRow]) -> str:
    """Return the error rates of every decoder as a Markdown table."""
    return aligned_table(
        ["d", "p", "shots", *DECODERS],
        [
            [
                str(row.distance),
                f"{row.p:g}",
                str(row.shots),
                *(_per_thousand(row.rate(decoder)) for decoder in DECODERS),
            ]
            for row in rows
        ],
    )


def hardware_table(rows: Sequence[DemoRow]) -> str:
    """Return mismatches and core cycles as a Markdown table."""
    return aligned_table(
        [
            "d",
            "p",
            "shots",
            "RTL = golden",
            "mismatches",
            "cycles mean",
            "p99",
            "max",
        ],
        [
            [
                str(row.distance),
                f"{row.p:g}",
                str(row.shots),
                "yes" if row.bit_exact else "NO",
                str(row.mismatches),
                f"{row.cycles_mean:.2f}",
                str(row.cycles_p99),
                str(row.cycles_max),
            ]
            for row in rows
        ],
    )


def aligned_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table that is aligned in a terminal and valid Markdown in a document.

    Examples
    --------
    >>> print(aligned_table(["d", "shots"], [["3", "100"]]))
    | d | shots |
    | - | ----- |
    | 3 | 100   |
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    )


def rows_to_json(rows: Sequence[DemoRow], *, seed: int) -> str:
    """Return everything that the demo measured as JSON text."""
    records = [
        {
            "distance": row.distance,
            "p": row.p,
            "num_detectors": row.num_detectors,
            "shots": row.shots,
            "unmatched": row.unmatched,
            "mismatches": row.mismatches,
            "first_mismatches": [str(mismatch) for mismatch in row.first_mismatches],
            "same_files": row.same_files,
            "errors": {decoder: row.paired[decoder].errors for decoder in DECODERS},
            "error_rates": {decoder: vars(row.rate(decoder)) for decoder in DECODERS},
            "cycles": {"mean": row.cycles_mean, "p99": row.cycles_p99, "max": row.cycles_max},
            "cycle_counts": row.cycle_counts,
        }
        for row in rows
    ]
    head = {"format": FORMAT, "version": VERSION, "seed": seed}
    return json.dumps({**head, "rows": records}, indent=1) + "\n"


def unfinished_report() -> str:
    """Return what stands in the report's place while the demo runs."""
    return f"{TITLE}\n\nThis run has not finished.\n"


def report_text(
    rows: Sequence[DemoRow], *, pictures: Sequence[tuple[str, str]], files: str, command: str
) -> str:
    """Return the demo's report in Markdown.

    Parameters
    ----------
    rows : sequence of DemoRow
    pictures : sequence of (str, str)
        File name and what it shows.
    files : str
        What lies in which folder.
    command : str
        How to get the same again.
    """
    sections = [
        TITLE,
        INTRODUCTION.format(command=command),
        "## Accuracy",
        COLUMNS,
        accuracy_table(rows),
        "## Hardware against golden model",
        ONE_CORE,
        CYCLES,
        hardware_table(rows),
    ]
    failures = [
        f"- d={row.distance} p={row.p:g}: {mismatch}"
        for row in rows
        for mismatch in row.first_mismatches
    ]
    if failures:
        sections += ["### First mismatches", "\n".join(failures)]
    sections += [f"![{caption}]({name})\n\n{caption}" for name, caption in pictures]
    sections += ["## Files", f"```text\n{files}\n```"]
    return "\n\n".join(sections) + "\n"


def _per_thousand(rate: Interval) -> str:
    low, value, high = (
        f"{number * 1000:.{_decimals(rate)}f}" for number in (rate.low, rate.value, rate.high)
    )
    return f"{value} [{low}, {high}]"


def _decimals(rate: Interval) -> int:
    """So many that the interval's width shows two digits."""
    width = (rate.high - rate.low) * 1000
    return 3 if width < 0.1 else 2 if width < 1 else 1
