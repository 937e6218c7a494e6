"""An endless numbered sequence of shots: any part of it can be had again at any time.

In: circuit or model, a key.   Out: shots ``start .. stop - 1``.
Next: `quantacore.sim.experiments.collect`.

A run that goes on where an earlier one stopped takes the next numbers, so it repeats no shot; a
decoder that comes later can be given the same shots as the others.
"""

import hashlib
from collections.abc import Callable

import numpy as np

Sample = Callable[[int, int], tuple[np.ndarray, np.ndarray]]
"""(number of shots, seed) -> detection events, observables, as `sample_shots` returns them."""


class ShotSequence:
    """Shots that depend on their number and a key alone (and on machine and stim version).

    Parameters
    ----------
    sample : callable
        Samples a batch; see `Sample`.
    key : str
        Says which experiment and seed this is: other keys give independent shots.
    batch_shots : int
        Shots per batch, each with a seed of its own. At least 1; part of what determines the shots.
    """

    def __init__(self, sample: Sample, *, key: str, batch_shots: int) -> None:
        self._sample = sample
        self._key = key
        self.batch_shots = batch_shots
        self._held: tuple[int, tuple[np.ndarray, np.ndarray]] | None = None

    def shots(self, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Return detection events and observables of the shots ``start .. stop - 1``.

        Raises
        ------
        ValueError
            If there is none, or they are not all of one batch.
        """
        number, first = divmod(start, self.batch_shots)
        last = first + stop - start
        if not 0 <= first < last <= self.batch_shots:
            raise ValueError(f"Shots must be of one batch, not {start!r} to {stop!r}")
        if self._held is None or self._held[0] != number:
            # Always the whole batch: the first shots of a shorter one would be others.
            self._held = number, self._sample(self.batch_shots, self._seed(number))
        events, observables = self._held[1]
        return events[first:last], observables[first:last]

    def _seed(self, batch: int) -> int:
        digest = hashlib.sha256(f"{self._key}/{batch}".encode()).digest()
        return int.from_bytes(digest[:8], "little")
