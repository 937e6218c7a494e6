"""What a predictor learns from: counts of groups of like edges, epoch after epoch.

In: a data set (`quantacore.sim.experiments.dataset`) or the counters of a core.
Out: `CountSeries`.   Next: `quantacore.host.predict.predictor`.

Edges that are the same mechanism in another round are one *group*
(`quantacore.golden.adapt.like_edges`). A decoder's corrections of group ``g`` in epoch ``t`` are
about Poisson with mean ``exposures[t, g] * exp(log_ratios[t, g])``: the exposure is how many it
makes in as many shots from the model, the log ratio is how much likelier the group has become.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class CountSeries:
    """One run of a device, seen by its decoder.

    Raises
    ------
    ValueError
        If shapes or numbers do not fit.
    """

    name: str
    """Of the run: regime and seed."""
    regime: str
    times: np.ndarray
    """``float64``, shape ``(num_epochs,)``: seconds at the end of each epoch, rising."""
    counts: np.ndarray
    """``float64``, shape ``(num_epochs, num_groups)``: corrections, at least 0."""
    exposures: np.ndarray
    """``float64``, shape ``(num_epochs, num_groups)``: corrections that the model makes one expect,
    at least 0. A row of zeros is a gap: nothing was counted."""
    environment: np.ndarray
    """``float64``, shape ``(num_epochs, num_channels)``: what sensors say, with their noise."""
    log_ratios: np.ndarray | None = None
    """``float64``, shape ``(num_epochs, num_groups)``: the truth, for judges and teachers only."""

    def __post_init__(self) -> None:
        shape = np.shape(self.counts)
        if len(shape) != 2:
            raise ValueError(f"Counts must be of shape (num_epochs, num_groups), not {shape}")
        if np.shape(self.exposures) != shape:
            raise ValueError(
                f"Exposures must be of shape {shape} as counts are, not {np.shape(self.exposures)}"
            )
        if np.shape(self.times) != shape[:1]:
            raise ValueError(f"Times must be of shape {shape[:1]}, not {np.shape(self.times)}")
        if len(np.shape(self.environment)) != 2 or len(self.environment) != shape[0]:
            raise ValueError(
                f"Environment must be of shape ({shape[0]}, num_channels), "
                f"not {np.shape(self.environment)}"
            )
        if self.log_ratios is not None and np.shape(self.log_ratios) != shape:
            raise ValueError(
                f"Log ratios must be of shape {shape}, not {np.shape(self.log_ratios)}"
            )
        for name in ("counts", "exposures"):
            values = getattr(self, name)
            if not (np.isfinite(values).all() and (values >= 0).all()):
                raise ValueError(f"{name.capitalize()} must be finite and at least 0")
        if not np.isfinite(self.times).all():
            bad = int(np.flatnonzero(~np.isfinite(self.times))[0])
            raise ValueError(f"Times must be finite, but that of epoch {bad} is {self.times[bad]}")
        falls = np.flatnonzero(np.diff(self.times) <= 0)
        if len(falls):
            before, after = self.times[falls[0]], self.times[falls[0] + 1]
            raise ValueError(
                f"Times must rise from epoch to epoch, but epoch {falls[0]} ends at {before} s and "
                f"the next one at {after} s: did a clock jump?"
            )

    @property
    def num_epochs(self) -> int:
        """Epochs, gaps included."""
        return len(self.counts)

    @property
    def num_groups(self) -> int:
        """Groups of like edges."""
        return int(self.counts.shape[1])
