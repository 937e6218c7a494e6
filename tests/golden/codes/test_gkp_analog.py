"""Shots with analog information: the circuit's own statistics, and honest weights."""

import numpy as np
import pytest

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.codes.gkp import GkpNoise
from quantacore.golden.codes.gkp_analog import AnalogSampler
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import unpack_bits

NOISE = GkpNoise(sigma=0.45, readout_sigma=0.5)
SHOTS = 20_000


def graph_of(name, noise, rounds=3):
    circuit = FAMILIES[name].circuit((3, 3), rounds=rounds, noise=noise, basis="z")
    return circuit, graph_from_circuit(circuit)


@pytest.mark.parametrize("name", ["gkp_surface", "gkp_toric"])
def test_shots_have_the_statistics_of_the_circuit(name):
    circuit, graph = graph_of(name, NOISE)
    shots = AnalogSampler(graph, NOISE).sample(SHOTS, seed=1)
    events, flips = sample_shots(circuit, num_shots=SHOTS, seed=1)
    rates = unpack_bits(events, num_bits=graph.num_detectors).mean(axis=0)
    assert np.abs(shots.events.mean(axis=0) - rates).max() < 5 * np.sqrt(2 * 0.25 / SHOTS)
    # Pairs of detectors that share an edge fire together as often.
    both = unpack_bits(events, num_bits=graph.num_detectors)
    pairs = np.array([edge.detectors for edge in graph.edges if len(edge.detectors) == 2])
    seen, wanted = (
        (each[:, pairs[:, 0]] & each[:, pairs[:, 1]]).mean(axis=0)
        for each in (shots.events, both.astype(bool))
    )
    assert np.abs(seen - wanted).max() < 5 * np.sqrt(2 * 0.25 / SHOTS)
    for bit in range(graph.num_observables):
        mine = ((shots.observables >> np.uint64(bit)) & np.uint64(1)).mean()
        assert mine == pytest.approx((flips[:, 0] >> bit & 1).mean(), abs=0.02)


def test_weights_say_how_often_an_edge_flips():
    _, graph = graph_of("gkp_surface", NOISE)
    shots = AnalogSampler(graph, NOISE).sample(SHOTS, seed=2)
    expected = 1 / (1 + np.exp(shots.weights.astype(float)))
    priors = np.array([edge.prior for edge in graph.edges])
    assert expected.mean(axis=0) == pytest.approx(priors, rel=0.05)
    assert (shots.weights >= 0).all()


def test_seed_makes_the_shots():
    _, graph = graph_of("gkp_toric", NOISE)
    first, again, other = (AnalogSampler(graph, NOISE).sample(50, seed=s) for s in (3, 3, 4))
    assert (first.weights == again.weights).all() and (first.events == again.events).all()
    assert (first.weights != other.weights).any()


def test_sampler_rejects_what_it_cannot_tell():
    noisy = GkpNoise(sigma=0.3, readout_sigma=0.3, gate_sigma=0.1)
    _, graph = graph_of("gkp_surface", noisy)
    with pytest.raises(ValueError, match=r"must be of perfect gates, not of gate_sigma 0\.1"):
        AnalogSampler(graph, noisy)
    with pytest.raises(ValueError, match="Edge must be made of shifts of the noise"):
        AnalogSampler(graph, NOISE)
