"""The model card of the recurrent predictor: its data, what it scores, and where it loses.

In: a data set's header and test runs, weights, tuned opponents.   Out: Markdown.
Next: `quantacore.sim.cli.predict_card`; the card that comes with the package is
``host/predict/gru_card.md``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.metrics import Interval
from quantacore.host.predict.forecast import forecast
from quantacore.host.predict.gru import LARGEST_LOG_SCALE, LARGEST_SHIFT
from quantacore.host.predict.predictor import Predictor
from quantacore.host.predict.recurrent_lessons import NUM_SPOILT
from quantacore.host.predict.scores import BAND, count_loss, coverage, crps
from quantacore.host.predict.series import CountSeries
from quantacore.sim.experiments.dataset_schema import DatasetHeader
from quantacore.sim.experiments.run_bootstrap import mean_over_runs

ALL_REGIMES = "all"
OURS = "recurrent"
SCORES = {"count loss": count_loss, "CRPS": crps}

TEXT = """\
# Model card: recurrent predictor of error rates (`gru.npz`)

Made by `quantacore predict card`; no number below was written by hand.

## What it is

A gated recurrent network (GRU, {units} units, {numbers} numbers) that all groups of like edges
share. For each group it corrects mean and log variance of a hidden Markov model's forecast of the
log ratio, {horizons} epochs ahead. It is told of the group's counts and exposure, the time since
the last epoch, what the hidden Markov model thinks, the same of neighbouring groups (those that
share a detector) and of all, and of two sensors (temperature, readout level), if there are any.
numpy alone runs it.

## Data

`quantacore dataset` with {settings}: {edges} edges in {groups} groups.

| split | runs | what for |
|---|---|---|
| train | {train} | gradients, and the hidden Markov model beneath |
| validation | {validation} | when to end, and which loss teaches |
| test | {test} | the tables below |

Splits are by seed; {held_out} are in the test split alone. The truth of the
training split teaches. Each run is heard as it is, and spoilt {spoilt} time(s): a tenth to all of
its shots, gaps of groups and epochs, missing epochs, perhaps neither sensors nor neighbours.

    quantacore predict train --data DATA --out gru
    quantacore predict card --data DATA --weights gru/gru.npz --tuned tuned.json --out gru_card.md

The seed is that command's default. The loss that teaches (truth, counts, or both) and the fall of
the learning rate were chosen on the validation split. An earlier version had been judged on the
test split before; no choice was made by that.

## Scores on the test split

Differences to the hidden Markov model (`hidden_markov`) and the Kalman filter (`kalman`), tuned on
the same training runs, with 95 % intervals over runs (bootstrap, runs paired; with two runs they
are no more than the two runs). Below 0 the network is better. *Count loss*: negative log likelihood
of a group's count, nats. *CRPS*: of the true log ratio.

{tables}
`recurrent, alone` hears neither neighbours nor sensors.

{verdict}

## Limits

* Taught on one code (distance and noise above), one number of shots in an epoch, epochs of
  {epoch_s:g} s and simulated noise of the named regimes. Other epochs are stretched to its own;
  nothing says that it is right there.
* The truth taught it that counts of a decoder overstate a hot group and its neighbours. Where they
  do not, as in counts that are Poisson around the truth, it is biased by that much.
* A loop that takes what all groups have in common out of the counts first, as `PredictedRatios`
  does, gives it something else than it was taught.
* Its inputs are bounded, and so are its corrections ({shift:g} of the mean,
  {log_scale:g} of the log variance): beyond what it knows it falls back on the hidden Markov
  model, not further.
* A forecast is a mean and a variance: two likely values, such as of a fluctuator that is on or off,
  become one wide band.
* Training is deterministic on one kind of machine with one version of PyTorch; elsewhere last
  digits differ.
"""


@dataclass(frozen=True, kw_only=True)
class CardScores:
    """Scores of one predictor, a number for each run, in the order of the runs."""

    predictor: str
    horizon: int
    losses: Mapping[str, tuple[float, ...]]
    """By name of `SCORES`."""
    coverage: tuple[float, ...]


def card_scores(
    runs: Sequence[CountSeries],
    makers: Mapping[str, Callable[[int, int], Predictor]],
    *,
    horizons: Sequence[int],
    progress: Callable[[int], object] = lambda done: None,
) -> list[CardScores]:
    """Score predictors on runs.

    Parameters
    ----------
    runs : sequence of CountSeries
        With their truth, of the test split.
    makers : mapping of str to function
        Name -> number of groups, horizon -> new predictor.
    horizons : sequence of int
        Epochs ahead.
    progress : callable
        Called with the number of forecasts of a run done.
    """
    found, done = [], 0
    for horizon in horizons:
        for name, make in makers.items():
            rows = []
            for run in runs:
                said = forecast(make(run.num_groups, horizon), run, horizons=(horizon,))[0]
                rows.append([*(score(said, run) for score in SCORES.values()), coverage(said, run)])
                done += 1
                progress(done)
            *losses, covered = np.array(rows).T
            found.append(
                CardScores(
                    predictor=name,
                    horizon=horizon,
                    losses={key: tuple(each) for key, each in zip(SCORES, losses, strict=True)},
                    coverage=tuple(covered),
                )
            )
    return found


def card_text(
    header: DatasetHeader,
    runs: Sequence[CountSeries],
    scores: Sequence[CardScores],
    *,
    units: int,
    numbers: int,
    horizons: Sequence[int],
) -> str:
    """Return the card.

    Parameters
    ----------
    header : DatasetHeader
    runs : sequence of CountSeries
        Those of the scores.
    scores : sequence of CardScores
        Of `OURS` and others, by `card_scores`.
    units, numbers : int
        Size of the network: of a group's state, of all weights.
    horizons : sequence of int
        That were taught.
    """
    settings = header.settings
    told = ("distance", "rounds", "p", "epochs", "shots", "epoch_s", "passes")
    tables = [
        _table(runs, [each for each in scores if each.horizon == horizon], horizon)
        for horizon in dict.fromkeys(each.horizon for each in scores)
    ]
    return TEXT.format(
        units=units,
        spoilt=NUM_SPOILT,
        shift=LARGEST_SHIFT,
        log_scale=LARGEST_LOG_SCALE,
        numbers=numbers,
        horizons=", ".join(f"{horizon:g}" for horizon in horizons),
        settings=", ".join(f"{name} {settings[name]:g}" for name in told if name in settings),
        edges=header.num_edges,
        groups=len(set(header.groups)),
        held_out=" and ".join(settings.get("held_out", ())) or "none",
        epoch_s=settings.get("epoch_s", float("nan")),
        tables="\n".join(tables),
        verdict=_verdict(runs, scores),
        **header.num_runs_of_split,
    )


def _against(ours: CardScores, other: CardScores, score: str, chosen: Sequence[int]) -> Interval:
    pairs = zip(ours.losses[score], other.losses[score], strict=True)
    away = [mine - theirs for mine, theirs in pairs]
    return mean_over_runs([away[place] for place in chosen])


def _places(runs: Sequence[CountSeries]) -> dict[str, list[int]]:
    """Return which runs are of each regime, and all."""
    regimes = dict.fromkeys(run.regime for run in runs)
    places = {name: [n for n, run in enumerate(runs) if run.regime == name] for name in regimes}
    return {**places, ALL_REGIMES: list(range(len(runs)))}


def _table(runs: Sequence[CountSeries], scores: Sequence[CardScores], horizon: int) -> str:
    by_name = {each.predictor: each for each in scores}
    ours = by_name.pop(OURS)
    head = ["regime", "runs"]
    for score in SCORES:
        head += [score, *(f"against {name}" for name in by_name)]
    head.append(f"in {BAND:.0%} band")
    lines = [head, ["---"] * len(head)]
    for regime, chosen in _places(runs).items():
        cells = [regime, str(len(chosen))]
        for score in SCORES:
            cells.append(f"{mean_over_runs([ours.losses[score][n] for n in chosen]).value:.3f}")
            cells += [f"{_against(ours, other, score, chosen):+.3f}" for other in by_name.values()]
        cells.append(f"{mean_over_runs([ours.coverage[n] for n in chosen]).value:.1%}")
        lines.append(cells)
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{horizon} epoch{'s' * (horizon > 1)} ahead:\n\n{table}\n"


def _verdict(runs: Sequence[CountSeries], scores: Sequence[CardScores]) -> str:
    """Say where the network loses to one of the others, sure or not."""
    lost = []
    for ours in (each for each in scores if each.predictor == OURS):
        for other in scores:
            if other.horizon != ours.horizon or other.predictor.startswith(OURS):
                continue
            for score in SCORES:
                for regime, chosen in _places(runs).items():
                    away = _against(ours, other, score, chosen)
                    if away.value > 0:
                        sure = " (whole interval)" if away.low > 0 else ""
                        lost.append(
                            f"* {regime}, {ours.horizon} ahead: {score} behind "
                            f"{other.predictor}{sure}, {away:+.3f}"
                        )
    if not lost:
        return "It loses nowhere."
    return "Where it loses, or seems to (the mean is above 0):\n\n" + "\n".join(lost)
