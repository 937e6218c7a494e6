"""Analog information of GKP modes is worth what it is published to be."""

import math
from dataclasses import replace

import numpy as np
import pytest

from quantacore.golden.codes.gkp import flip_probability
from quantacore.sim.experiments.analog import (
    ANALOG,
    DECODERS,
    DIGITAL,
    MATCHING,
    UNION_FIND,
    AnalogRow,
    crossing,
    measure_analog,
    shifted_shots,
    toric_graph,
)


def test_shots_are_of_the_graph() -> None:
    graph = toric_graph(3)
    shots = shifted_shots(graph, sigma=0.5, num_shots=2000, generator=np.random.default_rng(1))
    # Four modes around each check; products of all checks are one.
    p = flip_probability(0.5)
    seen = shots.events[:, [bool(edges) for edges in graph.incident_edges]]
    assert seen.shape[1] == 9
    assert seen.mean() == pytest.approx((1 - (1 - 2 * p) ** 4) / 2, abs=0.01)
    assert not (shots.events.sum(axis=1) % 2).any()
    assert shots.weights.shape == (2000, graph.num_edges)
    assert set(shots.observables.tolist()) == {0, 1, 2, 3}


def test_analog_information_helps_both_decoders() -> None:
    row = measure_analog(distance=5, sigma=0.53, num_shots=150, length_bits=4, seed=1)
    for name in (MATCHING, UNION_FIND):
        assert row.errors[ANALOG, name] < row.errors[DIGITAL, name] / 1.5
    assert row.errors[ANALOG, UNION_FIND] <= 2 * row.errors[ANALOG, MATCHING] + 5


@pytest.mark.slow
def test_threshold_moves_from_ten_to_fourteen_per_cent() -> None:
    rates = {}
    for sigma in (0.52, 0.60):
        for distance in (5, 9):
            row = measure_analog(
                distance=distance, sigma=sigma, num_shots=800, length_bits=4, seed=1
            )
            for decoder in DECODERS:
                rates[decoder, sigma, distance] = row.rate(decoder).value
    for name in (MATCHING, UNION_FIND):
        # p is 0.088 and 0.140: between the digital and the analog threshold in the second.
        assert rates[(DIGITAL, name), 0.60, 9] > rates[(DIGITAL, name), 0.60, 5] + 0.05
        assert rates[(ANALOG, name), 0.52, 9] < rates[(ANALOG, name), 0.52, 5] / 2
        assert rates[(ANALOG, name), 0.60, 9] < rates[(ANALOG, name), 0.60, 5] + 0.03
    assert rates[(DIGITAL, MATCHING), 0.52, 9] < rates[(DIGITAL, MATCHING), 0.52, 5]


def test_crossing_is_where_the_curves_meet() -> None:
    decoder = DECODERS[0]

    def row(distance: int, sigma: float, errors: int) -> AnalogRow:
        return AnalogRow(distance=distance, sigma=sigma, shots=100, errors={decoder: errors})

    rows = [row(3, 0.5, 20), row(5, 0.5, 10), row(3, 0.6, 30), row(5, 0.6, 60)]
    assert crossing(rows, decoder) == pytest.approx(0.525)
    assert math.isnan(crossing([*rows[:3], replace(rows[3], errors={decoder: 0})], decoder))


def test_measure_analog_rejects() -> None:
    with pytest.raises(ValueError, match="Distance must be at least 3, not 2"):
        toric_graph(2)
    with pytest.raises(ValueError, match="Number of shots must be at least 1, not 0"):
        measure_analog(distance=3, sigma=0.5, num_shots=0, length_bits=4, seed=1)
