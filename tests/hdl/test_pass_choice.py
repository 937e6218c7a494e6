# amaranth: UnusedElaboratable=no
"""Volumes, choice and contest of random passes against the definition."""

import random

import pytest

from quantacore.golden.spec.config import MAX_PASSES, MAX_STEPS, MOST_VOLUME
from quantacore.hdl.pass_choice import PassChoice
from quantacore.sim.pysim import simulate
from tests.random_graphs import random_graph


def component_of_edge(graph, edge):
    return graph.detectors[graph.edges[edge].detectors[0]].component


def expected_answer(graph, found):
    """Return (observables, correction, volume, contested) after ``found`` passes.

    A pass is (volume of each component, observables of each component, correction).
    """
    candidates = found[1:] or found
    observables = correction = volume = 0
    for component in range(graph.num_components):
        best = min(candidates, key=lambda one: one[0][component])
        volume += best[0][component]
        observables ^= best[1][component]
        for edge in range(graph.num_edges):
            if component_of_edge(graph, edge) == component:
                correction |= best[2] & 1 << edge
    predictions = set()
    for _, masks, _ in found:
        prediction = 0
        for mask in masks:
            prediction ^= mask
        predictions.add(prediction)
    return observables, correction, min(volume, MOST_VOLUME), len(predictions) > 1


@pytest.mark.parametrize(
    ("num_edges", "num_shots", "num_passes", "most_growths", "densities"),
    [
        pytest.param(6, 20, MAX_PASSES, 4, (0, 1, 3, 5, 1023), id="many-components"),
        pytest.param(12, 20, MAX_PASSES, 4, (0, 1, 3, 5, 1023), id="few-components"),
        pytest.param(30, 3, 3, 8000, (1023,), id="saturating"),
    ],
)
def test_pass_choice_takes_the_least_volume_of_each_component(
    num_edges, num_shots, num_passes, most_growths, densities
):
    seed = f"pass_choice/{num_edges}"
    rng = random.Random(seed)
    graph = random_graph(rng, num_detectors=10, num_edges=num_edges, num_observables=2)
    largest = 0
    dut = PassChoice(graph, has_later=True, with_corrections=True)

    async def one_pass(ctx):
        """Grow at random, in steps that seldom differ, so that volumes are often equal."""
        volumes = [0] * graph.num_components
        for _ in range(rng.randrange(most_growths)):
            active = rng.choice(densities)
            steps = rng.randint(1, MAX_STEPS)
            grows = rng.random() < 0.9
            ctx.set(dut.active, active)
            ctx.set(dut.grow, 0)
            await ctx.tick()
            ctx.set(dut.active, rng.choice(densities))
            ctx.set(dut.steps, steps)
            ctx.set(dut.grow, grows)
            await ctx.tick()
            for index, detector in enumerate(graph.detectors):
                volumes[detector.component] += grows * steps * (active >> index & 1)
        ctx.set(dut.grow, 0)
        await ctx.tick().repeat(2)
        masks = [rng.randrange(4) for _ in range(graph.num_components)]
        correction = rng.randrange(1 << graph.num_edges)
        ctx.set(dut.mesh_observables, masks)
        ctx.set(dut.mesh_correction, correction)
        return [min(volume, MOST_VOLUME) for volume in volumes], masks, correction

    async def testbench(ctx):
        nonlocal largest
        for shot in range(num_shots):
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            found = []
            for pass_index in range(1, num_passes + 1):
                ctx.set(dut.pass_index, pass_index)
                found.append(await one_pass(ctx))
                expected = expected_answer(graph, found)
                largest = max(largest, expected[2])
                where = f"{seed=} {shot=} {pass_index=}"
                assert ctx.get(dut.observables) == expected[0], where
                assert ctx.get(dut.correction) == expected[1], where
                assert ctx.get(dut.volume) == expected[2], where
                assert ctx.get(dut.contested) == expected[3], where
                ctx.set(dut.again, 1)
                await ctx.tick()
                ctx.set(dut.again, 0)

    simulate(dut, testbench)
    assert (largest == MOST_VOLUME) == (most_growths > 1000)
