"""Draw a closed loop: errors over time, when the noise changed, when images came.

In: `LoopEpoch` records.   Out: a PNG file.   Next: `quantacore.sim.cli.run`.
"""

from collections.abc import Sequence
from pathlib import Path

from quantacore.golden.metrics import error_rate
from quantacore.sim.experiments.closed_loop import DECODERS, LoopEpoch, LoopSettings
from quantacore.sim.plots.style import GREY, SERIES, new_figure, save_png, tidy_axes

LABELS = {
    "core": "core, weights of the loop",
    "static": "weights of the model, never changed",
    "oracle": "weights of the true noise",
    "matching": "PyMatching with the true noise",
}


def plot_closed_loop(epochs: Sequence[LoopEpoch], settings: LoopSettings, path: Path) -> None:
    """Draw one curve per decoder with 95 % intervals, all of the same shots.

    Parameters
    ----------
    epochs : sequence of LoopEpoch
        At least one.
    settings : LoopSettings
    path : Path
        PNG file to write.
    """
    figure = new_figure(width=8.0, height=4.8)
    axes = figure.subplots()
    tidy_axes(axes)
    for number, name in enumerate(DECODERS):
        style = SERIES[number]
        rates = [error_rate(errors=e.errors[name], shots=e.shots) for e in epochs]
        places = [e.index + 0.5 + 0.06 * (number - 1.5) for e in epochs]
        values = [rate.value for rate in rates]
        axes.errorbar(
            places,
            values,
            yerr=[
                [rate.value - rate.low for rate in rates],
                [rate.high - rate.value for rate in rates],
            ],
            label=LABELS[name],
            elinewidth=0.8,
            **style.line(),
            **style.marker(),
        )
    top = axes.get_ylim()[1]
    for epoch in epochs:
        if epoch.changed:
            axes.axvline(epoch.index, color=GREY, linewidth=1, linestyle=":")
        for shot in epoch.swaps:
            axes.plot(epoch.index + shot / epoch.shots, top, marker="v", color=GREY, clip_on=False)
    axes.set_ylim(bottom=0, top=top)
    axes.set_xlim(epochs[0].index, epochs[-1].index + 1)
    axes.set_xlabel("epoch (dotted: a qubit's noise changed; triangle: a new image)")
    axes.set_ylabel("logical errors per shot")
    axes.set_title(
        f"Closed loop, d = {settings.distance}, {settings.rounds} rounds, "
        f"p = {settings.p:g}, noise: {settings.noise}"
    )
    axes.legend(frameon=False, fontsize="small")
    save_png(figure, path)
