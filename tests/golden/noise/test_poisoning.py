"""Poisoned tetrons as noise of the honeycomb code."""

import math

import numpy as np
import pytest
import stim

from quantacore.golden.anyons.majorana import majorana_operators
from quantacore.golden.codes.honeycomb import PairNoise, honeycomb_circuit
from quantacore.golden.noise.poisoning import Poisoning, poisoned_honeycomb


def test_electrons_act_as_paulis_on_the_measured_pairs() -> None:
    """Through g_0 .. g_3: X, Y, Z and nothing, judged by which pairs they flip."""
    g = majorana_operators(4)
    pairs = {"X": g[1] @ g[2], "Y": g[0] @ g[2], "Z": g[0] @ g[1]}
    for electron, pauli in zip(g, ["X", "Y", "Z", None], strict=True):
        for name, pair in pairs.items():
            flips = np.allclose(electron @ pair, -pair @ electron)
            assert flips == (pauli is not None and name != pauli)


def test_arguments_are_those_of_complete_depolarisation() -> None:
    noise = Poisoning(electrons=0.3, crossings=0.2)
    assert noise.single == pytest.approx(3 / 4 * (1 - math.exp(-0.3)))
    assert noise.paired == pytest.approx(15 / 16 * (1 - math.exp(-0.2)))


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_circuit_is_the_honeycomb_with_noise(rounds: int) -> None:
    clean = honeycomb_circuit(3, PairNoise(p=0), rounds=rounds)
    made = poisoned_honeycomb(3, Poisoning(electrons=0.01, crossings=0.002), rounds=rounds)
    assert made.without_noise() == clean.without_noise()
    flat = made.flattened()
    steps = 3 * rounds
    singles = [i for i in flat if i.name == "DEPOLARIZE1"]
    pairs = [i for i in flat if i.name == "DEPOLARIZE2"]
    assert len(singles) == len(pairs) == steps
    assert all(len(i.targets_copy()) == 18 for i in singles + pairs)
    # Pairs of a step are those that are measured in it.
    measured = next(i for i in flat if i.name == "MPP").targets_copy()
    qubits = [t.value for t in measured if not t.is_combiner]
    assert [t.value for t in pairs[0].targets_copy()][: len(qubits)] == qubits
    assert len(made.shortest_graphlike_error()) >= 2


def test_no_noise_gives_the_clean_circuit() -> None:
    made = poisoned_honeycomb(3, Poisoning(electrons=0, flips=0), rounds=3)
    assert made == honeycomb_circuit(3, PairNoise(p=0), rounds=3)
    assert isinstance(made, stim.Circuit)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"electrons": -1}, "Mean number of electrons must be at least 0"),
        ({"crossings": math.inf}, "Mean number of crossings must be at least 0"),
        ({"flips": 0.6}, "Probability of flips must be in"),
    ],
)
def test_poisoning_rejects(settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Poisoning(**settings)
