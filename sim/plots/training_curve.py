"""Draw how the recurrent predictor was taught.

In: `Trained`.   Out: PNG file.   Next: `quantacore.sim.cli.predict_train`.
"""

from pathlib import Path

from quantacore.host.predict.gru_training import Trained
from quantacore.sim.plots.style import GREY, SERIES, new_figure, save_png, tidy_axes


def plot_curve(trained: Trained, path: Path) -> None:
    """Draw losses of training and validation after each pass, and which pass was kept."""
    figure = new_figure(width=7.0, height=4.2)
    axes = figure.subplots()
    tidy_axes(axes)
    numbers = [point.number for point in trained.curve]
    for style, name in zip(SERIES, ("train", "validation"), strict=False):
        losses = [getattr(point, name) for point in trained.curve]
        axes.plot(numbers, losses, label=name, **style.line())
    axes.axhline(
        trained.curve[0].validation, color=GREY, linewidth=0.8, label="validation, no network"
    )
    best = trained.best
    axes.plot(best.number, best.validation, color=SERIES[1].colour, **SERIES[1].marker())
    axes.set_xlabel("passes over all runs")
    axes.set_ylabel("negative log likelihood, nats")
    axes.set_title(f"Kept: pass {best.number}, chosen on validation")
    axes.legend(frameon=False)
    save_png(figure, path)
