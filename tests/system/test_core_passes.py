"""Cores with baked and run-time links in Verilator against the golden model: every bit and pass."""

import dataclasses
import random

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.config import MAX_PASSES, CoreConfig
from quantacore.golden.spec.image import build_image
from quantacore.sim.batch import BatchCore
from quantacore.sim.core_cache import cached_core
from tests.random_graphs import random_events, random_graph, random_image, with_random_links
from tests.system.core_checks import check_core

pytestmark = pytest.mark.verilator

BAKED = CoreConfig(links="baked")


def runtime(lanes: int) -> CoreConfig:
    return CoreConfig(links="runtime", lanes=lanes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("distance", "ps", "num_shots", "config"),
    [
        pytest.param(3, [0.008], 20_000, BAKED, id="d3-baked"),
        # The core with links that change covers the mesh of d = 5 in every run.
        pytest.param(5, [0.005], 5_000, BAKED, id="d5-baked", marks=pytest.mark.soak),
        # One core for both: its links come with the image.
        pytest.param(3, [0.001, 0.008], 20_000, runtime(2), id="d3-runtime-2"),
        pytest.param(5, [0.001, 0.008], 5_000, runtime(4), id="d5-runtime-4"),
    ],
)
def test_rotated_memory_matches_golden_in_every_pass(distance, ps, num_shots, config):
    circuits = [rotated_memory(distance=distance, p=p) for p in ps]
    graphs = [graph_from_circuit(circuit) for circuit in circuits]
    images = [build_image(graph) for graph in graphs]
    most_passes = set()
    with BatchCore(cached_core(graphs[0], config, images[0])) as core:
        for circuit, graph, image in zip(circuits, graphs, images, strict=True):
            events, _ = sample_shots(circuit, num_shots=num_shots, seed=distance)
            for passes in (1, 2, 3, MAX_PASSES):
                found = check_core(core, graph, image, events, passes=passes, isolated=passes == 3)
                most_passes.add(int(found.passes.max()))
                assert (found.passes[~events.any(axis=1)] == 0).all()
    assert most_passes >= {1, 2, 3, MAX_PASSES}


CASES = {
    "plain": {"num_detectors": 20, "num_edges": 50, "correlations": 60},
    "no-boundary": {"num_detectors": 16, "num_edges": 40, "correlations": 40, "boundary": 0.0},
    "one-link": {"num_detectors": 8, "num_edges": 20, "correlations": 1},
    "all-links": {"num_detectors": 7, "num_edges": 18, "correlations": 3000},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_baked_links_match_golden_in_every_pass(name):
    seed = f"core_passes/{name}"
    rng = random.Random(seed)
    graph = random_graph(rng, num_observables=3, **CASES[name])
    links = random_image(rng, graph)
    with BatchCore(cached_core(graph, BAKED, links)) as core:
        # Same links, everything else new; with absent=0.5 many links point at absent edges.
        for fused, absent in ((0.1, 0.1), (0.0, 0.0), (0.0, 0.5), (1.0, 0.0)):
            image = random_image(rng, graph, fused=fused, absent=absent)
            image = dataclasses.replace(image, link_lengths=links.link_lengths)
            for passes in range(1, MAX_PASSES + 1):
                events = random_events(rng, graph, num_shots=200, density=0.3)
                check_core(core, graph, image, events, passes=passes, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "lanes"), [("plain", 4), ("no-boundary", 2), ("one-link", 2), ("all-links", 1)]
)
def test_runtime_links_of_every_image_match_golden(name, lanes):
    seed = f"core_passes/runtime/{name}"
    rng = random.Random(seed)
    graph = random_graph(rng, num_observables=3, **CASES[name])
    passes_seen = set()
    with BatchCore(cached_core(graph, runtime(lanes))) as core:
        # No links, all links, links onto absent edges and onto fused ones.
        for kept, fused, absent in ((0, 0.1, 0.1), (1, 0.1, 0.1), (1, 0.0, 0.5), (0.5, 0.6, 0.0)):
            for passes in range(1, MAX_PASSES + 1):
                image = random_image(rng, graph, fused=fused, absent=absent)
                image = with_random_links(rng, image, kept=kept)
                events = random_events(rng, graph, num_shots=200, density=0.3)
                found = check_core(core, graph, image, events, passes=passes, seed=seed)
                passes_seen |= set(found.passes.tolist())
    assert len(passes_seen) >= (2 if name == "one-link" else 4)


def test_core_refuses_passes_and_links_that_it_lacks():
    rng = random.Random("core_passes/refuse")
    graph = random_graph(rng, num_detectors=6, num_edges=12, correlations=8)
    image = random_image(rng, graph)
    events = random_events(rng, graph, num_shots=1, density=0.5)
    with BatchCore(cached_core(graph)) as core:
        core.load_image(image)
        with pytest.raises(ValueError, match="must be 1 on a core without links, not 2"):
            core.decode_shots(events, passes=2)
    with BatchCore(cached_core(graph, BAKED, image)) as core:
        other = (image.link_lengths % 14 + 1).astype(image.link_lengths.dtype)
        with pytest.raises(ValueError, match="must have the links"):
            core.load_image(dataclasses.replace(image, link_lengths=other))
        core.load_image(dataclasses.replace(image, later=image.first))
        core.decode_shots(events, passes=2)
    few = with_random_links(rng, image, kept=0.3)
    with BatchCore(cached_core(graph, runtime(1), few)) as core:
        with pytest.raises(ValueError, match=r"Image must have at most .* rows of 1 links"):
            core.load_image(image)
        core.load_image(few)
        core.decode_shots(events, passes=2)
