"""One small core for all tests of its simulation."""

import random
from pathlib import Path

import pytest

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.sim.core_cache import cached_core
from tests.random_graphs import random_graph


@pytest.fixture(scope="session")
def small_graph() -> DecodingGraph:
    return random_graph(random.Random("sim"), num_detectors=11, num_edges=24, num_observables=9)


@pytest.fixture(scope="session")
def small_core(small_graph: DecodingGraph) -> Path:
    """Folder of the small graph's core; do not write into it."""
    return cached_core(small_graph, CoreConfig(word_bits=8))


@pytest.fixture(scope="session")
def tiny_core() -> Path:
    """Folder of a core that synthesis tools take seconds for; do not write into it."""
    graph = random_graph(random.Random("synth"), num_detectors=3, num_edges=4)
    return cached_core(graph, CoreConfig(length_bits=2, word_bits=4, with_corrections=False))
