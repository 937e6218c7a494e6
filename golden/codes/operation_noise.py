"""Noise of qubits whose operations differ: one strength for gates, others for all else.

In: strengths by operation, bias.   Out: noise of `rotated`, `xzzx` and `xzzx_planar`.
Next: `quantacore.sim.choice.hardware`.
"""

from dataclasses import dataclass

from quantacore.golden.codes.pauli_noise import BiasedNoise, Channel, check_range, flip_of


@dataclass(frozen=True, kw_only=True)
class OperationNoise(BiasedNoise):
    """`BiasedNoise` with ``p`` for two-qubit gates alone.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    idle_p: float = 0.003
    """Probability of an error of a data qubit, once a round, in [0, 0.5]; biased as gates are."""
    prepare_p: float = 0.003
    """Probability of the wrong state after preparation, in [0, 0.5]."""
    measure_p: float = 0.003
    """Probability of the wrong result of a measurement, in [0, 0.5]."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("idle_p", "prepare_p", "measure_p"):
            check_range(name, getattr(self, name), 0, 0.5)

    @property
    def idle(self) -> Channel:
        return BiasedNoise(p=self.idle_p, eta=self.eta).idle

    def prepared(self, pauli: str, *, ancilla: bool) -> Channel:
        return flip_of(pauli, self.prepare_p)

    def measured(self, pauli: str, *, ancilla: bool) -> Channel:
        return flip_of(pauli, self.measure_p)
