"""Choose parameters of predictors: those under which the counts of training are likeliest.

In: `CountSeries` of training, a contender of the registry.   Out: parameters.
Next: `quantacore.host.predict.tuned_file` keeps them.

The loss is the mean negative log likelihood of the counts some epochs ahead. One epoch ahead, its
sum is the negative log of the marginal likelihood: tuning is then estimation by maximum likelihood.
One parameter after another goes through its grid until none improves; then steps between the
grid's values, ever smaller. No truth is needed, so that a device can tune on its own counts.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from quantacore.host.predict.device import NOTHING_KNOWN, Device
from quantacore.host.predict.forecast import forecast, stacked
from quantacore.host.predict.learn_transitions import default_levels, learn_transitions
from quantacore.host.predict.registry import CONTENDERS, Contender, make_predictor
from quantacore.host.predict.scores import count_loss
from quantacore.host.predict.series import CountSeries

LARGEST_SWEEPS = 6
FINER_FACTORS = (math.sqrt(2.0), 2.0**0.25)
LEAST_GAIN = 1e-6
"""Nats an epoch and group, below which a step is no improvement."""


def epoch_length(runs: Sequence[CountSeries]) -> float:
    """Return the median time between epochs, in seconds.

    Raises
    ------
    ValueError
        If no run has two epochs.
    """
    steps = [step for run in runs for step in np.diff(run.times)]
    if not steps:
        raise ValueError("Runs must have at least two epochs to tell how long one is")
    return float(np.median(steps))


def learnt_parameters(
    name: str,
    runs: Sequence[CountSeries],
    *,
    progress: Callable[[int], object] = lambda steps: None,
) -> dict[str, Any]:
    """Return parameters that are learnt, not tried; none for most predictors.

    Parameters
    ----------
    name : str
        One of `CONTENDERS`.
    runs : sequence of CountSeries
        Of training.
    progress : callable
        Called with the number of iterations done.
    """
    if not CONTENDERS[name].is_learnt:
        return {}
    step_s = epoch_length(runs)
    transitions = learn_transitions(stacked(runs), step_s=step_s, progress=progress)
    return {
        "levels": default_levels().round(6).tolist(),
        "transitions": transitions.round(6).tolist(),
        "step_s": step_s,
    }


def tune(
    name: str,
    runs: Sequence[CountSeries],
    *,
    horizon: int = 1,
    learnt: Mapping[str, Any] | None = None,
    device: Device = NOTHING_KNOWN,
    progress: Callable[[int], object] = lambda trials: None,
) -> tuple[dict[str, float], float]:
    """Return the best parameters of a predictor on runs of training, and their loss.

    Parameters
    ----------
    name : str
        One of `CONTENDERS`.
    runs : sequence of CountSeries
        At least one; truth is not looked at.
    horizon : int
        Epochs ahead, at least 1.
    learnt : mapping, optional
        As `learnt_parameters` returns; not part of what is returned.
    device : Device
        What is known of the one whose runs they are.
    progress : callable
        Called with the number of settings tried.

    Raises
    ------
    ValueError
        If there is nothing to tune on.
    """
    contender = CONTENDERS[name]
    epoch_s = epoch_length(runs)
    data = list(runs) if contender.mixes_groups else stacked(runs)
    grid = {key: in_seconds(key, values, epoch_s) for key, values in contender.grid.items()}
    losses: dict[tuple[float, ...], float] = {}

    def loss(trial: Mapping[str, float]) -> float:
        key = tuple(trial.values())
        if key not in losses:
            parameters = {**(learnt or {}), **trial}
            losses[key] = predictive_loss(name, parameters, data, horizon=horizon, device=device)
            progress(len(losses))
        return losses[key]

    best = {key: values[len(values) // 2] for key, values in grid.items()}
    if not math.isfinite(loss(best)):
        raise ValueError(f"Runs must have counts {horizon} epochs after others to tune {name} on")
    for _ in range(LARGEST_SWEEPS):
        before = loss(best)
        for key, values in grid.items():
            best = min(({**best, key: value} for value in values), key=loss)
        if loss(best) > before - LEAST_GAIN:
            break
    for factor in FINER_FACTORS:
        for key in grid:
            best = _finer(best, key, factor, contender, loss)
    return best, loss(best)


def predictive_loss(
    name: str,
    parameters: Mapping[str, Any],
    runs: Sequence[CountSeries],
    *,
    horizon: int,
    device: Device = NOTHING_KNOWN,
) -> float:
    """Return the mean negative log likelihood of counts so many epochs ahead, in nats.

    Every count of every run weighs the same; NaN if there is none.
    """
    total, weight = 0.0, 0
    for run in runs:
        predictor = make_predictor(name, run.num_groups, parameters, device=device)
        said = forecast(predictor, run, horizons=(horizon,))[0]
        num = int((np.isfinite(said.mean) & (run.exposures > 0)).sum())
        if num:
            total += num * count_loss(said, run)
            weight += num
    return total / weight if weight else math.nan


def in_seconds(name: str, values: Sequence[float], epoch_s: float) -> list[float]:
    """Return values of a grid, in epochs if they are times, in seconds.

    Examples
    --------
    >>> in_seconds("memory_s", (2.0,), 10.0), in_seconds("spread", (2.0,), 10.0)
    ([20.0], [2.0])
    """
    if name.endswith("_per_root_s"):
        return [value / math.sqrt(epoch_s) for value in values]
    return [value * epoch_s if name.endswith("_s") else value for value in values]


def _finer(
    best: dict[str, float],
    key: str,
    factor: float,
    contender: Contender,
    loss: Callable[[Mapping[str, float]], float],
) -> dict[str, float]:
    """Return the best of a value and its neighbours by a factor."""
    if key in contender.fixed_to_grid or best[key] == 0:
        return best
    trials = (best, *({**best, key: best[key] * step} for step in (1 / factor, factor)))
    return min(trials, key=loss)
