"""What is gained by discarding the shots that are doubted most.

In: a doubt and right or wrong for each shot.   Out: `RejectionCurve`: errors left when so many go.
Next: `quantacore.sim.experiments.confidence`.
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.metrics import Interval, error_rate


@dataclass(frozen=True, kw_only=True)
class RejectionCurve:
    """Errors among the shots that are kept, for any number of shots discarded.

    Shots of equal doubt are discarded in random order; all figures are the average over these
    orders, so no random number is drawn and a useless confidence shows as what it is.
    """

    shots: np.ndarray
    """``int64``: shots at least as doubtful as each value of doubt that occurs, highest first;
    from 0 to all."""
    errors: np.ndarray
    """``int64``: how many of them are wrong."""

    @property
    def num_shots(self) -> int:
        """All shots, kept or not."""
        return int(self.shots[-1])

    @property
    def num_errors(self) -> int:
        """Wrong ones among all shots."""
        return int(self.errors[-1])

    def num_kept(self, discarded: float) -> int:
        """Return how many shots are kept if a share of them, in [0, 1), is discarded.

        Raises
        ------
        ValueError
            If the share is out of range, or no shot would be kept.
        """
        if not 0 <= discarded < 1:
            raise ValueError(f"Share of discarded shots must be in [0, 1), not {discarded!r}")
        kept = self.num_shots - round(discarded * self.num_shots)
        if kept < 1:
            raise ValueError(f"Share of discarded shots must leave a shot, not {discarded!r}")
        return kept

    def errors_left(self, discarded: float) -> float:
        """Return the expected number of wrong shots among those kept."""
        gone = self.num_shots - self.num_kept(discarded)
        return float(self.num_errors - np.interp(gone, self.shots, self.errors))

    def share_left(self, discarded: float) -> float:
        """Return `errors_left` relative to all errors; NaN if there are none."""
        return self.errors_left(discarded) / self.num_errors if self.num_errors else float("nan")

    def rate(self, discarded: float) -> Interval:
        """Return the logical error rate of the kept shots, with the Wilson interval.

        The interval is that of the whole number of errors nearest to the expected one.
        """
        left, kept = self.errors_left(discarded), self.num_kept(discarded)
        interval = error_rate(errors=round(left), shots=kept)
        return Interval(value=left / kept, low=interval.low, high=interval.high)


def rejection_curve(doubts: np.ndarray, wrong: np.ndarray) -> RejectionCurve:
    """Return the curve of one doubt on one decoder's errors.

    Parameters
    ----------
    doubts : any numbers, shape ``(num_shots,)``
        The larger, the sooner a shot is discarded.
    wrong : bool, shape ``(num_shots,)``

    Raises
    ------
    ValueError
        If the shapes differ, or there are no shots.

    Examples
    --------
    >>> curve = rejection_curve(np.array([9, 1, 1, 0]), np.array([True, True, False, False]))
    >>> [curve.errors_left(share) for share in (0, 0.25, 0.5, 0.75)]
    [2.0, 1.0, 0.5, 0.0]
    """
    if doubts.shape != wrong.shape or doubts.ndim != 1 or len(doubts) == 0:
        raise ValueError(
            f"Doubts must be one per shot, shape {wrong.shape}, at least one, not {doubts.shape}"
        )
    values, group = np.unique(doubts, return_inverse=True)
    shots = np.bincount(group, minlength=len(values))[::-1]
    errors = np.bincount(group[wrong], minlength=len(values))[::-1]
    return RejectionCurve(
        shots=np.concatenate([[0], np.cumsum(shots)]),
        errors=np.concatenate([[0], np.cumsum(errors)]),
    )
