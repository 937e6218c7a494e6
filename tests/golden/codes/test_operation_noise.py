"""Each operation has its own strength; bias is that of gates and idling."""

import math

import pytest

from quantacore.golden.codes.operation_noise import OperationNoise
from quantacore.golden.codes.pauli_noise import BiasedNoise
from quantacore.golden.codes.rotated import ROTATED

NOISE = OperationNoise(p=0.001, idle_p=0.002, prepare_p=0.003, measure_p=0.004, eta=3)


def test_each_operation_has_its_strength() -> None:
    ((name, (p_x, p_y, p_z)),) = NOISE.idle
    assert name == "PAULI_CHANNEL_1"
    assert p_x + p_y + p_z == pytest.approx(0.002)
    assert p_z / (p_x + p_y) == pytest.approx(3)
    assert NOISE.gate == BiasedNoise(p=0.001, eta=3).gate
    assert NOISE.prepared("X", ancilla=True) == (("Z_ERROR", (0.003,)),)
    assert NOISE.measured("Z", ancilla=False) == (("X_ERROR", (0.004,)),)


def test_families_take_it() -> None:
    circuit = ROTATED.circuit(3, noise=NOISE)
    assert circuit.shortest_graphlike_error(canonicalize_circuit_errors=True)


@pytest.mark.parametrize("name", ["p", "idle_p", "prepare_p", "measure_p"])
@pytest.mark.parametrize("value", [-0.1, 0.6, math.nan])
def test_operation_noise_rejects(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"{name} must be 0 to 0.5, not"):
        OperationNoise(**{name: value})
