"""What the recurrent network is told of each group in each epoch.

In: counts, exposures, sensors of an epoch.   Out: inputs of the network, and the filter beneath it.
Next: `quantacore.host.predict.gru`, `quantacore.host.predict.gru_training`.

Inputs are of a group, its neighbours and the whole device: the same numbers for a graph of any
size. A hidden Markov model filters each group first: the network has to learn only what that
filter, which knows nothing of neighbours and sensors, leaves over.
"""

from collections.abc import Sequence

import numpy as np

from quantacore.host.predict.hidden_markov import HiddenMarkov

NUM_CHANNELS = 2
"""Sensors that are listened to, as `quantacore.sim.experiments.dataset_reader` orders them:
temperature, readout level. Further ones are left out."""
INPUTS = (
    "log of count / exposure",
    "seen: 1, gap: 0",
    "log exposure",
    "log of epochs since the last one",
    "filtered log ratio",
    "log of its standard deviation",
    "surprise: count against what the filter foresaw, standard deviations",
    "log of counts / exposures of neighbours",
    "mean filtered log ratio of neighbours",
    "largest filtered log ratio of neighbours",
    "log of neighbours' mean exposure over the own",
    "log of counts / exposures of all groups",
    "mean filtered log ratio of all groups",
    *(
        f"sensor {channel}, {what}"
        for channel in range(NUM_CHANNELS)
        for what in ("value", "there")
    ),
)
LARGEST_INPUT = 5.0
"""Bound of inputs, both ways: wild counts must not drive the network where it never was."""
LONGEST_STEP = 16.0
"""Epochs; longer gaps look like this one."""


class RecurrentInputs:
    """Follows one run.

    Parameters
    ----------
    below : HiddenMarkov
        The filter beneath, which has heard nothing yet.
    epoch_s : float
        Length of an epoch of training.
    environment_mean, environment_deviation : float, shape ``(NUM_CHANNELS,)``
        Of training.
    neighbours : sequence of sequence of int, optional
        Of each group, as `quantacore.host.predict.neighbours` finds them. All groups are
        neighbours of each other if not given, themselves included.

    Raises
    ------
    ValueError
        If neighbours are not named for each group, or are no groups.
    """

    def __init__(
        self,
        below: HiddenMarkov,
        *,
        epoch_s: float,
        environment_mean: np.ndarray,
        environment_deviation: np.ndarray,
        neighbours: Sequence[Sequence[int]] | None = None,
    ) -> None:
        self.below = below
        self.epoch_s = epoch_s
        self.environment_mean = environment_mean
        self.environment_deviation = environment_deviation
        self._beside = None if neighbours is None else _padded(neighbours, below.num_groups)

    def update(
        self,
        counts: np.ndarray,
        exposures: np.ndarray,
        *,
        time_s: float,
        elapsed_s: float,
        environment: np.ndarray | None,
    ) -> np.ndarray:
        """Let the filter learn from an epoch, and return what the network is told.

        Parameters
        ----------
        counts, exposures : float64, shape ``(num_groups,)``
            Both 0 in gaps.
        time_s, elapsed_s : float
            End of the epoch; time since the one before, 0 for the first.
        environment : float, shape ``(num_channels,)``, optional
            A channel that is not finite is missing.

        Returns
        -------
        float64, shape ``(num_groups, len(INPUTS))``
        """
        before = self.below.predict(elapsed_s)
        self.below.update(counts, exposures, time_s=time_s)
        filtered = self.below.predict(0.0)
        seen = exposures > 0
        own = log_of_rates(counts, exposures)
        beside_exposures = self._mean_beside(exposures)
        surprise = (own - before.mean) / np.sqrt(before.variance + 1 / (counts + 1))
        epochs = elapsed_s / self.epoch_s if elapsed_s > 0 else 1.0
        everywhere = np.ones_like(own)
        values = [
            np.where(seen, own, 0.0),
            seen.astype(np.float64),
            np.log1p(exposures) - 4,
            np.log(np.clip(epochs, 1 / LONGEST_STEP, LONGEST_STEP)) * everywhere,
            filtered.mean,
            0.5 * np.log(filtered.variance),
            np.where(seen, surprise, 0.0),
            log_of_rates(self._mean_beside(counts), beside_exposures),
            self._mean_beside(filtered.mean),
            self._largest_beside(filtered.mean),
            np.log((beside_exposures + 1) / (exposures + 1)),
            log_of_rates(counts.sum(), exposures.sum()) * everywhere,
            filtered.mean.mean() * everywhere,
            *(value * everywhere for value in self._heard(environment)),
        ]
        stacked = np.stack(np.broadcast_arrays(*values), axis=1)
        return np.clip(stacked, -LARGEST_INPUT, LARGEST_INPUT)

    def _heard(self, environment: np.ndarray | None) -> np.ndarray:
        """Return value and flag of each channel in turn."""
        told = np.full(NUM_CHANNELS, np.nan)
        if environment is not None:
            some = environment[:NUM_CHANNELS]
            told[: len(some)] = some
        there = np.isfinite(told)
        values = (told - self.environment_mean) / self.environment_deviation
        return np.column_stack([np.where(there, values, 0.0), there]).ravel()

    def _mean_beside(self, values: np.ndarray) -> np.ndarray:
        if self._beside is None:
            return np.full_like(values, values.mean())
        places, there = self._beside
        sums = (values[places] * there).sum(axis=1)
        mean: np.ndarray = sums / np.maximum(there.sum(axis=1), 1)
        return mean

    def _largest_beside(self, values: np.ndarray) -> np.ndarray:
        if self._beside is None:
            return np.full_like(values, values.max())
        places, there = self._beside
        largest = np.where(there, values[places], -np.inf).max(axis=1, initial=-np.inf)
        return np.where(there.any(axis=1), largest, 0.0)


def log_of_rates(counts: np.ndarray | float, exposures: np.ndarray | float) -> np.ndarray:
    """Return the log ratio of counts, drawn to the model by one count.

    Examples
    --------
    >>> log_of_rates(np.array([0.0, 7.0]), np.array([0.0, 3.0])).round(3)
    array([0.   , 0.693])
    """
    return np.asarray(np.log((counts + 1.0) / (exposures + 1.0)))


def _padded(neighbours: Sequence[Sequence[int]], num_groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return neighbours as rows of one length, and which of them are there."""
    if len(neighbours) != num_groups:
        raise ValueError(
            f"Neighbours must be named for each of {num_groups} groups, not for {len(neighbours)}"
        )
    width = max(1, *(len(each) for each in neighbours), 0)
    places = np.zeros((num_groups, width), np.int64)
    there = np.zeros((num_groups, width), bool)
    for group, each in enumerate(neighbours):
        if not all(0 <= other < num_groups for other in each):
            raise ValueError(f"Neighbours of group {group} must be 0 to {num_groups - 1}")
        places[group, : len(each)] = each
        there[group, : len(each)] = True
    return places, there
