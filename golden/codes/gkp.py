"""Surface codes of square GKP modes: shifts become flips, and each says how sure it is.

In: standard deviation of the shifts, or squeezing.   Out: rates, analog lengths, `Family`.
Next: `quantacore.golden.codes.honeycomb`.

A GKP mode is measured modulo sqrt(pi). A shift is taken back to the nearest multiple; one of more
than half the period flips the qubit. What is left over, ``z``, tells how near it was: the flip has
probability ``p(z)`` in this shot, so the shot has lengths of its own.

Source: Fukui, Tomita & Okamoto, arXiv:1712.00294 (analog information); Vuillot et al.,
arXiv:1810.00047, and Noh & Chamberland, arXiv:1908.03579 (toric and surface codes). The circuits
here have shifts of data modes once a round, of readouts, and of both modes after each gate. A
shift of a gate counts on its own, as if the mode were corrected in between: those of several gates
do not add up before one of them flips the mode, which is too kind where they are large.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import stim

from quantacore.golden.codes.check_memory import CheckCode, memory_circuit
from quantacore.golden.codes.family import Distances, Family, check_least, check_square
from quantacore.golden.codes.pauli_noise import SILENT, Channel, flip_of
from quantacore.golden.codes.rotated import faults_by_basis, resources_of, rotated_code
from quantacore.golden.codes.toric import toric_code

PERIOD = math.sqrt(math.pi)
"""Distance of two neighbouring multiples: an odd number of them apart is a flip."""

MOST_SIGMA = 2.0
"""Largest standard deviation of a shift: a flip has probability 0.4988 there."""

REACH = 12
"""Multiples on either side that are summed over; more are below 1e-15 at `MOST_SIGMA`."""


def flip_probability(sigma: float) -> float:
    """Return how often a normal shift flips the qubit: nearest multiple is an odd one.

    Parameters
    ----------
    sigma : float
        Standard deviation of the shift, in (0, 2].

    Examples
    --------
    >>> [f"{flip_probability(sigma):.3e}" for sigma in (0.3, 0.4)]
    ['3.136e-03', '2.672e-02']
    """
    _check_sigma(sigma)
    edge = PERIOD / 2
    total = 0.0
    for odd in range(1, 2 * REACH, 2):
        near, far = (2 * odd - 1) * edge, (2 * odd + 1) * edge
        total += math.erfc(near / (sigma * math.sqrt(2))) - math.erfc(far / (sigma * math.sqrt(2)))
    return total


def sigma_of_squeezing(decibels: float) -> float:
    """Return the standard deviation of a finitely squeezed state: ``10^(-dB/10) / 2`` its square.

    Parameters
    ----------
    decibels : float
        Finite, at least -9 (where ``sigma`` is 2).

    Examples
    --------
    >>> round(sigma_of_squeezing(10), 4)
    0.2236
    """
    if not math.isfinite(decibels):
        raise ValueError(f"Squeezing must be a finite number of dB, not {decibels!r}")
    return math.sqrt(10 ** (-decibels / 10) / 2)


def residues(shifts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a measurement modulo sqrt(pi) tells, and what it does not.

    Parameters
    ----------
    shifts : float64, any shape

    Returns
    -------
    residues : float64, same shape
        In [-sqrt(pi)/2, sqrt(pi)/2].
    flips : bool, same shape
        The nearest multiple is an odd one.
    """
    multiples = np.rint(shifts / PERIOD)
    return shifts - multiples * PERIOD, multiples % 2 == 1


def analog_weights(residues: np.ndarray, sigma: float) -> np.ndarray:
    """Return the weight of each flip in this shot: ``ln((1 - p(z)) / p(z))``.

    ``p(z)`` is the share of odd multiples in the sum of the normal density over all multiples.

    Parameters
    ----------
    residues : float64, any shape
        As `residues` returns them.
    sigma : float
        Standard deviation of the shifts, in (0, 2].

    Returns
    -------
    float64, same shape
        Nats, at least 0: zero half-way between two multiples.
    """
    _check_sigma(sigma)
    exponents = [
        -((residues + multiple * PERIOD) ** 2) / (2 * sigma**2)
        for multiple in range(-2 * REACH, 2 * REACH + 1)
    ]
    even = np.logaddexp.reduce(exponents[0::2])
    odd = np.logaddexp.reduce(exponents[1::2])
    return np.maximum(even - odd, 0.0)


@dataclass(frozen=True, kw_only=True)
class GkpNoise:
    """Normal shifts of both quadratures.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    sigma: float = 0.3
    """Of a data mode, once a round; in (0, 2]."""
    readout_sigma: float = 0.3
    """Of the measurement of a check; in (0, 2]."""
    gate_sigma: float = 0.0
    """Of both modes of a gate, both quadratures, in addition; in [0, 2]."""

    def __post_init__(self) -> None:
        _check_sigma(self.sigma)
        _check_sigma(self.readout_sigma)
        if self.gate_sigma:
            _check_sigma(self.gate_sigma)

    @property
    def idle(self) -> Channel:
        p = flip_probability(self.sigma)
        return (*flip_of("Z", p), *flip_of("X", p))

    @property
    def gate(self) -> Channel:
        if not self.gate_sigma:
            return SILENT
        p = flip_probability(self.gate_sigma)
        return (*flip_of("Z", p), *flip_of("X", p))

    def prepared(self, pauli: str, *, ancilla: bool) -> Channel:
        return SILENT

    def measured(self, pauli: str, *, ancilla: bool) -> Channel:
        return flip_of(pauli, flip_probability(self.readout_sigma)) if ancilla else SILENT


def _check_sigma(sigma: float) -> None:
    if not 0 < sigma <= MOST_SIGMA:
        raise ValueError(f"Standard deviation of shifts must be in (0, 2], not {sigma!r}")


def _surface(distances: Distances, rounds: int, noise: Any, basis: str) -> stim.Circuit:
    return memory_circuit(rotated_code(distances), noise, rounds=rounds, basis=basis)


def _toric(distances: Distances, rounds: int, noise: Any, basis: str) -> stim.Circuit:
    return memory_circuit(_toric_code(distances), noise, rounds=rounds, basis=basis)


def _toric_code(distances: Distances) -> CheckCode:
    return toric_code(distances[0])


GKP_SURFACE = Family(
    name="gkp_surface",
    summary="square GKP modes in a rotated surface code, d_x rows and d_z columns",
    source="Noh & Chamberland, arXiv:1908.03579",
    bases=("z", "x"),
    noise=GkpNoise,
    check=lambda distances: check_least(distances, 2),
    build=_surface,
    count=lambda distances: resources_of(rotated_code(distances)),
    faults=faults_by_basis,
    smallest=(3, 3),
)

GKP_TORIC = Family(
    name="gkp_toric",
    summary="square GKP modes in a toric code",
    source="Vuillot et al., arXiv:1810.00047",
    bases=("z", "x"),
    noise=GkpNoise,
    check=lambda distances: check_square(distances, least=2),
    build=_toric,
    count=lambda distances: resources_of(_toric_code(distances)),
    faults=faults_by_basis,
    smallest=(3, 3),
)
