"""Learn how log ratios move, from counts alone: no truth is needed, a device can do it.

In: `CountSeries` records.   Out: levels and transitions of `HiddenMarkov`.
Next: `quantacore.host.predict.hidden_markov`.

Source: the algorithm of Baum & Welch (Rabiner, Proc. IEEE 77, 257, 1989), all groups of all runs
being realisations of one chain. A weak prior, of wander and jumps, keeps rows alive that no group
ever visited.
"""

from collections.abc import Callable, Sequence

import numpy as np

from quantacore.host.predict.hidden_markov import LEAST_BELIEF, likelihoods, stationary_of
from quantacore.host.predict.series import CountSeries

LOWEST_LEVEL, HIGHEST_LEVEL, NUM_LEVELS = -2.5, 4.5, 36
PRIOR_STEPS = 20.0
"""Steps that the prior is worth, in each row."""
WANDER_OF_PRIOR = 0.3
"""Standard deviation of its small steps."""
JUMP_OF_PRIOR = 0.05
"""Share of its jumps."""
SPREAD_OF_JUMPS = 1.0
"""Standard deviation of where its jumps lead."""


def default_levels() -> np.ndarray:
    """Return the log ratios of the levels: a twelfth to ninety times the model's."""
    return np.linspace(LOWEST_LEVEL, HIGHEST_LEVEL, NUM_LEVELS)


def prior_transitions(levels: np.ndarray) -> np.ndarray:
    """Return transitions of a chain that wanders, and sometimes jumps.

    Returns
    -------
    float64, shape ``(num_levels, num_levels)``
    """
    wander = _normal(levels[np.newaxis] - levels[:, np.newaxis], WANDER_OF_PRIOR)
    jumps = _normal(levels[np.newaxis], SPREAD_OF_JUMPS)
    mixed: np.ndarray = (1 - JUMP_OF_PRIOR) * wander + JUMP_OF_PRIOR * jumps
    return mixed


def learn_transitions(
    runs: Sequence[CountSeries],
    *,
    step_s: float,
    levels: np.ndarray | None = None,
    iterations: int = 15,
    progress: Callable[[int], object] = lambda iteration: None,
) -> np.ndarray:
    """Return the transitions that make the counts likeliest, after some iterations.

    Parameters
    ----------
    runs : sequence of CountSeries
        At least one. Only pairs of epochs that are a step apart teach; a longer gap begins anew.
    step_s : float
        Time of a step.
    levels : float, shape ``(num_levels,)``, optional
        Log ratios; `default_levels` if not given.
    iterations : int
        At least 1.
    progress : callable
        Called with the number of iterations done.

    Returns
    -------
    float64, shape ``(num_levels, num_levels)``
    """
    if not runs:
        raise ValueError("Runs to learn from must be at least one")
    if iterations < 1:
        raise ValueError(f"Iterations must be at least 1, not {iterations!r}")
    levels = default_levels() if levels is None else levels
    prior = PRIOR_STEPS * prior_transitions(levels)
    transitions = prior_transitions(levels)
    for iteration in range(iterations):
        moves = prior + sum(_expected_moves(run, levels, transitions, step_s) for run in runs)
        transitions = moves / moves.sum(axis=1, keepdims=True)
        progress(iteration + 1)
    return transitions


def _expected_moves(
    run: CountSeries, levels: np.ndarray, transitions: np.ndarray, step_s: float
) -> np.ndarray:
    """Return how often each move was made, expected given the counts."""
    linked = np.rint(np.diff(run.times) / step_s) == 1
    likely = [likelihoods(c, e, levels) for c, e in zip(run.counts, run.exposures, strict=True)]
    start = stationary_of(transitions)
    forward = [_normalised(start * likely[0])]
    for now in range(1, run.num_epochs):
        before = forward[-1] @ transitions if linked[now - 1] else start
        forward.append(_normalised(before * likely[now]))
    moves = np.zeros_like(transitions)
    backward = np.ones_like(likely[-1])
    for now in range(run.num_epochs - 1, 0, -1):
        ahead = likely[now] * backward
        if not linked[now - 1]:
            backward = np.ones_like(ahead)
            continue
        pulled = ahead @ transitions.T
        # Of each group: forward_i T_ij ahead_j, normalised to one move.
        total = (forward[now - 1] * pulled).sum(axis=1, keepdims=True)
        moves += (forward[now - 1] / total).T @ ahead * transitions
        backward = _normalised(pulled)
    return moves


def _normalised(belief: np.ndarray) -> np.ndarray:
    belief = belief + LEAST_BELIEF
    normalised: np.ndarray = belief / belief.sum(axis=1, keepdims=True)
    return normalised


def _normal(away: np.ndarray, deviation: float) -> np.ndarray:
    """Return a normal density over columns, each row's sum being 1."""
    density = np.exp(-(away**2) / (2 * deviation**2))
    normal: np.ndarray = density / density.sum(axis=1, keepdims=True)
    return normal
