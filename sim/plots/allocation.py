"""Draw how policies react: median, p99.9 and the longest reaction, a panel per workload.

In: `Outcome` records.   Out: a PNG file.   Next: `quantacore.sim.cli.allocate`.
"""

from collections.abc import Sequence
from pathlib import Path

from quantacore.sim.allocation.outcome import Outcome
from quantacore.sim.plots.style import GREY, SERIES, new_figure, save_png, tidy_axes


def plot_allocation(rows: Sequence[Outcome], path: Path) -> None:
    """Draw a panel per workload, a line per figure; overloaded machines are hollow.

    Parameters
    ----------
    rows : sequence of Outcome
        At least one.
    path : Path
        PNG file to write.
    """
    workloads = list(dict.fromkeys(row.setup.workload for row in rows))
    figure = new_figure(width=1.0 + 4.0 * len(workloads), height=3.8)
    panels = figure.subplots(1, len(workloads), sharey=True, squeeze=False)[0]
    for axes, workload in zip(panels, workloads, strict=True):
        tidy_axes(axes)
        shown = [row for row in rows if row.setup.workload == workload]
        places = range(len(shown))
        figures = {
            "p50": [row.reaction_p50_us for row in shown],
            "p99.9": [row.reaction_p999_us.value for row in shown],
            "max": [row.reaction_max_us for row in shown],
        }
        for style, (label, values) in zip(SERIES, figures.items(), strict=False):
            colour = {"color": style.colour, "linestyle": "none"}
            axes.plot(places, values, label=label, **colour, **style.marker())
            hollow = [i for i in places if shown[i].overloaded]
            axes.plot(
                hollow,
                [values[i] for i in hollow],
                markerfacecolor="white",
                **colour,
                **style.marker(),
            )
        axes.axhline(shown[0].setup.deadline_us, color=GREY, linewidth=1)
        axes.set_yscale("log")
        axes.set_xticks(list(places), [row.setup.policy for row in shown], rotation=30, ha="right")
        axes.set_xlim(-0.5, len(shown) - 0.5)
        axes.set_title(workload)
    panels[0].set_ylabel("reaction, us (grey line: deadline)")
    panels[0].legend(frameon=False, fontsize="small")
    save_png(figure, path)
