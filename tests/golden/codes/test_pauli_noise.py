"""Noise is as likely and as biased as it says."""

import math

import pytest

from quantacore.golden.codes.pauli_noise import PAULIS_OF_A_PAIR, BiasedNoise, flip_of


@pytest.mark.parametrize("eta", [0, 0.5, 1, 100, math.inf])
def test_biased_noise_has_its_strength_and_bias(eta: float) -> None:
    noise = BiasedNoise(p=0.01, eta=eta)
    ((name, (x, y, z)),) = noise.idle
    assert name == "PAULI_CHANNEL_1"
    assert x + y + z == pytest.approx(0.01)
    assert x == y
    assert z == pytest.approx(eta * (x + y)) if math.isfinite(eta) else x == 0
    ((name, parts),) = noise.gate
    assert name == "PAULI_CHANNEL_2"
    assert sum(parts) == pytest.approx(0.01)
    by_pair = dict(zip(PAULIS_OF_A_PAIR, parts, strict=True))
    assert by_pair["IZ"] == by_pair["ZI"] == by_pair["ZZ"]
    if math.isfinite(eta):
        assert by_pair["IZ"] == pytest.approx(2 * eta * by_pair["XY"])
    else:
        assert by_pair["XY"] == 0


def test_depolarising_noise_is_bias_of_a_half() -> None:
    ((_, parts),) = BiasedNoise(p=0.15).gate
    assert parts == pytest.approx([0.01] * 15)


def test_flip_of_flips_the_eigenvalue() -> None:
    assert flip_of("X", 0.1) == (("Z_ERROR", (0.1,)),)
    assert flip_of("Z", 0.1) == (("X_ERROR", (0.1,)),)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"p": -0.1}, "Noise strength p must be 0 to 0.5, not -0.1"),
        ({"p": 0.6}, "Noise strength p must be 0 to 0.5, not 0.6"),
        ({"p": math.nan}, "Noise strength p must be 0 to 0.5, not nan"),
        ({"eta": -1}, "Bias eta must be 0 to infinity, not -1"),
    ],
    ids=str,
)
def test_biased_noise_rejects(setting: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BiasedNoise(**setting)
