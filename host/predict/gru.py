"""Predict by a gated recurrent network that corrects a hidden Markov model.

In: counts of an epoch.   Out: `Prediction`.
Next: `quantacore.host.predict.gru_training`, which makes the weights; ``gru_card.md``, which says
what they are worth.

One small network is shared by all groups: each has a state of its own, and is told of its
neighbours and of sensors (`quantacore.host.predict.recurrent_inputs`). It says by how much mean and
log variance of the filter beneath are wrong, at several horizons. numpy alone is needed.

Source: the cell of Cho et al., arXiv:1406.1078, in the form of PyTorch's ``GRU`` (the reset gate
after the product with the state).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from quantacore.host.predict.group_predictor import GroupPredictor
from quantacore.host.predict.hidden_markov import HiddenMarkov
from quantacore.host.predict.recurrent_inputs import INPUTS, NUM_CHANNELS, RecurrentInputs
from quantacore.host.predict.recurrent_weights import SHIPPED, RecurrentWeights, load_weights

LARGEST_SHIFT = 1.5
"""Bound of corrections of the mean, both ways."""
LARGEST_LOG_SCALE = 2.0
"""Bound of corrections of the log variance, both ways."""
HALF_LIFE_EPOCHS = 8.0
"""Of the network's state in a gap of the clock: it was taught on epochs that follow each other."""


class RecurrentPredictor(GroupPredictor):
    """A state for each group, moved on by each epoch.

    Parameters
    ----------
    weights : RecurrentWeights or str, optional
        Or the file of them; those that come with the package if not given.
    neighbours : sequence of sequence of int, optional
        Of each group, as `quantacore.host.predict.neighbours` finds them. If not given, the mean
        over all groups stands for that over neighbours.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        weights: RecurrentWeights | str | None = None,
        neighbours: Sequence[Sequence[int]] | None = None,
        spread: float = 0.0,
    ) -> None:
        super().__init__(num_groups, spread=spread)
        if not isinstance(weights, RecurrentWeights):
            weights = load_weights(SHIPPED if weights is None else Path(weights))
        if weights.num_inputs != len(INPUTS) or np.size(weights.environment_mean) != NUM_CHANNELS:
            raise ValueError(
                f"Weights must take {len(INPUTS)} inputs and {NUM_CHANNELS} sensors, "
                f"not {weights.num_inputs} and {np.size(weights.environment_mean)}"
            )
        self.weights = weights
        self.epoch_s = float(weights.epoch_s)
        self._inputs = inputs_of(weights, num_groups, neighbours=neighbours)
        self._state = np.zeros((num_groups, weights.num_units))
        self._corrections: np.ndarray | None = None
        self._environment: np.ndarray | None = None

    def update(
        self,
        counts: np.ndarray,
        exposures: np.ndarray,
        *,
        time_s: float,
        environment: np.ndarray | None = None,
    ) -> None:
        if environment is not None and np.ndim(environment) != 1:
            raise ValueError(
                f"Environment must be of shape (num_channels,), not {np.shape(environment)}"
            )
        self._environment = None if environment is None else np.asarray(environment, np.float64)
        super().update(counts, exposures, time_s=time_s)

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        assert self._time_s is not None
        told = self._inputs.update(
            counts,
            exposures,
            time_s=self._time_s,
            elapsed_s=elapsed_s,
            environment=self._environment,
        )
        kept = kept_of_state(elapsed_s / self.epoch_s)
        self._state = next_state(self.weights, told, kept * self._state)
        self._corrections = corrections(self.weights, told, self._state)

    def _foresee(self, horizon_s: float) -> tuple[np.ndarray, np.ndarray]:
        below = self._inputs.below.predict(horizon_s)
        if self._corrections is None:
            return below.mean, below.variance
        taught = np.log(self.weights.horizons)
        ahead = np.log(max(horizon_s / self.epoch_s, self.weights.horizons[0]))
        # Between horizons that were taught, in the logarithm; beyond the last, ever less.
        shares = np.array([np.interp(ahead, taught, row) for row in np.eye(len(taught))])
        fading = np.exp(min(0.0, taught[-1] - ahead))
        shift, log_scale = np.tensordot(shares * fading, self._corrections, axes=1)
        return below.mean + shift, below.variance * np.exp(log_scale)


def inputs_of(
    weights: RecurrentWeights,
    num_groups: int,
    *,
    neighbours: Sequence[Sequence[int]] | None = None,
) -> RecurrentInputs:
    """Return what makes the inputs of a run, with the filter beneath."""
    return RecurrentInputs(
        HiddenMarkov(
            num_groups,
            levels=weights.levels,
            transitions=weights.transitions,
            step_s=float(weights.epoch_s),
        ),
        epoch_s=float(weights.epoch_s),
        environment_mean=weights.environment_mean,
        environment_deviation=weights.environment_deviation,
        neighbours=neighbours,
    )


def kept_of_state(epochs: float) -> float:
    """Return what is left of the state after so many epochs without one: 1 after one epoch.

    Examples
    --------
    >>> kept_of_state(0.0), kept_of_state(1.0), kept_of_state(9.0)
    (1.0, 1.0, 0.5)
    """
    return float(2.0 ** (-max(epochs - 1.0, 0.0) / HALF_LIFE_EPOCHS))


def next_state(weights: RecurrentWeights, told: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Return the state of each group after an epoch.

    Parameters
    ----------
    weights : RecurrentWeights
    told : float64, shape ``(num_groups, num_inputs)``
    state : float64, shape ``(num_groups, num_units)``
    """
    new = np.split(told @ weights.input_weights.T + weights.input_bias, 3, axis=1)
    old = np.split(state @ weights.state_weights.T + weights.state_bias, 3, axis=1)
    reset, hold = _sigmoid(new[0] + old[0]), _sigmoid(new[1] + old[1])
    proposed = np.tanh(new[2] + reset * old[2])
    return np.asarray((1 - hold) * proposed + hold * state)


def corrections(weights: RecurrentWeights, told: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Return corrections of mean and log variance: shape ``(num_horizons, 2, num_groups)``."""
    raw = np.concatenate([state, told], axis=1) @ weights.output_weights.T + weights.output_bias
    shifts, log_scales = np.split(raw, 2, axis=1)
    bounded = np.stack(
        [
            LARGEST_SHIFT * np.tanh(shifts / LARGEST_SHIFT),
            LARGEST_LOG_SCALE * np.tanh(log_scales / LARGEST_LOG_SCALE),
        ]
    )
    return bounded.transpose(2, 0, 1)


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (1 + np.tanh(values / 2)))
