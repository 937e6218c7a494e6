"""Rates of cat qubits: published values, our own circuit, and the physics beneath."""

import math

import numpy as np
import pytest

from quantacore.golden.codes.cat import (
    CAT,
    CatNoise,
    best_photons,
    bit_flip_of_circuit,
    bit_flip_per_round,
    logical_error,
    phase_flip_per_round,
)
from quantacore.golden.codes.pauli_noise import PAULIS_OF_A_PAIR
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.metrics import Interval, error_rate
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.source.sampling import sample_shots


@pytest.mark.parametrize(
    ("n", "k", "distance", "expected"),
    [(8, 1e-4, 5, 2.950e-5), (11, 1e-4, 11, 6.085e-8), (15, 1e-5, 11, 1.044e-11)],
)
def test_logical_error_has_the_published_values(n, k, distance, expected) -> None:
    assert logical_error(n=n, k=k, distance=distance) == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize(("k", "distance"), [(1e-3, 3), (1e-4, 11), (1e-5, 21)])
def test_best_photons_is_a_minimum(k: float, distance: int) -> None:
    best = best_photons(k=k, distance=distance)
    least = logical_error(n=best, k=k, distance=distance)
    everywhere = [logical_error(n=n, k=k, distance=distance) for n in np.arange(0.5, 60, 0.05)]
    assert least <= min(everywhere)
    for n in (best - 0.01, best + 0.01):
        assert logical_error(n=n, k=k, distance=distance) > least


def test_cat_noise_has_the_rates_of_its_gates() -> None:
    noise = CatNoise(n=8, k=1e-3, time=2)
    by_pair = dict(zip(PAULIS_OF_A_PAIR, noise.gate[0][1], strict=True))
    assert by_pair["ZI"] == pytest.approx(1e-3 * 8 * 2 + math.pi**2 / (64 * 8 * 2))
    assert by_pair["IZ"] == by_pair["ZZ"] == pytest.approx(1e-3 * 8 * 2 / 2)
    assert sum(by_pair.values()) == pytest.approx(
        by_pair["ZI"] + by_pair["IZ"] + by_pair["ZZ"] + math.exp(-16) / 2
    )


def test_bit_flips_of_the_circuit_are_those_of_its_rates() -> None:
    noise = CatNoise(n=2, k=1e-3)
    circuit = CAT.circuit(3, rounds=4, noise=noise, basis="z")
    shots = 100_000
    _, flips = sample_shots(circuit, num_shots=shots, seed=1)
    # Of three data qubits that wait and four gates, in each of four rounds.
    quiet = (1 - 2 * noise.bit_flip) ** 12 * (1 - noise.bit_flip) ** 16
    measured = error_rate(errors=int(flips.sum()), shots=shots, confidence=0.999)
    assert measured.contains((1 - quiet) / 2)
    assert bit_flip_per_round(n=2, distance=3) == pytest.approx(4 * noise.bit_flip / 2)


@pytest.mark.parametrize("n", [0.5, 1.5])
def test_bit_flips_of_the_circuit_are_exact(n: float) -> None:
    rounds = 3
    circuit = CAT.circuit(5, rounds=rounds, noise=CatNoise(n=n, k=0.0, time=3.0), basis="z")
    _, flips = sample_shots(circuit, num_shots=20_000, seed=1)
    per_round = bit_flip_of_circuit(n=n, distance=5)
    expected = (1 - (1 - 2 * per_round) ** rounds) / 2
    assert error_rate(errors=int(flips.sum()), shots=20_000).contains(expected)


def test_phase_flips_of_the_circuit_are_those_of_the_fit() -> None:
    circuit = CAT.circuit(5, rounds=5, noise=CatNoise(n=8, k=3e-4))
    shots = 200_000
    events, flips = sample_shots(circuit, num_shots=shots, seed=1)
    model = model_from_graph(graph_from_circuit(circuit))
    decoded = MatchingDecoder(model).decode_shots(events)
    wrong = int((decoded.predictions != flips).any(axis=1).sum())
    fit = 5 * phase_flip_per_round(n=8, k=3e-4, distance=5)
    measured = error_rate(errors=wrong, shots=shots)
    assert measured.overlaps(Interval(value=fit, low=0.85 * fit, high=1.15 * fit))


def slow_rates(n: float, *, loss: float = 0.0, dephasing: float = 0.0) -> tuple[float, float]:
    """Return how fast the populations of even and odd cats mix, and how fast their phase decays.

    From the master equation with two-photon dissipation at rate 1, in a space of 14 photon numbers.
    It keeps the density matrices of equal and of unequal parities apart.
    """
    levels = 14
    lower = np.diag(np.sqrt(np.arange(1.0, levels)), 1)
    one = np.eye(levels)
    matrix = np.zeros((levels**2, levels**2))
    jumps = [lower @ lower - n * one, math.sqrt(loss) * lower]
    for jump in [*jumps, math.sqrt(dephasing) * lower.T @ lower]:
        square = jump.T @ jump
        matrix += np.kron(jump, jump) - np.kron(square, one) / 2 - np.kron(one, square) / 2
    parity = np.add.outer(np.arange(levels), np.arange(levels)).ravel() % 2
    rates = []
    for unequal, index in ((0, 1), (1, 0)):
        block = matrix[np.ix_(parity == unequal, parity == unequal)]
        rates.append(float(np.sort(-np.linalg.eigvals(block).real)[index]))
    return rates[0], rates[1]


# Both signals of a flip decay twice as fast as it happens.
@pytest.mark.parametrize("n", [1.25, 1.5])
def test_phase_flips_of_the_master_equation_are_photon_losses(n: float) -> None:
    mixing, _ = slow_rates(n, loss=1e-3)
    assert mixing / 2 == pytest.approx(CatNoise(n=n, k=1e-3).phase_flip, rel=0.02)


@pytest.mark.parametrize("n", [1.25, 1.5])
def test_bit_flips_of_the_master_equation_fall_as_the_overlap_of_the_states(n: float) -> None:
    _, dephased = slow_rates(n, dephasing=1e-3)
    assert dephased / 2 == pytest.approx(1e-3 * n * CatNoise(n=n).bit_flip, rel=0.02)
    _, lossy = slow_rates(n, loss=1e-3)
    assert 0 < lossy < dephased / 10


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"n": 0}, "Number of photons must be above 0, at most 100, not 0"),
        ({"k": -1e-3}, "Ratio k of loss to dissipation must be 0 to 1, not -0.001"),
        ({"time": 0}, "Time of a gate must be above 0, not 0"),
        ({"n": 0.1}, "Rates of cat qubits must be at most 0.5, not 1.54 and 0.819"),
    ],
    ids=str,
)
def test_cat_noise_rejects(setting: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CatNoise(**setting)


@pytest.mark.parametrize("distance", [0, 102])
def test_logical_error_rejects_distance(distance: int) -> None:
    with pytest.raises(ValueError, match=f"Distance must be 1 to 101, not {distance}"):
        logical_error(n=8, k=1e-4, distance=distance)


def phase_flip_of_cnot(n: float, time: float, *, coupled: bool, levels: int = 4) -> float:
    """Return how often a CNOT without photon loss flips the phase of its control.

    From the master equation of two cats in shifted Fock states, ``a = Z (alpha + b)`` (exact but
    for overlaps of exp(-2 n)), kappa2 = 1: dissipators ``a1^2 - alpha^2`` and ``a2^2 - alpha (a1 +
    alpha) / 2 + alpha exp(2 i phi) (a1 - alpha) / 2``, phi = pi t / T, Hamiltonian ``pi / (4 alpha
    T) (a1 + a1^dag - 2 alpha) (n2 - n)``. What is lost of the coherence between the control's two
    states is phase flips. In the frame that turns with the target both branches begin in the
    vacuum.

    Parameters
    ----------
    coupled : bool
        False leaves out that the target's dissipator depends on excitations of the control.
    """
    alpha = math.sqrt(n)
    low, one = np.diag(np.sqrt(np.arange(1.0, levels)), 1), np.eye(levels)
    b1, b2 = np.kron(low, one), np.kron(one, low)
    number = (alpha * np.eye(len(b2)) + b2.T) @ (alpha * np.eye(len(b2)) + b2) - n * np.eye(len(b2))
    drive = math.pi / (4 * alpha * time) * (b1 + b1.T) @ number  # of one branch; minus of the other
    first, second = 2 * alpha * b1 + b1 @ b1, 2 * alpha * b2 + b2 @ b2
    mixed = coupled * alpha / 2 * b1

    def slope(rho: np.ndarray, at: float) -> np.ndarray:
        turn = np.exp(2j * math.pi * at / time)
        found = -1j * (drive @ rho + rho @ drive)
        for left, right in (
            (first, first),
            (second - (1 - turn) * mixed, turn * second + (1 - turn) * mixed),
        ):
            found += left @ rho @ right.conj().T
            found -= (left.conj().T @ left @ rho + rho @ right.conj().T @ right) / 2
        return found

    rho = np.zeros((len(b1), len(b1)), complex)
    rho[0, 0] = 1
    steps = int(8 * levels * n * time)
    step = time / steps
    for at in step * np.arange(steps):
        k1 = slope(rho, at)
        k2 = slope(rho + step / 2 * k1, at + step / 2)
        k3 = slope(rho + step / 2 * k2, at + step / 2)
        k4 = slope(rho + step * k3, at + step)
        rho = rho + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return (1 - float(np.trace(rho).real)) / 2


def test_phase_flips_of_a_cnot_are_those_of_the_formula_but_for_a_fifth() -> None:
    n, time = 8.0, 2.0
    formula = math.pi**2 / (64 * n * time)
    assert phase_flip_of_cnot(n, time, coupled=False) == pytest.approx(formula, rel=0.04)
    assert phase_flip_of_cnot(n, time, coupled=True) == pytest.approx(1.185 * formula, rel=0.01)
