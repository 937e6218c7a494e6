"""Draw what grows with the distance: errors, cycles, LUTs, time of a round.

In: `Scaling`.   Out: a PNG file.   Next: `quantacore.sim.cli.scale`.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from quantacore.sim.choice.cost import FILL
from quantacore.sim.choice.law import SEEN
from quantacore.sim.plots.style import (
    BLACK,
    BLUE,
    GREY,
    SERIES,
    VERMILION,
    new_figure,
    save_png,
    tidy_axes,
)
from quantacore.sim.scale.figures import (
    EXTRAPOLATED,
    MEASURED,
    PARTS,
    ROUND_US,
    UNKNOWN,
    Cell,
    Scaling,
)

LEAST_RATE = 1e-16
AHEADS: tuple[Literal[":", "-", "-."], ...] = (":", "-", "-.")
"""Dashes of windows by how far they look ahead; "--" says elsewhere that something is fitted."""


def plot_scaling(scaling: Scaling, path: Path) -> None:
    """Write the picture: filled markers are measured, open ones modelled, dashes extrapolated."""
    figure = new_figure(width=15.6, height=8.6)
    errors, ratios, area, cycles, windows, time = figure.subplots(2, 3).flat
    distances = [line.core.distance for line in scaling.lines]
    strengths = list(scaling.lines[0].at)
    for style, p in zip(SERIES, strengths, strict=False):
        at = [line.at[p] for line in scaling.lines]
        colour, symbol = style.colour, style.symbol
        _draw(errors, distances, [each.errors_per_round for each in at], colour, symbol)
        _draw(cycles, distances, [each.cycles for each in at], colour, symbol)
        _draw(windows, distances, [each.window_cycles for each in at], colour, symbol)
        _draw(time, distances, [each.window_us for each in at], colour, symbol)
    _draw_ratios(ratios, scaling)
    for part, colour, symbol in zip(PARTS, (BLUE, VERMILION), ("s", "D"), strict=True):
        luts = [line.luts[part.inputs] for line in scaling.lines]
        _draw(area, distances, luts, colour, symbol)
        luts = [line.window_luts[part.inputs] for line in scaling.lines]
        _draw(area, distances, luts, colour, "^")
        area.axhline(FILL * part.luts, color=colour, linewidth=1, linestyle=":")
        area.annotate(
            f"{FILL:.0%} of {part.name} (LUT{part.inputs})",
            (distances[0], FILL * part.luts),
            va="bottom",
            color=colour,
            fontsize=9,
        )
    time.axhline(ROUND_US, color=BLACK, linewidth=1, linestyle=":")
    time.annotate("1 us a round", (distances[0], ROUND_US), va="bottom", fontsize=9)
    for axes, title in (
        (errors, "Logical errors per round (golden, three passes)"),
        (ratios, "Errors per round of windows / whole shots"),
        (area, "LUTs of the core (triangles: streaming)"),
        (cycles, "Mean core cycles of a shot of d rounds"),
        (windows, "Mean core cycles of a window, d + d rounds"),
        (time, "Streaming: core time per round, us (ECP5 clock)"),
    ):
        tidy_axes(axes)
        axes.set_title(title)
        if axes is not ratios:
            axes.set_yscale("log")
        low, high = axes.get_ylim()
        if high < 30 * low and axes is not ratios:  # a single decade's label tells nothing
            axes.yaxis.set_minor_formatter(FuncFormatter(_two_or_five))
        is_linear = axes in (errors, ratios)
        axes.set_xscale("linear" if is_linear else "log")
        first, last = distances[0], distances[-1]  # also where a picture is empty
        axes.set_xlim(*((first - 0.8, last + 0.8) if is_linear else (0.92 * first, 1.09 * last)))
        axes.set_xticks(distances)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda d, _: f"{d:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("distance")
    figure.legend(handles=_legend(strengths), loc="outside lower center", ncols=6, frameon=False)
    save_png(figure, path)


def _two_or_five(y: float, _: object) -> str:
    text = f"{y:g}"
    return text if text.strip("0.")[:1] in ("2", "5") else ""


def _draw_ratios(axes: Axes, scaling: Scaling) -> None:
    """Draw what windows cost, noise strengths and look-aheads side by side."""
    axes.axhline(1, color=BLACK, linewidth=1, linestyle=":")
    aheads = sorted({each.ahead for each in scaling.series if each.ahead is not None})
    strengths = list(scaling.lines[0].at)
    for each in scaling.series:
        seen = [row for row in each.rows if row.paired.errors >= SEEN]
        if each.ahead is None or not seen or each.p not in strengths[: len(SERIES)]:
            continue
        style, place = SERIES[strengths.index(each.p)], aheads.index(each.ahead)
        middle = (len(aheads) * len(strengths) - 1) / 2
        shift = 0.2 * (place * len(strengths) + strengths.index(each.p) - middle)
        values = [row.ratio.value for row in seen]
        lows = [row.ratio.value - row.ratio.low for row in seen]
        highs = [row.ratio.high - row.ratio.value for row in seen]
        axes.errorbar(
            [row.setting.distance + shift for row in seen],
            values,
            yerr=[lows, highs],
            color=style.colour,
            linestyle=AHEADS[place % len(AHEADS)],
            linewidth=1,
            marker=style.symbol,
            markersize=6,
            capsize=2.5,
            elinewidth=1,
        )
    entries = [
        Line2D(
            [], [], color=GREY, linestyle=AHEADS[place % len(AHEADS)], label=f"{ahead:g} d ahead"
        )
        for place, ahead in enumerate(aheads)
    ]
    if entries:
        axes.legend(handles=entries, frameon=False, fontsize=9)


def _draw(
    axes: Axes, distances: Sequence[int], cells: Sequence[Cell], colour: str, symbol: str
) -> None:
    known = [
        (d, cell)
        for d, cell in zip(distances, cells, strict=True)
        if cell.kind != UNKNOWN and cell.value > LEAST_RATE
    ]
    axes.plot(
        [d for d, _ in known],
        [cell.value for _, cell in known],
        color=colour,
        linewidth=1,
        linestyle="--" if any(cell.kind == EXTRAPOLATED for _, cell in known) else "-",
    )
    for d, cell in known:
        low, high = cell.interval.low, cell.interval.high
        has_ends = low > 0 and math.isfinite(high)
        axes.errorbar(
            [d],
            [cell.value],
            yerr=[[cell.value - low], [high - cell.value]] if has_ends else None,
            color=colour,
            marker="_" if cell.kind == EXTRAPOLATED else symbol,
            markerfacecolor=colour if cell.kind == MEASURED else "white",
            markersize=6,
            capsize=2.5,
            elinewidth=1,
        )


def _legend(strengths: Sequence[float]) -> list[Line2D]:
    entries = [
        Line2D([], [], color=style.colour, marker=style.symbol, label=f"p = {p:g}")
        for style, p in zip(SERIES, strengths, strict=False)
    ]
    for marker, filled, label in (
        ("o", True, "measured"),
        ("o", False, "modelled cycle by cycle"),
        ("_", False, "extrapolated"),
    ):
        entries.append(
            Line2D(
                [],
                [],
                linestyle="none",
                color=GREY,
                marker=marker,
                markerfacecolor=GREY if filled else "white",
                label=label,
            )
        )
    return entries
