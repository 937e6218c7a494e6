# amaranth: UnusedElaboratable=no
"""The edge unit against `quantacore.golden.decode.growth`, and its comparison of roots."""

import random

import pytest

from quantacore.golden.spec.config import MAX_STEPS
from quantacore.hdl.edge_unit import EdgeUnit, useful_steps
from quantacore.sim.pysim import simulate


@pytest.mark.parametrize("num_ends", [1, 2])
@pytest.mark.parametrize("length_bits", [2, 3, 4, 8])
@pytest.mark.parametrize("most_steps", [1, 3, MAX_STEPS])
def test_edge_unit_matches_golden(num_ends, length_bits, most_steps):
    seed = f"edge_unit/{num_ends}/{length_bits}/{most_steps}"
    rng = random.Random(seed)
    dut = EdgeUnit(num_ends=num_ends, length_bits=length_bits, most_steps=most_steps)
    absent = (1 << length_bits) - 1
    most = useful_steps(most_steps, length_bits=length_bits)
    fusions = 0

    async def testbench(ctx):
        nonlocal fusions
        for shot in range(60):
            length = rng.choice([0, 1, 2, absent - 1, absent, rng.randrange(absent + 1)])
            ctx.set(dut.length, length)
            # A start goes before growth that was decided on in the cycle before.
            ctx.set(dut.grow, rng.random() < 0.5)
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            growth = 0
            for step in range(12):
                where = f"{seed=} {shot=} {step=} {length=}"
                fused = length != absent and growth >= length
                active = rng.randrange(1 << num_ends)
                growable = not fused and length != absent and active != 0
                away = -(-(length - growth) // max(1, active.bit_count()))
                steps = rng.randint(1, min(most, away) if growable else most)
                ctx.set(dut.active, active)
                ctx.set(dut.grow, 0)
                ctx.set(dut.steps, steps)
                assert ctx.get(dut.fused) == fused, where
                assert ctx.get(dut.growable) == growable, where
                for k in range(most - 1):
                    assert ctx.get(dut.near[k]) == (growable and away < k + 2), where
                await ctx.tick()
                if rng.random() < 0.7:
                    if growable:
                        growth += steps * active.bit_count()
                    ctx.set(dut.grow, 1)
                    ctx.set(dut.last_steps, steps)
                    ctx.set(dut.steps, rng.randint(1, most))  # of now: they do not matter
                    # What fuses does so in the cycle in which it grows.
                    assert ctx.get(dut.fused) == (length != absent and growth >= length), where
                    fusions += not fused and ctx.get(dut.fused)
                    await ctx.tick()

    simulate(dut, testbench)
    assert fusions > 10


@pytest.mark.parametrize("root_bits", [1, 2, 3, 4, 7, 9])
def test_edge_unit_offers_the_lower_root_over_a_fused_edge(root_bits):
    rng = random.Random(f"edge_unit/roots/{root_bits}")
    dut = EdgeUnit(num_ends=2, length_bits=4, root_bits=root_bits)

    async def testbench(ctx):
        for length in (0, 5):
            ctx.set(dut.length, length)
            ctx.set(dut.start, 1)
            await ctx.tick()
            for _ in range(200):
                root0 = rng.randrange(1 << root_bits)
                root1 = rng.choice([root0, root0 ^ 1, rng.randrange(1 << root_bits)])
                ctx.set(dut.root0, root0)
                ctx.set(dut.root1, root1)
                await ctx.delay(1e-9)
                expected = 0 if length else (root1 < root0) | (root0 < root1) << 1
                assert ctx.get(dut.offers) == expected, (root0, root1, length)

    simulate(dut, testbench)


def test_edge_unit_restarts_on_the_lowered_length():
    absent = 7
    dut = EdgeUnit(num_ends=1, length_bits=3, has_later=True)

    async def testbench(ctx):
        for later in range(absent + 1):
            ctx.set(dut.length, 3)
            ctx.set(dut.later, later)
            for link_length in range(1, absent + 1):
                ctx.set(dut.link_length, link_length)
                ctx.set(dut.restart, 1)
                await ctx.tick()
                ctx.set(dut.restart, 0)
                expected = later if later in (0, absent) else min(later, link_length)
                ctx.set(dut.active, 1)
                ctx.set(dut.steps, 1)
                ctx.set(dut.last_steps, 1)
                steps = 0
                while not ctx.get(dut.fused) and steps < 10:
                    steps += 1
                    await ctx.tick()
                    ctx.set(dut.grow, 1)
                    fuses = ctx.get(dut.fused)
                    await ctx.tick()
                    ctx.set(dut.grow, 0)
                    assert ctx.get(dut.fused) == fuses, (later, link_length)
                assert steps == (10 if expected == absent else expected), (later, link_length)

    simulate(dut, testbench)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_ends": 3, "length_bits": 4}, "Edge must have 1 or 2 ends, not 3"),
        ({"num_ends": 2, "length_bits": 1}, "Length width must be at least 2 bits, not 1"),
    ],
)
def test_edge_unit_rejects_bad_parameters(arguments, message):
    with pytest.raises(ValueError, match=message):
        EdgeUnit(**arguments)
