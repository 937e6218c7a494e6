"""Shots of a GKP circuit with the analog information of every shift.

In: `DecodingGraph` of a circuit of `quantacore.golden.codes.gkp`, its noise.   Out: `AnalogShots`.
Next: `quantacore.sim.choice.counts`.

Without noisy gates an edge of the graph is one normal shift, or a few side by side: of a data mode
between two rounds, or of a readout. Which they are follows from the edge's prior. So shots can be
sampled shift by shift, and what is left of each after its correction says how sure it was.

Source: Fukui, Tomita & Okamoto, arXiv:1712.00294.
"""

import math
from dataclasses import dataclass

import numpy as np

from quantacore.golden.codes.gkp import (
    PERIOD,
    GkpNoise,
    analog_weights,
    flip_probability,
    residues,
)
from quantacore.golden.spec.graph import DecodingGraph

MOST_SHIFTS = 12
"""Of one kind in one edge."""
TABLE_POINTS = 4097
"""Of the weight as a function of what is left: between them it is a straight line."""
TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class AnalogShots:
    """Shots, and how likely each edge was in each of them."""

    events: np.ndarray
    """``bool``, shape ``(num_shots, num_detectors)``."""
    observables: np.ndarray
    """``uint64``, shape ``(num_shots,)``: actual flips, a bit mask."""
    weights: np.ndarray
    """``float32``, shape ``(num_shots, num_edges)``: nats, at least 0."""


class AnalogSampler:
    """Samples the shifts of a graph.

    Parameters
    ----------
    graph : DecodingGraph
        Of a circuit with this noise.
    noise : GkpNoise
        Without noise of gates: shifts of gates add up before they are measured, and no single
        remainder says how sure each was.

    Raises
    ------
    ValueError
        If gates are noisy, or an edge is not made of such shifts.
    """

    def __init__(self, graph: DecodingGraph, noise: GkpNoise) -> None:
        if noise.gate_sigma:
            raise ValueError(
                f"Analog shots must be of perfect gates, not of gate_sigma {noise.gate_sigma!r}"
            )
        self._sigmas = (noise.sigma, noise.readout_sigma)
        parts = [_parts(edge.prior, self._sigmas) for edge in graph.edges]
        # Edge of each shift, for either kind.
        self._edges = [
            np.repeat(np.arange(graph.num_edges), [part[kind] for part in parts])
            for kind in range(2)
        ]
        self._num_edges = graph.num_edges
        self._incidence = np.zeros((graph.num_edges, graph.num_detectors), np.float32)
        for index, edge in enumerate(graph.edges):
            self._incidence[index, list(edge.detectors)] = 1
        self._masks = np.array([edge.observables for edge in graph.edges], np.uint64)
        at = np.linspace(0, PERIOD / 2, TABLE_POINTS)
        self._at = at
        self._tables = [
            np.tanh(analog_weights(at, sigma) / 2).astype(np.float32) for sigma in self._sigmas
        ]

    def sample(self, num_shots: int, *, seed: int) -> AnalogShots:
        """Return shots; the same for the same seed."""
        generator = np.random.default_rng(seed)
        flips = np.zeros((num_shots, self._num_edges), np.bool_)
        sure = np.ones((num_shots, self._num_edges), np.float32)  # 1 - 2 p, a product over shifts
        for sigma, table, edges in zip(self._sigmas, self._tables, self._edges, strict=True):
            left, flipped = residues(generator.normal(0, sigma, (num_shots, len(edges))))
            known = np.interp(np.abs(left), self._at, table).astype(np.float32)
            # Shifts of an edge stand side by side: its n-th ones make one layer.
            first = np.searchsorted(edges, edges)
            nth = np.arange(len(edges)) - first
            for layer in range(int(nth.max(initial=-1)) + 1):
                columns = np.flatnonzero(nth == layer)
                flips[:, edges[columns]] ^= flipped[:, columns]
                sure[:, edges[columns]] *= known[:, columns]
        bits = flips.astype(np.float32) @ self._incidence
        return AnalogShots(
            events=bits.astype(np.int64) % 2 == 1,
            observables=np.bitwise_xor.reduce(np.where(flips, self._masks, np.uint64(0)), axis=1),
            weights=2 * np.arctanh(np.minimum(sure, np.float32(1 - 1e-7))),
        )

    @property
    def most_weight(self) -> float:
        """The weight of a shift of zero, the surest one."""
        return float(max(2 * np.arctanh(min(table[0], 1 - 1e-7)) for table in self._tables))


def _parts(prior: float, sigmas: tuple[float, float]) -> tuple[int, int]:
    """Return how many shifts of either kind make an edge with this prior, as few as do."""
    sure = [1 - 2 * flip_probability(sigma) for sigma in sigmas]
    for total in range(1, 2 * MOST_SHIFTS + 1):
        for first in range(max(0, total - MOST_SHIFTS), min(total, MOST_SHIFTS) + 1):
            made = (1 - sure[0] ** first * sure[1] ** (total - first)) / 2
            if math.isclose(made, prior, rel_tol=1e-6, abs_tol=TOLERANCE):
                return first, total - first
    raise ValueError(f"Edge must be made of shifts of the noise, not have prior {prior!r}")
