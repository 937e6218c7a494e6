"""Draw how well error rates were predicted: scores by regime, and one run with its forecasts.

In: `PredictionRow` records; a run and forecasts of it.   Out: PNG files.
Next: `quantacore.sim.cli.predict`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from quantacore.host.predict.forecast import Forecast
from quantacore.host.predict.series import CountSeries
from quantacore.sim.experiments.prediction import PredictionRow
from quantacore.sim.plots.style import GREY, SERIES, new_figure, save_png, tidy_axes


def plot_scores(rows: Sequence[PredictionRow], path: Path, *, horizon: int) -> None:
    """Draw the score of each predictor in each regime, with 95 % intervals over runs.

    Parameters
    ----------
    rows : sequence of PredictionRow
    path : Path
        PNG file to write.
    horizon : int
        Epochs ahead; rows of others are left out.
    """
    rows = [row for row in rows if row.horizon == horizon]
    regimes = list(dict.fromkeys(row.regime for row in rows))
    names = list(dict.fromkeys(row.predictor for row in rows))
    figure = new_figure(width=9.0, height=4.8)
    axes = figure.subplots()
    tidy_axes(axes)
    for number, name in enumerate(names):
        some = [row for row in rows if row.predictor == name]
        shift = 0.8 * (number - (len(names) - 1) / 2) / len(names)
        axes.errorbar(
            [regimes.index(row.regime) + shift for row in some],
            [row.crps.value for row in some],
            yerr=[
                [max(0.0, row.crps.value - row.crps.low) for row in some],
                [max(0.0, row.crps.high - row.crps.value) for row in some],
            ],
            label=name.replace("_", " "),
            elinewidth=0.8,
            **{**SERIES[number].line(), "linestyle": "none"},
            **SERIES[number].marker(),
        )
    axes.set_xticks(range(len(regimes)), regimes)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("CRPS of the log ratio (lower is better)")
    axes.set_title(f"Predicted {horizon} epoch{'s' * (horizon > 1)} ahead, runs of the test split")
    axes.legend(frameon=False, fontsize="small", ncols=2)
    save_png(figure, path)


def plot_run(run: CountSeries, said: Mapping[str, Forecast], path: Path) -> None:
    """Draw the truth of the group that changes most, and what was said of it beforehand.

    Parameters
    ----------
    run : CountSeries
        With its truth.
    said : mapping of str to Forecast
        Predictor -> forecasts of the run.
    path : Path
        PNG file to write.
    """
    assert run.log_ratios is not None
    group = int(np.argmax(run.log_ratios.std(axis=0)))
    figure = new_figure(width=9.0, height=4.8)
    axes = figure.subplots()
    tidy_axes(axes)
    seen = run.exposures[:, group] > 0
    with np.errstate(divide="ignore"):
        single = np.log(run.counts[seen, group] / run.exposures[seen, group])
    axes.plot(run.times[seen], single, ".", color=GREY, label="count of the epoch alone")
    axes.step(run.times, run.log_ratios[:, group], where="mid", label="truth", **SERIES[0].line())
    for number, (name, each) in enumerate(said.items(), start=1):
        mean, deviation = each.mean[:, group], np.sqrt(each.variance[:, group])
        axes.plot(run.times, mean, label=name.replace("_", " "), **SERIES[number].line())
        axes.fill_between(
            run.times,
            mean - 1.645 * deviation,
            mean + 1.645 * deviation,
            color=SERIES[number].colour,
            alpha=0.12,
            linewidth=0,
        )
    axes.set_xlabel("time, s")
    axes.set_ylabel("log ratio (bands: 90 %)")
    axes.set_title(f"Run {run.name}, group {group}: what was said an epoch before")
    axes.legend(frameon=False, fontsize="small")
    save_png(figure, path)
