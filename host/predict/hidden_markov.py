"""Predict by a hidden Markov model of the log ratio, whose transitions are learnt from counts.

In: counts of an epoch.   Out: `Prediction`.
Next: `quantacore.host.predict.learn_transitions`.

The log ratio is on one of some levels, and jumps between them from epoch to epoch with learnt
probabilities: small steps are wander, large ones telegraph noise, and what is not seen in training
is not believed for one odd count. Given the transitions, the filter is exact: Poisson counts and
beliefs with several peaks need no approximation (Rabiner, Proc. IEEE 77, 257, 1989).
"""

from collections.abc import Sequence

import numpy as np

from quantacore.host.predict.group_predictor import GroupPredictor, require_above_zero

LEAST_BELIEF = 1e-12
MOST_STEPS = 4096
"""After so many the chain has forgotten where it was."""


class HiddenMarkov(GroupPredictor):
    """How likely each level is, for each group.

    Parameters
    ----------
    levels : sequence of float
        Log ratios, rising, evenly spaced.
    transitions : float, shape ``(num_levels, num_levels)``
        How likely each level (column) is a step after each (row); rows sum to 1.
    step_s : float
        Time of a step. Others are rounded to whole steps, but none but 0 to none.
    """

    def __init__(
        self,
        num_groups: int,
        *,
        levels: np.ndarray | Sequence[float],
        transitions: np.ndarray | Sequence[Sequence[float]],
        step_s: float,
        spread: float = 0.0,
    ) -> None:
        super().__init__(num_groups, spread=spread)
        require_above_zero(step_s=step_s)
        self.levels = np.asarray(levels, np.float64)
        matrix = np.asarray(transitions, np.float64)
        if self.levels.ndim != 1 or not (np.diff(self.levels) > 0).all() or len(self.levels) < 2:
            raise ValueError("Levels must be at least two, and rise")
        if matrix.shape != (len(self.levels),) * 2:
            raise ValueError(
                f"Transitions must be of shape {(len(self.levels),) * 2}, not {matrix.shape}"
            )
        if not ((matrix >= 0).all() and np.allclose(matrix.sum(axis=1), 1, atol=1e-3)):
            raise ValueError("Transitions must be at least 0, and their rows sum to 1")
        self.step_s = step_s
        self._powers = {1: matrix / matrix.sum(axis=1, keepdims=True)}
        self.stationary = stationary_of(self._powers[1])
        self.belief = np.repeat(self.stationary[np.newaxis], num_groups, axis=0)
        self._ratios = np.exp(self.levels)
        self._width_variance = float((self.levels[1] - self.levels[0]) ** 2 / 12)

    def _learn(self, counts: np.ndarray, exposures: np.ndarray, elapsed_s: float) -> None:
        belief = self._aged(elapsed_s) + LEAST_BELIEF
        belief = belief * likelihoods(counts, exposures, self.levels)
        self.belief = belief / belief.sum(axis=1, keepdims=True)

    def _foresee(self, horizon_s: float) -> tuple[np.ndarray, np.ndarray]:
        belief = self._aged(horizon_s)
        mean = belief @ self.levels
        variance = belief @ self.levels**2 - mean**2 + self._width_variance
        return mean, variance

    def _aged(self, time_s: float) -> np.ndarray:
        if time_s == 0:
            return self.belief
        aged: np.ndarray = self.belief @ self._power(max(1, round(time_s / self.step_s)))
        return aged

    def _power(self, num_steps: int) -> np.ndarray:
        num_steps = min(num_steps, MOST_STEPS)
        if num_steps not in self._powers:
            if len(self._powers) >= 16:
                self._powers = {1: self._powers[1]}
            self._powers[num_steps] = np.linalg.matrix_power(self._powers[1], num_steps)
        return self._powers[num_steps]


def likelihoods(counts: np.ndarray, exposures: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return how likely counts are on each level, relative to the likeliest.

    Parameters
    ----------
    counts, exposures : float, shape ``(num_groups,)``
    levels : float, shape ``(num_levels,)``

    Returns
    -------
    float64, shape ``(num_groups, num_levels)``
        1 on all levels where the exposure is 0.
    """
    logs = counts[:, np.newaxis] * levels - exposures[:, np.newaxis] * np.exp(levels)
    relative: np.ndarray = np.exp(logs - logs.max(axis=1, keepdims=True))
    return relative


def stationary_of(transitions: np.ndarray) -> np.ndarray:
    """Return how likely each level is in the long run: float64, shape ``(num_levels,)``."""
    long_run: np.ndarray = np.linalg.matrix_power(transitions, MOST_STEPS).mean(axis=0)
    return long_run / long_run.sum()
