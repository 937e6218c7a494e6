"""Draw logical error rates, and their ratios to PyMatching's, against the noise strength.

In: `AccuracyRow` records.   Out: PNG files.   Next: `quantacore.sim.cli.bench_plot`.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from quantacore.golden.metrics import Interval
from quantacore.sim.experiments.accuracy import AccuracyRow
from quantacore.sim.experiments.contenders import MATCHING
from quantacore.sim.plots.style import (
    BLACK,
    SERIES,
    SeriesStyle,
    new_figure,
    save_png,
    tidy_axes,
)

MOST_NOISE_LABELS = 6
DODGE = 0.4
"""Width of the fan of markers at one noise strength, as a fraction of the least gap between two."""

LEAST_RATIO, MOST_RATIO = 0.1, 10.0
"""The axis of ratios never shows more than this."""

LEAST_ERRORS = 5
"""With fewer, of either decoder, intervals leave the picture: such points are not drawn."""

NOTHING = Interval(value=math.nan, low=math.nan, high=math.nan)

HEAD = "Rotated surface-code memory, d rounds, circuit noise p; 95 % intervals; same shots for all"


def plot_rates(rows: Sequence[AccuracyRow], path: Path) -> None:
    """Draw logical errors per shot: a panel for each distance and basis, a line for each decoder.

    Parameters
    ----------
    rows : sequence of AccuracyRow
        At least one.
    path : Path
        PNG file to write.
    """
    lowest = min([row.rate.value for row in rows if row.paired.errors], default=1e-6) / 3
    lowest = min(lowest, *(row.rate.high / 2 for row in rows))
    highest = min(1.0, 1.8 * max(row.rate.high for row in rows))

    def finish(axes: Axes) -> None:
        axes.set_yscale("log")
        axes.set_ylim(lowest, highest)

    _plot(
        rows,
        path,
        measure=lambda row: row.rate,
        finish=finish,
        label="logical errors per shot",
        title="Logical error rate",
    )


def plot_ratios(rows: Sequence[AccuracyRow], path: Path) -> None:
    """Draw errors relative to uncorrelated PyMatching, with intervals for paired shots.

    Parameters
    ----------
    rows : sequence of AccuracyRow
        At least one.
    path : Path
        PNG file to write.
    """
    others = [row for row in rows if row.decoder != MATCHING] or list(rows)
    ends = [
        end
        for row in others
        for end in (row.ratio.low, row.ratio.high)
        if _has_ratio(row) and 0 < end < math.inf
    ]
    low = max(LEAST_RATIO, min([0.8, *ends]) / 1.08)
    high = min(MOST_RATIO, max([1.25, *ends]) * 1.08)

    def finish(axes: Axes) -> None:
        axes.axhline(1, color=BLACK, linewidth=1.2, zorder=1)
        axes.set_yscale("log")
        axes.set_ylim(low, high)
        ticks = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 5, 10]
        if high / low > 4:
            ticks = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10]
        axes.set_yticks([tick for tick in ticks if low <= tick <= high])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}"))
        axes.yaxis.set_minor_locator(NullLocator())

    _plot(
        others,
        path,
        measure=lambda row: row.ratio if _has_ratio(row) else NOTHING,
        finish=finish,
        label="errors / errors of PyMatching",
        title="Errors relative to plain PyMatching (below 1: better than exact matching); "
        f"at least {LEAST_ERRORS} errors each",
    )


def _has_ratio(row: AccuracyRow) -> bool:
    return min(row.paired.errors, row.paired.reference_errors) >= LEAST_ERRORS


def _plot(
    rows: Sequence[AccuracyRow],
    path: Path,
    *,
    measure: Callable[[AccuracyRow], Interval],
    finish: Callable[[Axes], None],
    label: str,
    title: str,
) -> None:
    distances = sorted({row.point.distance for row in rows})
    bases = sorted({row.point.basis for row in rows})
    decoders = list(dict.fromkeys(row.decoder for row in rows))
    # The style stays with the decoder in both pictures: PyMatching has the first.
    styles = {
        decoder: SERIES[number % len(SERIES)]
        for number, decoder in enumerate(dict.fromkeys([MATCHING, *decoders]))
    }
    columns = min(4, len(decoders))
    legend_height = 0.25 * math.ceil(len(decoders) / columns)
    figure = new_figure(
        width=max(1.0 + 3.7 * len(distances), 10.5),
        height=1.1 + 3.6 * len(bases) + legend_height,
    )
    grid = figure.subplots(len(bases), len(distances), sharey=True, squeeze=False)
    for line, basis in enumerate(bases):
        for column, distance in enumerate(distances):
            axes = grid[line, column]
            panel = [
                row for row in rows if row.point.distance == distance and row.point.basis == basis
            ]
            if not panel:
                axes.set_visible(False)
                continue
            tidy_axes(axes)
            _noise_axis(axes, sorted({row.point.p for row in panel}))
            for number, decoder in enumerate(decoders):
                place = 0.0 if len(decoders) == 1 else number / (len(decoders) - 1) - 0.5
                series = sorted(
                    (row for row in panel if row.decoder == decoder), key=lambda row: row.point.p
                )
                _draw_series(axes, series, measure, styles[decoder], _spread(panel) ** place)
            axes.set_title(f"d = {distance}, memory {basis}")
            finish(axes)
            if line == len(bases) - 1:
                axes.set_xlabel("noise strength p")
            if column == 0:
                axes.set_ylabel(label)
    figure.suptitle(f"{title}\n{HEAD}", fontsize="large")
    lines = [
        Line2D([], [], label=decoder, **styles[decoder].line(), **styles[decoder].marker())
        for decoder in decoders
    ]
    figure.legend(handles=lines, loc="outside lower center", ncols=columns, frameon=False)
    save_png(figure, path)


def _spread(rows: Sequence[AccuracyRow]) -> float:
    """Return the factor on p from the first to the last decoder's marker at one noise strength."""
    noises = sorted({row.point.p for row in rows})
    gaps = [high / low for low, high in pairwise(noises)]
    return float(min([1.6, *gaps]) ** DODGE)


def _noise_axis(axes: Axes, noises: Sequence[float]) -> None:
    axes.set_xscale("log")
    step = math.ceil(len(noises) / MOST_NOISE_LABELS)
    axes.set_xticks(noises[::step])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda p, _: f"{p:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlim(noises[0] / 1.25, noises[-1] * 1.25)


def _draw_series(
    axes: Axes,
    rows: Sequence[AccuracyRow],
    measure: Callable[[AccuracyRow], Interval],
    style: SeriesStyle,
    dodge: float,
) -> None:
    """Draw one decoder; each marker beside those of others at the same noise strength."""
    found = [(row.point.p * dodge, measure(row)) for row in rows]
    # A logarithmic axis has no zero: where no error was seen, an arrow hangs from the bound.
    bounds = [(p, value.high) for p, value in found if value.value == 0]
    axes.plot(
        [p for p, _ in bounds],
        [high for _, high in bounds],
        linestyle="none",
        marker=r"$\downarrow$",
        markersize=10,
        color=style.colour,
    )
    seen = [(p, value) for p, value in found if 0 < value.value < math.inf]
    far = 1e3  # outside of every axis: matplotlib cannot draw an infinite bar
    axes.errorbar(
        [p for p, _ in seen],
        [value.value for _, value in seen],
        yerr=[
            [value.value - value.low for _, value in seen],
            [min(value.high, far) - value.value for _, value in seen],
        ],
        capsize=2,
        elinewidth=1,
        **style.line(),
        **style.marker(),
    )
