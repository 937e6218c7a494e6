"""Draw what sliding windows cost against the rounds that they look ahead.

In: `WindowRow` records.   Out: a PNG file.   Next: `quantacore.sim.cli.bench_plot`.
"""

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from quantacore.sim.experiments.window_accuracy import WindowRow
from quantacore.sim.plots.style import (
    BLACK,
    GREY,
    SERIES,
    SeriesStyle,
    new_figure,
    save_png,
    tidy_axes,
)

GOAL = 1.02
"""A window should cost less than this."""

LEAST_RATIO, MOST_RATIO = 0.8, 2.0
"""The axis never shows more than this."""

LEAST_ERRORS = 5
"""With fewer, of windows or of whole shots, intervals leave the picture: such points are left out.
"""

DODGE = 0.3
"""Rounds between the markers of the first and the last series at one buffer."""

HEAD = "Rotated surface-code memory, circuit noise p; 95 % intervals, same shots"


def plot_window_ratios(rows: Sequence[WindowRow], path: Path) -> None:
    """Draw a panel for each distance, noise strength and basis, a line for each commit and passes.

    Parameters
    ----------
    rows : sequence of WindowRow
        At least one.
    path : Path
        PNG file to write.
    """
    drawn = [row for row in rows if row.window is not None and _has_ratio(row)]
    distances = sorted({row.point.distance for row in rows})
    noises = sorted({(row.point.p, row.point.basis) for row in rows})
    series = sorted({_series(row) for row in drawn})
    styles = {key: SERIES[number % len(SERIES)] for number, key in enumerate(series)}
    ends = [end for row in drawn for end in (row.ratio_per_round.low, row.ratio_per_round.high)]
    low = max(LEAST_RATIO, min([0.97, *ends]) - 0.01)
    high = min(MOST_RATIO, max([1.05, *ends]) + 0.01)
    columns = max(1, min(3, len(series)))
    figure = new_figure(
        width=max(1.0 + 3.7 * len(distances), 10.5),
        height=1.1 + 3.4 * len(noises) + 0.25 * math.ceil(len(series) / columns),
    )
    grid = figure.subplots(len(noises), len(distances), sharey=True, squeeze=False)
    for line, (p, basis) in enumerate(noises):
        for column, distance in enumerate(distances):
            axes = grid[line, column]
            panel = [
                row
                for row in drawn
                if (row.point.distance, row.point.p, row.point.basis) == (distance, p, basis)
            ]
            if not panel:  # not measured
                axes.set_visible(len(drawn) == 0)
                continue
            tidy_axes(axes)
            axes.axhline(1, color=BLACK, linewidth=1.2, zorder=1)
            axes.axhline(GOAL, color=GREY, linewidth=1.2, linestyle=":", zorder=1)
            here = sorted({_series(row) for row in panel})
            for number, key in enumerate(here):
                dodge = DODGE * (number / (len(here) - 1) - 0.5) if len(here) > 1 else 0.0
                points = sorted(
                    (row for row in panel if _series(row) == key), key=lambda row: row.window or ()
                )
                _draw_series(axes, points, styles[key], dodge)
            axes.set_title(f"d = {distance}, p = {p:g}, memory {basis}")
            axes.set_ylim(low, high)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:.2f}"))
            if line == len(noises) - 1:
                axes.set_xlabel("buffer rounds")
            if column == 0:
                axes.set_ylabel("errors per round / those of whole shots")
    figure.suptitle(f"What sliding windows cost (dotted: 2 %)\n{HEAD}", fontsize="large")
    handles = [
        Line2D([], [], label=_label(*key), **styles[key].line(), **styles[key].marker())
        for key in series
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, frameon=False)
    save_png(figure, path)


def _has_ratio(row: WindowRow) -> bool:
    return min(row.paired.errors, row.paired.reference_errors) >= LEAST_ERRORS


def _series(row: WindowRow) -> tuple[int, int, int, int]:
    commit = row.window[0] if row.window else 0
    return row.passes, commit, row.length_bits, row.point.num_rounds // row.point.distance


def _label(passes: int, commit: int, length_bits: int, rounds: int) -> str:
    how = f"{passes} {'pass' if passes == 1 else 'passes'}, b={length_bits}"
    return f"commit {commit}; {how}; {rounds}d rounds"


def _draw_series(axes: Axes, rows: Sequence[WindowRow], style: SeriesStyle, dodge: float) -> None:
    """Draw one line; each marker beside those of others at the same buffer."""
    found = [(row.window[1] + dodge, row.ratio_per_round) for row in rows if row.window]
    axes.errorbar(
        [place for place, _ in found],
        [ratio.value for _, ratio in found],
        yerr=[
            [ratio.value - ratio.low for _, ratio in found],
            [ratio.high - ratio.value for _, ratio in found],
        ],
        capsize=2,
        elinewidth=1,
        **style.line(),
        **style.marker(),
    )
