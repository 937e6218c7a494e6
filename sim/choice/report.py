"""Write a comparison: CSV and JSON for machines, a page for people.

In: `Row` records, `Hardware`, a picture.   Out: text.
Next: `quantacore.sim.cli.codes_compare`.
"""

import base64
import csv
import html
import io
import json
import math
from collections.abc import Sequence
from typing import Any

from quantacore.golden.metrics import Interval
from quantacore.sim.choice.hardware import Hardware
from quantacore.sim.choice.row import EXTRAPOLATED, Row

FORMAT = "quantacore-code-comparison"
VERSION = 1

STYLE = """\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#111;
background:#fff}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .6rem;border-bottom:1px solid #d9d9d9;text-align:left;white-space:nowrap}
th{background:#f3f3f3;position:sticky;top:0}.wide{overflow-x:auto}img{max-width:100%}
tr.extrapolated td{color:#555;font-style:italic}code{background:#f3f3f3;padding:0 .2rem}
"""

HEAD = (
    *("family", "d_x x d_z", "n", "qubits", "logical qubits", "errors per round (95 %)"),
    *("errors per us (95 %)", "from", "PyMatching / ours", "one pass / ours", "analog / ours"),
    *("nodes", "edges", "LUT4 est.", "cycles per round", "us per round", "cycles from"),
)

NOTES = (
    (
        "Errors are logical errors of either kind (both memory experiments together) of the whole "
        "block, decoded by the golden union-find decoder, per round of a shot of as many rounds as "
        "the larger distance. Ends of intervals of two experiments are added."
    ),
    (
        "<i>Extrapolated</i>: fewer than ten errors were counted, or none tried; the value is that "
        "of a fit to smaller distances or stronger noise, the interval that of the fit, if its law "
        "holds further out. What each fit rests on stands below."
    ),
    "PyMatching gets the same graph and the same shots. It uses no correlations; ours does.",
    (
        "<i>Analog</i>: our decoder on the same shots of GKP modes, with lengths that each shot's "
        "shifts tell. All other columns are without."
    ),
    (
        "LUT4s are an estimate for a core of whole shots. Cycles are those of a model fitted to "
        "the real core, unless <i>core</i> stands there: then they are of its simulated Verilog."
    ),
)


def record(row: Row) -> dict[str, Any]:
    """Return a row for CSV and JSON; None: not known or not counted."""
    cost, counts = row.cost, row.counts.values()
    return {
        "family": row.code.family,
        "d_x": row.code.distances[0],
        "d_z": row.code.distances[1],
        "photons": row.code.photons,
        "qubits": row.qubits,
        "logical_qubits": row.code.logical_qubits,
        "rounds": row.code.rounds,
        "cycle_us": row.cycle_us,
        **_ends("per_round", row.per_round),
        **_ends("per_us", row.per_us),
        "kind": row.kind,
        "one_basis_doubled": row.doubled,
        **{
            f"{basis}_{name}": value
            for basis in ("z", "x")
            for name, value in _basis(row, basis).items()
        },
        "shots": sum(each.shots for each in counts),
        **_ends("matching_ratio", row.matching_ratio),
        **_ends("one_pass_ratio", row.passes_ratio),
        **_ends("analog_ratio", row.analog_ratio),
        "nodes": cost.nodes,
        "edges": cost.edges,
        "lut4_estimate": cost.luts,
        "board_lut4_estimate": cost.board_luts,
        "cycles_per_round": cost.cycles_per_round,
        "us_per_round": cost.us_per_round,
        "cycles_from": "core" if cost.measured else "model",
    }


def to_json(rows: Sequence[Row], hardware: Hardware, settings: dict[str, Any]) -> str:
    """Return all of it."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "hardware": {"name": hardware.name, "budget": hardware.budget, **hardware.to_json()},
            "settings": settings,
            "rows": [record(row) for row in rows],
        },
        indent=1,
        allow_nan=False,
    )


def to_csv(rows: Sequence[Row]) -> str:
    """Return a line a code, with a head."""
    records = [record(row) for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def cells(row: Row) -> list[str]:
    """Return a line of a table with `HEAD`."""
    cost = row.cost
    d_x, d_z = row.code.distances
    return [
        row.code.family,
        f"{d_x} x {d_z}",
        "" if row.code.photons is None else f"{row.code.photons:g}",
        str(row.qubits),
        str(row.code.logical_qubits),
        rate_text(row.per_round),
        rate_text(row.per_us),
        row.kind + (", z doubled" if row.doubled else ""),
        _ratio_text(row.matching_ratio),
        _ratio_text(row.passes_ratio),
        _ratio_text(row.analog_ratio),
        str(cost.nodes),
        str(cost.edges),
        str(cost.luts),
        f"{cost.cycles_per_round:.1f}",
        f"{cost.us_per_round:.3f}",
        "core" if cost.measured else "model",
    ]


def to_html(rows: Sequence[Row], hardware: Hardware, *, picture: bytes, command: str) -> str:
    """Return a page that needs no other file."""
    body = "\n".join(
        f'<tr class="{row.kind}">'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells(row))
        + "</tr>"
        for row in rows
    )
    head = "".join(f"<th>{html.escape(name)}</th>" for name in HEAD)
    fits = sorted(
        {
            f"{row.code.family}, basis {basis}: {rate.reason}"
            for row in rows
            for basis, rate in row.rates.items()
            if rate.kind == EXTRAPOLATED
        }
    )
    image = base64.b64encode(picture).decode()
    title = f"Codes on {html.escape(hardware.name)}, up to {hardware.budget} qubits or modes"
    parts = [
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title>",
        f"<style>{STYLE}</style><h1>{title}</h1>",
        f"<p>Made by <code>{html.escape(command)}</code>.</p>",
        f"<img alt='logical errors against qubits' src='data:image/png;base64,{image}'>",
        f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n",
        "</tbody></table></div><h2>What the columns mean</h2><ul>",
        *(f"<li>{note}</li>" for note in NOTES),
        "</ul><h2>Fits</h2><ul>",
        *(f"<li>{html.escape(fit)}</li>" for fit in fits),
        "</ul><h2>Hardware</h2><pre>",
        html.escape(json.dumps(hardware.to_json(), indent=1)),
        "</pre></html>\n",
    ]
    return "\n".join(parts)


def rate_text(interval: Interval) -> str:
    """Return a rate with its interval, or that it is not known."""
    return "unknown" if math.isnan(interval.value) else f"{interval:.2e}"


def _ratio_text(interval: Interval | None) -> str:
    if interval is None or math.isnan(interval.value):
        return ""
    return f"{interval:.2f}"


def _basis(row: Row, basis: str) -> dict[str, Any]:
    rate, counts = row.rates.get(basis), row.counts.get(basis)
    known = {} if rate is None else _ends("per_round", rate.interval)
    return {
        **(known or _ends("per_round", None)),
        "kind": None if rate is None else rate.kind,
        "reason": None if rate is None else rate.reason,
        "shots": None if counts is None else counts.shots,
        **{
            f"errors_{name.replace(' ', '_').lower()}": None if counts is None else value
            for name, value in (
                {"one pass": 0, "quantacore": 0, "PyMatching": 0}
                if counts is None
                else counts.errors
            ).items()
        },
    }


def _ends(name: str, interval: Interval | None) -> dict[str, float | None]:
    ends = {"": math.nan, "_low": math.nan, "_high": math.nan}
    if interval is not None:
        ends = {"": interval.value, "_low": interval.low, "_high": interval.high}
    return {f"{name}{end}": value if math.isfinite(value) else None for end, value in ends.items()}
