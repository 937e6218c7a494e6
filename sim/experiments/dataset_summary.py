"""Sum up a simulated data set: how regimes differ, and how counts follow the truth.

In: folder of a data set.   Out: `RegimeRow` and `BiasRow` records.
Next: `quantacore.sim.cli.dataset`, which prints them; `docs/datasets.md` shows its output.

Intervals are of runs drawn anew, with replacement (bootstrap): epochs and groups of one run are no
independent samples.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from quantacore.golden.metrics import Interval
from quantacore.host.predict.series import CountSeries
from quantacore.sim.experiments.dataset_files import read_run
from quantacore.sim.experiments.dataset_reader import load_header, load_series

CHANGED = float(np.log(2))
"""From which true log ratio on, up or down, a group counts as changed."""
MOST_NOISE = 0.5
"""Groups with fewer expected corrections than ``1 / MOST_NOISE**2`` an epoch are too noisy to
correlate."""
BIAS_EDGES = (-np.inf, -0.7, -0.2, 0.2, 0.7, 1.5, 2.5, np.inf)
"""Of true log ratios."""
RESAMPLES = 1_000
RESAMPLE_SEED = 0


@dataclass(frozen=True, kw_only=True)
class RegimeRow:
    """One regime, all its runs."""

    regime: str
    runs: int
    errors: Interval
    """Logical errors per shot."""
    changed: Interval
    """Part of epochs and groups whose true ratio is off by more than two."""
    together: Interval
    """Part of the variance of true log ratios within a run that all groups share."""
    persistence: Interval
    """Correlation of true log ratios with those of the next epoch, means of groups removed; 0
    without changes."""
    correlation: Interval
    """Of the log of counts over exposures with the truth."""
    thermometer: Interval
    """Correlation of the temperature with the mean true log ratio of the groups."""
    readout: Interval
    """The same of the readout level."""


@dataclass(frozen=True, kw_only=True)
class BiasRow:
    """All epochs and groups of the data set whose true log ratio lies in a range."""

    low: float
    high: float
    epochs: int
    """Epochs times groups."""
    ratio: Interval
    """Corrections over exposure times true ratio: 1 for a decoder that is never misled."""


def summarise(folder: Path) -> tuple[list[RegimeRow], list[BiasRow]]:
    """Return what a simulated data set holds.

    Raises
    ------
    ValueError
        As `load_series`, and of real runs.
    """
    header = load_header(folder)
    series = load_series(folder, truth=True)
    wrong = []
    for run in header.runs:
        columns = read_run(folder, "observations", run, header)
        wrong.append((np.sum(columns["errors"]), np.sum(columns["shots"])))
    regimes = list(dict.fromkeys(s.regime for s in series))
    rows = [
        _regime_row(
            regime,
            [s for s in series if s.regime == regime],
            np.array([w for w, s in zip(wrong, series, strict=True) if s.regime == regime]),
        )
        for regime in regimes
    ]
    return rows, [_bias_row(low, high, series) for low, high in pairwise(BIAS_EDGES)]


def _regime_row(regime: str, series: Sequence[CountSeries], wrong: np.ndarray) -> RegimeRow:
    def pooled(statistic: Callable[[CountSeries], float]) -> Interval:
        values = np.array([statistic(s) for s in series])
        return _interval(lambda chosen: float(values[chosen].mean()), len(series))

    return RegimeRow(
        regime=regime,
        runs=len(series),
        errors=_interval(
            lambda chosen: float(wrong[chosen, 0].sum() / wrong[chosen, 1].sum()), len(series)
        ),
        changed=pooled(lambda s: float((np.abs(_truth(s)) > CHANGED).mean())),
        together=pooled(_together),
        persistence=pooled(_persistence),
        correlation=pooled(_correlation_of_counts),
        thermometer=pooled(lambda s: _correlation(s.environment[:, 0], _truth(s).mean(axis=1))),
        readout=pooled(lambda s: _correlation(s.environment[:, 1], _truth(s).mean(axis=1))),
    )


def _bias_row(low: float, high: float, series: Sequence[CountSeries]) -> BiasRow:
    sums = []
    for one in series:
        truth = _truth(one)
        inside = (truth >= low) & (truth < high)
        wanted = one.exposures * np.exp(truth)
        sums.append((one.counts[inside].sum(), wanted[inside].sum(), inside.sum()))
    table = np.array(sums)

    def ratio(chosen: np.ndarray) -> float:
        counted, wanted = table[chosen, :2].sum(axis=0)
        return float(counted / wanted) if wanted else float("nan")

    return BiasRow(
        low=low,
        high=high,
        epochs=int(table[:, 2].sum()),
        ratio=_interval(ratio, len(series)),
    )


def _interval(statistic: Callable[[np.ndarray], float], count: int) -> Interval:
    """Return a statistic of all of ``count`` runs, and where 95 % of resamples of them lie."""
    rng = np.random.default_rng(RESAMPLE_SEED)
    drawn = [statistic(rng.integers(count, size=count)) for _ in range(RESAMPLES)]
    low, high = np.nanquantile(drawn, [0.025, 0.975]) if np.isfinite(drawn).any() else (np.nan,) * 2
    return Interval(value=statistic(np.arange(count)), low=float(low), high=float(high))


def _truth(series: CountSeries) -> np.ndarray:
    assert series.log_ratios is not None
    return series.log_ratios


def _together(series: CountSeries) -> float:
    moved = _truth(series) - _truth(series).mean(axis=0)
    total = float((moved**2).mean())
    return float((moved.mean(axis=1) ** 2).mean()) / total if total else 0.0


def _persistence(series: CountSeries) -> float:
    moved = _truth(series) - _truth(series).mean(axis=0)
    return _correlation(moved[:-1].ravel(), moved[1:].ravel())


def _correlation_of_counts(series: CountSeries) -> float:
    enough = series.exposures * MOST_NOISE**2 > 1
    found = np.log((series.counts + 0.5) / (series.exposures + 0.5))
    return _correlation(found[enough], _truth(series)[enough])


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return Pearson's correlation; 0 where one of the two does not vary."""
    if len(first) < 2 or np.ptp(first) < 1e-9 or np.ptp(second) < 1e-9:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
