"""Draw what grows with the distance: errors, cycles, LUTs, time of a round.

In: `Scaling`.   Out: a PNG file.   Next: `quantacore.sim.cli.scale`.
"""

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from quantacore.sim.choice.cost import FILL
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
from quantacore.sim.scale.figures import EXTRAPOLATED, MEASURED, PARTS, UNKNOWN, Cell, Scaling

REAL_TIME_US = 1.0
"""A round of superconducting qubits."""
LEAST_RATE = 1e-16


def plot_scaling(scaling: Scaling, path: Path) -> None:
    """Write the picture: filled markers are measured, open ones modelled, dashes extrapolated."""
    figure = new_figure(width=12.6, height=8.2)
    errors, cycles, area, time = figure.subplots(2, 2).flat
    distances = [line.core.distance for line in scaling.lines]
    strengths = list(scaling.lines[0].at)
    for style, p in zip(SERIES, strengths, strict=False):
        at = [line.at[p] for line in scaling.lines]
        colour, symbol = style.colour, style.symbol
        _draw(errors, distances, [each.errors_per_round for each in at], colour, symbol)
        _draw(cycles, distances, [each.cycles for each in at], colour, symbol)
        _draw(time, distances, [each.us_per_round for each in at], colour, symbol)
    for part, colour, symbol in zip(PARTS, (BLUE, VERMILION), ("s", "D"), strict=True):
        _draw(area, distances, [line.luts[part.inputs] for line in scaling.lines], colour, symbol)
        area.axhline(FILL * part.luts, color=colour, linewidth=1, linestyle=":")
        area.annotate(
            f"{FILL:.0%} of {part.name} (LUT{part.inputs})",
            (distances[0], FILL * part.luts),
            va="bottom",
            color=colour,
            fontsize=9,
        )
    time.axhline(REAL_TIME_US, color=BLACK, linewidth=1, linestyle=":")
    time.annotate("1 us a round", (distances[0], REAL_TIME_US), va="bottom", fontsize=9)
    for axes, title in (
        (errors, "Logical errors per round (golden, three passes)"),
        (cycles, "Mean core cycles of a shot of d rounds"),
        (area, "LUTs of the core"),
        (time, "Core time per round, us (clock of an ECP5)"),
    ):
        tidy_axes(axes)
        axes.set_title(title)
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        if high < 30 * low:  # a single decade's label tells nothing
            axes.yaxis.set_minor_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
        axes.set_xscale("linear" if axes is errors else "log")
        axes.set_xticks(distances)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda d, _: f"{d:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("distance")
    figure.legend(handles=_legend(strengths), loc="outside lower center", ncols=6, frameon=False)
    save_png(figure, path)


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
