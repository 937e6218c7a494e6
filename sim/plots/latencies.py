"""Draw how many core cycles shots take: one histogram for each distance and noise strength.

In: `DemoRow` records.   Out: a PNG file.   Next: `quantacore.sim.cli.demo`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from quantacore.sim.experiments.demo import DemoRow
from quantacore.sim.plots.style import BLACK, BLUE, SKY, VERMILION, new_figure, save_png, tidy_axes

BARS = (BLUE, SKY)
P99 = VERMILION
MAX = BLACK


def plot_latencies(rows: Sequence[DemoRow], path: Path) -> None:
    """Write the picture.

    Parameters
    ----------
    rows : sequence of DemoRow
        At least one.
    path : Path
        PNG file to write.
    """
    distances = sorted({row.distance for row in rows})
    noises = sorted({row.p for row in rows})
    figure = new_figure(width=max(1.2 + 4.6 * len(distances), 6.5), height=1.7 + 1.1 * len(noises))
    grid = figure.subplots(len(noises), len(distances), sharex="col", sharey=True, squeeze=False)
    lowest = min(0.5 / row.shots for row in rows)
    for column, distance in enumerate(distances):
        grid[0, column].set_title(f"d = {distance}")
        grid[-1, column].set_xlabel("core cycles per shot")
        for line, noise in enumerate(noises):
            axes = grid[line, column]
            row = next((r for r in rows if (r.distance, r.p) == (distance, noise)), None)
            if row is None:
                axes.set_visible(False)
                continue
            _draw_histogram(axes, row, colour=BARS[column % len(BARS)])
            axes.set_ylim(lowest, 60)
    figure.suptitle("Core cycles from the last word of a shot to its prediction (idle core)")
    figure.supylabel("share of shots", fontsize="medium")
    lines = [
        Line2D([], [], color=P99, linewidth=1.8, label="p99"),
        Line2D([], [], color=MAX, linewidth=1.8, linestyle="--", label="longest shot seen"),
    ]
    figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False)
    save_png(figure, path)


def _draw_histogram(axes: Axes, row: DemoRow, *, colour: str) -> None:
    counts = np.array(row.cycle_counts)
    axes.bar(np.arange(len(counts)), counts / row.shots, width=1.0, color=colour)
    axes.vlines(row.cycles_p99, 0, 1, color=P99, linewidth=1.8)
    axes.vlines(row.cycles_max, 0, 1, color=MAX, linewidth=1.8, linestyle="--")
    axes.set_yscale("log")
    tidy_axes(axes)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, steps=[1, 2, 5, 10]))
    axes.set_yticks([1e-4, 1e-2, 1])
    axes.minorticks_off()
    numbers = f"mean {row.cycles_mean:.1f}    p99 {row.cycles_p99}    max {row.cycles_max}"
    # In the strip above 1, where there is nothing to cover.
    for place, side, text in ((0.012, "left", f"p = {row.p:g}"), (0.985, "right", numbers)):
        axes.text(place, 0.97, text, transform=axes.transAxes, ha=side, va="top", fontsize=9.5)
