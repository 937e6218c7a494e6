"""Draw the length of braids against their error.

In: `BraidRow` records.   Out: a PNG file.   Next: `quantacore.sim.cli.bench_anyons`.
"""

from collections.abc import Sequence
from pathlib import Path

from quantacore.sim.experiments.braid_scaling import METHODS, BraidRow
from quantacore.sim.plots.style import SERIES, new_figure, save_png, tidy_axes

NAMES = {
    "mitm": "best of its length",
    "sk": "Solovay-Kitaev",
    "nt": "number theory",
}


def plot_braid_scaling(rows: Sequence[BraidRow], path: Path) -> None:
    """Write the picture, a panel per gate.

    Parameters
    ----------
    rows : sequence of BraidRow
        At least one.
    path : Path
        PNG file to write.
    """
    gates = list(dict.fromkeys(row.gate for row in rows))
    figure = new_figure(width=4.2 * len(gates) + 0.6, height=4.4)
    panels = figure.subplots(1, len(gates), sharey=True, squeeze=False)[0]
    for axes, gate in zip(panels, gates, strict=True):
        for method, style in zip(METHODS, SERIES, strict=False):
            chosen = sorted(
                (r for r in rows if (r.gate, r.method) == (gate, method) and r.length),
                key=lambda row: -row.error,
            )
            axes.plot(
                [row.error for row in chosen],
                [row.length for row in chosen],
                label=NAMES[method],
                **style.line(),
                **style.marker(),
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.invert_xaxis()
        axes.set_title(gate)
        axes.set_xlabel("certified error")
        tidy_axes(axes)
    panels[0].set_ylabel("elementary exchanges")
    panels[0].legend(frameon=False)
    save_png(figure, path)
