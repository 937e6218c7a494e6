# amaranth: UnusedElaboratable=no
"""The mesh against the golden growth and forest, after every growth step."""

import random
from functools import reduce
from operator import xor

import pytest

from quantacore.golden.decode.forest import (
    canonical_keys,
    canonical_parents,
    correction_from_forest,
)
from quantacore.golden.decode.growth import active_detectors, grow_clusters
from quantacore.golden.spec.config import MAX_STEPS
from quantacore.hdl.mesh import Mesh
from quantacore.sim.pysim import simulate
from tests.random_graphs import random_graph, random_image


@pytest.mark.parametrize("case", range(6))
def test_mesh_settles_to_golden_fixpoint(case):
    seed = f"mesh/{case}"
    rng = random.Random(seed)
    graph = random_graph(rng, num_detectors=3 + 2 * case, num_edges=5 + 5 * case)
    most_steps = (MAX_STEPS, 1, 2)[case % 3]
    dut = Mesh(graph, length_bits=3, most_steps=most_steps)

    async def testbench(ctx):
        rebuilds = 0
        for shot in range(12):
            rebuild_always = shot % 2 == 0
            image = random_image(rng, graph, length_bits=3)
            await shift_image(ctx, dut, image)
            defects = [rng.random() < 0.4 for _ in graph.detectors]
            ctx.set(dut.defects_in, sum(1 << v for v, bit in enumerate(defects) if bit))
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            lengths = image.first.tolist()
            growth = [0] * graph.num_edges
            while True:
                where = f"{seed=} {shot=} {growth=}"
                decoded = await settle(ctx, dut, where)
                fused = [
                    length != image.absent and g >= length
                    for g, length in zip(growth, lengths, strict=True)
                ]
                active = active_detectors(graph, fused, defects)
                assert ctx.get(dut.any_active) == any(active), where
                increments = [
                    0
                    if fused[e] or lengths[e] == image.absent
                    else sum(active[v] for v in edge.detectors)
                    for e, edge in enumerate(graph.edges)
                ]
                assert ctx.get(dut.any_growable) == any(increments), where
                parents = canonical_parents(graph, fused)
                correction = correction_from_forest(graph, parents, defects)
                # Clusters grow in the same way on any forest, the canonical one too.
                if ctx.get(dut.tangled) and (rebuild_always or not any(increments)):
                    ctx.set(dut.rebuild, 1)
                    await ctx.tick()
                    ctx.set(dut.rebuild, 0)
                    decoded = await settle(ctx, dut, where)
                    assert ctx.get(dut.any_active) == any(active), where
                    assert ctx.get(dut.any_growable) == any(increments), where
                    rebuilds += 1
                    is_canonical = True
                else:
                    is_canonical = not ctx.get(dut.tangled)
                if is_canonical:
                    assert ctx.get(dut.correction) == sum(1 << e for e in correction), where
                    assert decoded == (None if any(active) else ctx.get(dut.correction)), where
                if not any(increments):
                    break
                steps = ctx.get(dut.steps)
                away = min(
                    -(-(length - g) // i)
                    for length, g, i in zip(lengths, growth, increments, strict=True)
                    if i
                )
                assert steps == min(most_steps, away), where
                growth = [g + i * steps for g, i in zip(growth, increments, strict=True)]
                ctx.set(dut.grow, 1)
                await ctx.tick()
                ctx.set(dut.grow, 0)
            golden = grow_clusters(graph, lengths, defects, absent=image.absent)
            assert golden.unmatched == ctx.get(dut.any_active)
            observables = 0
            for e in correction:
                observables ^= int(image.observables[e])
            by_component = ctx.get(dut.observables)
            assert reduce(xor, by_component) == observables
            assert canonical_keys(graph, golden.fused) == canonical_keys(graph, fused)
        assert rebuilds > 0 or case == 0, seed

    simulate(dut, testbench)


async def settle(ctx, dut, where):
    """Wait until the mesh has settled; return the correction as soon as it is said to be there."""
    decoded = None
    for _ in range(4 * dut.graph.num_detectors + 2):
        if decoded is not None or ctx.get(dut.decoded):
            assert ctx.get(dut.decoded), where
            decoded = ctx.get(dut.correction) if decoded is None else decoded
        if ctx.get(dut.settled):
            break
        await ctx.tick()
    assert ctx.get(dut.settled), where
    return decoded


async def shift_image(ctx, dut, image):
    ctx.set(dut.shift, 1)
    for length, observables in zip(image.first.tolist(), image.observables.tolist(), strict=True):
        ctx.set(dut.weights.length, length)
        ctx.set(dut.weights.observables, observables)
        await ctx.tick()
    ctx.set(dut.shift, 0)
    ctx.set(dut.swap, 1)
    await ctx.tick()
    ctx.set(dut.swap, 0)
