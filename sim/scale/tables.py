"""Say what scaling found: tables for people, records for machines.

In: `Scaling`.   Out: heads and rows of text; JSON values.
Next: `quantacore.sim.cli.scale`, `quantacore.sim.report.scale`.
"""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from quantacore.golden.metrics import Interval
from quantacore.sim.choice.law import SEEN
from quantacore.sim.scale.figures import (
    EXTRAPOLATED,
    MEASURED,
    MODELLED,
    PARTS,
    ROUND_US,
    UNKNOWN,
    AtNoise,
    Cell,
    Line,
    Part,
    Scaling,
)
from quantacore.sim.synthesis.report import Table

FORMAT = "quantacore-scale"
VERSION = 2

MOST_EXACT, MOST_ROUNDED = 1e7, 1e4
"""Up to which measured numbers, and others, are written out."""
MARKS = {MODELLED: " m", EXTRAPOLATED: " e"}
"""Behind a number; one without was measured."""
LEGEND = (
    "No mark: measured (shots decoded, Verilog simulated, yosys or nextpnr run, a clock stopped). "
    "m: replayed by the cycle model. e: extrapolated by a fit. [low, high]: 95 %."
)


def number(value: float, *, most: float = MOST_EXACT) -> str:
    """Return a number with three digits, or all of a whole one; from ``most`` on as a power."""
    if not math.isfinite(value):
        return "?" if math.isnan(value) else "inf"
    if value != 0 and not 1e-3 <= abs(value) < most:
        return f"{value:.2e}"
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return f"{value:.{max(digits, 0)}f}"


def interval_text(interval: Interval) -> str:
    """Return value and ends, or the value alone where nothing is uncertain."""
    if interval.low == interval.value == interval.high:
        return number(interval.value)
    if math.isinf(interval.high):
        return f"{number(interval.value)} [?]"
    return f"{number(interval.value)} [{number(interval.low)}, {number(interval.high)}]"


def cell_text(cell: Cell, *, ends: bool = True) -> str:
    """Return a cell with its mark."""
    if cell.kind == UNKNOWN:
        return "?"
    most = MOST_EXACT if cell.kind == MEASURED else MOST_ROUNDED
    text = interval_text(cell.interval) if ends else number(cell.value, most=most)
    return text + MARKS.get(cell.kind, "")


def tables(scaling: Scaling, *, p: float) -> list[Table]:
    """Return all tables; ``p`` is the noise strength of the first one."""
    return [
        cost_table(scaling, p=p),
        noise_table(scaling),
        stream_table(scaling),
        errors_table(scaling),
        validation_table(scaling),
        laws_table(scaling),
    ]


def cost_table(scaling: Scaling, *, p: float) -> Table:
    """Return the table: what each distance costs on each part."""
    head = ["d", "detectors", "edges", "errors per round", "cycles per shot", "clock MHz"]
    head += ["us per round"]
    for part in PARTS:
        head += [f"LUT{part.inputs}", f"share of {part.name}"]
    head += ["image bytes", "load us", "generate s", "build s", "host ms per update"]
    rows = []
    for line in scaling.lines:
        at = line.at[p]
        row = [str(line.core.distance), str(line.core.detectors), str(line.core.edges)]
        row += [cell_text(at.errors_per_round), cell_text(at.cycles, ends=False)]
        row += [cell_text(line.clock_mhz, ends=False), cell_text(at.us_per_round, ends=False)]
        for part in PARTS:
            row += [cell_text(line.luts[part.inputs], ends=False)]
            row += [_share_and_fit(line, part)]
        row += [str(line.core.image_bytes), cell_text(line.load_us, ends=False)]
        row += [cell_text(cell, ends=False) for cell in (line.generate_s, line.verilate_s)]
        row += [cell_text(_times(line.update_s, 1e3))]
        rows.append(row)
    return Table(title=f"What a distance costs; noise p = {p:g}", head=head, rows=rows)


def noise_table(scaling: Scaling) -> Table:
    """Return what depends on the noise, for all strengths."""
    head = ["d", "p", "errors per round", "mean cycles", "p99 cycles", "us per round"]
    rows = [
        [
            str(line.core.distance),
            f"{p:g}",
            cell_text(at.errors_per_round),
            cell_text(at.cycles),
            cell_text(at.cycles_p99, ends=False),
            cell_text(at.us_per_round, ends=False),
        ]
        for line in scaling.lines
        for p, at in line.at.items()
    ]
    return Table(title="Errors and cycles, shots of d rounds", head=head, rows=rows)


def stream_table(scaling: Scaling) -> Table:
    """Return what a stream of windows of d + d rounds costs."""
    head = ["d", "p", "detectors", "edges", "mean cycles of a window", "p99", "clock MHz"]
    head += ["us per round", "p99", "a round per us"]
    head += [f"share of {part.name}" for part in PARTS]
    rows = [
        [
            str(line.core.distance),
            f"{p:g}",
            str(line.core.window_detectors),
            cell_text(line.window_edges, ends=False),
            cell_text(at.window_cycles),
            cell_text(at.window_cycles_p99, ends=False),
            cell_text(line.window_clock_mhz, ends=False),
            cell_text(at.window_us),
            cell_text(at.window_us_p99, ends=False),
            keeps_up(at),
            *(_share_and_fit(line, part, windows=True) for part in PARTS),
        ]
        for line in scaling.lines
        for p, at in line.at.items()
    ]
    return Table(title="Streams: windows of d + d rounds", head=head, rows=rows)


def keeps_up(at: AtNoise) -> str:
    """Say whether a core that streams is done with a round before the next one comes."""
    mean, p99 = at.window_us, at.window_us_p99
    if UNKNOWN in (mean.kind, p99.kind):
        return "?"
    if mean.value >= ROUND_US:
        return "falls behind"
    return "keeps up" if p99.value < ROUND_US else "keeps up, waits at times"


def errors_table(scaling: Scaling) -> Table:
    """Return what was counted, and Lambda."""
    head = ["p", "rounds", "window", "d", "shots", "errors", "errors per round"]
    head += ["of PyMatching's", "of whole shots', per round", "Lambda"]
    rows = []
    for series in scaling.series:
        for row in series.rows:
            window = row.setting.window
            ratio = "?" if math.isnan(row.ratio.value) else f"{row.ratio:.2f}"
            rows.append(
                [
                    f"{series.p:g}",
                    f"{series.rounds:g} d",
                    "whole shots" if window is None else f"{window[0]} + {window[1]}",
                    str(row.setting.distance),
                    str(row.paired.shots),
                    str(row.paired.errors),
                    interval_text(row.per_round),
                    ratio if window is None else "",
                    "" if window is None else ratio,
                    "no fit" if series.law is None else f"{series.suppression:.2f}",
                ]
            )
    return Table(title="Logical errors, golden decoder, three passes", head=head, rows=rows)


def validation_table(scaling: Scaling) -> Table:
    """Return the cycle model beside Verilog."""
    head = ["what", "d", "p", "shots", "mean cycles, Verilog", "model, same shots", "difference"]
    head += ["shots that differ"]
    rows = [
        [
            "whole shots" if each.setting.window is None else "windows",
            str(each.setting.distance),
            f"{each.setting.p:g}",
            str(each.shots),
            f"{each.core.mean_interval():.2f}",
            f"{each.model_mean:.2f}",
            f"{each.difference:+.2%}",
            str(each.differing),
        ]
        for each in scaling.validations
    ]
    return Table(title="The cycle model beside the Verilog", head=head, rows=rows)


def laws_table(scaling: Scaling) -> Table:
    """Return the powers of all fits."""
    rows = []
    for name, law in scaling.laws.items():
        size = "d" if "cycles" in name else "edges"
        if name in ("clock", "edges of windows") or name.endswith("per detector"):
            size = "detectors"
        exponent = "too few points" if law is None else interval_text(law.exponent)
        rows.append([name, size, exponent, "0" if law is None else str(law.points)])
    return Table(title="Powers", head=["what", "power of", "exponent", "points"], rows=rows)


def stops(scaling: Scaling) -> list[str]:
    """Return where each part stops, what keeps up, and what windows cost, in words."""
    found = _fitting(scaling, windows=False)
    if any(line.share(PARTS[0], windows=True).kind != UNKNOWN for line in scaling.lines):
        found += _fitting(scaling, windows=True)
    return [*found, *_keeping_up(scaling), *_window_costs(scaling)]


def _fitting(scaling: Scaling, *, windows: bool) -> list[str]:
    found = []
    for part in PARTS:
        known = [
            line for line in scaling.lines if line.share(part, windows=windows).kind != UNKNOWN
        ]
        fitting = [line for line in known if line.fits(part, windows=windows)]
        beyond = [line for line in known if not line.fits(part, windows=windows)]
        words = "no core was synthesised"
        if fitting:
            words = (
                f"d = {fitting[-1].core.distance} fits "
                f"({_share(fitting[-1], part, windows=windows)} of its LUTs)"
            )
        elif beyond:
            words = "none fits"
        if beyond:
            share = _share(beyond[0], part, windows=windows)
            words += f", d = {beyond[0].core.distance} does not ({share})"
        found.append(f"{part.name}{', streaming' if windows else ''}: {words}")
    return found


def _keeping_up(scaling: Scaling) -> list[str]:
    found = []
    for p in scaling.lines[0].at:
        states = [(line.core.distance, keeps_up(line.at[p])) for line in scaling.lines]
        parts = []
        for state in dict.fromkeys(state for _, state in states):
            if state != "?":
                members = ", ".join(str(d) for d, each in states if each == state)
                parts.append(f"{state} at d = {members}")
        if parts:
            found.append(f"Streaming, p = {p:g}, a round per us: {'; '.join(parts)}")
    return found


def _window_costs(scaling: Scaling) -> list[str]:
    whole = {(each.p, each.rounds): each for each in scaling.series if each.ahead is None}
    found = []
    for series in scaling.series:
        seen = [row for row in series.rows if row.paired.errors >= SEEN]
        if series.ahead is None or not seen:
            continue
        ratios = ", ".join(f"{row.ratio:.2f} (d = {row.setting.distance})" for row in seen)
        words = (
            f"p = {series.p:g}, shots of {series.rounds:g} d rounds, look-ahead "
            f"{series.ahead:g} d: {ratios} times the errors per round of whole shots"
        )
        beside = whole.get((series.p, series.rounds))
        if series.law is not None and beside is not None and beside.law is not None:
            words += f"; Lambda {series.suppression:.2f} beside {beside.suppression:.2f}"
        found.append(words)
    return found


def to_json(scaling: Scaling, settings: dict[str, Any], shown: Sequence[Table]) -> dict[str, Any]:
    """Return all of it; NaN and infinity are None. ``shown`` are its `tables`, for pages."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "settings": settings,
        "parts": [dataclasses.asdict(part) for part in PARTS],
        "lines": [_line_json(line) for line in scaling.lines],
        "errors": [
            {
                "p": series.p,
                "rounds_per_distance": series.rounds,
                "ahead_per_distance": series.ahead,
                "lambda": _ends(series.suppression),
                "rows": [
                    {
                        "d": row.setting.distance,
                        "rounds": row.setting.rounds,
                        "window": row.setting.window,
                        "shots": row.paired.shots,
                        "errors": row.paired.errors,
                        "one_pass_errors": row.one_pass,
                        "reference": "PyMatching" if row.setting.window is None else "whole shots",
                        "reference_errors": row.paired.reference_errors,
                        "per_round": _ends(row.per_round),
                        "ratio": _ends(row.ratio),
                    }
                    for row in series.rows
                ],
            }
            for series in scaling.series
        ],
        "validation": [
            {
                "d": each.setting.distance,
                "p": each.setting.p,
                "window": each.setting.window,
                "shots": each.shots,
                "core_mean": _ends(each.core.mean_interval()),
                "model_mean": each.model_mean,
                "difference": each.difference,
                "differing": each.differing,
                "holds": each.holds,
            }
            for each in scaling.validations
        ],
        "laws": {
            name: None if law is None else {"exponent": _ends(law.exponent), "points": law.points}
            for name, law in scaling.laws.items()
        },
        "legend": LEGEND,
        "stops": stops(scaling),
        "tables": [dataclasses.asdict(table) for table in shown],
    }


def _line_json(line: Line) -> dict[str, Any]:
    cells = {
        "clock_mhz": line.clock_mhz,
        "load_us": line.load_us,
        "generate_s": line.generate_s,
        "verilate_s": line.verilate_s,
        "update_s": line.update_s,
        **{f"lut{inputs}": cell for inputs, cell in line.luts.items()},
        "window_edges": line.window_edges,
        "window_clock_mhz": line.window_clock_mhz,
        **{f"window_lut{inputs}": cell for inputs, cell in line.window_luts.items()},
    }
    return {
        **dataclasses.asdict(line.core),
        **{name: _cell_json(cell) for name, cell in cells.items()},
        "fits": {part.name: line.fits(part) for part in PARTS},
        "window_fits": {part.name: line.fits(part, windows=True) for part in PARTS},
        "at": [
            {"p": p, **{each.name: _cell_json(getattr(at, each.name)) for each in _fields(at)}}
            for p, at in line.at.items()
        ],
    }


def _fields(record: Any) -> Sequence[dataclasses.Field[Any]]:
    return dataclasses.fields(record)


def _cell_json(cell: Cell) -> dict[str, Any]:
    return {**_ends(cell.interval), "kind": cell.kind}


def _ends(interval: Interval) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in vars(interval).items()}


def _times(cell: Cell, factor: float) -> Cell:
    ends = {name: value * factor for name, value in vars(cell.interval).items()}
    return Cell(Interval(**ends), cell.kind)


def _share(line: Line, part: Part, *, windows: bool = False) -> str:
    share = line.share(part, windows=windows)
    if share.kind == UNKNOWN:
        return "?"
    ends = f" [{share.interval.low:.0%}, {share.interval.high:.0%}]"
    known = share.interval.low < share.interval.high < math.inf
    return f"{share.value:.0%}{ends if known else ''}{MARKS.get(share.kind, '')}"


def _share_and_fit(line: Line, part: Part, *, windows: bool = False) -> str:
    share = _share(line, part, windows=windows)
    if share == "?":
        return share
    return f"{share}, {'fits' if line.fits(part, windows=windows) else 'too large'}"
