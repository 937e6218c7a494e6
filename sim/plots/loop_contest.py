"""Draw closed loops of several predictors: errors over time beside static weights and the oracle.

In: epochs of loops.   Out: a PNG file.   Next: `quantacore.sim.cli.predict_loops`.
"""

from pathlib import Path

import numpy as np

from quantacore.golden.metrics import error_rate
from quantacore.sim.experiments.closed_loop import LoopSettings
from quantacore.sim.experiments.loop_contest import CORE, ORACLE, STATIC, Epochs
from quantacore.sim.plots.style import SERIES, new_figure, save_png, tidy_axes


def plot_loops(found: Epochs, settings: LoopSettings, path: Path) -> None:
    """Draw a panel for each seed: logical errors per shot, with 95 % intervals as bands.

    Parameters
    ----------
    found : mapping
        As of `quantacore.sim.experiments.loop_contest.run_loops`.
    settings : LoopSettings
        Of all loops.
    path : Path
        PNG file to write.
    """
    seeds = list(dict.fromkeys(seed for _, seed in found))
    names = list(dict.fromkeys(name for name, _ in found))
    figure = new_figure(width=9.0, height=1.2 + 2.2 * len(seeds))
    panels = figure.subplots(len(seeds), 1, sharex=True, squeeze=False)[:, 0]
    for axes, seed in zip(panels, seeds, strict=True):
        tidy_axes(axes)
        curves = [(STATIC, names[0], STATIC), (ORACLE, names[0], ORACLE)]
        curves += [(name, name, CORE) for name in names]
        for number, (label, name, decoder) in enumerate(curves):
            epochs = found[name, seed]
            style = SERIES[number]
            rates = [error_rate(errors=e.errors[decoder], shots=e.shots) for e in epochs]
            places = np.array([epoch.index + 0.5 for epoch in epochs])
            axes.plot(
                places,
                [rate.value for rate in rates],
                label=label,
                markevery=3,
                **style.line(),
                **style.marker(),
            )
            axes.fill_between(
                places,
                [rate.low for rate in rates],
                [rate.high for rate in rates],
                color=style.colour,
                alpha=0.12,
                linewidth=0,
            )
        axes.set_ylim(bottom=0)
        axes.set_ylabel(f"errors per shot, seed {seed}")
    panels[0].set_title(
        f"The core in the closed loop, d = {settings.distance}, {settings.rounds} rounds, "
        f"noise: {settings.noise}, {settings.shots} shots an epoch"
    )
    panels[0].legend(frameon=False, fontsize="small", ncols=3)
    panels[-1].set_xlabel("epoch")
    save_png(figure, path)
