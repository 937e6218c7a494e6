"""Draw the logical error rate against the noise strength.

In: `DemoRow` records.   Out: a PNG file.   Next: `quantacore.sim.cli.demo`.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from quantacore.golden.metrics import Interval
from quantacore.sim.experiments.contenders import CORRELATED, MATCHING
from quantacore.sim.experiments.demo import GOLDEN, GOLDEN_PASSES, RTL, DemoRow
from quantacore.sim.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    VERMILION,
    new_figure,
    save_png,
    tidy_axes,
)

COLOURS = {GOLDEN: BLUE, GOLDEN_PASSES: VERMILION, MATCHING: BLACK, CORRELATED: GREEN}
"""Decoder -> colour. RTL is drawn as open rings around the points of `GOLDEN`."""

DODGE = {GOLDEN: 0.96, GOLDEN_PASSES: 0.987, MATCHING: 1.014, CORRELATED: 1.04}
"""Decoder -> factor on p, so that interval bars stand beside each other."""

RATIOS = (0.4, 1.8)
"""Range of the ratios' axis."""

FAR = 100.0
"""Interval ends beyond this are drawn here, far outside of the picture."""

MARKERS = ("o", "s", "^", "D", "v", "P")
LINES: tuple[Any, ...] = ("-", "--", "-.", ":")


def plot_error_rates(rows: Sequence[DemoRow], path: Path) -> None:
    """Write the picture: rates on the left, ratios to uncorrelated PyMatching on the right.

    Parameters
    ----------
    rows : sequence of DemoRow
        At least one.
    path : Path
        PNG file to write.
    """
    distances = sorted({row.distance for row in rows})
    noises = sorted({row.p for row in rows})
    figure = new_figure(width=12.6, height=6.4)
    grid = figure.add_gridspec(len(distances), 2, width_ratios=(1.1, 1))
    rates = figure.add_subplot(grid[:, 0])
    for number, distance in enumerate(distances):
        of_distance = sorted((r for r in rows if r.distance == distance), key=lambda r: r.p)
        ratios = figure.add_subplot(grid[number, 1])
        for decoder in COLOURS:
            _draw_series(rates, of_distance, decoder, DemoRow.rate, number=number)
            if decoder != MATCHING:
                _draw_series(ratios, of_distance, decoder, DemoRow.ratio, number=number)
        _draw_rings(rates, of_distance, DemoRow.rate, number=number)
        _draw_rings(ratios, of_distance, DemoRow.ratio, number=number)
        _label_noise(ratios, noises)
        ratios.axhline(1.0, color=BLACK, linewidth=1.2)
        ratios.set_ylim(*RATIOS)
        ratios.set_title(f"d = {distance}: errors relative to PyMatching (below 1: better)")
    _label_noise(rates, noises)
    rates.set_yscale("log")
    rates.set_ylabel("logical errors per shot of d rounds")
    rates.set_title("Logical error rate")
    figure.suptitle(
        "Rotated surface-code memory (Z basis), d rounds; 95 % intervals; same shots for all"
    )
    figure.legend(handles=_legend(distances), loc="outside lower center", ncols=4, frameon=False)
    save_png(figure, path)


def _label_noise(axes: Axes, noises: Sequence[float]) -> None:
    tidy_axes(axes)
    axes.set_xscale("log")
    axes.set_xticks(noises)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda p, _: f"{p:g}"))
    axes.minorticks_off()
    axes.set_xlim(noises[0] * 0.86, noises[-1] * 1.16)
    axes.set_xlabel("noise strength p (gates, idling, measurement, reset)")


def _draw_series(
    axes: Axes,
    rows: Sequence[DemoRow],
    decoder: str,
    measure: Callable[[DemoRow, str], Interval],
    *,
    number: int,
) -> None:
    """Draw one decoder at the distance that has this number."""
    colour = COLOURS[decoder]
    found = [(row.p * DODGE[decoder], measure(row, decoder)) for row in rows]
    # A logarithmic axis has no zero: where no error was seen, an arrow hangs from the bound.
    bounds = [(p, value.high) for p, value in found if value.value == 0]
    axes.plot(
        [p for p, _ in bounds],
        [high for _, high in bounds],
        linestyle="none",
        marker=r"$\downarrow$",
        markersize=10,
        color=colour,
    )
    seen = [(p, value) for p, value in found if 0 < value.value < math.inf]
    axes.errorbar(
        [p for p, _ in seen],
        [value.value for _, value in seen],
        yerr=[
            [value.value - value.low for _, value in seen],
            [min(value.high, FAR) - value.value for _, value in seen],
        ],
        color=colour,
        linestyle=LINES[number % len(LINES)],
        linewidth=1.2,
        marker=MARKERS[number % len(MARKERS)],
        markersize=5,
        capsize=2.5,
        elinewidth=1,
    )


def _draw_rings(
    axes: Axes,
    rows: Sequence[DemoRow],
    measure: Callable[[DemoRow, str], Interval],
    *,
    number: int,
) -> None:
    """Draw RTL as open markers: they lie on golden's points where the two agree."""
    found = [(row.p * DODGE[GOLDEN], measure(row, RTL).value) for row in rows]
    seen = [(p, value) for p, value in found if 0 < value < math.inf]
    axes.plot(
        [p for p, _ in seen],
        [value for _, value in seen],
        linestyle="none",
        marker=MARKERS[number % len(MARKERS)],
        markersize=11,
        markerfacecolor="none",
        markeredgecolor=BLUE,
        markeredgewidth=1.3,
        zorder=4,
    )


def _legend(distances: Sequence[int]) -> list[Line2D]:
    entries = [
        Line2D([], [], color=colour, linewidth=3, label=decoder)
        for decoder, colour in COLOURS.items()
    ]
    entries.insert(
        1,
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=BLUE,
            label=f"{RTL} (simulated Verilog)",
        ),
    )
    entries.append(Line2D([], [], linestyle="none", label=" "))  # distances in their own column
    entries += [
        Line2D(
            [],
            [],
            color=GREY,
            linestyle=LINES[number % len(LINES)],
            marker=MARKERS[number % len(MARKERS)],
            label=f"d = {distance}",
        )
        for number, distance in enumerate(distances)
    ]
    return entries
