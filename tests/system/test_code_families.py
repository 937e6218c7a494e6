"""The smallest code of every family, on its own generated core, against the golden model."""

import pytest

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image
from quantacore.sim.batch import BatchCore
from quantacore.sim.core_cache import cached_core
from tests.system.core_checks import check_core

ROUNDS = 2
"""Of a shot: the cores are built by the test."""


@pytest.mark.verilator
@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_core_of_a_family_matches_golden(name: str) -> None:
    family = FAMILIES[name]
    circuit = family.circuit(family.smallest, rounds=ROUNDS)
    graph = graph_from_circuit(circuit)
    events, _ = sample_shots(circuit, num_shots=20_000, seed=1)
    assert events.any(axis=1).sum() > 1000
    with BatchCore(cached_core(graph)) as core:
        check_core(core, graph, build_image(graph), events)
