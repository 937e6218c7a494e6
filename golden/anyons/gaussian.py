"""Fermionic Gaussian states: parity measurements, braids by measurement, poisoning.

In: covariance matrices of many shots.   Out: the same after an event, and outcomes.
Next: `quantacore.golden.anyons.tetron`, `quantacore.golden.noise.poisoning`.

``covariance[a, b] = <i g_a g_b>`` for a != b, antisymmetric; a pure state of pairs has entries 1
and -1. Everything here keeps states Gaussian: exchanges, measurements of pairs, and single Majorana
operators (an electron that comes from outside). Joint parities of four operators do not.

Source: Bravyi, arXiv:quant-ph/0404180 (Gaussian states); Bonderson, Freedman & Nayak,
arXiv:0802.0279 (braiding by measurement); Karzig et al., arXiv:1610.05289 (tetrons).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_ELECTRONS = 100
"""Mean number on a tetron: far beyond where anything is left of its state."""


class GaussianShots:
    """Covariance matrices of shots that differ in random outcomes.

    Parameters
    ----------
    pairs : sequence of (int, int)
        The state at the start: ``i g_a g_b = 1`` for each; every operator in one pair.
    num_shots : int
        At least 1.
    seed : int or sequence of int

    Attributes
    ----------
    covariance : float64, shape ``(num_shots, number, number)``
    rng : numpy.random.Generator
        All that is random in these shots.

    Raises
    ------
    ValueError
        If the pairs do not cover 0 .. number - 1, once each.
    """

    def __init__(
        self, pairs: Sequence[tuple[int, int]], *, num_shots: int, seed: int | Sequence[int]
    ) -> None:
        number = 2 * len(pairs)
        if sorted(index for pair in pairs for index in pair) != list(range(number)):
            raise ValueError(f"Pairs must hold each of 0 to {number - 1} once, not {pairs!r}")
        if num_shots < 1:
            raise ValueError(f"Number of shots must be at least 1, not {num_shots!r}")
        single = np.zeros((number, number))
        for a, b in pairs:
            single[a, b], single[b, a] = 1, -1
        self.covariance = np.repeat(single[np.newaxis], num_shots, axis=0)
        self.rng = np.random.default_rng(seed)

    def measure(self, a: int, b: int) -> np.ndarray:
        """Measure ``i g_a g_b`` in all shots.

        Returns
        -------
        int64, shape ``(num_shots,)``
            1 or -1.
        """
        state = self.covariance
        mean = state[:, a, b]
        draws = self.rng.random(len(state))
        outcomes = np.where(draws < (1 + mean) / 2, 1, -1)
        # Wick's theorem for the state after the projection.
        column_a, column_b = state[:, :, a].copy(), state[:, :, b].copy()
        change = (
            column_a[:, np.newaxis, :] * column_b[:, :, np.newaxis]
            - column_a[:, :, np.newaxis] * column_b[:, np.newaxis, :]
        )
        state += change * (outcomes / (1 + outcomes * mean))[:, np.newaxis, np.newaxis]
        for index in (a, b):
            state[:, index, :] = state[:, :, index] = 0
        state[:, a, b], state[:, b, a] = outcomes, -outcomes
        return outcomes

    def exchange(self, i: int, j: int) -> None:
        """Exchange two operators as ``(1 + g_i g_j) / sqrt 2`` does."""
        # What was correlated with g_i is now correlated with -g_j.
        for array in (self.covariance, self.covariance.swapaxes(1, 2)):
            row_i, row_j = array[:, i].copy(), array[:, j].copy()
            array[:, i], array[:, j] = row_j, -row_i

    def poison(self, index: np.ndarray) -> None:
        """Let an electron in through one Majorana mode of each shot.

        Parameters
        ----------
        index : int64, shape ``(num_shots,)``
            The mode; -1 for none.
        """
        shots = np.flatnonzero(index >= 0)
        # g_k anticommutes with all others: as conjugation, row and column k change sign.
        self.covariance[shots, index[shots], :] *= -1
        self.covariance[shots, :, index[shots]] *= -1


@dataclass(frozen=True, kw_only=True)
class MeasuredExchange:
    """Outcomes of an exchange that was made of measurements alone; each ``int64``, 1 or -1."""

    before: np.ndarray
    first: np.ndarray
    second: np.ndarray
    after: np.ndarray

    @property
    def i_to_j(self) -> np.ndarray:
        """Sign s of g_i -> s g_j."""
        return self.before * self.first * self.second * self.after

    @property
    def j_to_i(self) -> np.ndarray:
        """Sign s of g_j -> s g_i."""
        return -self.first * self.second

    @property
    def keeps_parity(self) -> np.ndarray:
        """Shots where the helper came back as it was: an exchange, of either direction.

        In the others an electron went to the helper pair: an exchange and one of the operators.
        """
        return self.before == self.after


def exchange_by_measurement(
    shots: GaussianShots, i: int, j: int, *, helper: tuple[int, int]
) -> MeasuredExchange:
    """Exchange two operators by measuring four pairs, with the help of one more pair.

    The pairs are the helper (a, b), then (i, a), (j, a), and (a, b) again. Outcomes are random;
    what they did to g_i and g_j is in the result, and nothing else is changed.

    Parameters
    ----------
    shots : GaussianShots
    i, j : int
    helper : (int, int)
        Two other operators.
    """
    a, b = helper
    return MeasuredExchange(
        before=shots.measure(a, b),
        first=shots.measure(i, a),
        second=shots.measure(j, a),
        after=shots.measure(a, b),
    )


def poison_tetrons(shots: GaussianShots, tetron: Sequence[int], *, mean_electrons: float) -> None:
    """Let electrons onto a tetron, each through one of its four modes at random.

    Parameters
    ----------
    shots : GaussianShots
    tetron : sequence of four int
    mean_electrons : float
        Rate times time, 0 to `MOST_ELECTRONS`; numbers are Poisson's.

    Raises
    ------
    ValueError
        If the mean is out of range.
    """
    if not 0 <= mean_electrons <= MOST_ELECTRONS:
        raise ValueError(
            f"Mean number of electrons must be 0 to {MOST_ELECTRONS}, not {mean_electrons!r}"
        )
    rng = shots.rng
    counts = rng.poisson(mean_electrons, len(shots.covariance))
    for done in range(int(counts.max(initial=0))):
        modes = np.array(tetron)[rng.integers(0, len(tetron), len(counts))]
        shots.poison(np.where(counts > done, modes, -1))


def odd_probability(mean_electrons: float) -> float:
    """Return the probability that a tetron took up an odd number of electrons.

    Examples
    --------
    >>> round(odd_probability(0.1), 4)
    0.0906
    """
    return float(-np.expm1(-2 * mean_electrons) / 2)


def pair_flip_probability(mean_electrons: float) -> float:
    """Return the probability that the parity of two of a tetron's four modes is flipped.

    Examples
    --------
    >>> round(pair_flip_probability(0.1), 4)
    0.0476
    """
    return float(-np.expm1(-mean_electrons) / 2)
