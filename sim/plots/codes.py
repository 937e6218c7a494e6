"""Draw logical errors against qubits, a curve for each code family.

In: `Row` records of `quantacore.sim.choice.comparison`.   Out: a PNG file.
Next: `quantacore.sim.cli.codes_compare`.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.metrics import Interval
from quantacore.sim.choice.row import EXTRAPOLATED, Row
from quantacore.sim.plots.style import SERIES, SeriesStyle, new_figure, save_png, tidy_axes

STYLES = dict(zip(FAMILIES, SERIES, strict=False))
"""Family -> how it looks: the same in all pictures."""
LEAST = 1e-18
"""Lower ends of intervals are drawn down to here."""
FALL = 5
"""The axis ends so many times below the least error, and as many above the most."""
TICKS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


def plot_codes(rows: Sequence[Row], path: Path, *, title: str) -> None:
    """Write the picture: per round on the left, per microsecond on the right.

    Parameters
    ----------
    rows : sequence of Row
    path : Path
        PNG file to write.
    title : str
    """
    figure = new_figure(width=12.6, height=5.6)
    left, right = figure.subplots(1, 2, sharex=True)
    panels = (
        (left, "logical errors per round", lambda row: row.per_round),
        (right, "logical errors per microsecond", lambda row: row.per_us),
    )
    for axes, label, rate in panels:
        tidy_axes(axes)
        for family, style in STYLES.items():
            found = [row for row in rows if row.code.family == family and rate(row).value > 0]
            _draw_family(axes, sorted(found, key=lambda row: row.qubits), rate, style)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(TICKS, [str(tick) for tick in TICKS], minor=False)
        axes.set_xticks([], minor=True)
        if rows:
            sizes = [row.qubits for row in rows]
            axes.set_xlim(min(sizes) / 1.2, max(sizes) * 1.2)
        seen = [rate(row).value or rate(row).high for row in rows if math.isfinite(row.rank)]
        if seen:
            axes.set_ylim(min(seen) / FALL, max(seen) * FALL)
        axes.set_xlabel("qubits or modes, ancillas included")
        axes.set_ylabel(label)
    figure.suptitle(f"{title}: filled = counted, open = extrapolated; 95 % intervals")
    shown = [family for family in STYLES if any(row.code.family == family for row in rows)]
    figure.legend(
        handles=[_entry(family) for family in shown],
        loc="outside lower center",
        ncols=max(len(shown), 1),
        frameon=False,
    )
    save_png(figure, path)


def frontier(rows: Sequence[Row]) -> list[Row]:
    """Return those that no smaller one beats, in the order of their qubits."""
    best: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.qubits, row.rank)):
        if math.isfinite(row.rank) and (not best or row.rank < best[-1].rank):
            best.append(row)
    return best


def _draw_family(
    axes: Axes, rows: Sequence[Row], rate: Callable[[Row], Interval], style: SeriesStyle
) -> None:
    line = frontier(rows)
    axes.plot([row.qubits for row in line], [rate(row).value for row in line], **style.line())
    for extrapolated in (False, True):
        chosen = [row for row in rows if (row.kind == EXTRAPOLATED) is extrapolated]
        values = [rate(row) for row in chosen]
        axes.errorbar(
            [row.qubits for row in chosen],
            [each.value for each in values],
            yerr=[
                [each.value - max(each.low, min(LEAST, each.value)) for each in values],
                [each.high - each.value for each in values],
            ],
            linestyle="none",
            color=style.colour,
            markerfacecolor="white" if extrapolated else style.colour,
            capsize=2.5,
            elinewidth=0.9,
            **style.marker(),
        )


def _draw_bounds(
    axes: Axes, rows: Sequence[Row], rate: Callable[[Row], Interval], style: SeriesStyle
) -> None:
    """Hang an arrow from the upper end where no error was seen: the axis has no zero."""
    axes.plot(
        [row.qubits for row in rows],
        [rate(row).high for row in rows],
        linestyle="none",
        marker=r"$\downarrow$",
        markersize=10,
        color=style.colour,
    )


def _entry(family: str) -> Line2D:
    style = STYLES[family]
    return Line2D([], [], label=family, color=style.colour, **style.marker())
