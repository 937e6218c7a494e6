"""Repetition code of dissipative cat qubits: rates of the hardware, circuit, logical error.

In: photons, loss over dissipation, distance.   Out: rates, `CheckCode`, `Family`.
Next: `quantacore.golden.codes.gkp`.

A cat qubit of n photons, held by two-photon dissipation at rate kappa2, flips its phase by photon
loss at rate ``kappa1 n`` and its bit ever less, as ``exp(-2 n)``. A repetition code corrects the
phase flips; nothing corrects the bit flips. Times are in units of ``1 / kappa2``. The tests find
both rates in the master equation.

Source: Guillaud & Mirrahimi, arXiv:1904.09474 (rates of gates); Gouzien et al., arXiv:2302.06639
(logical error, fitted to circuit simulations like those of Le Regent et al., arXiv:2212.11927).
"""

import math
from dataclasses import dataclass
from typing import Any

import stim

from quantacore.golden.codes.check_memory import Check, CheckCode, Place, memory_circuit
from quantacore.golden.codes.family import Distances, Family, check_square
from quantacore.golden.codes.pauli_noise import (
    PAULIS_OF_A_PAIR,
    SILENT,
    Channel,
    check_range,
    flip_of,
)
from quantacore.golden.codes.rotated import resources_of

FIT_SCALE = 5.6e-2
FIT_EXPONENT = 0.86
FIT_THRESHOLD = 1.3e-2
"""Of the fit in `phase_flip_per_round`."""

IDLE_STEPS = 3
"""Steps of a round in which data qubits wait: a round takes ``5 / kappa2``, two steps are gates."""

MOST_PHOTONS = 100.0
MOST_DISTANCE = 101
"""Up to where the formulas are asked."""


def phase_flip_per_round(*, n: float, k: float, distance: int) -> float:
    """Return the logical phase flips per round of the repetition code.

    Parameters
    ----------
    n : float
        Photons, in (0, 100].
    k : float
        ``kappa1 / kappa2``, in [0, 1].
    distance : int
        1 to 101.

    Raises
    ------
    ValueError
        If an argument is out of range; so do the functions below.
    """
    _check_cat(n, k, distance)
    ratio = n**FIT_EXPONENT * k / FIT_THRESHOLD
    return FIT_SCALE * ratio ** ((distance + 1) // 2)


def bit_flip_per_round(*, n: float, distance: int) -> float:
    """Return the logical bit flips per round: of any of ``2 (d - 1)`` gates, each exp(-2 n) / 2."""
    _check_cat(n, 0, distance)
    return (distance - 1) * math.exp(-2 * n)


def bit_flip_of_circuit(*, n: float, distance: int) -> float:
    """Return how often a round of our circuit flips the logical bit: exact, nothing detects it.

    As in `CatNoise`: each data qubit while it waits, with ``exp(-2 n)``, and the target of each of
    ``2 (d - 1)`` gates with half of that. Any odd number of flips is one.

    Examples
    --------
    >>> f"{bit_flip_of_circuit(n=8, distance=5):.3e}"
    '1.013e-06'
    """
    _check_cat(n, 0, distance)
    flip = math.exp(-2 * n)
    if flip > 0.5:
        return 0.5
    unflipped = distance * math.log1p(-2 * flip) + 2 * (distance - 1) * math.log1p(-flip)
    return -math.expm1(unflipped) / 2


def logical_error(*, n: float, k: float, distance: int) -> float:
    """Return the logical errors of ``distance`` rounds, both kinds together.

    Examples
    --------
    >>> f"{logical_error(n=8, k=1e-4, distance=5):.3e}"
    '2.950e-05'
    """
    phase = phase_flip_per_round(n=n, k=k, distance=distance)
    return distance * (phase + bit_flip_per_round(n=n, distance=distance))


def best_photons(*, k: float, distance: int) -> float:
    """Return the number of photons at which `logical_error` is least, to 1e-6.

    More photons flip bits less and phases more: the sum has one minimum.

    Examples
    --------
    >>> round(best_photons(k=1e-4, distance=11), 2)
    11.62
    """
    _check_cat(1, k, distance)
    low, high = 1e-3, MOST_PHOTONS
    while high - low > 1e-6:
        third = (high - low) / 3
        # Logarithms: both ends of the range may be flat or tiny otherwise.
        left, right = (
            math.log(logical_error(n=n, k=k, distance=distance) + math.exp(-700))
            for n in (low + third, high - third)
        )
        low, high = (low, high - third) if left < right else (low + third, high)
    return (low + high) / 2


@dataclass(frozen=True, kw_only=True)
class CatNoise:
    """Errors of cat qubits at each place of the circuit.

    Raises
    ------
    ValueError
        If a value is out of range, or a rate is above 0.5.
    """

    n: float = 8.0
    """Photons, in (0, 100]."""
    k: float = 1e-3
    """``kappa1 / kappa2``, in [0, 1]."""
    time: float = 1.0
    """Of a gate, a preparation and a measurement, in units of ``1 / kappa2``, above 0."""

    def __post_init__(self) -> None:
        _check_cat(self.n, self.k, 1)
        if not 0 < self.time < math.inf:
            raise ValueError(f"Time of a gate must be above 0, not {self.time!r}")
        if self.cnot_control > 0.5 or self.phase_flip * IDLE_STEPS > 0.5 or self.bit_flip > 0.5:
            raise ValueError(
                f"Rates of cat qubits must be at most 0.5, not {self.cnot_control:.3g} and "
                f"{self.bit_flip:.3g}: choose other n, k or time"
            )

    @property
    def phase_flip(self) -> float:
        """In one step: ``k n T``."""
        return self.k * self.n * self.time

    @property
    def bit_flip(self) -> float:
        """While data qubits wait: exp(-2 n)."""
        return math.exp(-2 * self.n)

    @property
    def cnot_control(self) -> float:
        """Z on the control: losses, and what the target's rotation in finite time leaks."""
        return self.phase_flip + math.pi**2 / (64 * self.n * self.time)

    @property
    def idle(self) -> Channel:
        waits = ("Z_ERROR", (IDLE_STEPS * self.phase_flip,))
        return (waits, ("X_ERROR", (self.bit_flip,)))

    @property
    def gate(self) -> Channel:
        rates = {
            "ZI": self.cnot_control,
            "IZ": self.phase_flip / 2,
            "ZZ": self.phase_flip / 2,
            "IX": self.bit_flip / 2,
        }
        return (("PAULI_CHANNEL_2", tuple(rates.get(pair, 0.0) for pair in PAULIS_OF_A_PAIR)),)

    def prepared(self, pauli: str, *, ancilla: bool) -> Channel:
        return flip_of("X", self.phase_flip) if pauli == "X" else SILENT

    def measured(self, pauli: str, *, ancilla: bool) -> Channel:
        return self.prepared(pauli, ancilla=ancilla)


def phase_repetition_code(distance: int) -> CheckCode:
    """Return the code on a line: checks XX between neighbours.

    Memory in basis x fails by a phase flip of every data qubit, that in basis z by any one bit
    flip, which no detector sees.
    """
    check_square((distance, distance), least=2)
    data: tuple[Place, ...] = tuple((2 * index, 0) for index in range(distance))
    checks = tuple(Check((x + 1, 0), (((x, 0), "X"), ((x + 2, 0), "X"))) for x, _ in data[:-1])
    return CheckCode(
        data=data,
        checks=checks,
        frames={basis: dict.fromkeys(data, basis.upper()) for basis in "xz"},
        observables={"x": (frozenset(data[:1]),), "z": (frozenset(data),)},
    )


def _check_cat(n: float, k: float, distance: int) -> None:
    if not 0 < n <= MOST_PHOTONS:
        raise ValueError(f"Number of photons must be above 0, at most 100, not {n!r}")
    check_range("Ratio k of loss to dissipation", k, 0, 1)
    check_range("Distance", distance, 1, MOST_DISTANCE)


def _build(distances: Distances, rounds: int, noise: Any, basis: str) -> stim.Circuit:
    return memory_circuit(phase_repetition_code(distances[0]), noise, rounds=rounds, basis=basis)


CAT = Family(
    name="cat",
    summary="repetition code of dissipative cat qubits: phase flips corrected, bit flips rare",
    source="Guillaud & Mirrahimi, arXiv:1904.09474",
    bases=("x", "z"),
    noise=CatNoise,
    check=lambda distances: check_square(distances, least=2),
    build=_build,
    count=lambda distances: resources_of(phase_repetition_code(distances[0])),
    faults=lambda distances, basis: distances[0] if basis == "x" else 1,
    smallest=(3, 3),
)
