"""What the recurrent network is taught: runs as its predictor would hear them, with the answers.

In: `CountSeries` with their truth.   Out: `Lesson` records.
Next: `quantacore.host.predict.gru_training`.

Each run is heard once as it is and some times spoilt: fewer shots, groups and epochs without
counts, epochs that are missing, perhaps neither sensors nor neighbours. What was never spoilt in
training would not be believed when it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quantacore.host.predict.forecast import stacked
from quantacore.host.predict.gru import inputs_of, kept_of_state
from quantacore.host.predict.learn_transitions import default_levels, learn_transitions
from quantacore.host.predict.recurrent_inputs import INPUTS, NUM_CHANNELS
from quantacore.host.predict.recurrent_weights import NUM_GATES, RecurrentWeights
from quantacore.host.predict.series import CountSeries
from quantacore.host.predict.tuning import epoch_length

NUM_SPOILT = 1
"""Times that a run is heard spoilt."""
LEAST_SHARE = 0.1
"""Of the shots that a spoilt run keeps."""
GROUP_GAPS, EPOCH_GAPS, MISSING_EPOCHS = 0.02, 0.03, 0.03
"""How likely a group, a whole epoch, has no exposure, or an epoch is missing."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One run. ``T`` epochs that were heard, ``G`` groups, ``H`` horizons."""

    told: np.ndarray
    """Inputs: shape ``(T, G, num_inputs)``."""
    kept: np.ndarray
    """Of the state, before each epoch: shape ``(T,)``."""
    mean: np.ndarray
    log_variance: np.ndarray
    """What the filter beneath foresees: shape ``(T, G, H)``, as all that follow."""
    truth: np.ndarray
    """Log ratio so many epochs ahead; NaN where the run has ended."""
    counts: np.ndarray
    exposures: np.ndarray
    """Of the unspoilt run; exposure 0 where it has ended."""


def untaught_weights(
    runs: Sequence[CountSeries], *, num_units: int, horizons: Sequence[int]
) -> RecurrentWeights:
    """Return weights whose corrections are 0: the filter beneath, learnt from the runs' counts."""
    step_s = epoch_length(runs)
    told = [run.environment[:, :NUM_CHANNELS] for run in runs]
    mean, deviation = np.zeros(NUM_CHANNELS), np.ones(NUM_CHANNELS)
    for channel in range(NUM_CHANNELS):
        heard = [each[:, channel] for each in told if each.shape[1] > channel]
        if heard:
            values = np.concatenate(heard)
            mean[channel], deviation[channel] = values.mean(), max(values.std(), 1e-6)
    gates, outs, inputs = NUM_GATES * num_units, 2 * len(horizons), len(INPUTS)
    return RecurrentWeights(
        epoch_s=np.array(step_s),
        horizons=np.array(horizons, float),
        levels=default_levels(),
        transitions=learn_transitions(stacked(runs), step_s=step_s),
        environment_mean=mean,
        environment_deviation=deviation,
        input_weights=np.zeros((gates, inputs)),
        input_bias=np.zeros(gates),
        state_weights=np.zeros((gates, num_units)),
        state_bias=np.zeros(gates),
        output_weights=np.zeros((outs, num_units + inputs)),
        output_bias=np.zeros(outs),
    )


def lessons_of(
    runs: Sequence[CountSeries],
    weights: RecurrentWeights,
    *,
    neighbours: Sequence[Sequence[int]] | None,
    seed: int | None = None,
) -> list[Lesson]:
    """Return a lesson of each run; with a seed, `NUM_SPOILT` spoilt ones of each as well.

    Raises
    ------
    ValueError
        If a run has no truth.
    """
    lessons = [_lesson(run, run, weights, neighbours) for run in runs]
    if seed is not None:
        rng = np.random.default_rng([seed, 11])
        for run in NUM_SPOILT * list(runs):
            beside = neighbours if rng.random() < 0.5 else None
            lessons.append(_lesson(_spoilt(run, rng), run, weights, beside))
    return lessons


def _spoilt(run: CountSeries, rng: np.random.Generator) -> CountSeries:
    share = LEAST_SHARE ** rng.random()
    counts = rng.binomial(run.counts.astype(np.int64), share).astype(np.float64)
    gone = rng.random(counts.shape) < GROUP_GAPS
    gone |= rng.random((run.num_epochs, 1)) < EPOCH_GAPS
    there = rng.random(run.num_epochs) >= MISSING_EPOCHS
    there[0] = True
    environment = run.environment if rng.random() < 0.5 else np.zeros((run.num_epochs, 0))
    return replace(
        run,
        times=run.times[there],
        counts=np.where(gone, 0.0, counts)[there],
        exposures=np.where(gone, 0.0, share * run.exposures)[there],
        environment=environment[there],
        log_ratios=None,
    )


def _lesson(
    heard: CountSeries,
    run: CountSeries,
    weights: RecurrentWeights,
    neighbours: Sequence[Sequence[int]] | None,
) -> Lesson:
    if run.log_ratios is None:
        raise ValueError(f"Run {run.name} must have its true log ratios to teach by them")
    inputs = inputs_of(weights, run.num_groups, neighbours=neighbours)
    told, means, log_variances, kept = [], [], [], []
    elapsed_s = 0.0
    for now in range(heard.num_epochs):
        if now:
            elapsed_s = float(heard.times[now] - heard.times[now - 1])
        told.append(
            inputs.update(
                heard.counts[now],
                heard.exposures[now],
                time_s=float(heard.times[now]),
                elapsed_s=elapsed_s,
                environment=heard.environment[now],
            )
        )
        kept.append(kept_of_state(elapsed_s / float(weights.epoch_s)))
        ahead = [inputs.below.predict(h * float(weights.epoch_s)) for h in weights.horizons]
        means.append(np.stack([said.mean for said in ahead], axis=1))
        log_variances.append(np.log(np.stack([said.variance for said in ahead], axis=1)))
    places = np.searchsorted(run.times, heard.times)
    return Lesson(
        told=np.stack(told),
        kept=np.array(kept),
        mean=np.stack(means),
        log_variance=np.stack(log_variances),
        truth=_ahead(run.log_ratios, places, weights.horizons, np.nan),
        counts=_ahead(run.counts, places, weights.horizons, 0.0),
        exposures=_ahead(run.exposures, places, weights.horizons, 0.0),
    )


def _ahead(
    values: np.ndarray, places: np.ndarray, horizons: np.ndarray, beyond: float
) -> np.ndarray:
    """Return values so many epochs after each place: shape ``(T, G, H)``."""
    found = []
    for horizon in horizons.astype(int):
        later = places + horizon
        inside = later < len(values)
        taken = values[np.where(inside, later, 0)]
        found.append(np.where(inside[:, np.newaxis], taken, beyond))
    return np.stack(found, axis=2)
