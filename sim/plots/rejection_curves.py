"""Draw the logical error rate of the kept shots against the share of shots discarded.

In: `ConfidenceRow` records.   Out: a PNG file.   Next: `quantacore.sim.cli.bench_confidence`.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from quantacore.sim.experiments.confidence import ConfidenceRow
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.rejection import RejectionCurve
from quantacore.sim.plots.style import (
    GREY,
    SERIES,
    SeriesStyle,
    new_figure,
    save_png,
    tidy_axes,
)

LEAST_DISCARDED, MOST_DISCARDED = 0.001, 0.5
"""The axis of discarded shots."""

NUM_BARS = 4
"""Of each curve."""

DODGE = 1.35
"""Factor on the share between the bars of the first and the last curve."""

LEAST_ERRORS = 5
"""A curve ends where fewer errors are left: what follows is noise."""

LEGEND_COLUMNS = 4

HEAD = "Rotated surface-code memory, d rounds, circuit noise p; 95 % intervals; same shots for all"


def plot_rejection(rows: Sequence[ConfidenceRow], path: Path) -> None:
    """Write the picture: a panel for each point, a curve for each confidence.

    Parameters
    ----------
    rows : sequence of ConfidenceRow
        At least one.
    path : Path
        PNG file to write.
    """
    points = list(dict.fromkeys(row.point for row in rows))
    labels = list(dict.fromkeys(row.label for row in rows))
    styles = {label: SERIES[number % len(SERIES)] for number, label in enumerate(labels)}
    columns = min(3, len(points))
    lines = math.ceil(len(points) / columns)
    figure = new_figure(width=max(1.0 + 4.6 * columns, 10.5), height=1.6 + 4.2 * lines)
    grid = figure.subplots(lines, columns, squeeze=False).ravel()
    for axes, point in zip(grid, points, strict=False):
        of_point = [row for row in rows if row.point == point]
        _draw_point(axes, point, of_point, labels, styles)
    for axes in grid[len(points) :]:
        axes.set_visible(False)
    for axes in grid[::columns]:
        axes.set_ylabel("logical errors per kept shot")
    figure.suptitle(f"Discarding the shots that are least sure\n{HEAD}", fontsize="large")
    handles = [
        Line2D([], [], label=label, **styles[label].line(), **styles[label].marker())
        for label in labels
    ]
    handles.append(Line2D([], [], label="no shot discarded", color=GREY, linestyle=":"))
    figure.legend(handles=handles, loc="outside lower center", ncols=LEGEND_COLUMNS, frameon=False)
    save_png(figure, path)


def _draw_point(
    axes: Axes,
    point: Point,
    rows: Sequence[ConfidenceRow],
    labels: Sequence[str],
    styles: dict[str, SeriesStyle],
) -> None:
    tidy_axes(axes)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for row in rows:
        place = labels.index(row.label) / max(len(labels) - 1, 1) - 0.5
        if row.curve.num_errors:  # a logarithmic axis has no zero
            axes.axhline(row.curve.rate(0).value, color=GREY, linestyle=":", linewidth=1.2)
        _draw_curve(axes, row.curve, styles[row.label], DODGE**place)
    axes.set_xlim(LEAST_DISCARDED / 1.2, MOST_DISCARDED * 1.2)
    highest = max(row.curve.rate(0).high for row in rows)
    axes.set_ylim(LEAST_ERRORS / rows[0].curve.num_shots / 2, min(1.0, highest * 1.25))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("shots discarded")
    axes.set_title(f"d = {point.distance}, p = {point.p:g}, memory {point.basis}")


def _draw_curve(axes: Axes, curve: RejectionCurve, style: SeriesStyle, dodge: float) -> None:
    """Draw line and bars, as far as there are errors enough."""
    shares = np.geomspace(LEAST_DISCARDED, MOST_DISCARDED, 80)
    marked = np.geomspace(LEAST_DISCARDED, MOST_DISCARDED, NUM_BARS + 2)[1:-1] * dodge
    drawn, barred = (
        [(share, curve.rate(share)) for share in some if curve.errors_left(share) >= LEAST_ERRORS]
        for some in (shares, marked)
    )
    axes.plot([share for share, _ in drawn], [rate.value for _, rate in drawn], **style.line())
    axes.errorbar(
        [share for share, _ in barred],
        [rate.value for _, rate in barred],
        yerr=[
            [rate.value - rate.low for _, rate in barred],
            [rate.high - rate.value for _, rate in barred],
        ],
        capsize=2,
        elinewidth=1,
        color=style.colour,
        linestyle="none",
        **style.marker(),
    )
