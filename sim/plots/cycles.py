"""Draw core cycles: per round against the distance, and how they are distributed.

In: `LatencyRow` records.   Out: PNG files.   Next: `quantacore.sim.cli.bench_plot`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from quantacore.golden.metrics import Interval
from quantacore.sim.experiments.latency import LatencyRow, Noise
from quantacore.sim.plots.style import (
    GREY,
    SERIES,
    SeriesStyle,
    new_figure,
    save_png,
    tidy_axes,
)

PERCENTILES = {"p50": (50.0, "o"), "p99": (99.0, "s"), "p99.9": (99.9, "D")}
"""Name -> percent, marker."""

MAX_MARKER = "X"

LEGEND_COLUMNS = 3

PROBLEMS = {
    Noise.CIRCUIT: "circuit noise, detectors of both bases",
    Noise.PHENOMENOLOGICAL: "phenomenological noise, one basis",
}
DEFINITION = "from the last word of a shot to its prediction, idle core"


def plot_cycles_per_round(rows: Sequence[LatencyRow], path: Path) -> None:
    """Draw mean and p99 of the cycles of a shot, divided by its rounds, against the distance.

    Parameters
    ----------
    rows : sequence of LatencyRow
        At least one; of one kind of noise.
    path : Path
        PNG file to write.
    """
    curves = _curves(rows)
    figure = new_figure(width=10.5, height=5.0 + 0.25 * (len(curves) // LEGEND_COLUMNS))
    panels = figure.subplots(1, 2)
    distances = sorted({row.point.distance for row in rows})
    for axes, name in zip(panels, ("mean", "p99"), strict=True):
        tidy_axes(axes)
        for number, (_, style, curve) in enumerate(curves):
            shift = 0.25 * (number / max(len(curves) - 1, 1) - 0.5)
            _draw_per_round(axes, curve, name, style, shift)
        axes.set_xticks(distances)
        axes.set_xlim(distances[0] - 1, distances[-1] + 1)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("distance d (= rounds)")
        axes.set_title(f"{name} of a shot's cycles, per round")
    panels[0].set_ylabel("core cycles per round")
    figure.suptitle(
        f"Core cycles per round: {_problem(rows)}; 95 % intervals\n{DEFINITION}",
        fontsize="large",
    )
    lines = [
        Line2D([], [], label=label, **style.line(), **style.marker()) for label, style, _ in curves
    ]
    columns = min(LEGEND_COLUMNS, len(lines))
    figure.legend(handles=lines, loc="outside lower center", ncols=columns, frameon=False)
    save_png(figure, path)


def _draw_per_round(
    axes: Axes, rows: Sequence[LatencyRow], name: str, style: SeriesStyle, shift: float
) -> None:
    found = [(row.point.distance, _statistic(row, name)) for row in rows]
    axes.errorbar(
        [distance + shift for distance, _ in found],
        [value.value / distance for distance, value in found],
        yerr=[
            [(value.value - value.low) / distance for distance, value in found],
            [(value.high - value.value) / distance for distance, value in found],
        ],
        capsize=3,
        elinewidth=1,
        **style.line(),
        **style.marker(),
    )


def _statistic(row: LatencyRow, name: str) -> Interval:
    if name == "mean":
        return row.histogram.mean_interval()
    return row.histogram.percentile_interval(PERCENTILES[name][0])


def plot_distributions(rows: Sequence[LatencyRow], path: Path) -> None:
    """Draw the share of shots that take more than a number of cycles, a panel for each distance.

    Parameters
    ----------
    rows : sequence of LatencyRow
        At least one; of one kind of noise.
    path : Path
        PNG file to write.
    """
    curves = _curves(rows)
    distances = sorted({row.point.distance for row in rows})
    figure = new_figure(
        width=max(1.0 + 4.3 * len(distances), 8.0),
        height=5.2 + 0.25 * (len(curves) // LEGEND_COLUMNS),
    )
    panels = figure.subplots(1, len(distances), sharey=True, squeeze=False)[0]
    lowest = 0.5 / max(row.shots for row in rows)
    for axes, distance in zip(panels, distances, strict=True):
        tidy_axes(axes)
        for _, style, curve in curves:
            for row in curve:
                if row.point.distance == distance:
                    _draw_distribution(axes, row, style)
        axes.set_yscale("log")
        axes.set_ylim(lowest, 1.4)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
        axes.set_xlabel("core cycles")
        axes.set_title(f"d = {distance}")
    panels[0].set_ylabel("share of shots that take more")
    figure.suptitle(
        f"Distribution of core cycles: {_problem(rows)}\n{DEFINITION}",
        fontsize="large",
    )
    marks = {name: marker for name, (_, marker) in PERCENTILES.items()} | {"max": MAX_MARKER}
    panels[-1].legend(  # the upper right is free: all curves fall
        handles=[
            Line2D([], [], linestyle="none", marker=marker, markersize=6, color=GREY, label=name)
            for name, marker in marks.items()
        ],
        loc="upper right",
    )
    lines = [Line2D([], [], label=label, **style.line()) for label, style, _ in curves]
    columns = min(LEGEND_COLUMNS, len(lines))
    figure.legend(handles=lines, loc="outside lower center", ncols=columns, frameon=False)
    save_png(figure, path)


def _draw_distribution(axes: Axes, row: LatencyRow, style: SeriesStyle) -> None:
    histogram = row.histogram
    # All shots take more than a cycle less than the shortest; the longest closes the curve.
    cycles = np.concatenate([[histogram.cycles[0] - 1], histogram.cycles])
    shares = np.concatenate([[1.0], histogram.shares_above])
    shares[-1] = 0.5 / histogram.num_shots  # a logarithmic axis has no zero
    axes.step(cycles, shares, where="post", **style.line())
    for percent, marker in PERCENTILES.values():
        axes.plot(
            histogram.percentile(percent),
            1 - percent / 100,
            marker=marker,
            markersize=6,
            color=style.colour,
            markeredgecolor="white",
            markeredgewidth=0.6,
            zorder=4,
        )
    axes.plot(
        histogram.max,
        1 / histogram.num_shots,
        marker=MAX_MARKER,
        markersize=8,
        color=style.colour,
        markeredgecolor="white",
        markeredgewidth=0.6,
        zorder=4,
    )


def _problem(rows: Sequence[LatencyRow]) -> str:
    text = PROBLEMS[rows[0].noise]
    if rows[0].noise is Noise.CIRCUIT and len({row.point.basis for row in rows}) == 1:
        text = f"memory {rows[0].point.basis}, {text}"
    return text


def _label(row: LatencyRow, rows: Sequence[LatencyRow]) -> str:
    one_basis = len({each.point.basis for each in rows}) == 1
    return f"{row.decoder}, p = {row.point.p:g}" + ("" if one_basis else f", {row.point.basis}")


def _curves(rows: Sequence[LatencyRow]) -> list[tuple[str, SeriesStyle, list[LatencyRow]]]:
    """Return label, style and rows, by distance, of each curve."""
    ordered = sorted(
        rows, key=lambda row: (row.passes, row.point.basis, row.point.p, row.point.distance)
    )
    curves: dict[str, list[LatencyRow]] = {}
    for row in ordered:
        curves.setdefault(_label(row, rows), []).append(row)
    return [
        (label, SERIES[number % len(SERIES)], curve)
        for number, (label, curve) in enumerate(curves.items())
    ]
