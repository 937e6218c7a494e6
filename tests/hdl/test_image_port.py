# amaranth: UnusedElaboratable=no
"""The image port with a real image loader behind it: right images come through, no others."""

import random

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image_chunks import crc32_of_chunks, image_chunks
from quantacore.hdl.image_loader import ImageLoader
from quantacore.hdl.image_port import ImagePort
from quantacore.hdl.interfaces import image_layout
from quantacore.sim.pysim import simulate

FAULTS = ("wrong_checksum", "short", "long", "restart", "none")


class PortAndLoader(wiring.Component):
    """An image port that feeds a loader, which may be made to wait before it swaps."""

    def __init__(self, num_edges, num_observables):
        self.config = CoreConfig()
        layout = image_layout(self.config, num_edges=num_edges, num_observables=num_observables)
        self.port = ImagePort(layout, num_words=num_edges)
        self.loader = ImageLoader(self.config, num_edges=num_edges, num_observables=num_observables)
        super().__init__({"idle": In(1), "slow": In(1), "shift": Out(1), "complete": Out(1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.port, m.submodules.loader = port, loader = self.port, self.loader
        loaded = Signal()
        with m.If(loader.swap):
            m.d.sync += loaded.eq(1)
        m.d.comb += [
            loader.image.valid.eq(port.image.valid & ~self.slow),
            loader.image.payload.eq(port.image.payload),
            port.image.ready.eq(loader.image.ready & ~self.slow),
            loader.idle.eq(self.idle),
            self.complete.eq(loader.blocking & (loaded | ~loader.image.ready)),
            port.busy.eq(self.complete),
        ]
        return m


async def command(ctx, dut, name, value, *, wait=1):
    """Give one command; return whether it was refused."""
    ctx.set(dut.port.data, value)
    ctx.set(getattr(dut.port, name), 1)
    _, _, refused = await ctx.tick().sample(dut.port.refused)
    ctx.set(getattr(dut.port, name), 0)
    ctx.set(dut.port.data, 0xDEADBEEF)
    for _ in range(wait):
        await ctx.tick()
    return refused


@pytest.mark.parametrize("num_edges", [1, 2, 3, 7])
@pytest.mark.parametrize("num_observables", [1, 40])
def test_image_port_lets_only_right_images_through(num_edges, num_observables):
    rng = random.Random(f"image_port/{num_edges}/{num_observables}")
    dut = PortAndLoader(num_edges, num_observables)
    widths = {"length": 4, "observables": num_observables}
    expected, found, words = [], [], []
    num_faults = {"port": 0, "expected": 0}
    done = False

    async def watch(ctx):
        while not done:
            loader = dut.loader
            _, _, shift, weights, swap, fault = await ctx.tick().sample(
                loader.shift, loader.weights.as_value(), loader.swap, dut.port.fault
            )
            num_faults["port"] += fault
            if shift:
                words.append(weights)
            if swap:
                found.append(words[-num_edges:])

    async def testbench(ctx):
        nonlocal done
        ctx.set(dut.idle, 1)
        await ctx.tick()
        for _ in range(40):
            fields = {n: [rng.getrandbits(w) for _ in range(num_edges)] for n, w in widths.items()}
            image = image_chunks(fields, widths)
            assert len(image.chunks) == dut.port.num_chunks
            kind = rng.choice(FAULTS)
            chunks, checksum = list(image.chunks), image.checksum
            if kind == "wrong_checksum":
                checksum ^= 1 << rng.randrange(32)
            elif kind in ("short", "restart"):
                del chunks[rng.randrange(len(chunks)) :]
                checksum = crc32_of_chunks(chunks)
            elif kind == "long":
                chunks += [rng.getrandbits(32) for _ in range(rng.randint(1, 3))]
                checksum = crc32_of_chunks(rng.choice([chunks, image.chunks]))
            assert not await command(ctx, dut, "start", 0)
            for index, chunk in enumerate(chunks):
                refused = await command(ctx, dut, "chunk", chunk, wait=rng.randint(1, 3))
                assert refused == (index >= len(image.chunks))
            if kind != "restart":
                ctx.set(dut.idle, kind != "none")
                assert not await command(ctx, dut, "check", checksum, wait=4)
                assert ctx.get(dut.port.accepted) == (kind == "none")
                assert not ctx.get(dut.port.loading)
                assert await command(ctx, dut, "check", checksum), "nothing to check"
            num_faults["expected"] += kind != "none"
            if kind == "none":
                assert await command(ctx, dut, "start", 0), "an image waits"
                ctx.set(dut.idle, 1)
                await ctx.tick().repeat(3)
                lengths, masks = fields["length"], fields["observables"]
                expected.append([a | b << 4 for a, b in zip(lengths, masks, strict=True)])
            assert found == expected
        await command(ctx, dut, "start", 0)
        await ctx.tick().repeat(2)
        done = True

    simulate(dut, testbench, watch)
    # A restart is noticed when the next image begins.
    assert num_faults["port"] == num_faults["expected"]
    assert len(expected) > 3


@pytest.mark.parametrize("num_edges", [2, 5])
def test_image_port_keeps_the_stream_stable_under_any_commands(num_edges):
    rng = random.Random(f"image_port/stable/{num_edges}")
    dut = PortAndLoader(num_edges, 1)
    port = dut.port
    swaps, accepted = [], []

    async def testbench(ctx):
        held, chunks = None, []
        for cycle in range(6000):
            often = 6 if len(chunks) < num_edges else 0.2
            name = rng.choices(["", "chunk", "check", "start"], [4, often, 1 / often, 0.2])[0]
            value = rng.getrandbits(32)
            if name == "check" and rng.random() < 0.8:
                value = crc32_of_chunks(chunks)
            for other in ("chunk", "check", "start"):
                ctx.set(getattr(port, other), other == name)
            ctx.set(port.data, value)
            ctx.set(dut.slow, rng.random() < 0.3)
            ctx.set(dut.idle, rng.random() < 0.5)
            _, _, valid, ready, payload, refused, fault, swap = await ctx.tick().sample(
                port.image.valid,
                port.image.ready,
                port.image.payload.as_value(),
                port.refused,
                port.fault,
                dut.loader.swap,
            )
            if held is not None:
                assert valid and payload == held, f"{cycle=}"
            held = payload if valid and not ready else None
            swaps.append(swap)
            if refused:
                continue
            if name == "start":
                chunks = []
            elif name == "chunk":
                chunks.append(value)
            elif name == "check":
                accepted.append(not fault)
                assert fault or len(chunks) == num_edges
        for _ in range(20):
            ctx.set(port.start, 0)
            ctx.set(port.check, 0)
            ctx.set(port.chunk, 0)
            ctx.set(dut.slow, 0)
            ctx.set(dut.idle, 1)
            _, _, swap = await ctx.tick().sample(dut.loader.swap)
            swaps.append(swap)

    simulate(dut, testbench)
    assert sum(swaps) == sum(accepted) > 5
    assert accepted.count(False) > 5


def test_image_port_rejects_images_without_words():
    with pytest.raises(ValueError, match="Number of words must be at least 1, not 0"):
        ImagePort(image_layout(CoreConfig(), num_edges=1, num_observables=1), num_words=0)
