# amaranth: UnusedElaboratable=no
"""The detector node's next state, cycle by cycle, against the rules of the golden forest."""

import random

import pytest

from quantacore.hdl.detector_node import DetectorNode
from quantacore.sim.pysim import simulate

ROOT_BITS = HOPS_BITS = 4


@pytest.mark.parametrize("num_neighbours", [0, 1, 3, 12])
@pytest.mark.parametrize("has_boundary", [False, True], ids=["bulk", "boundary"])
def test_detector_node_relaxes_one_hop_per_cycle(num_neighbours, has_boundary):
    seed = f"detector_node/{num_neighbours}/{has_boundary}"
    rng = random.Random(seed)
    dut = DetectorNode(
        num_neighbours=num_neighbours,
        has_boundary=has_boundary,
        root_bits=ROOT_BITS,
        hops_bits=HOPS_BITS,
    )
    label = 9

    async def testbench(ctx):
        ctx.set(dut.label, label)
        key, parity, active, defect = (label, 0), False, False, False
        before, relaxed = None, False  # a start is no relaxation
        start = True
        for cycle in range(300):
            defect_in = rng.random() < 0.5
            keys = [(rng.randrange(10), rng.randrange(8)) for _ in range(num_neighbours)]
            reach = [rng.random() < 0.4 for _ in keys]
            offered = [(root, hops + 1) for root, hops in keys]
            offers = [r and offer < key for r, offer in zip(reach, offered, strict=True)]
            ties = [r and offer == key for r, offer in zip(reach, offered, strict=True)]
            if num_neighbours and rng.random() < 0.3 and key[1] > 0:
                chosen = rng.randrange(num_neighbours)
                keys[chosen], offers[chosen], ties[chosen] = (key[0], key[1] - 1), False, True
            far_active = [rng.random() < 0.5 for _ in keys]
            next_child = [rng.random() < 0.3 for _ in keys]
            grown = rng.random() < 0.3
            boundary = has_boundary and rng.random() < 0.1

            ctx.set(dut.start, start)
            ctx.set(dut.defect_in, defect_in)
            ctx.set(dut.boundary_fused, boundary)
            ctx.set(dut.offers, as_mask(offers))
            ctx.set(dut.ties, as_mask(ties))
            ctx.set(dut.neighbour_active, as_mask(far_active))
            ctx.set(dut.next_child_parity, as_mask(next_child))
            ctx.set(dut.grown, grown)
            for port, (root, hops) in enumerate(keys):
                ctx.set(dut.neighbour_offers[port].root, root)
                ctx.set(dut.neighbour_offers[port].hops, hops + 1)
            await ctx.delay(1e-9)
            where = f"{seed=} {cycle=} {key=}"

            parent = ties.index(True) if True in ties else None
            if cycle:  # registers are not reset: only `start` gives them a meaning
                to_parent = 1 << parent if parent is not None and parity else 0
                assert ctx.get(dut.to_parent) == to_parent, where
                assert ctx.get(dut.to_boundary) == (has_boundary and parity and key == (0, 1))
                assert ctx.get(dut.root_active) == (key[1] == 0 and parity), where

            hears = key[0] != 0 and parent is not None and far_active[parent]
            new_key = key
            new_parent = parent
            new_parity = defect ^ (sum(next_child) % 2 == 1)
            new_active = new_parity if key[1] == 0 else hears
            if boundary and key != (0, 1):
                new_key, new_parent, new_active = (0, 1), None, False
            elif True in offers:
                new_parent = offers.index(True)
                new_key = (keys[new_parent][0], keys[new_parent][1] + 1)
                new_active = new_key[0] != 0 and far_active[new_parent] ^ (grown and active)
            if cycle:
                next_to_parent = 1 << new_parent if new_parent is not None and parity else 0
                assert ctx.get(dut.next_to_parent) == next_to_parent, where
            if relaxed:
                assert ctx.get(dut.relaxing) == (before[:2] != (key, parity)), where
                assert ctx.get(dut.changed) == (before != (key, parity, active)), where
            before, relaxed = (key, parity, active), not start
            await ctx.tick()
            key, parity, active = new_key, new_parity, new_active
            if start:
                key, parity, active, defect = (label, 0), defect_in, defect_in, defect_in
            assert (ctx.get(dut.key.root), ctx.get(dut.key.hops)) == key, where
            assert ctx.get(dut.parity) == parity, where
            assert ctx.get(dut.active) == active, where
            assert ctx.get(dut.defect) == defect, where
            start = rng.random() < 0.15

    simulate(dut, testbench)


def test_detector_node_rejects_negative_degree():
    with pytest.raises(ValueError, match="Number of neighbours must be at least 0, not -1"):
        DetectorNode(num_neighbours=-1, has_boundary=False, root_bits=2, hops_bits=2)


def as_mask(bits):
    return sum(1 << index for index, bit in enumerate(bits) if bit)
