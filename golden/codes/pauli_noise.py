"""Where a check circuit is noisy, and the noise of qubits whose phase flips more often.

In: strength and bias.   Out: stim's noise instructions for each place of a circuit.
Next: `quantacore.golden.codes.check_memory`.

Source: bias as in Tuckett, Bartlett & Flammia, arXiv:1708.08474, eta = p_Z / (p_X + p_Y).
"""

import math
from dataclasses import dataclass
from typing import Protocol

Channel = tuple[tuple[str, tuple[float, ...]], ...]
"""stim's noise instructions and their arguments, applied one after another."""

SILENT: Channel = ()
"""No noise."""

PAULIS_OF_A_PAIR = [a + b for a in "IXYZ" for b in "IXYZ"][1:]
"""The order of the arguments of stim's ``PAULI_CHANNEL_2``."""


class PlaceNoise(Protocol):
    """What happens at each place of a circuit that measures checks with one ancilla each."""

    @property
    def idle(self) -> Channel:
        """Of data qubits, once a round."""

    @property
    def gate(self) -> Channel:
        """After a controlled Pauli; targets are pairs (ancilla, data qubit)."""

    def prepared(self, pauli: str, *, ancilla: bool) -> Channel:
        """After preparation of an eigenstate of a Pauli, ``"X"`` or ``"Z"``."""

    def measured(self, pauli: str, *, ancilla: bool) -> Channel:
        """Before measurement of a Pauli, ``"X"`` or ``"Z"``."""


@dataclass(frozen=True, kw_only=True)
class BiasedNoise:
    """One strength everywhere; Z is more likely than the other Paulis.

    Alone, Z is ``2 eta`` times as likely as X or Y; after a gate, each of IZ, ZI and ZZ is
    ``2 eta`` times as likely as each of the other twelve. So 0.5 is depolarising noise.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    p: float = 0.003
    """Probability of an error: of data qubits once a round, after gates and preparations, before
    measurements. In [0, 0.5]."""
    eta: float = 0.5
    """Bias ``p_Z / (p_X + p_Y)``, at least 0; infinite: Z alone."""

    def __post_init__(self) -> None:
        check_range("Noise strength p", self.p, 0, 0.5)
        check_range("Bias eta", self.eta, 0, math.inf)

    @property
    def idle(self) -> Channel:
        share = 1.0 if math.isinf(self.eta) else self.eta / (1 + self.eta)
        other = self.p * (1 - share) / 2
        return (("PAULI_CHANNEL_1", (other, other, self.p * share)),)

    @property
    def gate(self) -> Channel:
        infinite = math.isinf(self.eta)
        likely, other = (1.0, 0.0) if infinite else (2 * self.eta, 1.0)
        parts = [likely if set(pair) <= {"I", "Z"} else other for pair in PAULIS_OF_A_PAIR]
        return (("PAULI_CHANNEL_2", tuple(self.p * part / sum(parts) for part in parts)),)

    def prepared(self, pauli: str, *, ancilla: bool) -> Channel:
        return self.idle

    def measured(self, pauli: str, *, ancilla: bool) -> Channel:
        return self.idle


@dataclass(frozen=True, kw_only=True)
class DepolarizingNoise:
    """One strength everywhere, in channels of one probability: they can be multiplied by place.

    Raises
    ------
    ValueError
        If the strength is out of range.
    """

    p: float = 0.003
    """As that of `BiasedNoise`, in [0, 0.5]."""

    def __post_init__(self) -> None:
        check_range("Noise strength p", self.p, 0, 0.5)

    @property
    def idle(self) -> Channel:
        return (("DEPOLARIZE1", (self.p,)),)

    @property
    def gate(self) -> Channel:
        return (("DEPOLARIZE2", (self.p,)),)

    def prepared(self, pauli: str, *, ancilla: bool) -> Channel:
        return flip_of(pauli, self.p)

    def measured(self, pauli: str, *, ancilla: bool) -> Channel:
        return flip_of(pauli, self.p)


def flip_of(pauli: str, p: float) -> Channel:
    """Return the error that flips an eigenvalue of a Pauli with probability ``p``."""
    return (("Z_ERROR" if pauli == "X" else "X_ERROR", (p,)),)


def check_range(noun: str, value: float, low: float, high: float) -> None:
    """Raise `ValueError` unless ``low <= value <= high``; NaN is outside."""
    if not low <= value <= high:
        top = "infinity" if math.isinf(high) else f"{high:g}"
        raise ValueError(f"{noun} must be {low:g} to {top}, not {value!r}")
