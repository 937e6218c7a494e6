"""What predictors may know of a device besides its counts: neighbours, and parts of its noise.

In: arrays that were made from the model's circuit (`quantacore.sim.experiments.circuit_device`).
Out: `Device`, `NoiseParts`.
Next: `quantacore.host.predict.qubit_factors`, `quantacore.host.predict.recurrent_inputs`.

The noise of a circuit is a sum over *parts*, the sets of qubits that channels act on. A part
becomes likelier with its qubits, and an edge with its parts. So a few qubits say what hundreds of
edges do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

LEAST_EXPECTED = 1e-9


@dataclass(frozen=True, kw_only=True)
class NoiseParts:
    """Which part of the noise makes which edge, and whose qubits' it is.

    Raises
    ------
    ValueError
        If shapes or numbers do not fit.
    """

    shares: np.ndarray
    """``float64``, shape ``(num_edges, num_parts)``: of each edge's prior in the model, at least 0;
    rows sum to 1."""
    exponents: np.ndarray
    """``float64``, shape ``(num_parts, num_qubits)``: power of each qubit's factor in that of the
    part, 1 over the number of its qubits, or 0."""
    groups: np.ndarray
    """``int``, shape ``(num_edges,)``: edge -> group, numbered from 0."""
    expected: np.ndarray
    """``float64``, shape ``(num_edges,)``: what an edge counts for in its group, at least 0."""

    def __post_init__(self) -> None:
        num_edges, num_parts = np.shape(self.shares)
        if np.shape(self.exponents)[:1] != (num_parts,):
            raise ValueError(
                f"Exponents must be of {num_parts} parts, not {np.shape(self.exponents)[:1]}"
            )
        for name in ("groups", "expected"):
            if np.shape(getattr(self, name)) != (num_edges,):
                raise ValueError(f"{name.capitalize()} must be of {num_edges} edges")
        if not ((self.shares >= 0).all() and np.allclose(self.shares.sum(axis=1), 1, atol=1e-6)):
            raise ValueError("Shares must be at least 0, and those of each edge sum to 1")

    @property
    def num_qubits(self) -> int:
        """Qubits, those without noise included."""
        return int(np.shape(self.exponents)[1])

    @cached_property
    def of_groups(self) -> np.ndarray:
        """``float64``, shape ``(num_groups, num_parts)``: shares of groups of edges."""
        return np.stack([self._pooled(column) for column in self.shares.T], axis=1)

    def log_of_groups(self, ratios: np.ndarray) -> np.ndarray:
        """Return log ratios of groups, ``float64``, from ratios of edges, in the same way."""
        return np.asarray(np.log(self._pooled(ratios)))

    def _pooled(self, values: np.ndarray) -> np.ndarray:
        # A group that is never expected is made of its edges alike.
        weights = np.maximum(self.expected, LEAST_EXPECTED)
        sums = np.bincount(self.groups, weights * values)
        return np.asarray(sums / np.bincount(self.groups, weights))


@dataclass(frozen=True, kw_only=True)
class Device:
    """Knowledge of one device; what is None is not known."""

    neighbours: Sequence[Sequence[int]] | None = None
    """Of each group: `quantacore.host.predict.neighbours.neighbouring_groups`."""
    parts: NoiseParts | None = None


NOTHING_KNOWN = Device()
