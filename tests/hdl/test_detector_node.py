# amaranth: UnusedElaboratable=no
"""The detector node's next state, cycle by cycle, against the rules of the golden forest."""

import random

import pytest

from quantacore.hdl.detector_node import DetectorNode
from quantacore.sim.pysim import simulate

ROOT_BITS = 4


@pytest.mark.parametrize("num_neighbours", [0, 1, 3, 12])
@pytest.mark.parametrize("has_boundary", [False, True], ids=["bulk", "boundary"])
def test_detector_node_relaxes_one_hop_per_cycle(num_neighbours, has_boundary):
    seed = f"detector_node/{num_neighbours}/{has_boundary}"
    rng = random.Random(seed)
    dut = DetectorNode(
        num_neighbours=num_neighbours, has_boundary=has_boundary, root_bits=ROOT_BITS
    )
    label = 9
    boundary_parent = num_neighbours  # beside the numbers of the ports

    async def testbench(ctx):
        ctx.set(dut.label, label)
        root, parent, parity, active, defect = label, None, False, False, False
        is_root = True
        before, relaxed = None, False  # a start is no relaxation
        start, rebuild = True, False
        for cycle in range(300):
            defect_in = rng.random() < 0.5
            roots = [rng.randrange(10) for _ in range(num_neighbours)]
            offers = [rng.random() < 0.4 and far < root for far in roots]
            far_active = [rng.random() < 0.5 for _ in roots]
            next_child = [rng.random() < 0.3 for _ in roots]
            grown = rng.random() < 0.3
            boundary = has_boundary and rng.random() < 0.1
            if rebuild:  # only ever when nothing moves
                offers, boundary = [False] * num_neighbours, parent == boundary_parent

            ctx.set(dut.start, start)
            ctx.set(dut.rebuild, rebuild)
            ctx.set(dut.defect_in, defect_in)
            ctx.set(dut.boundary_fused, boundary)
            ctx.set(dut.offers, as_mask(offers))
            ctx.set(dut.neighbour_active, as_mask(far_active))
            ctx.set(dut.next_child_parity, as_mask(next_child))
            ctx.set(dut.grown, grown)
            for port, far in enumerate(roots):
                ctx.set(dut.neighbour_roots[port], as_bits(far))
            await ctx.delay(1e-9)
            where = f"{seed=} {cycle=} {root=} {parent=}"

            port = None if parent == boundary_parent else parent
            if cycle:  # registers are not reset: only `start` gives them a meaning
                to_parent = 1 << port if port is not None and parity else 0
                assert ctx.get(dut.to_parent) == to_parent, where
                assert ctx.get(dut.to_boundary) == (parity and parent == boundary_parent), where
                assert ctx.get(dut.root_active) == (is_root and parity), where

            hears = port is not None and far_active[port]
            new_root, new_parent, new_port = root, parent, port
            new_parity = defect ^ (sum(next_child) % 2 == 1)
            new_active = new_parity if is_root else hears
            new_is_root = is_root
            if boundary and parent != boundary_parent:
                new_root, new_parent, new_port, new_active = 0, boundary_parent, None, False
                new_is_root = False
            elif True in offers:
                new_parent = new_port = offers.index(True)
                new_root = roots[new_port]
                new_active = new_root != 0 and far_active[new_port] ^ (grown and active)
                new_is_root = False
            if cycle:
                next_to_parent = 1 << new_port if new_port is not None and parity else 0
                assert ctx.get(dut.next_to_parent) == next_to_parent, where
            state = (root, parent, parity)
            if relaxed:
                assert ctx.get(dut.relaxing) == (before[:3] != state), where
                assert ctx.get(dut.changed) == (before != (*state, active)), where
            before, relaxed = (*state, active), not start and not rebuild
            await ctx.tick()
            root, parent, parity, active = new_root, new_parent, new_parity, new_active
            is_root = new_is_root
            if rebuild:
                parity = defect
                active = is_root and parity
                if not is_root:
                    root, parent = (1 << ROOT_BITS) - 1, None
            if start:
                root, parent, is_root = label, None, True
                parity = active = defect = defect_in
            port = None if parent == boundary_parent else parent
            assert ctx.get(dut.root) == as_bits(root), where
            assert ctx.get(dut.parent) == (0 if port is None else 1 << port), where
            assert ctx.get(dut.parity) == parity, where
            assert ctx.get(dut.active) == active, where
            assert ctx.get(dut.defect) == defect, where
            start = rng.random() < 0.15
            rebuild = rng.random() < 0.1

    simulate(dut, testbench)


def test_detector_node_rejects_negative_degree():
    with pytest.raises(ValueError, match="Number of neighbours must be at least 0, not -1"):
        DetectorNode(num_neighbours=-1, has_boundary=False, root_bits=2)


def as_bits(root):
    """Return a root as nodes tell it: the highest bit is 1 if it is not the boundary."""
    return root | (root != 0) << ROOT_BITS


def as_mask(bits):
    return sum(1 << index for index, bit in enumerate(bits) if bit)
