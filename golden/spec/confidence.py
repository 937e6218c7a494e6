"""Rank shots by how much they are to be doubted, from what a prediction says beside its bits.

In: `DecodedShots`.   Out: a number per shot, a threshold for post-selection.
Next: `quantacore.sim.experiments.confidence` measures how well it predicts logical errors.
"""

import numpy as np

from quantacore.golden.spec.config import VOLUME_BITS
from quantacore.golden.spec.results import DecodedShots

CONTESTED_DOUBT = 1 << VOLUME_BITS
"""A contested shot is more doubtful than any that is not."""

UNMATCHED_DOUBT = 2 * CONTESTED_DOUBT
"""A shot without a prediction is the most doubtful."""


def doubts_of(decoded: DecodedShots) -> np.ndarray:
    """Return how doubtful the answer of each shot is: contested first, then by growth volume.

    Only the order means something. A shot without defects has 0.

    Returns
    -------
    uint32, shape ``(num_shots,)``
        `UNMATCHED_DOUBT` if unmatched; otherwise the volume, plus `CONTESTED_DOUBT` if contested.

    Raises
    ------
    ValueError
        If the decoder does not tell volumes and whether passes agree.
    """
    if decoded.volumes is None or decoded.contested is None:
        raise ValueError("Volumes and contested must be given by the decoder, not None")
    doubts = decoded.volumes + np.uint32(CONTESTED_DOUBT) * decoded.contested
    return np.where(decoded.unmatched, UNMATCHED_DOUBT, doubts).astype(np.uint32)


def doubt_threshold(doubts: np.ndarray, *, discarded: float) -> int:
    """Return the lowest threshold that discards at most a given share of these shots.

    A shot is discarded if its doubt is *above* the threshold. Equal doubts stay together, so
    the share that is discarded may be less than asked for.

    Parameters
    ----------
    doubts : uint32, shape ``(num_shots,)``
        Of calibration shots, as `doubts_of` gives them; at least one.
    discarded : float
        Largest share of shots to discard, in [0, 1).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> doubts = np.array([0, 3, 3, 7, 70000], np.uint32)
    >>> doubt_threshold(doubts, discarded=0.2)
    7
    >>> doubt_threshold(doubts, discarded=0.7)
    3
    """
    if len(doubts) == 0:
        raise ValueError("Number of calibration shots must be at least 1, not 0")
    if not 0 <= discarded < 1:
        raise ValueError(f"Share of discarded shots must be in [0, 1), not {discarded!r}")
    values, counts = np.unique(doubts, return_counts=True)
    above = len(doubts) - np.cumsum(counts)
    # A product such as 0.3 * 10 may fall short of the whole number that is meant.
    return int(values[np.argmax(above <= discarded * len(doubts) + 1e-9)])
