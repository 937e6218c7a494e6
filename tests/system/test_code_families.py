"""The smallest code of every family, on its own generated core, against the golden model."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.codes.gkp import analog_weights
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.image import build_image, uniform_image
from quantacore.golden.spec.lengths import longest_length, quantise_weights
from quantacore.sim.batch import BatchCore
from quantacore.sim.core_cache import cached_core
from quantacore.sim.experiments.analog import shifted_shots, toric_graph
from quantacore.sim.rtl_decoder import linked_config
from tests.system.core_checks import check_core

pytestmark = [pytest.mark.verilator, pytest.mark.slow]

ROUNDS = 2
"""Of a shot: the cores are built by the test."""


@pytest.mark.parametrize("name", FAMILIES)
def test_core_of_a_family_matches_golden(name: str) -> None:
    family = FAMILIES[name]
    circuit = family.circuit(family.smallest, rounds=ROUNDS)
    graph = graph_from_circuit(circuit)
    events, _ = sample_shots(circuit, num_shots=20_000, seed=1)
    assert events.any(axis=1).sum() > 1000
    with BatchCore(cached_core(graph)) as core:
        check_core(core, graph, build_image(graph), events)


def test_core_of_the_xzzx_code_matches_golden_in_three_passes() -> None:
    family = FAMILIES["xzzx"]
    circuit = family.circuit(3, rounds=ROUNDS, noise=family.noise_of({"p": 0.01, "eta": 10}))
    graph = graph_from_circuit(circuit)
    image = build_image(graph)
    assert image.num_links
    events, _ = sample_shots(circuit, num_shots=20_000, seed=1)
    with BatchCore(cached_core(graph, linked_config(image, passes=3), image)) as core:
        found = check_core(core, graph, image, events, passes=3)
    assert (found.passes == 3).any()


def test_core_decodes_each_shot_with_lengths_of_its_own() -> None:
    sigma = 0.55
    graph = toric_graph(3)
    generator = np.random.default_rng(1)
    shots = shifted_shots(graph, sigma=sigma, num_shots=400, generator=generator)
    plain = uniform_image(graph, length=2)
    unit = float(analog_weights(np.zeros(1), sigma)[0]) / longest_length(plain.length_bits)
    lengths = quantise_weights(shots.weights, unit=unit, length_bits=plain.length_bits)
    events = pack_bits(shots.events)
    analog, digital = np.zeros(len(events), np.uint8), np.zeros(len(events), np.uint8)
    with BatchCore(cached_core(graph)) as core:
        for shot, row in enumerate(lengths):
            image = replace(plain, first=row, later=row)
            found = check_core(core, graph, image, events[shot : shot + 1], seed=shot)
            analog[shot] = found.predictions[0, 0]
        digital[:] = check_core(core, graph, plain, events).predictions[:, 0]
    wrong = [int((masks != shots.observables).sum()) for masks in (analog, digital)]
    assert wrong[0] < 0.8 * wrong[1]
