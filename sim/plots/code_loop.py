"""Draw a loop over codes: errors over time, and which code was in force.

In: `CodeEpoch` records.   Out: a PNG file.   Next: `quantacore.sim.report.loop_folder`.
"""

from collections.abc import Sequence
from pathlib import Path

from quantacore.golden.metrics import error_rate
from quantacore.sim.experiments.code_loop import CodeEpoch
from quantacore.sim.experiments.code_loop_settings import CodeLoopSettings
from quantacore.sim.plots.style import SERIES, new_figure, save_png, tidy_axes


def plot_code_loop(epochs: Sequence[CodeEpoch], settings: CodeLoopSettings, path: Path) -> None:
    """Draw a curve of the core and one of each code alone, and below them what the core was.

    Parameters
    ----------
    epochs : sequence of CodeEpoch
        At least one.
    settings : CodeLoopSettings
    path : Path
        PNG file to write.
    """
    figure = new_figure(width=8.0, height=5.4)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    for axes in (above, below):
        tidy_axes(axes)
    curves = {"core, which follows": [epoch.core_errors for epoch in epochs]} | {
        f"{code} all the time": [epoch.errors[code] for epoch in epochs] for code in settings.codes
    }
    for number, (label, counts) in enumerate(curves.items()):
        style = SERIES[number]
        rates = [error_rate(errors=n, shots=e.shots) for n, e in zip(counts, epochs, strict=True)]
        above.errorbar(
            [e.index + 0.5 + 0.06 * (number - (len(curves) - 1) / 2) for e in epochs],
            [rate.value for rate in rates],
            yerr=[
                [rate.value - rate.low for rate in rates],
                [rate.high - rate.value for rate in rates],
            ],
            label=label,
            elinewidth=0.8,
            **style.line(),
            **style.marker(),
        )
    above.set_ylim(bottom=0)
    above.set_ylabel("logical errors per shot")
    above.set_title(
        f"Codes on one core, {settings.rounds} rounds, p = {settings.p:g}, noise: {settings.noise}"
    )
    above.legend(frameon=False, fontsize="small", ncols=len(curves))

    places, held = [], []
    for epoch in epochs:
        start = 0
        for look in epoch.looks:
            places += [epoch.index + start / epoch.shots]
            start += look.shots
            places += [epoch.index + start / epoch.shots]
            held += 2 * [settings.codes.index(look.code)]
    below.plot(places, held, **SERIES[0].line())
    below.set_yticks(range(len(settings.codes)), settings.codes)
    below.set_ylim(-0.5, len(settings.codes) - 0.5)
    below.set_ylabel("in force")
    below.set_xlim(epochs[0].index, epochs[-1].index + 1)
    below.set_xlabel("epoch")
    save_png(figure, path)
