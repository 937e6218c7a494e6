"""How long cores and CPUs take for a window: samples of service times, and the cost to get there.

In: measured times.   Out: `Tier`.
Next: `quantacore.sim.allocation.machine`.   Measured by: `quantacore.sim.allocation.measured`.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One kind of server.

    Raises
    ------
    ValueError
        If there is no time, or a time is negative or no number.
    """

    times_us: np.ndarray
    """``float64``, shape ``(num_samples,)``: measured service times of single windows."""
    transfer_us: float = 0.0
    """To hand a window over and to take its result back; the server is busy meanwhile."""
    joint_us: tuple[np.ndarray, ...] = ()
    """The same of the windows of a gate that spans several patches, for each of them in order."""
    joint_transfer_us: float = 0.0
    """To hand one of those over."""
    source: str = field(default="given", compare=False)
    """Where the times come from, for the record."""

    def __post_init__(self) -> None:
        for samples in (self.times_us, *self.joint_us):
            times = np.asarray(samples, np.float64)
            if times.ndim != 1 or not len(times) or not np.all(np.isfinite(times) & (times >= 0)):
                raise ValueError(
                    "Service times must be at least one finite number of at least 0 us"
                )
        for transfer_us in (self.transfer_us, self.joint_transfer_us):
            if not 0 <= transfer_us < float("inf"):
                raise ValueError(f"Transfer must take at least 0 us, not {transfer_us!r}")

    @property
    def mean_us(self) -> float:
        """Mean time that a window of one patch keeps a server busy, transfer included."""
        return self.mean_of(None)

    def mean_of(self, joint: int | None) -> float:
        """Return the mean time that a window keeps a server busy, transfer included.

        Parameters
        ----------
        joint : int, optional
            Number of the window within its gate; None: a window of one patch.
        """
        return float(np.mean(self._samples(joint))) + self.transfer_of(joint)

    def transfer_of(self, joint: int | None) -> float:
        """Return the time to hand a window over, in microseconds."""
        return self.transfer_us if joint is None else self.joint_transfer_us

    def draw(self, rng: np.random.Generator, joint: int | None = None) -> float:
        """Return a service time in microseconds, transfer left out."""
        samples = self._samples(joint)
        return float(samples[rng.integers(len(samples))])

    def _samples(self, joint: int | None) -> np.ndarray:
        return self.times_us if joint is None else self.joint_us[joint]
