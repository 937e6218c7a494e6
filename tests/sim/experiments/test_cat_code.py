"""Our circuit of the cat code beside the published fit."""

import pytest

from quantacore.sim.experiments.cat_code import best_cat, measure_cat


def test_circuit_has_the_phase_flips_of_the_fit_and_twice_its_bit_flips() -> None:
    row = measure_cat(n=8, k=3e-4, distance=5, num_shots=200_000, seed=1)
    assert 0.7 < row.phase_rate.value / row.phase_fit < 1.2
    assert row.union_find_errors == pytest.approx(row.phase_errors, rel=0.3)
    few = measure_cat(n=3, k=1e-3, distance=3, num_shots=20_000, seed=1)
    assert few.bit_fit < few.bit_rate.value < 3 * few.bit_fit


def test_best_cat_has_published_error() -> None:
    best = best_cat(k=1e-4, distance=11)
    assert best.n == pytest.approx(11.62, abs=0.01)
    assert best.logical_error < 6.085e-8
