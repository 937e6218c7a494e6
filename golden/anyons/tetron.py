"""Exchange two modes of a tetron by measurements that keep the charge of every tetron.

In: state vector of two tetrons.   Out: outcomes, and the state after them.
Next: `quantacore.golden.anyons.gaussian`, which is for pairs alone.

A helper tetron is measured, then a pair of each tetron together (a joint parity of four modes),
then the helper again in another pair. Whatever the outcomes, the first tetron has its two modes
exchanged, in one direction or the other; no correction is left. Joint parities do not keep states
Gaussian, so here are state vectors.

Source: Karzig et al., arXiv:1610.05289 (tetrons and their measurements).
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.anyons.majorana import majorana_operators

MODES = 8
"""Modes 0 to 3 are the first tetron, 4 to 7 the helper."""

HELPER_BEFORE, HELPER_JOINT, HELPER_AFTER = (5, 6), (4, 5), (4, 6)
"""Pairs of the helper: measured first, together with the tetron, and last."""


class TwoTetrons:
    """State vector of two tetrons.

    Parameters
    ----------
    state : complex128, shape ``(16,)``
        Of `majorana_operators` of eight modes; unit length.
    seed : int or sequence of int

    Raises
    ------
    ValueError
        If the state has another shape or length.
    """

    def __init__(self, state: np.ndarray, *, seed: int) -> None:
        size = 2 ** (MODES // 2)
        if state.shape != (size,) or not np.isclose(np.linalg.norm(state), 1):
            raise ValueError(f"State must be a unit vector of {size} numbers, not {state!r}")
        self.state = state.astype(complex)
        self.operators = majorana_operators(MODES)
        self._rng = np.random.default_rng(seed)

    def pair(self, a: int, b: int) -> np.ndarray:
        """Return ``i g_a g_b``."""
        return 1j * self.operators[a] @ self.operators[b]

    def measure(self, parity: np.ndarray) -> int:
        """Measure a product of pairs.

        Parameters
        ----------
        parity : complex128, shape ``(16, 16)``
            Hermitian, its square is 1.

        Returns
        -------
        int
            1 or -1.
        """
        mean = float((self.state.conj() @ parity @ self.state).real)
        outcome = 1 if self._rng.random() < (1 + mean) / 2 else -1
        after = self.state + outcome * (parity @ self.state)
        self.state = after / np.linalg.norm(after)
        return outcome


@dataclass(frozen=True, kw_only=True)
class JointExchange:
    """Outcomes of an exchange, each 1 or -1."""

    before: int
    joint: int
    after: int

    @property
    def direction(self) -> int:
        """1 if g_i went to -g_j and g_j to g_i, as in ``(1 + g_i g_j) / sqrt 2``; else -1."""
        return -self.before * self.joint * self.after


def exchange_by_joint_parity(tetrons: TwoTetrons, i: int, j: int) -> JointExchange:
    """Exchange two modes of the first tetron, with three measurements.

    Parameters
    ----------
    tetrons : TwoTetrons
    i, j : int
        Two of 0 to 3.

    Raises
    ------
    ValueError
        If they are not two modes of the first tetron.
    """
    if i == j or not {i, j} <= set(range(4)):
        raise ValueError(f"Modes must be two of 0 to 3, not {i!r} and {j!r}")
    return JointExchange(
        before=tetrons.measure(tetrons.pair(*HELPER_BEFORE)),
        joint=tetrons.measure(tetrons.pair(i, j) @ tetrons.pair(*HELPER_JOINT)),
        after=tetrons.measure(tetrons.pair(*HELPER_AFTER)),
    )
