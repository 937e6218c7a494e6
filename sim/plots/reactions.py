"""Draw how long windows of a stream take: share of them above a number of cycles.

In: `StreamRow` records.   Out: a PNG file.   Next: `quantacore.sim.cli.bench_stream`.
"""

from collections.abc import Sequence
from pathlib import Path

from quantacore.sim.experiments.streaming import StreamRow
from quantacore.sim.plots.style import GREY, SERIES, new_figure, save_png, tidy_axes


def plot_reactions(rows: Sequence[StreamRow], path: Path) -> None:
    """Draw one curve per row, and the period of rounds.

    Parameters
    ----------
    rows : sequence of StreamRow
        At least one.
    path : Path
        PNG file to write.
    """
    figure = new_figure(width=7.5, height=4.8)
    axes = figure.subplots()
    tidy_axes(axes)
    for number, row in enumerate(rows):
        histogram = row.reaction
        style = SERIES[number % len(SERIES)]
        point = row.point
        axes.step(
            [0, *histogram.cycles],
            [1, *histogram.shares_above],
            where="post",
            label=f"d = {point.distance}, p = {point.p:g}: mean {histogram.mean:.1f}, "
            f"p99 {histogram.percentile(99):.0f}, max {histogram.max}",
            **style.line(),
        )
    for period in sorted({row.period for row in rows}):
        axes.axvline(period, color=GREY, linewidth=1)
        axes.annotate(
            "a round's time",
            (period, 1),
            xytext=(3, -10),
            textcoords="offset points",
            color=GREY,
            fontsize="small",
        )
    axes.set_yscale("log")
    axes.set_ylim(0.5 / max(row.windows for row in rows), 1.2)
    axes.set_xlim(left=0)
    axes.set_xlabel("core cycles from the last round of a window to its prediction")
    axes.set_ylabel("share of windows that take more")
    axes.set_title("Reaction of the streaming core")
    axes.legend(frameon=False, fontsize="small")
    save_png(figure, path)
