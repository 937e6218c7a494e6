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
    joint: str = "sum"
    """Time of a window that spans several patches, from one sample each: their sum (a serial
    decoder) or the largest (a mesh that decodes all places at once)."""
    source: str = field(default="given", compare=False)
    """Where the times come from, for the record."""

    def __post_init__(self) -> None:
        times = np.asarray(self.times_us, np.float64)
        if times.ndim != 1 or not len(times) or not np.all(np.isfinite(times) & (times >= 0)):
            raise ValueError("Service times must be at least one finite number of at least 0 us")
        if not self.transfer_us >= 0 or not np.isfinite(self.transfer_us):
            raise ValueError(f"Transfer must take at least 0 us, not {self.transfer_us!r}")
        if self.joint not in ("sum", "max"):
            raise ValueError(f"Joint time must be sum or max, not {self.joint!r}")

    @property
    def mean_us(self) -> float:
        """Mean time that a window of one patch keeps a server busy, transfer included."""
        return float(np.mean(self.times_us)) + self.transfer_us

    def draw(self, rng: np.random.Generator, patches: int) -> float:
        """Return a service time in microseconds, transfer left out."""
        drawn = self.times_us[rng.integers(len(self.times_us), size=patches)]
        return float(drawn.sum() if self.joint == "sum" else drawn.max())
